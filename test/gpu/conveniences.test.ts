/** Arrays for the results, gradients left out, timers, debug groups and memory that is given back, on a GPU. */
import { expect, test } from 'vitest';
import { Activations, createActivations, createTimer } from '../../src/index.js';
import { expectWithinUlp } from '../../src/vitest.js';
import { bufferOf, exactValues, read, submit, useDevice } from './support.js';

const held = useDevice();

test('y over x, in pieces', async () => {
  const x = exactValues(2 ** 24 + 5);
  const expected = x.map((value) => Math.max(value, 0));
  const { y } = await held.gpu.forward('relu', { x, y: x });
  expect(y).toBe(x);
  expect(y.findIndex((value, index) => value !== expected[index])).toBe(-1);
});

test('what a caller puts into its object during a call does not reach the call', async () => {
  const length = 2 ** 24 + 5;
  const tensors = { x: new Float32Array(length).fill(1) };
  const result = held.gpu.forward('relu', tensors);
  tensors.x = new Float32Array(length).fill(2);
  expect((await result).y[length - 1]).toBe(1);
});

test('the gradient of a sink that no row has is 0, added to what is there where it accumulates', async () => {
  const { device, gpu } = held;
  const [none, sink] = [new Float32Array(), new Float32Array(1)];
  const given = { x: none, dy: none, sink };
  expect(await gpu.backward('softmax', given, { columns: 4 })).toEqual({ dx: none, dSink: sink });
  const dSink = Float32Array.of(7);
  await gpu.backward('softmax', { ...given, dSink }, { columns: 4 });
  expect([...dSink]).toEqual([0]);
  dSink[0] = 7;
  const sums = await gpu.backward('softmax', { ...given, dx: none, dSink }, { columns: 4, accumulate: true });
  expect(sums.dSink[0]).toBe(7);
  for (const accumulate of [false, true]) {
    const tensors = {
      x: bufferOf(device, [1]),
      dy: bufferOf(device, [1]),
      sink: bufferOf(device, [1]),
      dSink: bufferOf(device, [7]),
    };
    submit(device, (pass) =>
      gpu.encodeBackward(pass, 'softmax', { ...tensors, length: 0 }, { columns: 4, accumulate }),
    );
    expect([...(await read(device, tensors.dSink, 0, 4))]).toEqual([accumulate ? 7 : 0]);
    for (const buffer of Object.values(tensors)) buffer.destroy();
  }
});

test('a gate with two learned parameters and a bias, of which the tensors are more than WebGPU promises a kernel', async () => {
  const { limits } = (await navigator.gpu.requestAdapter())!;
  const gpu = await createActivations();
  expect(gpu.device.limits.maxStorageBuffersPerShaderStage).toBe(limits.maxStorageBuffersPerShaderStage);
  const [gate, up, dy] = [exactValues(12), exactValues(12, 2), exactValues(12, 3)];
  const learned = { alpha: Float32Array.of(1.5), beta: Float32Array.of(0.5) };
  const given = { gate, up, dy, ...learned };
  const zeros = (count: number) => new Float32Array(count);
  const results = { dGate: zeros(12), dUp: zeros(12), dAlpha: zeros(1), dBeta: zeros(1) };
  const sums = { ...results, dBias: zeros(1) };
  await gpu.backward('scaledTanh', { ...given, ...results });
  await gpu.backward('scaledTanh', { ...given, bias: zeros(1), ...sums }, { accumulate: true });
  expect({ ...sums, dBias: undefined }).toEqual({ ...results, dBias: undefined });
  gpu.dispose();
  // that has the limits that WebGPU promises
  const own = held.gpu.backward('scaledTanh', { ...given, bias: zeros(1), ...sums }, { accumulate: true });
  await expect(own).rejects.toThrow(
    'scaledTanh.backward: expected at most 8 tensors, as a kernel of the device may bind, got 9',
  );
});

test('results in given arrays, and without those nobody wants, are the same bits', async () => {
  const [x, dy, weight, bias] = [exactValues(1200), exactValues(1200, 3), exactValues(4, 5), exactValues(4, 7)];
  const all = await held.gpu.backward('prelu', { x, weight, bias, dy });
  const [dx, dWeight, dBias] = [new Float32Array(1200), new Float32Array(4), new Float32Array(4)];
  await held.gpu.backward('prelu', { x, weight, bias, dy, dx, dWeight, dBias });
  expect({ dx, dWeight, dBias }).toEqual(all);
  const lone = [
    await held.gpu.backward('prelu', { x, weight, bias, dy, dx: false, dBias: false }),
    await held.gpu.backward('prelu', { x, weight, bias, dy, dx: false, dWeight: false }),
    await held.gpu.backward('prelu', { x, weight, bias, dy, dWeight: false, dBias: false }),
  ];
  expect(lone).toEqual([{ dWeight: all.dWeight }, { dBias: all.dBias }, { dx: all.dx }]);
  const gated = { gate: x, up: dy, dy: x };
  const { dGate, dUp } = await held.gpu.backward('swiglu', gated);
  expect(await held.gpu.backward('swiglu', { ...gated, dUp: false })).toEqual({ dGate });
  expect(await held.gpu.backward('swiglu', { ...gated, dGate: false })).toEqual({ dUp });
  const half = new Uint16Array(3).fill(0x3c00);
  const y = new Uint16Array(5);
  await held.gpu.forward('relu', { x: half, y: y.subarray(1, 4) }, { dtype: 'f16' });
  expect([...y]).toEqual([0, 0x3c00, 0x3c00, 0x3c00, 0]);
});

test('a timer of array calls and of passes, debug groups, and trimmed memory', async () => {
  const { device } = held;
  const marks = { label: 'model: ', debugGroups: true };
  const gpu = new Activations([device, false, navigator.gpu.wgslLanguageFeatures, undefined, marks]);
  const x = exactValues(2 ** 14);
  const timer = device.features.has('timestamp-query') ? createTimer(gpu) : undefined;
  const { y } = await gpu.forward('relu', { x }, timer && { timer });
  await gpu.statistics('relu', { x }, timer && { timer });
  expect(y[1]).toBe(Math.max(x[1]!, 0));
  if (timer) {
    const times = await timer.read();
    expect(times).toHaveLength(2);
    expect(times.every((nanoseconds) => nanoseconds >= 0 && nanoseconds < 60e9)).toBe(true);
    expect(await timer.read()).toHaveLength(0);
    timer.dispose();
  }
  expect(gpu.trim()).toBeGreaterThanOrEqual(2 ** 17);
  expect((await gpu.forward('relu', { x })).y).toEqual(y);
  gpu.dispose();
});

test('the matcher reads buffers, ranges of them and elements of 16 bits', async () => {
  const { device, gpu } = held;
  const inputs = exactValues(101);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [buffer, half] = [1024, 256].map((size) => device.createBuffer({ size, usage })) as [GPUBuffer, GPUBuffer];
  const range = { buffer, offset: 256, size: 404 };
  device.queue.writeBuffer(buffer, 256, inputs);
  const { y } = await gpu.forward('relu', { x: Uint16Array.of(0x3c00, 0xbc00, 0x4000) }, { dtype: 'f16' });
  device.queue.writeBuffer(half, 0, Uint16Array.of(...y, 0));
  await expectWithinUlp(range, (x) => x!, { inputs, ulp: 0, device });
  await expectWithinUlp(half, (x) => Math.max(x!, 0), { inputs: [1, -1, 2], ulp: 0, dtype: 'f16', device });
  await expect(expectWithinUlp(range, (x) => x! + 1, { inputs, ulp: 4, device })).rejects.toThrow(
    /^101 of 101 elements/,
  );
  await expect(expectWithinUlp(buffer, (x) => x!, { inputs: new Float32Array(257), ulp: 4, device })).rejects.toThrow(
    'expected a buffer that holds 1028 bytes, as the inputs have elements, got 1024 bytes',
  );
  for (const each of [buffer, half]) each.destroy();
});
