/** Every figure shown belongs to a record, and every record to the text it was measured on. */
import { describe, expect, test } from 'vitest';
import { catalogue, type Row, resolveActivation } from '../../src/catalogue.js';
import { emptyTally, HISTOGRAM_LENGTH } from '../../src/check/exhaustive/tally.js';
import type { Result } from '../../src/check/result.js';
import {
  type ExhaustiveRecord,
  exhaustiveRecords,
  figureOf,
  passRecordOf,
  type SampledRecord,
  sampledRecord,
  sampledRecordOf,
  wgslHash,
} from '../../src/cli/records.js';
import { defineActivation } from '../../src/define.js';

const definitions = Object.keys(catalogue)
  .map((name) => resolveActivation(name))
  .filter(({ maps }) => maps === 'element');

const measured = { adapter: 'adapter', runtime: 'runtime', date: '2000-01-02' };

function exhaustiveOf(definition: Row, sha256 = wgslHash(definition)): ExhaustiveRecord {
  const pass = (maxUlp: number) => ({ ...passRecordOf(emptyTally, 2), maxUlp });
  return { ...measured, name: definition.name, sha256, passes: { forward: pass(1.25), derivative: pass(1.5) } };
}

function sampledOf(definition: Row, sha256 = wgslHash(definition)): SampledRecord {
  return { ...measured, count: 100, figures: { [definition.name]: { sha256, forward: 1, derivative: 1.1 } } };
}

describe('the committed records', () => {
  test.each(definitions.map((definition) => [definition.name, definition] as const))(
    '%s has a figure',
    (_, definition) => {
      const figure = figureOf(definition);
      expect(figure, 'its WGSL is new or has changed: npm run records measures it').toBeDefined();
      const sha256 = wgslHash(definition);
      const record = exhaustiveRecords.find((candidate) => candidate.name === definition.name);
      if (record?.sha256 === sha256) {
        const { forward, derivative } = record.passes;
        const [y, dx] = [forward.maxUlp, derivative.maxUlp];
        expect(figure).toMatchObject({ source: 'exhaustive', forward: y, derivative: dx, date: record.date });
      } else {
        const { forward, derivative } = sampledRecord!.figures[definition.name]!;
        expect(figure).toMatchObject({ source: 'sampled', forward, derivative, date: sampledRecord!.date });
        expect(sampledRecord!.figures[definition.name]!.sha256).toBe(sha256);
      }
    },
  );

  test.each(exhaustiveRecords.map((record) => [record.name, record] as const))(
    '%s: all inputs, within its bound',
    (name, record) => {
      expect(resolveActivation(name).name).toBe(name);
      expect(record).not.toHaveProperty('range');
      for (const pass of Object.values(record.passes)) {
        expect(pass).toMatchObject({ values: 2 ** 32, failures: 0, mismatches: 0 });
        expect(Object.values(pass.histogram).reduce((sum, count) => sum + count)).toBe(2 ** 32);
        expect(Number(pass.worst?.ulp ?? 0)).toBe(pass.maxUlp);
        expect(pass.maxUlp).toBeLessThanOrEqual(pass.bound);
      }
    },
  );
});

describe('which figure is shown', () => {
  const gelu = resolveActivation('gelu');

  test('the exhaustive one of the present text, before a sampled one', () => {
    const figure = figureOf(gelu, [exhaustiveOf(gelu)], sampledOf(gelu));
    expect(figure).toEqual({ ...measured, source: 'exhaustive', forward: 1.25, derivative: 1.5 });
  });

  test('the sampled one where the text changed since the exhaustive check', () => {
    const figure = figureOf(gelu, [exhaustiveOf(gelu, 'another text')], sampledOf(gelu));
    expect(figure).toEqual({ ...measured, source: 'sampled', forward: 1, derivative: 1.1 });
  });

  test('none of another text or another function', () => {
    expect(figureOf(gelu, [exhaustiveOf(gelu, 'another')], sampledOf(gelu, 'another'))).toBeUndefined();
    expect(
      figureOf(gelu, [exhaustiveOf(resolveActivation('silu'))], sampledOf(resolveActivation('silu'))),
    ).toBeUndefined();
  });
});

describe('the hash of a text', () => {
  const define = (wgsl: string) =>
    defineActivation({
      name: 'mine',
      wgsl,
      parameters: {},
      reference: { value: (x) => x, derivative: () => 1 },
    } as Parameters<typeof defineActivation>[0]) as Row;
  const plain = 'fn mine(x: real) -> real { return x; }\nfn mine_derivative(x: real) -> real { return real(1.0); }';

  test('is that of what a function needs, without comments, spaces and order', () => {
    const same = `// a comment\nfn mine_derivative(x: real)\n  -> real { return real(1.0); } /* more */
      fn unused(x: real) -> real { return exp(x); }
      fn mine(x: real) -> real { return x; }`;
    expect(wgslHash(define(same))).toBe(wgslHash(define(plain)));
  });

  test('changes with the derivative, and with a constant or function they need', () => {
    const texts = [
      plain,
      plain.replace('1.0', '2.0'),
      `${plain.replace('1.0', 'ONE')}\nconst ONE: f32 = 1.0;`,
      `${plain.replace('1.0', 'ONE')}\nconst ONE: f32 = 2.0;`,
      `${plain.replace('return x', 'return twice(x)')}\nfn twice(x: real) -> real { return x + x; }`,
      `${plain.replace('return x', 'return twice(x)')}\nfn twice(x: real) -> real { return 2.0 * x; }`,
    ];
    expect(new Set(texts.map((text) => wgslHash(define(text)))).size).toBe(texts.length);
  });

  test('is a gated unit’s gate’s', () => {
    expect(wgslHash(resolveActivation('geglu'))).toBe(wgslHash(resolveActivation('gelu')));
    expect(wgslHash(resolveActivation('geglu'))).not.toBe(wgslHash(resolveActivation('glu')));
  });
});

test('figures of a report: the largest error of each direction, weights’ gradients left out', () => {
  const result = (op: string, tensor: string, direction: Result['direction'], maxUlp: Result['maxUlp']): Result => {
    const facts = { suite: 'reference', name: `${op} ${tensor}`, op, direction, status: 'passed' } as const;
    return { ...facts, values: 1, maxUlp, maxAbs: 0, worst: null };
  };
  const results = [
    result('prelu', 'y', 'forward', 0.5),
    result('prelu', 'dx', 'backward', 0.25),
    result('prelu', 'dWeight, 1 × 4', 'backward', 77),
    result('glu', 'y', 'forward', 'Infinity'),
    result('glu', 'dGate', 'backward', 2),
    result('glu', 'dUp', 'backward', 1),
  ];
  const { figures } = sampledRecordOf({ adapter: { name: 'adapter' }, runtime: 'runtime', results }, 1);
  expect(figures).toEqual({
    prelu: { sha256: wgslHash(resolveActivation('prelu')), forward: 0.5, derivative: 0.25 },
    glu: { sha256: wgslHash(resolveActivation('glu')), forward: 'Infinity', derivative: 2 },
  });
});

test('a record names the bins of its histogram', () => {
  const histogram = new Array<number>(HISTOGRAM_LENGTH).fill(0);
  for (const bin of [0, 1, 4, 33]) histogram[bin] = bin + 1;
  expect(passRecordOf({ ...emptyTally, histogram }, 2).histogram).toEqual({
    exact: 1,
    '≤ 0.25': 2,
    '≤ 1': 5,
    '> 8': 34,
  });
});

/** Name, record, and the figures that the header of the WGSL tells. */
const told = exhaustiveRecords.flatMap((record) => {
  const text = resolveActivation(record.name).source!.code.replaceAll('\n// ', ' ');
  const found = /Error over every float32: value ([\d.]+) ULP, derivative ([\d.]+\d)/.exec(text);
  return found ? [[record.name, record, found.slice(1)] as const] : [];
});

test.each(told)('the header of %s tells what its record found', (_, { passes: { forward, derivative } }, figures) => {
  const rounded = [forward, derivative].map(({ maxUlp }) => (Math.ceil(Number(maxUlp) * 100 - 1e-9) / 100).toFixed(2));
  expect(figures).toEqual(rounded);
});
