/** What the conforming implementations of the unit tests are made from: read as written, the functions are the adapter's, bit for bit. */
import { expect, test } from 'vitest';
import {
  build,
  hyperOf,
  type Implementation,
  nameOf,
  type Subject,
  sampleOf,
  subjects,
  traceOf,
} from '../conforming/functions.js';
import { useDevice } from './support.js';

const held = useDevice();
/** SwiftShader: arithmetic takes subnormals for 0, and a division by a constant is a product with its inverse. */
const swiftShader = ({ definition: { name } }: Subject): Implementation =>
  name === 'hardSwish' ? { flushes: true, inverts: true } : { flushes: true };

test.each(
  subjects
    .filter(({ pass, definition }) => (pass === 'value' || pass === 'derivative') && !definition.requires)
    .map((subject) => [nameOf(subject), subject] as const),
)('%s', async (_, subject) => {
  const { definition, pass, parameters } = subject;
  const { x } = sampleOf(subject, 4000);
  const name = definition.name as 'hardSigmoid';
  const dy = new Float32Array(x.length).fill(1);
  const got =
    pass === 'value'
      ? (await held.gpu.forward(name, { x }, parameters)).y
      : (await held.gpu.backward(name, { x, dy }, parameters)).dx;
  const compiled = build(subject, traceOf(subject, undefined), swiftShader(subject));
  const hyper = hyperOf(subject);
  const other = [...x].flatMap((each, i) => {
    const expected = compiled(each, ...hyper);
    return expected === got[i] || Math.abs(expected - got[i]!) <= 2 ** -126 ? [] : [{ x: each, got: got[i], expected }];
  });
  expect(other.slice(0, 5)).toEqual([]);
});
