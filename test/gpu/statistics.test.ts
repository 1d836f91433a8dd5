/** Statistics by channel in one pass, against float64 on the CPU. */
import { describe, expect, test } from 'vitest';
import { readStatistics, type Statistics, statisticsByteLength } from '../../src/index.js';
import { reference } from '../../src/reference/index.js';
import { bufferOf, POISON, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();

/** Uniform on [-1, 1): a hash of the index. */
function uniform(i: number, seed: number): number {
  let hash = Math.imul(i + Math.imul(seed, 0x9e3779b9), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) / 2 ** 31;
}

const SPECIAL = [0, -0, NaN, Infinity, -Infinity, 1e-40, -1e-40, 8, -8, 8.000001, -8.000001, 0.25, 3, -3];

/** Every kind of value: many of each channel's own scale, some special ones. */
function values(length: number, seed: number): Float32Array<ArrayBuffer> {
  return new Float32Array(length).map((_, i) => {
    const pick = uniform(i, seed + 100);
    return pick > 0.9 ? SPECIAL[Math.floor((pick - 0.9) * 10 * SPECIAL.length)]! : 6 * uniform(i, seed);
  });
}

interface Expected {
  count: number;
  minimum: number;
  maximum: number;
  mean: number;
  variance: number;
  zeros: number;
  negatives: number;
  nans: number;
  infinities: number;
  saturated: number;
  counts: number[];
  below: number;
  above: number;
  size: number;
}

/** Two passes in float64 over one channel. */
function expectedOf(
  elements: Float32Array,
  bins: number,
  [low, high]: readonly [number, number],
  slope: (value: number) => number,
  threshold = 0.01,
): Expected {
  const finite = elements.filter((value) => Number.isFinite(value));
  const edges = Array.from({ length: bins + 1 }, (_, k) => (k === bins ? high : low + (k * (high - low)) / bins));
  const counts = new Array<number>(bins).fill(0);
  let [below, above, sum, size] = [0, 0, 0, 0];
  for (const value of finite) {
    sum += value;
    size += Math.abs(value);
    if (value < low) below++;
    else if (value > high) above++;
    else {
      let bin = 0;
      while (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
      counts[bin]!++;
    }
  }
  const mean = sum / finite.length;
  let squares = 0;
  for (const value of finite) squares += (value - mean) ** 2;
  const count = (test: (value: number) => boolean): number => elements.filter(test).length;
  return {
    count: elements.length,
    minimum: finite.length ? finite.reduce((a, b) => Math.min(a, b)) : NaN,
    maximum: finite.length ? finite.reduce((a, b) => Math.max(a, b)) : NaN,
    mean,
    variance: squares / finite.length,
    zeros: count((value) => value === 0),
    negatives: count((value) => value < 0),
    nans: count((value) => Number.isNaN(value)),
    infinities: count((value) => Math.abs(value) === Infinity),
    saturated: count((value) => Math.abs(slope(value)) < threshold) / elements.length,
    counts,
    below,
    above,
    size: size / finite.length,
  };
}

/** The elements of a channel of [outer, channels, inner]. */
function channelOf(x: Float32Array, channels: number, inner: number, channel: number): Float32Array {
  return x.filter((_, i) => Math.floor(i / inner) % channels === channel);
}

function expectStatistics(got: Statistics, channel: number, want: Expected): void {
  const bins = want.counts.length;
  for (const name of ['count', 'zeros', 'negatives', 'nans', 'infinities'] as const)
    expect([name, got[name][channel]]).toEqual([name, want[name]]);
  expect(got.saturated[channel]).toBeCloseTo(want.saturated, 12);
  // the sign of a zero does not matter
  expect(got.minimum[channel]! + 0).toBe(want.minimum + 0);
  expect(got.maximum[channel]! + 0).toBe(want.maximum + 0);
  if (Number.isNaN(want.mean)) {
    expect(got.mean[channel]).toBeNaN();
    expect(got.variance[channel]).toBeNaN();
  } else {
    expect(Math.abs(got.mean[channel]! - want.mean)).toBeLessThanOrEqual(2 ** -30 * want.size + 2 ** -126);
    expect(Math.abs(got.variance[channel]! - want.variance)).toBeLessThanOrEqual(2 ** -30 * want.variance);
  }
  expect([...got.histogram.counts.subarray(channel * bins, (channel + 1) * bins)]).toEqual(want.counts);
  expect(got.histogram.below[channel]).toBe(want.below);
  expect(got.histogram.above[channel]).toBe(want.above);
}

const sigmoidSlope = (x: number): number => (Number.isNaN(x) ? NaN : reference.sigmoid.derivative(x, {}));

const layouts: [outer: number, channels: number, inner: number][] = [
  [1, 1, 1],
  [1, 1, 3],
  [1, 1, 4],
  [1, 1, 5],
  [127, 1, 1],
  [1, 1, 1029],
  [70_001, 1, 1],
  [1, 1, 2 ** 16],
  [5, 7, 1],
  [6, 8, 1],
  [300, 64, 1],
  [1, 4, 3],
  [9, 3, 5],
  [8, 3, 49],
  [4, 5, 4],
  [2, 3, 64],
  [3, 5, 100],
  [2, 2, 257],
  [1, 2, 9000],
  [10_000, 3, 1],
  [1, 3000, 1],
];

describe('every layout', () => {
  test.each(layouts)('[%i, %i, %i]', async (outer, channels, inner) => {
    const x = values(outer * channels * inner, 1);
    const got = await held.gpu.statistics('sigmoid', { x }, { channels, inner });
    expect(got.count).toHaveLength(channels);
    for (let channel = 0; channel < channels; channel += Math.ceil(channels / 20)) {
      const elements = channelOf(x, channels, inner, channel);
      expectStatistics(got, channel, expectedOf(elements, 64, [-8, 8], sigmoidSlope));
    }
  });

  test('no elements', async () => {
    const { count, mean, minimum, saturated, histogram } = await held.gpu.statistics('relu', {
      x: new Float32Array(0),
    });
    expect([...count, ...mean, ...minimum, ...saturated]).toEqual([0, NaN, NaN, NaN]);
    expect(histogram.counts).toEqual(new Float64Array(64));
  });

  test('a channel without finite elements spoils no other', async () => {
    const x = new Float32Array([NaN, 1, Infinity, 3, -Infinity, 5]);
    const got = await held.gpu.statistics('relu', { x }, { channels: 2 });
    expect([...got.mean]).toEqual([NaN, 3]);
    expect(got.variance[0]).toBeNaN();
    expect(got.variance[1]).toBeCloseTo(8 / 3, 10);
    expect([...got.minimum]).toEqual([NaN, 1]);
    expect([...got.nans]).toEqual([1, 0]);
    expect([...got.infinities]).toEqual([2, 0]);
    expect([...got.negatives]).toEqual([1, 0]);
    expect([...got.histogram.counts.subarray(0, 64)]).toEqual(new Array(64).fill(0));
  });
});

describe('histogram', () => {
  const ranges: [bins: number, low: number, high: number][] = [
    [1, -1, 1],
    [2, 0, 5],
    [10, 0, 1],
    [100, -3, 3],
    [257, 1, 4],
    [1000, -0.3, 0.7],
    [2048, -6, 6],
    [7, -5, -1],
  ];
  test.each(ranges)('%i bins of [%d, %d], by row and by column: exact at every edge', async (bins, low, high) => {
    // the range is rounded to float32
    const range = [Math.fround(low), Math.fround(high)] as const;
    const x = values(6000, 3);
    for (let i = 0; i < 3000; i++) {
      const edge = Math.fround(range[0] + ((i % (bins + 1)) * (range[1] - range[0])) / bins);
      x[2 * i] = i % 3 === 0 ? edge : edge + ((i % 3) - 1.5) * 2 * Math.abs(edge) * 2 ** -24;
    }
    for (const channels of [1, 3]) {
      const got = await held.gpu.statistics('tanh', { x }, { channels, bins, range });
      expect(got.histogram.edges).toHaveLength(bins + 1);
      for (let channel = 0; channel < channels; channel++) {
        const elements = channelOf(x, channels, 1, channel);
        const slope = (value: number): number => (Number.isNaN(value) ? NaN : reference.tanh.derivative(value, {}));
        expectStatistics(got, channel, expectedOf(elements, bins, range, slope));
      }
    }
  });
});

describe('mean and variance', () => {
  test.each([
    ['far from zero', (i: number) => 1e6 + uniform(i, 5)],
    ['an outlier first', (i: number) => (i === 0 ? 1e6 : 1.3 + uniform(i, 5))],
    ['a NaN first, far from zero', (i: number) => (i === 0 ? NaN : 4096 + uniform(i, 5))],
    ['constant', () => 0.1],
    ['tiny', (i: number) => 1e-12 * uniform(i, 5)],
    ['huge', (i: number) => 1e15 * uniform(i, 5)],
  ])('%s', async (_name, value) => {
    const x = new Float32Array(100_001).map((_, i) => value(i));
    for (const channels of [1, 11]) {
      const got = await held.gpu.statistics('identity', { x: x.subarray(0, 99_990) }, { channels });
      for (let channel = 0; channel < channels; channel++) {
        const elements = channelOf(x.subarray(0, 99_990), channels, 1, channel);
        const want = expectedOf(elements, 1, [-1, 1], () => 1);
        expect(Math.abs(got.mean[channel]! - want.mean)).toBeLessThanOrEqual(2 ** -30 * want.size);
        // the CPU's own mean is rounded, too
        const noise = (want.size * 2 ** -50) ** 2;
        expect(Math.abs(got.variance[channel]! - want.variance)).toBeLessThanOrEqual(2 ** -24 * want.variance + noise);
      }
    }
  });

  test.each([
    ['large', 1e19, [1, -1, 1, 1]],
    ['the largest mean', 3.4e38, [1, 1, 1, 1]],
    ['the largest whose sum overflows', 3.4e38, [1, 1, -1, 1]],
    ['large and small', 1e18, [1, 1e-18, -1, 1e-30]],
    ['a large mean', 1e30, [1, 1.0000001, 1, 0.9999999]],
    ['small', 1e-18, [1, 1.5, -1, 0.7]],
    ['so small that squares leave float32', 3e-19, [1, -0.4, -1, 0.3]],
    ['the least', 2e-38, [1, 3, 2, 2]],
    ['a large value after small ones', 1e-30, [1, 2, 3, 1e30]],
    ['a huge value after small ones', 1e-30, [1, 2, 3, 1e48]],
    ['a huge value before small ones', 1e-30, [1e48, 2, 3, 1]],
  ])('%s', async (_name, scale, pattern) => {
    for (const repeat of [1, 3, 3000])
      for (const channels of [1, 3]) {
        const x = new Float32Array(pattern.length * repeat * channels).map((_, i) => {
          const index = Math.floor(i / channels / repeat);
          return scale * pattern[index]! * (1 + 2 ** -12 * ((i % channels) + (i % 7)));
        });
        const { mean, variance } = await held.gpu.statistics('identity', { x }, { channels });
        for (let channel = 0; channel < channels; channel++) {
          const want = expectedOf(channelOf(x, channels, 1, channel), 1, [-1, 1], () => 1);
          expect(Math.abs(mean[channel]! - want.mean)).toBeLessThanOrEqual(2 ** -30 * want.size + 2 ** -126);
          if (Math.fround(want.variance) === Infinity) expect(variance[channel]).toBe(Infinity);
          else
            expect(Math.abs(variance[channel]! - want.variance)).toBeLessThanOrEqual(
              2 ** -24 * want.variance + 2 ** -126,
            );
        }
      }
  });

  test('a variance beyond float32 is ∞', async () => {
    const x = new Float32Array([3e38, -3e38, 3e38, -3e38]);
    const { mean, variance, minimum, maximum } = await held.gpu.statistics('identity', { x });
    expect([...mean, ...variance]).toEqual([0, Infinity]);
    expect([...minimum, ...maximum]).toEqual([Math.fround(-3e38), Math.fround(3e38)]);
  });

  test('a piece of an array may have a variance beyond float32', async () => {
    // one outlier among 2²³ and more: about 1e23² / 2²³ = 1.2e39 in its piece, a quarter of that in all
    const x = new Float32Array(2 ** 25);
    x[5] = 1e23;
    const { mean, variance } = await held.gpu.statistics('identity', { x });
    const share = 1 / x.length;
    expect(Math.abs(mean[0]! / (x[5]! * share) - 1)).toBeLessThan(2 ** -24);
    expect(Math.abs(variance[0]! / (x[5]! ** 2 * share * (1 - share)) - 1)).toBeLessThan(2 ** -22);
  });
});

describe('saturation', () => {
  test('from y, where f′ is a function of it', async () => {
    const y = new Float32Array(1000).map((_, i) => (uniform(i, 7) + 1) / 2);
    const { saturated } = await held.gpu.statistics('sigmoid', { y }, { saturationThreshold: 0.1 });
    expect(saturated[0]).toBe(y.filter((value) => value * (1 - value) < 0.1).length / 1000);
    const relu = await held.gpu.statistics('relu', { y: new Float32Array([0, 0, 0, 2]) });
    expect(relu.saturated[0]).toBe(0.75);
    expect(relu.zeros[0]).toBe(3);
  });

  test('prelu reads its weight, parameters are data', async () => {
    const x = new Float32Array([-1, -1, -1, 1, 1, 1]);
    const weight = new Float32Array([0.001, 0.5, 0.001]);
    const { saturated } = await held.gpu.statistics('prelu', { x, weight });
    expect([...saturated]).toEqual([0.5, 0, 0.5]);
    for (const alpha of [0.001, 0.5]) {
      const leaky = await held.gpu.statistics('leakyRelu', { x }, { alpha });
      expect(leaky.saturated[0]).toBe(alpha < 0.01 ? 0.5 : 0);
    }
  });
});

describe('in a pipeline', () => {
  test('offsets, bytes on either side, the same bits every time', async () => {
    const { gpu, device } = held;
    for (const [n, channels, inner] of [
      [2 ** 20 + 1, 1, 1],
      [6000, 60, 10],
      [90_000, 3, 1000],
    ] as const) {
      const x = values(n, 9);
      const bytes = statisticsByteLength({ channels, bins: 20 });
      const xBuffer = bufferOf(device, [
        ...new Float32Array(64).fill(POISON),
        ...x,
        ...new Float32Array(9).fill(POISON),
      ]);
      const results = [];
      for (let run = 0; run < 3; run++) {
        const statistics = poisoned(device, 64 + bytes / 4 + 5);
        submit(device, (pass) =>
          gpu.encodeStatistics(
            pass,
            'sigmoid',
            { x: { buffer: xBuffer, offset: 256 }, statistics: { buffer: statistics, offset: 256 }, length: n },
            { channels, inner, bins: 20, range: [-2, 2] },
          ),
        );
        const words = await read(device, statistics);
        expect(words.subarray(0, 64)).toEqual(new Float32Array(64).fill(POISON));
        expect(words.subarray(64 + bytes / 4)).toEqual(new Float32Array(5).fill(POISON));
        results.push(new Uint32Array(words.buffer, 256, bytes / 4));
      }
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
      const got = readStatistics(results[0]!);
      for (let channel = 0; channel < channels; channel += 7) {
        const elements = channelOf(x, channels, inner, channel);
        expectStatistics(got, channel, expectedOf(elements, 20, [-2, 2], sigmoidSlope));
      }
    }
  });

  test('one pass: x is bound once', () => {
    const { gpu, device } = held;
    const bound: (number | undefined)[] = [];
    const x = poisoned(device, 4096);
    const create = device.createBindGroup;
    device.createBindGroup = function (descriptor) {
      for (const { resource } of descriptor.entries as GPUBindGroupEntry[])
        if ((resource as GPUBufferBinding).buffer === x) bound.push((resource as GPUBufferBinding).size);
      return create.call(this, descriptor);
    };
    const statistics = poisoned(device, statisticsByteLength() / 4);
    submit(device, (pass) => gpu.encodeStatistics(pass, 'gelu', { x, statistics, length: 4096 }));
    device.createBindGroup = create;
    expect(bound).toEqual([4096 * 4]);
  });
});

describe('large', () => {
  test('arrays in pieces that are merged: a channel cut, and channels apart', async () => {
    const x = new Float32Array(3 * (2 ** 22 - 5)).map((_, i) => 5 + uniform(i, 11) * (i % 3));
    for (const channels of [1, 3]) {
      const inner = x.length / channels;
      const done: number[] = [];
      const onProgress = (count: number): void => void done.push(count);
      const got = await held.gpu.statistics('relu', { x }, { channels, inner, bins: 4, onProgress });
      expect(done.length).toBeGreaterThan(1);
      expect(done.at(-1)).toBe(x.length);
      for (let channel = 0; channel < channels; channel++) {
        const elements = x.subarray(channel * inner, (channel + 1) * inner);
        expectStatistics(
          got,
          channel,
          expectedOf(elements, 4, [-8, 8], () => 1),
        );
      }
    }
  });
});

describe('errors, before any GPU work', () => {
  test('names, options, tensors', async () => {
    const { gpu } = held;
    const x = new Float32Array(12);
    await expect(gpu.statistics('gelu', { y: x })).rejects.toThrow(
      new TypeError('gelu.statistics: expected x, got y; its derivative is no function of y'),
    );
    await expect(gpu.statistics('swiglu', { x })).rejects.toThrow(
      /swiglu\.statistics: expected an activation of single elements, got swiglu/,
    );
    await expect(gpu.statistics('relu', { x }, { bins: 0 })).rejects.toThrow(/expected bins to be an integer from 1/);
    await expect(gpu.statistics('relu', { x }, { range: [1, 1] })).rejects.toThrow(RangeError);
    await expect(gpu.statistics('relu', { x }, { channels: 5 })).rejects.toThrow(
      /multiple of channels · inner = 5 · 1, got 12/,
    );
    await expect(gpu.statistics('relu', { x }, { bin: 3 } as object)).rejects.toThrow(/did you mean "bins"/);
    await expect(gpu.statistics('leakyRelu', { y: x }, { alpha: -1 })).rejects.toThrow(/alpha > 0 when y is given/);
    await expect(gpu.statistics('prelu', { x })).rejects.toThrow(/expected x, weight, got no weight/);
    expect(() => readStatistics(new Uint8Array(40))).toThrow(RangeError);
  });

  test('a buffer too small for the records, or the tensor’s own', () => {
    const { gpu, device } = held;
    const x = poisoned(device, 1024);
    submit(device, (pass) => {
      expect(() => gpu.encodeStatistics(pass, 'relu', { x, statistics: poisoned(device, 64), length: 16 })).toThrow(
        /expected statistics to hold 328 bytes, got 256/,
      );
      expect(() => gpu.encodeStatistics(pass, 'relu', { x, statistics: x, length: 16 })).toThrow(
        /statistics not to overlap x/,
      );
    });
  });
});

test('a gate is none of an activation’s own tensors', async () => {
  const x = Float32Array.of(1, 2, 3);
  for (const tensors of [
    { gate: x, up: 'nonsense' },
    { x, gate: x },
  ])
    await expect(held.gpu.statistics('gelu', tensors as never)).rejects.toThrow(/^gelu\.statistics: expected x, got /);
});
