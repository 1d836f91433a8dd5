import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/check/compare.js';
import { parseVectors, type Vector } from '../../src/check/vectors.js';
import { reference } from '../../src/reference/index.js';

const vector = {
  suite: 'mine',
  name: 'one',
  op: 'gelu',
  direction: 'forward',
  params: { approximate: 'none' },
  dtype: 'float32',
  shape: [3],
  inputs: { x: [0.5, 'NaN', '-Infinity'] },
  expected: { y: [0.34, 'NaN', 0] },
  tolerance: { metric: 'ULP', value: 18 },
};
const parse = (changes: object) => parseVectors(JSON.stringify([{ ...vector, ...changes }]))[0]!;

describe('parseVectors', () => {
  test('keeps the facts and gives every tensor its shape', () => {
    expect(parse({})).toEqual({
      suite: 'mine',
      name: 'one',
      op: 'gelu',
      direction: 'forward',
      params: { approximate: 'none' },
      dtype: 'float32',
      inputs: { x: { shape: [3], values: [0.5, 'NaN', '-Infinity'] } },
      expected: { y: { shape: [3], values: [0.34, 'NaN', 0] } },
      tolerance: { metric: 'ULP', value: 18 },
    });
  });

  test('slope and dslope are the weight and its gradient, with shapes under either name', () => {
    const { inputs, expected } = parse({
      op: 'prelu',
      direction: 'backward',
      shape: [2, 2],
      shapes: { slope: [2, 1] },
      inputs: { x: [1, 2, 3, 4], slope: [5, 6], dy: [1, 1, 1, 1] },
      expected: { dslope: [0, 0] },
    });
    expect(inputs.weight).toEqual({ shape: [2, 1], values: [5, 6] });
    expect(expected.dWeight).toEqual({ shape: [2], values: [0, 0] });
  });

  test('scalars may be bare, arrays empty, the tolerance missing', () => {
    const { inputs, tolerance } = parse({ shape: [], inputs: { x: 2 }, expected: { y: [2] }, tolerance: undefined });
    expect(inputs.x).toEqual({ shape: [], values: [2] });
    expect(tolerance).toBeNull();
    expect(parse({ shape: [0, 2], inputs: { x: [] }, expected: { y: [] } }).inputs.x!.shape).toEqual([0, 2]);
  });

  test('null is the same as left out', () => {
    const { params, dtype, tolerance } = parse({ params: null, dtype: null, shapes: null, tolerance: null });
    expect([params, dtype, tolerance]).toEqual([{}, 'float32', null]);
  });

  test.each([
    [{ op: 3 }, 'vector 0 (one): expected op to be a name, got 3'],
    [{ direction: 'sideways' }, 'expected direction forward or backward, got "sideways"'],
    [{ inputs: { x: [1, 2] } }, 'inputs: expected x to have 3 values for its shape [3], got 2'],
    [{ inputs: { x: [1, 2, 'nan'] } }, 'expected x to be an array of numbers, "NaN"'],
    [{ inputs: { x: [1, 2, null] } }, 'expected x to be an array of numbers, "NaN"'],
    [{ inputs: undefined }, 'inputs: expected an object of tensors, got nothing'],
    [{ expected: {} }, 'expected at least one expected tensor'],
    [{ shape: [1.5] }, 'expected a shape to be an array of lengths'],
    [{ tolerance: { metric: 'EPS', value: 1 } }, 'expected metric ULP, ATOL or RTOL, got "EPS"'],
    [{ tolerance: { metric: 'ULP', value: -1 } }, 'expected a finite tolerance ≥ 0, got -1'],
    [{ tolerance: { metric: 'ULP', value: '1' } }, 'expected a finite tolerance ≥ 0, got "1"'],
  ])('%j is malformed', (changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });

  test('a tolerance beyond float64 lets everything pass, so it is none', () => {
    const text = JSON.stringify([vector]).replace('"value":18', '"value":1e999');
    expect(() => parseVectors(text)).toThrow('expected a finite tolerance ≥ 0');
  });

  test('text that is no JSON array', () => {
    expect(() => parseVectors('{}')).toThrow('expected a JSON array of vectors, got {}');
    expect(() => parseVectors('[1')).toThrow(SyntaxError);
  });
});

test('the example of the documentation is one, and its tolerance is right', () => {
  const text = readFileSync(new URL('../../docs/vectors.md', import.meta.url), 'utf8');
  const [, example] = /```json\n(\[[\s\S]*?)```/.exec(text)!;
  const [{ inputs, expected, tolerance }] = parseVectors(example!) as [Vector];
  expect(tolerance).toEqual({ metric: 'ATOL', value: 1e-6 });
  for (const [index, x] of inputs.x!.values.entries()) {
    const y = reference.gelu.value(Number(x), {});
    expect(compare(Math.fround(y), Number(expected.y!.values[index]), 'float32', tolerance!).passed).toBe(true);
  }
});
