import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as activations from '../../src/activations.js';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import { resolveParameters } from '../../src/definition.js';
import { describe as describeValue, nearest } from '../../src/errors.js';

test('each exported activation has its facts, and its docstring is its formula', () => {
  expect(Object.keys(catalogue).sort()).toEqual(Object.keys(activations).sort());
  const text = readFileSync('src/activations.ts', 'utf8');
  for (const { name, formula } of Object.values(catalogue))
    expect(text).toContain(`/** ${formula} */\nexport const ${name} =`);
});

describe('names', () => {
  test.each([
    ['leaky_relu', 'leakyRelu'],
    ['LeakyReLU', 'leakyRelu'],
    ['linear', 'identity'],
    ['quick_gelu', 'geluSigmoid'],
    ['gelu_new', 'geluTanh'],
    ['hard_swish', 'hardSwish'],
    ['squared_relu', 'reluSquared'],
    ['clamp', 'hardTanh'],
    ['SiLU', 'silu'],
    ['swish', 'swish'],
    ['exp', 'exponential'],
    ['ThresholdedRelu', 'threshold'],
    ['hard-silu', 'hardSwish'],
  ])('%s is %s', (alias, name) => {
    expect(resolveActivation(alias).name).toBe(name);
  });

  test('no alias names two rows', () => {
    const plain = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, '');
    const all = Object.entries(catalogue).flatMap(([name, { aliases }]) => [name, ...aliases].map(plain));
    expect(all).toEqual([...new Set(all)]);
  });

  test('an unknown name suggests the nearest one', () => {
    expect(() => resolveActivation('sofplus')).toThrow('got "sofplus"; did you mean "softplus"?');
    expect(() => resolveActivation('xyzzyxyzzy')).toThrow(/identity, sigmoid, tanh/);
    expect(nearest('gleu', ['elu', 'gelu'])).toBe('gelu');
  });
});

describe('parameters', () => {
  test('defaults and given values', () => {
    expect(resolveParameters(resolveActivation('hardSigmoid'), { beta: 0.25 })).toEqual({ alpha: 1 / 6, beta: 0.25 });
    expect(resolveParameters(resolveActivation('clamp'), { min: -Infinity, max: 2 })).toEqual({
      min: -Infinity,
      max: 2,
    });
  });

  test.each([
    ['softplus', { beta: 0 }, /-1000 ≤ beta ≤ 1000 and \|beta\| ≥ 0\.001, got 0/],
    ['softplus', { beta: Number.NaN }, /got NaN/],
    ['elu', { alpha: 1e9 }, /got 1000000000/],
    ['softcap', { cap: -1 }, /0\.001 ≤ cap/],
    ['hardTanh', { min: Number.NaN }, /got NaN/],
  ])('%s %o', (name, given, message) => {
    expect(() => resolveParameters(resolveActivation(name), given)).toThrow(message);
  });
});

test('what came is described shortly', () => {
  expect([null, undefined, 'a', 1, [], {}, new Float64Array(3)].map(describeValue)).toEqual([
    'null',
    'undefined',
    '"a"',
    '1',
    'Array',
    'Object',
    'Float64Array of length 3',
  ]);
});
