/** Layers of models that people run, forward and backward through public calls alone, against float64. */
import { expect, test } from 'vitest';
import { exactValues, useDevice } from './support.js';

const held = useDevice();

type Vector = ArrayLike<number>;

/** [m, k] · [k, n] in float64. */
function product(a: Vector, b: Vector, [m, k, n]: readonly [number, number, number]): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let p = 0; p < k; p++) c[i * n + j]! += a[i * k + p]! * b[p * n + j]!;
  return c;
}

const transposed = (a: Vector, rows: number, columns: number): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!);

/** Multiples of 1/8 from −16 to 16, scaled. */
const values = (length: number, seed: number, scale: number): Float32Array<ArrayBuffer> =>
  exactValues(length, seed).map((value) => value * scale);

const largestOf = (a: Vector): number => Array.from(a).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** At most 4 ULP of the largest number off. */
function expectNear(got: Vector, exact: Vector, largest = largestOf(exact)): void {
  expect(got.length).toBe(exact.length);
  for (let i = 0; i < exact.length; i++)
    expect(Math.abs(got[i]! - exact[i]!), `at ${i}`).toBeLessThan(largest * 2 ** -21);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

test('the feed-forward of gpt-oss: interleaved gate and up, clamped', async () => {
  const [tokens, hidden, inner] = [6, 8, 12];
  const [x, first, second] = [
    values(tokens * hidden, 1, 0.5),
    values(hidden * 2 * inner, 2, 0.25),
    values(inner * hidden, 3, 0.1),
  ];
  const h = Float32Array.from(product(x, first, [tokens, hidden, 2 * inner]));
  const layout = { columns: 2 * inner, halves: 'interleaved' } as const;
  const { y } = await held.gpu.forward('swigluOai', { x: h }, layout);

  const [alpha, limit] = [1.702, 7];
  const parts = Array.from({ length: tokens * inner }, (_, i) => {
    const [gate, up] = [h[2 * i]!, h[2 * i + 1]!];
    const [g, u] = [Math.min(gate, limit), Math.max(-limit, Math.min(up, limit))];
    const s = sigmoid(alpha * g);
    const slope = s * (1 + alpha * g * (1 - s));
    return { y: g * s * (u + 1), dGate: gate > limit ? 0 : slope * (u + 1), dUp: Math.abs(up) > limit ? 0 : g * s };
  });
  expectNear(
    y,
    parts.map((part) => part.y),
  );
  // both sides of the limits are there
  expect(
    h.some((value, i) => i % 2 === 0 && value > limit) && h.some((value, i) => i % 2 === 1 && value < -limit),
  ).toBe(true);

  const dout = values(tokens * hidden, 4, 1);
  const dy = Float32Array.from(product(dout, transposed(second, inner, hidden), [tokens, hidden, inner]));
  const { dx } = await held.gpu.backward('swigluOai', { x: h, dy }, layout);
  expectNear(
    dx,
    parts.flatMap(({ dGate, dUp }, i) => [dGate * dy[i]!, dUp * dy[i]!]),
  );
  expect(
    dx
      .filter((_, i) => (i % 2 === 0 && h[i]! > limit) || (i % 2 === 1 && Math.abs(h[i]!) > limit))
      .every((value) => value === 0),
  ).toBe(true);
});

test('a residual block of Kokoro: snake with an alpha for each channel, learned', async () => {
  const [channels, time] = [5, 40];
  const x = values(channels * time, 5, 0.125);
  const alpha = Float32Array.from({ length: channels }, (_, channel) => 0.5 + channel / 4);
  const kernel = values(channels * channels * 3, 6, 0.05);
  // [channels, time] with a kernel [out, in, 3], zeros around
  const convolve = (input: Vector, weight: (out: number, from: number, tap: number) => number): Float64Array =>
    Float64Array.from({ length: channels * time }, (_, i) => {
      const [out, t] = [Math.floor(i / time), i % time];
      let sum = 0;
      for (let from = 0; from < channels; from++)
        for (let tap = 0; tap < 3; tap++) {
          const at = t + tap - 1;
          if (at >= 0 && at < time) sum += weight(out, from, tap) * input[from * time + at]!;
        }
      return sum;
    });
  const forward = (input: Vector) => convolve(input, (out, from, tap) => kernel[(out * channels + from) * 3 + tap]!);
  const backward = (input: Vector) =>
    convolve(input, (out, from, tap) => kernel[(from * channels + out) * 3 + 2 - tap]!);
  const layout = { channels, inner: time };

  const { y } = await held.gpu.forward('snake', { x, alpha }, layout);
  const at = (i: number): number => alpha[Math.floor(i / time)]!;
  expectNear(
    y,
    Array.from(x, (value, i) => value + Math.sin(at(i) * value) ** 2 / at(i)),
  );
  const out = forward(y).map((value, i) => value + x[i]!);

  const dout = values(channels * time, 7, 0.5);
  const dy = Float32Array.from(backward(dout));
  const { dx, dAlpha } = await held.gpu.backward('snake', { x, alpha, dy }, layout);
  expectNear(
    dx,
    Array.from(x, (value, i) => dy[i]! * (1 + Math.sin(2 * at(i) * value))),
  );
  const exact = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) {
    const [a, value] = [at(i), x[i]!];
    exact[Math.floor(i / time)]! += dy[i]! * ((value * Math.sin(2 * a * value)) / a - (Math.sin(a * value) / a) ** 2);
  }
  expectNear(dAlpha, exact);

  // the whole block's gradient, by the difference of its loss
  const loss = (shift: number): number => {
    const moved = Array.from(x, (value, i) => value + (i === 17 ? shift : 0));
    const snaked = moved.map((value, i) => value + Math.sin(at(i) * value) ** 2 / at(i));
    return forward(snaked).reduce((sum, value, i) => sum + (value + moved[i]!) * dout[i]!, 0);
  };
  expect(out.length).toBe(x.length);
  expect(dx[17]! + dout[17]!).toBeCloseTo((loss(1e-4) - loss(-1e-4)) / 2e-4, 4);
});

test('rows of attention: scale, a causal mask and a sink', async () => {
  const [heads, queries, keys] = [3, 5, 7];
  const offset = keys - queries;
  const scale = 0.125;
  const x = values(heads * queries * keys, 8, 1);
  const sink = Float32Array.of(0.5, -1, 2);
  const dy = values(x.length, 9, 0.25);
  const options = { columns: keys, scale, causal: offset, queries } as const;
  const { y } = await held.gpu.forward('softmax', { x, sink }, options);
  const { dx, dSink } = await held.gpu.backward('softmax', { x, sink, dy }, options);

  const [exactY, exactDx, exactSink] = [
    new Float64Array(x.length),
    new Float64Array(x.length),
    new Float64Array(heads),
  ];
  for (let row = 0; row < heads * queries; row++) {
    const head = Math.floor(row / queries);
    const seen = Array.from({ length: (row % queries) + offset + 1 }, (_, column) => row * keys + column);
    const total = seen.reduce((sum, i) => sum + Math.exp(scale * x[i]!), Math.exp(sink[head]!));
    for (const i of seen) exactY[i] = Math.exp(scale * x[i]!) / total;
    const dot = seen.reduce((sum, i) => sum + dy[i]! * exactY[i]!, 0);
    for (const i of seen) exactDx[i] = scale * exactY[i]! * (dy[i]! - dot);
    exactSink[head]! -= (Math.exp(sink[head]!) / total) * dot;
  }
  expectNear(y, exactY);
  expectNear(dx, exactDx);
  expectNear(dSink, exactSink);
});

test('rows of attention with a padding mask, and softcap as in Gemma', async () => {
  const [batch, heads, queries, keys] = [2, 2, 3, 8];
  const [scale, softcap] = [0.5, 20];
  const x = values(batch * heads * queries * keys, 11, 1);
  const mask = Float32Array.from({ length: batch * keys }, (_, i) =>
    i % keys > 4 + Math.floor(i / keys) ? -Infinity : 0,
  );
  const dy = values(x.length, 12, 0.25);
  const options = { columns: keys, scale, softcap, maskBlock: heads * queries } as const;
  const { y } = await held.gpu.forward('softmax', { x, mask }, options);
  const { dx } = await held.gpu.backward('softmax', { x, mask, dy }, options);
  const [exactY, exactDx] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (let row = 0; row < x.length / keys; row++) {
    const own = Math.floor(row / (heads * queries)) * keys;
    const seen = [...Array(keys).keys()]
      .filter((column) => mask[own + column] === 0)
      .map((column) => row * keys + column);
    const logit = (i: number): number => softcap * Math.tanh((scale * x[i]!) / softcap);
    const total = seen.reduce((sum, i) => sum + Math.exp(logit(i)), 0);
    for (const i of seen) exactY[i] = Math.exp(logit(i)) / total;
    const dot = seen.reduce((sum, i) => sum + dy[i]! * exactY[i]!, 0);
    for (const i of seen)
      exactDx[i] = (scale / Math.cosh((scale * x[i]!) / softcap) ** 2) * exactY[i]! * (dy[i]! - dot);
  }
  expectNear(y, exactY);
  expectNear(dx, exactDx);
});

test('a classifier’s last layer learns by crossEntropy', async () => {
  const [examples, features, classes] = [12, 4, 3];
  const x = values(examples * features, 10, 0.125);
  const labels = Uint32Array.from({ length: examples }, (_, i) => {
    const row = x.subarray(i * features, (i + 1) * features);
    return row[0]! > 0.3 ? 0 : row[1]! > 0 ? 1 : 2;
  });
  const weight = new Float64Array(features * classes);
  const dy = new Float32Array(examples).fill(1 / examples);
  const losses: number[] = [];
  for (let step = 0; step < 60; step++) {
    const logits = Float32Array.from(product(x, weight, [examples, features, classes]));
    const { loss, logSumExp } = await held.gpu.forward('crossEntropy', { x: logits, labels }, { columns: classes });
    const { dx } = await held.gpu.backward('crossEntropy', { x: logits, labels, logSumExp, dy }, { columns: classes });
    const rows = Array.from(labels, (label, i) => {
      const row = Array.from(logits.subarray(i * classes, (i + 1) * classes));
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
      return { loss: Math.log(total) - row[label]!, shares: row.map((value) => Math.exp(value) / total) };
    });
    expectNear(
      loss,
      rows.map((row) => row.loss),
    );
    expectNear(
      dx,
      rows.flatMap(({ shares }, i) => shares.map((share, c) => (share - Number(c === labels[i])) / examples)),
      1 / examples,
    );
    losses.push(loss.reduce((sum, value) => sum + value, 0) / examples);
    const dWeight = product(transposed(x, examples, features), dx, [features, examples, classes]);
    for (let i = 0; i < weight.length; i++) weight[i]! -= 4 * dWeight[i]!;
  }
  expect(losses[0]).toBeCloseTo(Math.log(classes), 6);
  expect(losses.at(-1)).toBeLessThan(0.2);
});
