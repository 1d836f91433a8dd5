/** The machinery of the exhaustive check: cheap forms, the inner loop, workers, parts and resuming. */
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import { BLOCK_LENGTH, BlockTruth, FORM_TOLERANCE } from '../../src/check/exhaustive/blocks.js';
import { RangeComparison } from '../../src/check/exhaustive/comparison.js';
import { ComparisonPool, type Workers } from '../../src/check/exhaustive/pool.js';
import { isSweepable, type PassTallies } from '../../src/check/exhaustive/sweep.js';
import { emptyTally, HISTOGRAM_LENGTH, mergeTallies, type Tally } from '../../src/check/exhaustive/tally.js';
import { compareTask, type Outcome } from '../../src/check/exhaustive/worker.js';
import { pointsOf, type Truth, truthsOf } from '../../src/check/truth.js';
import { spacing, UlpComparison } from '../../src/check/ulp.js';
import { checkExhaustively } from '../../src/cli/exhaustive.js';
import type { SweepRequest } from '../../src/cli/host/exhaustive.js';
import { wgslHash } from '../../src/cli/records.js';
import type { Runtime } from '../../src/cli/runtimes/runtime.js';
import { resolveParameters } from '../../src/definition.js';

const BLOCKS = 2 ** 32 / BLOCK_LENGTH;
const names = Object.keys(catalogue).filter((name) => isSweepable(resolveActivation(name)));

function truthOf(name: string, tensor: Truth['tensor']): { truth: Truth; points: readonly number[] } {
  const definition = resolveActivation(name);
  const parameters = resolveParameters(definition);
  const truth = truthsOf(definition, parameters).find((candidate) => candidate.tensor === tensor)!;
  return { truth, points: pointsOf(definition, parameters) };
}

describe('the cheap forms', () => {
  test.each(names)('of %s are the reference where they are used', (name) => {
    const reference = new Float64Array(BLOCK_LENGTH);
    for (const tensor of ['y', 'dx'] as const) {
      const { truth, points } = truthOf(name, tensor);
      const blocks = new BlockTruth(truth, points);
      // Primes, so that every exponent is met, at other significands each.
      for (let block = 1; block < BLOCKS; block += 2503) {
        const form = blocks.formOf(block);
        if (form === 'reference') continue;
        blocks.fill(block, form);
        const exact = blocks.exact.slice();
        blocks.fillReference(block, reference);
        for (let i = 0; i < BLOCK_LENGTH; i += 61) {
          const [cheap, wanted] = [exact[i]!, reference[i]!];
          // The constant ∞ stands for what overflows to it.
          const isSame = Object.is(cheap, wanted) || (Math.abs(cheap) === Infinity && Math.fround(wanted) === cheap);
          const isClose = Math.abs(cheap - wanted) <= 2 * FORM_TOLERANCE * spacing(wanted);
          if (!isSame && !isClose) expect([name, tensor, block, i, cheap]).toEqual([name, tensor, block, i, wanted]);
        }
      }
    }
  });

  test.each([
    ['sigmoid', 'dx', 0.75],
    ['gelu', 'y', 0.75],
    ['relu', 'y', 0.99],
  ] as const)('of %s %s hold on most of the floats', (name, tensor, share) => {
    const { truth, points } = truthOf(name, tensor);
    const blocks = new BlockTruth(truth, points);
    let cheap = 0;
    for (let block = 0; block < BLOCKS; block += 64) if (blocks.formOf(block) !== 'reference') cheap++;
    expect(cheap / (BLOCKS / 64)).toBeGreaterThan(share);
  });

  test('a kink, a jump and a point inside a block leave it to the reference', () => {
    const first = floatOf(0x3f80_0000);
    const inside = floatOf(0x3f80_1234);
    const formOf = (value: (x: number) => number, points: number[] = []) =>
      new BlockTruth(truthFrom(value), points).formOf(0x3f80);
    expect(formOf((x) => x)).toBe('line');
    expect(formOf(() => 1)).toBe('constant');
    expect(formOf((x) => Math.max(x, inside))).toBe('reference');
    expect(formOf((x) => (x > inside ? 1 : 0))).toBe('reference');
    expect(formOf((x) => (x > first ? 1 : 0))).toBe('reference');
    expect(formOf((x) => x, [inside])).toBe('reference');
    expect(formOf((x) => x * x)).toBe('reference');
  });
});

describe('the inner loop', () => {
  test('an error that is allowed beside a root is none', () => {
    const { truth, points } = truthOf('xielu', 'y');
    // beside the root of xielu below 0, where y is −9.05e-9
    const first = 0xbf88_444d;
    const tallyOf = (allowance?: () => number) =>
      new RangeComparison(truth, points, 2, allowance).compare(first, Float32Array.of(0));
    expect(tallyOf().failures).toBe(1);
    expect(tallyOf(() => 9e-9).failures).toBe(1);
    expect(tallyOf(() => 1e-8)).toMatchObject({ failures: 0, mismatches: 0, worst: null });
    const task = { name: 'xielu', tensor: 'y', isIeee: true, first, length: 1 } as const;
    expect(compareTask({ ...task, results: new ArrayBuffer(4) }).tally.failures).toBe(0);
    expect(compareTask({ ...task, results: Float32Array.of(0.001).buffer }).tally.failures).toBe(1);
  });

  test.each([
    ['elu', 'y'],
    ['sigmoid', 'dx'],
    ['identity', 'y'],
    ['reluSquared', 'y'],
    ['hardSwish', 'dx'],
  ] as const)('agrees with the plain comparison: %s %s', (name, tensor) => {
    const { truth, points } = truthOf(name, tensor);
    // Ranges over zeros, subnormals, kinks, overflow, ∞ and NaN, their ends inside blocks.
    for (const first of [
      0, 0x007f_ff00, 0x3f7f_8123, 0x5f00_1234, 0x7f7f_f000, 0x8000_0000, 0xc2b0_0077, 0xff7f_ff00,
    ]) {
      const length = 70_000;
      const x = floatsFrom(first, length);
      const exact = new Float64Array(length);
      truth.fill({ x, dy: new Float32Array(length).fill(1) }, exact);
      // A float32 off by some steps, now and then something quite wrong.
      const got = Float32Array.from(exact, (value, i) => {
        if (i % 9973 === 0) return [NaN, Infinity, -1, 0][(i / 9973) % 4]!;
        return Math.fround(value) + ((i % 7) - 3) * spacing(value) * Number(i % 5 === 0);
      });
      const plain = new UlpComparison(1.5);
      for (let i = 0; i < length; i++) plain.add(first + i, x[i]!, exact[i]!, got[i]!);
      const tally = new RangeComparison(truth, points, 1.5).compare(first, got);
      expect(tally.values).toBe(length);
      expect(tally.failures).toBe(plain.failureCount);
      expect(tally.mismatches).toBe(plain.mismatchCount);
      expect(Number(tally.worst?.ulp ?? 0)).toBeCloseTo(plain.maxUlp, 4);
      if (plain.maxUlp > 2) expect(tally.worst!.xBits).toBe(plain.worst!.index);
      expect(tally.histogram.reduce((sum, count) => sum + count)).toBe(length);
    }
  });

  test('flushed results are counted, and right', () => {
    const identity = new RangeComparison(
      truthFrom((x) => x),
      [],
      0.5,
    );
    const tally = identity.compare(0, new Float32Array(BLOCK_LENGTH));
    expect(tally).toMatchObject({ flushed: BLOCK_LENGTH - 1, failures: 0, worst: null });
    expect(tally.histogram[0]).toBe(BLOCK_LENGTH);
  });

  test('a single wrong element of a constant block is found', () => {
    const got = new Float32Array(BLOCK_LENGTH).fill(1);
    got[777] = 1.0000002;
    const tally = new RangeComparison(
      truthFrom(() => 1),
      [],
      0.5,
    ).compare(0x4000_0000, got);
    expect(tally).toMatchObject({ failures: 1, worst: { xBits: 0x4000_0000 + 777, expected: 1 } });
  });
});

describe('tallies', () => {
  const tallyOf = (ulp: number, xBits: number): Tally => ({
    ...emptyTally,
    values: 10,
    failures: 1,
    worst: { ulp: ulp === Infinity ? 'Infinity' : ulp, x: 1, xBits, expected: 1, got: 2 },
  });

  test('merge in any order', () => {
    const tallies = [
      emptyTally,
      tallyOf(2, 30),
      tallyOf(3, 20),
      tallyOf(3, 10),
      tallyOf(Infinity, 90),
      tallyOf(Infinity, 80),
    ];
    for (const order of [tallies, [...tallies].reverse()]) {
      expect(order.slice(0, 4).reduce(mergeTallies).worst?.ulp ?? 3).toBeDefined();
      expect(order.reduce(mergeTallies)).toMatchObject({
        values: 50,
        failures: 5,
        worst: { ulp: 'Infinity', xBits: 80 },
      });
    }
    expect(tallies.slice(0, 4).reduce(mergeTallies).worst).toMatchObject({ ulp: 3, xBits: 10 });
  });
});

describe('the pool', () => {
  /** Workers in this thread, which answer a while after they were asked. */
  function localWorkers(count: number, { isBroken = false } = {}) {
    const log = { busy: 0, most: 0, terminated: 0 };
    const workers: Workers = {
      count,
      start() {
        let answer: (outcome: Outcome) => void;
        let fail: (error: Error) => void;
        return {
          post(task) {
            log.most = Math.max(log.most, ++log.busy);
            setTimeout(() => {
              log.busy--;
              if (isBroken) fail(new Error('out of order'));
              else answer(compareTask(task));
            });
          },
          listen: (onAnswer, onFailure) => {
            [answer, fail] = [onAnswer, onFailure];
          },
          terminate: () => log.terminated++,
        };
      },
    };
    return { workers, log };
  }
  const task = (first: number, value: number) => ({
    ...({ name: 'relu', tensor: 'y', isIeee: true, first, length: 256 } as const),
    results: new Float32Array(256).fill(value).buffer,
  });

  test('spreads tasks, two a worker at most, and answers each its own', async () => {
    const { workers, log } = localWorkers(2);
    const pool = new ComparisonPool(workers);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => pool.compare(task(0x8000_1000 + 256 * i, i % 3 === 0 ? 7 : 0))),
    );
    pool.terminate();
    expect(outcomes.map(({ tally }) => tally.failures)).toEqual(outcomes.map((_, i) => (i % 3 === 0 ? 256 : 0)));
    expect(log).toEqual({ busy: 0, most: 4, terminated: 2 });
  });

  test('the failure of a worker fails every task', async () => {
    const pool = new ComparisonPool(localWorkers(1, { isBroken: true }).workers);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => pool.compare(task(0, 0))));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(pool.compare(task(0, 0))).rejects.toThrow('out of order');
  });
});

describe('parts of a long check', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exhaustive-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const adapter = { name: 'test adapter', vendor: '', architecture: '', device: '', description: '', software: true };

  /** Says that every input is within ½ ULP but the first of the part; stops working after so many parts. */
  function runtimeFor(parts: number) {
    const asked: number[] = [];
    const runtime = {
      name: 'test runtime',
      async call(_name: string, { first, count }: SweepRequest) {
        if (asked.length === parts) throw new Error('interrupted');
        asked.push(first);
        const histogram = new Array<number>(HISTOGRAM_LENGTH).fill(0);
        [histogram[2], histogram[4]] = [count - 1, 1];
        const worst = { ulp: 0.9 + first / 2 ** 40, x: 0, xBits: first, expected: 1, got: 1 };
        const tally: Tally = { ...emptyTally, values: count, histogram, worst };
        return { answer: { forward: tally, derivative: tally } satisfies PassTallies };
      },
    } as unknown as Pick<Runtime, 'name' | 'call'>;
    return { runtime, asked };
  }
  const options = () => ({ folder, partLength: 2 ** 28 });

  test('an interrupted check goes on where it was, to the same record', async () => {
    const first = runtimeFor(5);
    await expect(checkExhaustively(first.runtime, adapter, 'sigmoid', options())).rejects.toThrow('interrupted');
    const second = runtimeFor(100);
    const results = await checkExhaustively(second.runtime, adapter, 'sigmoid', options());
    expect([...first.asked, ...second.asked]).toEqual(Array.from({ length: 16 }, (_, part) => part * 2 ** 28));
    const record = JSON.parse(await readFile(join(folder, 'sigmoid.json'), 'utf8'));
    expect(record).toMatchObject({
      name: 'sigmoid',
      adapter: 'test adapter',
      runtime: 'test runtime',
      sha256: wgslHash(resolveActivation('sigmoid')),
      passes: { forward: { values: 2 ** 32, bound: 1.75, histogram: { '≤ 0.5': 2 ** 32 - 16, '≤ 1': 16 } } },
    });
    expect(record.range).toBeUndefined();
    expect(record.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(results).toMatchObject([{ status: 'passed', values: 2 ** 32 }, { status: 'passed' }]);
    await expect(access(join(folder, 'sigmoid.partial.json'))).rejects.toThrow();
  });

  test('on another adapter it starts again', async () => {
    await expect(checkExhaustively(runtimeFor(5).runtime, adapter, 'sigmoid', options())).rejects.toThrow();
    const again = runtimeFor(100);
    await checkExhaustively(again.runtime, { ...adapter, name: 'other' }, 'sigmoid', options());
    expect(again.asked).toHaveLength(16);
  });

  test('a part of the inputs says so in its record', async () => {
    const range = { first: 2 ** 20, end: 2 ** 20 + 1000 };
    await checkExhaustively(runtimeFor(1).runtime, adapter, 'sigmoid', { folder, range });
    const record = JSON.parse(await readFile(join(folder, 'sigmoid.json'), 'utf8'));
    expect(record).toMatchObject({ range, passes: { derivative: { values: 1000 } } });
  });
});

function truthFrom(value: (x: number) => number): Truth {
  return {
    tensor: 'y',
    direction: 'forward',
    fill({ x }, exact) {
      for (let i = 0; i < exact.length; i++) exact[i] = value(x![i]!);
    },
  };
}

function floatsFrom(first: number, length: number): Float32Array {
  return new Float32Array(Uint32Array.from({ length }, (_, i) => first + i).buffer);
}

function floatOf(bits: number): number {
  return floatsFrom(bits, 1)[0]!;
}
