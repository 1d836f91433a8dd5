import { expect, test } from 'vitest';
import { bench, measureRows } from '../../bench/bench.js';
import { COPY_SHAPES, copyText } from '../../bench/copy.js';
import { formatShape, Kernel } from '../../bench/kernel.js';
import { naiveKernels } from '../../bench/naive.js';
import { loop } from '../../bench/peers/loop.js';
import { DeviceSubject, Sets } from '../../bench/subject.js';
import { faultOf } from '../../bench/verify.js';
import { Inputs, PASSES, planWork } from '../../bench/work.js';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import { useDevice } from './support.js';

const held = useDevice();
const shape = { lanes: 4, workgroupSize: 64, steps: 2, isUnrolled: true } as const;

test('measures ours, copy, naive and a peer in one run, on a length that is no multiple of four', async () => {
  const labels: string[] = [];
  const { rows, launch, fusion, halves, startup, copyShapes } = await bench(navigator.gpu, held.gpu, {
    ...{ names: ['relu', 'swiglu', 'prelu'], lengths: [1003], peers: [loop], rounds: 2, isIeee: true },
    onProgress: (label) => labels.push(label),
  });
  expect(rows.filter(({ fault }) => fault)).toEqual([]);
  const subjects = (name: string, pass: string) =>
    rows.filter((row) => row.name === name && row.pass === pass).map(({ subject }) => subject);
  for (const pass of ['forward', 'backward']) {
    for (const name of ['relu', 'swiglu']) expect(subjects(name, pass)).toEqual(['ours', 'copy', 'naive', 'loop']);
    expect(subjects('prelu', pass)).toEqual(['ours', 'copy']);
  }
  for (const { p20, p50, p80, fractionOfCopy, timesOurs, gigabytesPerSecond } of rows) {
    expect(p20).toBeLessThanOrEqual(p50!);
    expect(p50).toBeLessThanOrEqual(p80!);
    for (const figure of [fractionOfCopy, timesOurs, gigabytesPerSecond]) expect(figure).toBeGreaterThan(0);
  }
  expect(launch.ratio.p50).toBeGreaterThan(0);
  expect(startup.map(({ subject }) => subject)).toEqual(['ours', 'loop']);
  expect(copyShapes.map(({ reads, writes }) => [reads, writes])).toEqual([
    [1, 1],
    [2, 1],
    [2, 1],
    [3, 2],
  ]);
  expect(fusion.map(({ ratio, ideal }) => ratio.p50 > 0 && ideal > 1)).toEqual([true, true, true]);
  expect(halves.map(({ name, dtype }) => `${name} ${dtype}`).slice(0, 4)).toEqual([
    'relu f16',
    'relu bf16',
    'relu f16',
    'relu bf16',
  ]);
  for (const { ratio } of halves) expect(ratio.p50).toBeGreaterThan(0);
  expect(labels).toHaveLength(2 + 6 + 2);
});

test('measures functions that give one value a row', async () => {
  const { rows, copyShapes } = await measureRows(held.gpu, {
    ...{ names: ['logSumExp', 'crossEntropy'], lengths: [4096], rounds: 1, isIeee: true, extent: 'glance' },
  });
  expect(rows.filter(({ fault }) => fault)).toEqual([]);
  expect(rows.map(({ name, pass, subject }) => `${name} ${pass} ${subject}`)).toEqual(
    ['logSumExp', 'crossEntropy'].flatMap((name) =>
      PASSES.flatMap((pass) => ['ours', 'copy'].map((subject) => `${name} ${pass} ${subject}`)),
    ),
  );
  for (const { gigabytesPerSecond } of rows) expect(gigabytesPerSecond).toBeGreaterThan(0);
  expect(copyShapes.map(({ reads, writes }) => [reads, writes])).toContainEqual([1, 0]);
});

test('a copy kernel of every shape copies', async () => {
  const work = planWork(resolveActivation('identity'), 'forward', 100_003);
  const inputs = new Inputs().of(work);
  for (const copyShape of COPY_SHAPES) {
    const sets = new Sets(held.device, work, inputs);
    sets.poison();
    const kernel = await Kernel.create(held.device, copyText(work), copyShape);
    const subject = new DeviceSubject('copy', held.device, sets, (pass, buffers) =>
      kernel.encode(pass, buffers, work.length),
    );
    await subject.span(1);
    expect((await subject.read()).y, formatShape(copyShape)).toEqual(inputs.x);
    subject.dispose();
    kernel.destroy();
    sets.destroy();
  }
});

/** No multiple of four but in rows, which are whole. */
const naive = Object.keys(catalogue).flatMap((name) => {
  const length = resolveActivation(name).maps === 'row' ? 3000 : 4099;
  const works = PASSES.map((pass) => planWork(resolveActivation(name), pass, length));
  return naiveKernels(works[0]!, shape).length ? [{ name, works }] : [];
});

test.each(naive)('$name: the naive kernels compute the function', async ({ works }) => {
  for (const work of works) {
    const inputs = new Inputs().of(work);
    const sets = new Sets(held.device, work, inputs);
    for (const [text, launch] of naiveKernels(work, shape)) {
      sets.poison();
      const kernel = await Kernel.create(held.device, text, launch);
      const subject = new DeviceSubject('naive', held.device, sets, (encoder, buffers) =>
        kernel.encode(encoder, buffers, work.length),
      );
      await subject.span(1);
      expect(faultOf(work, inputs, await subject.read(), { kind: 'loose' })).toBeUndefined();
      subject.dispose();
      kernel.destroy();
    }
    sets.destroy();
  }
});
