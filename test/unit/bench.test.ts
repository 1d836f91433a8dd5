import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COPY_SHAPES, copyText } from '../../bench/copy.js';
import { geometricMean, interleave, quantilesOf, ratioOf } from '../../bench/measure.js';
import { hasFormula, naiveKernels, naiveLoop } from '../../bench/naive.js';
import { commonRows, createReport, formatCsv, regressionsOf } from '../../bench/report.js';
import { copyRatios, naiveCosts, peerRatios, type Row } from '../../bench/rows.js';
import { POISON, setCountOf } from '../../bench/subject.js';
import { faultOf } from '../../bench/verify.js';
import { exactOf, Inputs, planWork } from '../../bench/work.js';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import type { Definition } from '../../src/definition.js';

const passes = ['forward', 'backward'] as const;
const names = Object.keys(catalogue);

test('quantiles interpolate, and ratios are taken pair by pair', () => {
  expect(quantilesOf([5, 1, 3, 2, 4, 6])).toEqual({ p20: 2, p50: 3.5, p80: 5 });
  expect(ratioOf([2, 20, 200], [1, 10, 100]).p50).toBe(2);
  expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
});

test('subjects are measured in turn, in spans that are long enough', async () => {
  const calls: string[] = [];
  const subject = (name: string, wall: number) => ({
    name,
    async span(count: number) {
      calls.push(`${name}${count}`);
      return { wall: wall * count };
    },
  });
  const samples = await interleave([subject('a', 10), subject('b', 100)], { rounds: 2, spanNanoseconds: 100 });
  expect(calls).toEqual(['a1', 'b1', 'a10', 'b1', 'a10', 'b1']);
  expect(samples.map(({ spans }) => spans)).toEqual([
    [{ wall: 10 }, { wall: 10 }],
    [{ wall: 100 }, { wall: 100 }],
  ]);
});

test('a copy kernel needs every input for an output', () => {
  const bodies = [1, 2, 3].map(
    (reads) => copyText({ reads: ['a', 'b', 'c'].slice(0, reads), writes: reads === 3 ? ['y', 'z'] : ['y'] }).body,
  );
  expect(bodies).toEqual(['y[i] = a[i];', 'y[i] = a[i] ^ b[i];', 'y[i] = a[i] ^ b[i]; z[i] = b[i] ^ c[i];']);
  expect(new Set(COPY_SHAPES.map((shape) => JSON.stringify(shape))).size).toBe(COPY_SHAPES.length);
});

test.each(names)('%s: the work moves what the pass must, and its sets outgrow a cache', (name) => {
  for (const pass of passes) {
    const work = planWork(resolveActivation(name), pass, 4096);
    expect(work.bytes).toBe(4096 * 4 * (work.reads.length + work.writes.length));
    expect([...work.writes, ...work.smallWrites]).not.toEqual([]);
    expect(setCountOf(work)).toBeGreaterThanOrEqual(2);
    const inputs = new Inputs().of(work);
    expect(Object.keys(inputs)).toEqual([...work.reads, ...work.smallReads]);
  }
  expect(setCountOf({ bytes: 2 ** 25 })).toBe(4);
});

const naiveWorks = names.flatMap((name) =>
  passes.flatMap((pass) => {
    const work = planWork(resolveActivation(name), pass, 1000);
    return hasFormula(work) ? [{ name, pass, work }] : [];
  }),
);

test('every activation has a naive formula, but for sums over rows or channels', () => {
  const wanted = Object.entries<Definition>(catalogue).filter(
    ([, { maps, requires }]) => maps === 'element' && (!requires || requires === 'gate'),
  );
  const named = new Set(naiveWorks.map(({ name }) => name));
  expect([...named], 'a formula in bench/naive.ts is what is missing').toEqual(wanted.map(([name]) => name));
  expect(naiveWorks).toHaveLength(2 * wanted.length);
});

test.each(naiveWorks)('$name $pass: the naive formula is the function', ({ work }) => {
  const inputs = new Inputs().of(work);
  const outputs = Object.fromEntries(work.writes.map((tensor) => [tensor, new Float32Array(work.length)]));
  naiveLoop(work)(inputs, outputs);
  expect(faultOf(work, inputs, outputs, { kind: 'loose' })).toBeUndefined();
  const [text, shape] = naiveKernels(work, COPY_SHAPES[0]!)[0]!;
  expect(text.body).toContain(`${work.writes[0]}[i] =`);
  expect(shape).toBe(COPY_SHAPES[0]);
});

test('naive kernels of rows have a workgroup a row, of several sizes, where whole vectors fill it', () => {
  const shapesOf = (length: number) => {
    const work = planWork(resolveActivation('softmax'), 'forward', length);
    return naiveKernels(work, COPY_SHAPES[0]!).map(([, { workgroupSize, steps }]) => [workgroupSize, steps]);
  };
  expect(shapesOf(4096)).toEqual([4, 8, 64].map((threads) => [threads, 256 / threads]));
  expect(shapesOf(3000)).toEqual([5, 50].map((threads) => [threads, 250 / threads]));
  expect(shapesOf(8)).toEqual([[2, 1]]);
  expect(shapesOf(1003)).toEqual([]);
});

test('a wrong result, a NaN and what was never written are found', () => {
  const work = planWork(resolveActivation('gelu'), 'forward', 4096);
  const inputs = new Inputs().of(work);
  const { y } = exactOf(work, inputs, work.length);
  for (const tolerance of [{ kind: 'loose' }, { kind: 'contract', isIeee: true }] as const) {
    const fault = (change: (results: Float32Array) => void) => {
      const results = Float32Array.from(y!);
      change(results);
      return faultOf(work, inputs, { y: results }, tolerance);
    };
    expect(fault(() => undefined)).toBeUndefined();
    expect(fault((results) => results.fill(Number.NaN, 4095))).toBe('y[4095]: got NaN');
    expect(fault((results) => results.fill(POISON, 100, 101))).toBe(`y[100]: got ${POISON}`);
    expect(fault((results) => results.fill(3, 7, 8))).toMatch(/^y\[7\]: expected /);
  }
  expect(faultOf(work, inputs, {}, { kind: 'loose' })).toBe('y: expected 4096 elements, got none');
});

test('beside a root, and where f′ is below 2⁻¹²⁶, an error need not be small in ULP', () => {
  const tolerance = { kind: 'contract', isIeee: true } as const;
  const root = planWork(resolveActivation('xielu'), 'forward', 4);
  // y[0] is −0.017: two ULP of it are 4e-9, and its terms allow 1.6e-7
  const inputs = { x: Float32Array.of(-0.76, -0.7605, 1, 2) };
  const y = exactOf(root, inputs, 4).y!;
  const off = (error: number) =>
    faultOf(root, inputs, { y: Float32Array.from(y, (exact) => exact + error) }, tolerance);
  expect(off(1e-8)).toBeUndefined();
  expect(off(1e-6)).toMatch(/^y\[0\]: expected /);

  const flushed = (z: number) => {
    const tail = planWork(resolveActivation('laplace'), 'backward', 4);
    const { mu, sigma } = tail.parameters as { mu: number; sigma: number };
    const inputs = { x: new Float32Array(4).fill(mu + z * sigma), dy: new Float32Array(4).fill(1000) };
    expect(exactOf(tail, inputs, 4).dx![0]).toBeGreaterThan(2 ** -126);
    return faultOf(tail, inputs, { dx: new Float32Array(4) }, tolerance);
  };
  expect(flushed(13.4)).toBeUndefined();
  expect(flushed(13)).toMatch(/^dx\[0\]: expected /);
});

test('every pass of every function has a time on record', () => {
  const files = readdirSync('bench/results').filter((file) => /^bench(-.*)?\.json$/.test(file));
  const rows = files.flatMap((file): Row[] => JSON.parse(readFileSync(`bench/results/${file}`, 'utf8')).rows);
  const timed = new Set(
    rows.flatMap(({ subject, name, pass, p50 }) => (subject === 'ours' && p50 ? [`${name} ${pass}`] : [])),
  );
  const wanted = names.flatMap((name) => passes.map((pass) => `${name} ${pass}`));
  expect(
    wanted.filter((each) => !timed.has(each)),
    'of these there is no time: `npm run bench -- --peers --json bench/results/bench.json` measures them',
  ).toEqual([]);
});

test('a weight’s gradient is compared with its float64 sum', () => {
  const work = planWork(resolveActivation('prelu'), 'backward', 4096);
  const inputs = new Inputs().of(work);
  const { x, dy } = inputs;
  const dWeight = x!.reduce((sum, value, i) => (value < 0 ? sum + value * dy![i]! : sum), 0);
  const dx = Float32Array.from(exactOf(work, inputs, work.length).dx!);
  const fault = (gradient: number) =>
    faultOf(work, inputs, { dx, dWeight: Float32Array.of(gradient) }, { kind: 'contract', isIeee: true });
  expect(fault(dWeight)).toBeUndefined();
  expect(fault(dWeight + 1)).toMatch(/^dWeight: expected /);
  expect(fault(Number.NaN)).toMatch(/^dWeight: expected /);
});

function row(given: Partial<Row>): Row {
  const figures = { bytes: 8, clock: 'wall', p20: 9, p50: 10, p80: 11, gigabytesPerSecond: 1 } as const;
  return {
    ...{ name: 'relu', pass: 'forward', dtype: 'f32', n: 4, subject: 'ours', kind: 'ours', ...figures },
    ...{ fractionOfCopy: 1, fractionOfCopySpread: [0.98, 1.02], timesOurs: 1, timesOursSpread: [1, 1] },
    ...{ cold: null, roundTrip: null },
    ...given,
  };
}

test('ratios are to the fastest peer on the GPU; what was wrong and what runs on the CPU do not count', () => {
  const rows = [
    row({ fractionOfCopy: 0.9 }),
    row({ subject: 'jax-js', kind: 'peer', p50: 30, timesOurs: 3 }),
    row({ subject: 'tfjs-webgpu', kind: 'peer', p50: 20, timesOurs: 2 }),
    row({ subject: 'onnxruntime-web', kind: 'peer', p50: null, timesOurs: null, fault: 'y[0]: got NaN' }),
    row({ subject: 'loop', kind: 'cpu', p50: 1, timesOurs: 0.1 }),
    row({ subject: 'naive', kind: 'naive', timesOurs: 0.5 }),
    row({ name: 'gelu', fractionOfCopy: 0.4 }),
    row({ name: 'gelu', subject: 'jax-js', kind: 'peer', p50: 80, timesOurs: 8 }),
  ];
  expect(peerRatios(rows).forward).toEqual({ geomean: 4, min: 2, minName: 'relu', max: 8, maxName: 'gelu' });
  expect(peerRatios(rows).backward).toBeNull();
  expect(copyRatios(rows).forward).toMatchObject({ geomean: 0.6, min: 0.4, minName: 'gelu' });
  expect(naiveCosts(rows).forward).toMatchObject({ max: 2, maxName: 'relu' });
});

test('a regression is a loss beyond both runs’ noise', () => {
  const slower = row({ fractionOfCopy: 0.8, fractionOfCopySpread: [0.78, 0.82] });
  const noisy = row({ fractionOfCopy: 0.8, fractionOfCopySpread: [0.6, 0.99] });
  const close = row({ fractionOfCopy: 0.96, fractionOfCopySpread: [0.95, 0.97] });
  const wrong = row({ fractionOfCopy: null, fractionOfCopySpread: null, fault: 'y[0]: got NaN' });
  const before = [row({}), row({ subject: 'copy', kind: 'copy' })];
  expect(regressionsOf([slower], before)).toEqual([{ name: 'relu', pass: 'forward', n: 4, before: 1, now: 0.8 }]);
  expect(regressionsOf([wrong], before)).toHaveLength(1);
  for (const now of [noisy, close, row({}), row({ name: 'gelu', fractionOfCopy: 0.1 })])
    expect(regressionsOf([now], before)).toEqual([]);
  expect(commonRows([slower, row({ n: 8 }), row({ name: 'gelu' }), row({ dtype: 'f16' })], before)).toEqual([
    [slower, before[0]],
  ]);
});

test('the CSV has a line for each row and quotes what would break it', () => {
  const adapter = { name: 'A, "B"', vendor: '', architecture: '', device: '', description: '', software: true };
  const ratio = { p20: 1, p50: 1, p80: 1 };
  const report = createReport(
    { adapter, runtime: 'Node', date: '2026-01-01', commit: 'abc' },
    {
      ...{ clock: 'wall', rounds: 1, copyShapes: [], versions: {}, startup: [], rows: [row({ n: 8 }), row({})] },
      fusion: [],
      halves: [],
      launch: { dispatches: 1, n: 1, ours: ratio, raw: ratio, ratio, recordingRatio: ratio },
    },
  );
  const lines = formatCsv(report).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^date,commit,adapter,runtime,name,pass,dtype,n,subject,/);
  expect(lines[1]).toMatch(/^2026-01-01,abc,"A, ""B""",Node,relu,forward,f32,8,ours,ours,8,wall,9,10,11,1,1,1,,,$/);
});
