/** An ONNX model by hand, y = x · x for each element, so that the example needs no file. Yours comes from a file. */

const FLOAT = 1;

// Protocol buffers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, for messages shorter than 128 bytes.
const number = (field, value) => [field << 3, value];
const message = (field, ...parts) => [(field << 3) | 2, parts.flat().length, ...parts.flat()];
const text = (field, value) => message(field, [...new TextEncoder().encode(value)]);

const shape = (sizes) => sizes.flatMap((size) => message(1, number(1, size)));
const value = (name, sizes) =>
  [text(1, name), message(2, message(1, number(1, FLOAT), message(2, shape(sizes))))].flat();

export function square(...sizes) {
  const node = [text(1, 'x'), text(1, 'x'), text(2, 'y'), text(4, 'Mul')].flat();
  const graph = message(
    7,
    message(1, node),
    text(2, 'square'),
    message(11, value('x', sizes)),
    message(12, value('y', sizes)),
  );
  const operatorSet = message(8, text(1, ''), number(2, 21));
  return Uint8Array.from([...number(1, 10), ...graph, ...operatorSet]);
}
