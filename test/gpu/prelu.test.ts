/** The learned slope: dx and the deterministic sum dWeight, for every layout, against float64. */
import { describe, expect, test } from 'vitest';
import { bufferOf, exactValues, POISON, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();

/** Uniform on [-4, 4): a hash of the index, so that no stride through the array sees a pattern. */
function randomValues(length: number, seed: number): Float32Array<ArrayBuffer> {
  return new Float32Array(length).map((_, i) => {
    let hash = Math.imul(i + Math.imul(seed, 0x9e3779b9), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return (hash ^ (hash >>> 13)) / 2 ** 29;
  });
}

/** dWeight in float64, and Σ|terms| of each channel, which its error bound is made of. */
function sums(
  x: Float32Array,
  dy: Float32Array,
  channels: number,
  inner: number,
): { sum: Float64Array; size: Float64Array } {
  const sum = new Float64Array(channels);
  const size = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) {
    if (x[i]! >= 0) continue;
    const channel = Math.floor(i / inner) % channels;
    const term = dy[i]! * x[i]!;
    sum[channel]! += term;
    size[channel]! += Math.abs(term);
  }
  return { sum, size };
}

const layouts: [outer: number, channels: number, inner: number][] = [
  [1, 1, 1],
  [3, 1, 1],
  [70_001, 1, 1],
  [1, 1, 2 ** 16],
  [5, 7, 1],
  [6, 8, 1],
  [300, 64, 1],
  [1, 4, 3],
  [9, 3, 5],
  [8, 3, 49],
  [4, 6, 2],
  [4, 5, 4],
  [2, 3, 64],
  [3, 5, 100],
  [2, 2, 257],
  [1, 300, 256],
  [1, 2, 9000],
  [10_000, 3, 1],
  [1, 70_000, 1],
];

describe('prelu', () => {
  test.each(layouts)('[%i, %i, %i]', async (outer, channels, inner) => {
    const n = outer * channels * inner;
    const x = randomValues(n, 1);
    const dy = randomValues(n, 2);
    const weight = exactValues(channels, 3);
    const channel = (i: number): number => Math.floor(i / inner) % channels;
    const { y } = await held.gpu.forward('prelu', { x, weight }, { channels, inner });
    expect(y.findIndex((v, i) => v !== Math.fround(x[i]! >= 0 ? x[i]! : x[i]! * weight[channel(i)]!))).toBe(-1);
    const { dx, dWeight } = await held.gpu.backward('prelu', { x, weight, dy }, { channels, inner });
    expect(dx.findIndex((v, i) => v !== Math.fround(x[i]! >= 0 ? dy[i]! : dy[i]! * weight[channel(i)]!))).toBe(-1);
    const { sum, size } = sums(x, dy, channels, inner);
    const worst = Math.max(...dWeight.map((v, c) => Math.abs(v - sum[c]!) / (size[c]! || 1)));
    expect(worst).toBeLessThanOrEqual(4 * 2 ** -24);
  });

  test('dWeight and dBias together, whose partial sums need more than the least scratch memory', async () => {
    const { gpu, device } = held;
    const [outer, channels] = [4096, 256];
    const n = outer * channels;
    const x = exactValues(n, 1);
    const dy = exactValues(n, 2).map((value) => value / 16);
    const tensors = {
      x: bufferOf(device, x),
      dy: bufferOf(device, dy),
      weight: bufferOf(device, new Float32Array(channels).fill(0.5)),
      bias: bufferOf(device, new Float32Array(channels)),
      dx: poisoned(device, n),
      dWeight: poisoned(device, channels),
      dBias: poisoned(device, channels),
      length: n,
    };
    submit(device, (pass) => gpu.encodeBackward(pass, 'prelu', tensors, { channels }));
    const [dWeight, dBias] = [new Float64Array(channels), new Float64Array(channels)];
    x.forEach((x_i, i) => {
      dBias[i % channels]! += dy[i]! * (x_i >= 0 ? 1 : 0.5);
      if (x_i < 0) dWeight[i % channels]! += dy[i]! * x_i;
    });
    // multiples of 2⁻¹⁰ below 2¹⁴ are exact in float32
    expect(await read(device, tensors.dWeight)).toEqual(new Float32Array(dWeight));
    expect(await read(device, tensors.dBias)).toEqual(new Float32Array(dBias));
  });

  const large: [string, number, number, number][] = [
    ['1 channel of 2²⁴', 2 ** 24, 1, 1],
    ['2¹⁴ channels of 256, inner', 2 ** 22, 2 ** 14, 256],
    ['2¹⁶ channels of 64, last', 2 ** 22, 2 ** 16, 1],
  ];
  test.each(large)('dWeight of %s: within its bound, the same bits every time', async (_name, n, channels, inner) => {
    const { gpu, device } = held;
    const x = randomValues(n, 4);
    const dy = randomValues(n, 5);
    const { sum, size } = sums(x, dy, channels, inner);
    const tensors = {
      x: bufferOf(device, x),
      dy: bufferOf(device, dy),
      weight: bufferOf(device, new Float32Array(channels).fill(0.25)),
      dx: poisoned(device, n),
      dWeight: poisoned(device, channels + 4),
      length: n,
    };
    const run = async (): Promise<Float32Array> => {
      submit(device, (pass) => gpu.encodeBackward(pass, 'prelu', tensors, { channels, inner }));
      return read(device, tensors.dWeight);
    };
    const first = await run();
    const worst = sum.reduce((most, s, c) => Math.max(most, Math.abs(first[c]! - s) / size[c]!), 0);
    expect(worst).toBeLessThanOrEqual(4 * 2 ** -24);
    expect(first.subarray(channels)).toEqual(new Float32Array(4).fill(POISON));
    expect(await run()).toEqual(first);
    const dx = await read(device, tensors.dx);
    expect(dx.findIndex((v, i) => v !== (x[i]! >= 0 ? dy[i]! : dy[i]! / 4))).toBe(-1);
    for (const buffer of Object.values(tensors)) if (typeof buffer === 'object') buffer.destroy();
  });

  test('dx in place of dy, and a NaN or ∞ reaches only its own channel', async () => {
    const { gpu, device } = held;
    const x = new Float32Array([-1, -1, 1, -1, -1, -1, -2, 1]);
    const dy = new Float32Array([NaN, 1, NaN, Infinity, 2, 3, Infinity, -Infinity]);
    const dyBuffer = bufferOf(device, dy);
    const dWeight = poisoned(device, 4);
    const tensors = {
      x: bufferOf(device, x),
      dy: dyBuffer,
      dx: dyBuffer,
      weight: bufferOf(device, [2, 2, 2, 2]),
      dWeight,
      length: 8,
    };
    submit(device, (pass) => gpu.encodeBackward(pass, 'prelu', tensors, { channels: 4 }));
    expect(await read(device, dyBuffer)).toEqual(new Float32Array([NaN, 2, NaN, Infinity, 4, 6, Infinity, -Infinity]));
    expect(await read(device, dWeight)).toEqual(new Float32Array([NaN, -4, -Infinity, -Infinity]));
  });

  test('array calls larger than a piece: one channel, many, and channels longer than a piece', async () => {
    const n = 3 * 2 ** 22;
    const x = randomValues(2 * n, 8);
    const dy = randomValues(2 * n, 9);
    for (const [channels, inner] of [
      [1, 1],
      [3, 2 ** 22],
      [2, n],
      [6, 1],
    ] as const) {
      const weight = exactValues(channels);
      const { dx, dWeight } = await held.gpu.backward('prelu', { x, weight, dy }, { channels, inner });
      const { sum, size } = sums(x, dy, channels, inner);
      const worst = Math.max(...dWeight.map((v, c) => Math.abs(v - sum[c]!) / size[c]!));
      expect(worst).toBeLessThanOrEqual(4 * 2 ** -24);
      const slope = (i: number): number => (x[i]! >= 0 ? 1 : weight[Math.floor(i / inner) % channels]!);
      expect(dx.findIndex((v, i) => v !== Math.fround(dy[i]! * slope(i)))).toBe(-1);
    }
  });
});
