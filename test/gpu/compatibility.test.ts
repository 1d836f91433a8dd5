/** A device of compatibility mode: 128 invocations a workgroup, where any other has 256. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Activations } from '../../src/index.js';
import { bufferOf, exactValues, poisoned, read, submit } from './support.js';

let device: GPUDevice;
let gpu: Activations;
beforeAll(async () => {
  const adapter = (await navigator.gpu.requestAdapter({ featureLevel: 'compatibility' }))!;
  device = await adapter.requestDevice();
  gpu = new Activations([device, false, navigator.gpu.wgslLanguageFeatures, undefined]);
  return () => device.destroy();
});

describe('on a device with the limits of compatibility mode', () => {
  const LENGTH = 65539;

  test('it has them', () => {
    expect(device.limits.maxComputeInvocationsPerWorkgroup).toBe(128);
    expect(device.limits.maxComputeWorkgroupSizeX).toBe(128);
  });

  test('array calls', async () => {
    const x = exactValues(LENGTH);
    const { y } = await gpu.forward('leakyRelu', { x }, { alpha: 0.5 });
    expect(y).toEqual(x.map((value) => (value >= 0 ? value : value / 2)));
    const { dx } = await gpu.backward('leakyRelu', { x, dy: x }, { alpha: 0.5 });
    expect(dx).toEqual(y);
  });

  test('encode calls', async () => {
    const x = exactValues(LENGTH);
    const y = poisoned(device, LENGTH);
    device.pushErrorScope('validation');
    submit(device, (pass) => gpu.encodeForward(pass, 'relu', { x: bufferOf(device, x), y, length: LENGTH }));
    expect(await read(device, y)).toEqual(x.map((value) => Math.max(value, 0)));
    expect(await device.popErrorScope()).toBeNull();
  });

  test('sums', async () => {
    const x = new Float32Array(LENGTH).fill(1);
    const { dBias } = await gpu.backward('identity', { x, bias: new Float32Array(1), dy: x });
    expect(dBias).toEqual(new Float32Array([LENGTH]));
  });

  test.each([64, 3001, 70000])('rows of %i', async (columns) => {
    const x = new Float32Array(2 * columns).fill(3);
    const { y } = await gpu.forward('softmax', { x }, { columns });
    expect(y).toEqual(new Float32Array(2 * columns).fill(1 / columns));
  });
});
