/** Every example of the README and of docs/ runs as it stands. */
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import readme from '../../README.md?raw';
import { softcap } from '../../src/activations.js';
import * as exported from '../../src/index.js';
import { reference } from '../../src/reference/index.js';
import * as adapter from '../../src/tfjs/index.js';
import { expectWithinUlp } from '../../src/vitest.js';
import { examplesIn } from '../examples.js';
import { bufferOf, exactValues, poisoned, read, useDevice } from './support.js';

const held = useDevice();
const documents: Record<string, string> = {
  'README.md': readme,
  ...Object.fromEntries(
    Object.entries(import.meta.glob<string>('../../docs/*.md', { query: '?raw', import: 'default', eager: true })).map(
      ([path, text]) => [path.replace('../../', ''), text],
    ),
  ),
};
/** By document and heading, then in order. */
const examples = new Map<string, string[]>();
for (const [path, text] of Object.entries(documents))
  for (const [heading, found] of examplesIn(text)) examples.set(`${path}: ${heading}`, found);
const tried = new Set<string>();
function example(heading: string, index = 0): string {
  const code = examples.get(heading)?.[index];
  if (code === undefined) throw new RangeError(`expected example ${index} of ${heading}`);
  tried.add(code);
  return code;
}
const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (...given: unknown[]) => Promise<unknown>;

/** Runs an example with the library and `scope` in place of its imports; gives the variables it declares. */
async function run(code: string, scope: Record<string, unknown>): Promise<Record<string, unknown>> {
  const body = code.replace(/^import .* from 'webgpu-activations[^']*';$/gm, '');
  const declared = [...body.matchAll(/^const (?:\{ ([\w, ]+) \}|(\w+))/gm)].flatMap(([, names, name]) =>
    (names ?? name)!.split(', '),
  );
  const given = { ...exported, ...scope };
  const names = Object.keys(given).filter((name) => !declared.includes(name));
  const result = await new AsyncFunction(...names, `${body}\nreturn { ${declared.join(', ')} };`)(
    ...names.map((name) => given[name as keyof typeof given]),
  );
  return result as Record<string, unknown>;
}

test('the first example is short', () => {
  expect(example('README.md: Use').trim().split('\n').length).toBeLessThanOrEqual(12);
});

test('the first example', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { y, dx } = await run(example('README.md: Use'), {});
  expect(log).toHaveBeenCalledWith(y, dx);
  log.mockRestore();
  expect([...(y as Float32Array)].map((value) => value.toFixed(4))).toEqual([
    '-0.0455',
    '-0.1587',
    '0.0000',
    '0.8413',
    '1.9545',
  ]);
});

test('arrays', async () => {
  const [x, dy] = [exactValues(16, 1), exactValues(16, 2)];
  const saved = x.map(Math.tanh);
  const [weight, bias, alpha] = [3, 4, 5].map((seed) => exactValues(4, seed));
  const scope = { gpu: held.gpu, x, dy, saved, weight, bias, alpha };
  const { dWeight, fromY, biased, gated, other, learned } = await run(example('README.md: Use', 1), scope);
  expect(dWeight).toHaveLength(4);
  expect((fromY as { dx: Float32Array }).dx[0]).toBeCloseTo(dy[0]! * (1 - saved[0]! ** 2), 5);
  expect(Object.keys(biased as object)).toEqual(['dx', 'dBias']);
  for (const unit of [gated, other]) expect((unit as { y: Float32Array }).y).toHaveLength(16);
  expect(Object.keys(learned as object)).toEqual(['dx', 'dAlpha']);
});

test('buffers in a pipeline', async () => {
  const { device } = held;
  const [x, dy] = [exactValues(8, 1), exactValues(8, 2)];
  const scope = {
    device,
    xBuffer: bufferOf(device, x),
    yBuffer: poisoned(device, 8),
    dyBuffer: bufferOf(device, dy),
    length: 8,
  };
  await run(example('README.md: Use', 2), scope);
  const { y } = await held.gpu.forward('gelu', { x });
  const { dx } = await held.gpu.backward('gelu', { x, dy });
  expect(await read(device, scope.yBuffer)).toEqual(y);
  expect(await read(device, scope.dyBuffer)).toEqual(dx);
});

test('rows', async () => {
  const scope = { gpu: held.gpu, x: new Float32Array(8), dy: exactValues(8, 2) };
  const { y, dx } = await run(example('docs/guide.md: Rows'), scope);
  expect(y).toEqual(new Float32Array(8).fill(0.25));
  expect((dx as Float32Array).slice(0, 4).reduce((sum, value) => sum + value)).toBeCloseTo(0, 6);
});

test('arrays for the results', async () => {
  const [x, dy, weight] = [exactValues(8, 1), exactValues(8, 2), exactValues(1, 3)];
  const { y, dWeight, dGate } = await run(example('docs/guide.md: Arrays for the results'), {
    ...{ gpu: held.gpu, x, dy, weight },
  });
  expect(y).toEqual((await held.gpu.forward('gelu', { x })).y);
  expect(dWeight).toEqual((await held.gpu.backward('prelu', { x, weight, dy })).dWeight);
  expect(dGate).toEqual((await held.gpu.backward('swiglu', { gate: x, up: y as Float32Array, dy })).dGate);
});

test('before and after the calls', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const gpu = new exported.Activations([held.device, false, navigator.gpu.wgslLanguageFeatures, undefined]);
  const { bytes } = await run(example('docs/guide.md: Before and after the calls'), { gpu });
  expect(bytes).toBe(0);
  expect(log.mock.calls.at(-1)![0]).toMatch(/^(\d+) of \1 pipelines$/);
  log.mockRestore();
});

test('how long the GPU takes', async () => {
  const x = exactValues(8, 1);
  const scope = { gpu: held.gpu, x, xBuffer: bufferOf(held.device, x), yBuffer: poisoned(held.device, 8), length: 8 };
  const running = run(example('docs/guide.md: How long the GPU takes'), scope);
  if (held.device.features.has('timestamp-query')) await running;
  else await expect(running).rejects.toThrow('timestamp-query');
});

test('operations of tfjs', async () => {
  await tf.setBackend('webgpu');
  const numbers = [-3, -0.5, 0.5, 40];
  const scope = { ...adapter, softcap, x: tf.tensor1d(numbers) };
  const { z } = await run(example('docs/tfjs.md: Functions that tfjs has no op for'), scope);
  const exact = (x: number) => {
    const y = reference.swish!.value(reference.gelu!.value(x, {}), { beta: 1.5 });
    return reference.softcap!.value(y, { cap: 30 });
  };
  await expectWithinUlp(new Float32Array(await (z as tf.Tensor).data()), exact, { inputs: numbers, ulp: 16 });
});

test('ranges of buffers, one after the other', async () => {
  const { device, gpu } = held;
  const x = exactValues(4, 1);
  const scope = { gpu, xBuffer: bufferOf(device, x), yBuffer: poisoned(device, 4) };
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  await run(example('docs/guide.md: Buffers'), { ...scope, pass });
  pass.end();
  device.queue.submit([encoder.finish()]);
  const { y } = await gpu.forward('gelu', { x });
  expect(await read(device, scope.yBuffer)).toEqual((await gpu.forward('silu', { x: y })).y);
});

test('gate and up in one tensor', async () => {
  const x = exactValues(8, 1);
  const results = await run(example('docs/guide.md: Gate and up in one tensor'), { gpu: held.gpu, x });
  const pick = (...indices: number[]) => Float32Array.from(indices, (index) => x[index]!);
  const [left, right] = [pick(0, 1, 4, 5), pick(2, 3, 6, 7)];
  expect(results).toEqual({
    halves: await held.gpu.forward('glu', { gate: left, up: right }),
    swapped: await held.gpu.forward('glu', { gate: right, up: left }),
    byTurns: await held.gpu.forward('swigluOai', { gate: pick(0, 2, 4, 6), up: pick(1, 3, 5, 7) }),
  });
});

test('learned parameters', async () => {
  const [x, dy, bias, alpha] = [exactValues(8, 1), exactValues(8, 2), exactValues(4, 3), exactValues(4, 4)];
  const scope = { gpu: held.gpu, x, dy, bias, alpha };
  const { y, dx, dBias } = await run(example('docs/guide.md: Learned parameters'), scope);
  const sums = x.map((value, i) => value + bias[i % 4]!);
  const slopes = sums.map((sum, i) => (sum < 0 ? alpha[i % 4]! : 1));
  expect(y).toEqual(sums.map((sum, i) => sum * slopes[i]!));
  expect(dx).toEqual(dy.map((value, i) => value * slopes[i]!));
  expect(dBias).toEqual((dx as Float32Array).subarray(0, 4).map((value, i) => value + (dx as Float32Array)[i + 4]!));
});

test('training', async () => {
  const { device, gpu } = held;
  const [x, bias, alpha] = [exactValues(8, 1), exactValues(4, 3), exactValues(4, 4)];
  const [labels, dLoss] = [Uint32Array.of(1, 2), Float32Array.of(0.125, 0.125)];
  const gradients = { dBiasBuffer: poisoned(device, 4), dAlphaBuffer: poisoned(device, 4) };
  const [yBuffer, lossBuffer] = [poisoned(device, 8), poisoned(device, 2)];
  const inputs = {
    xBuffer: bufferOf(device, x),
    biasBuffer: bufferOf(device, bias),
    alphaBuffer: bufferOf(device, alpha),
  };
  const ofLoss = {
    labelsBuffer: bufferOf(device, new Float32Array(labels.buffer)),
    dLossBuffer: bufferOf(device, dLoss),
    lossBuffer,
  };
  const descend = vi.fn();
  const scope = { gpu, ...inputs, ...ofLoss, ...gradients, yBuffer, dyBuffer: poisoned(device, 8), length: 8, descend };
  const { deadShare } = await run(example('docs/guide.md: Training'), scope);
  expect(deadShare).toBe(0);
  expect(descend).toHaveBeenCalledTimes(2);
  const { y } = await gpu.forward('leakyRelu', { x, bias, alpha }, { channels: 4 });
  expect((await read(device, lossBuffer)).subarray(0, 2)).toEqual(
    (await gpu.forward('crossEntropy', { x: y, labels }, { columns: 4 })).loss,
  );
  const { dx: dy } = await gpu.backward('crossEntropy', { x: y, labels, dy: dLoss }, { columns: 4 });
  const { dBias, dAlpha } = await gpu.backward('leakyRelu', { x, bias, alpha, dy }, { channels: 4 });
  const summed = [await read(device, gradients.dBiasBuffer), await read(device, gradients.dAlphaBuffer)];
  for (const [index, one] of [dBias, dAlpha].entries())
    await expectWithinUlp(summed[index]!, (value) => 4 * value!, { inputs: one!, ulp: 2 });
});

test('one value a row', async () => {
  const labels = Uint32Array.of(1, 2);
  const scope = { gpu: held.gpu, x: new Float32Array(8), labels, weights: Float32Array.of(1, 2) };
  const { loss, dx } = await run(example('docs/guide.md: One value a row'), scope);
  expect([...(loss as Float32Array)].map((value) => value.toFixed(6))).toEqual(['1.386294', '1.386294']);
  for (const [i, value] of [0.25, -0.75, 0.25, 0.25, 0.5, 0.5, -1.5, 0.5].entries())
    expect((dx as Float32Array)[i]).toBeCloseTo(value, 5);
});

test('what a layer does to its signal', async () => {
  const scope = {
    gpu: held.gpu,
    x: new Float32Array([-9, 0, 1, 2]),
    yBuffer: bufferOf(held.device, [0, 1, 0, 0, 0, 1, 2, 0]),
    length: 8,
  };
  const { mean, saturated, dead, verdict, deadShare } = await run(
    example('docs/guide.md: What a layer does to its signal'),
    scope,
  );
  expect(mean).toEqual(new Float64Array([-9, 0, 1, 2]));
  expect(saturated).toEqual(new Float64Array([1, 0, 0, 0]));
  expect({ dead, verdict, deadShare }).toEqual({ dead: [0, 3], verdict: 'act', deadShare: 0.5 });
});

test('half precision', async () => {
  const { device } = held;
  const xBuffer = bufferOf(device, new Float32Array(4));
  const yBuffer = poisoned(device, 4);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  const { y } = await run(example('docs/guide.md: Half precision'), { gpu: held.gpu, pass, xBuffer, yBuffer });
  pass.end();
  device.queue.submit([encoder.finish()]);
  expect(y).toEqual(Uint16Array.of(0x39d9, 0xb44e, 0x7bff));
  expect((await read(device, yBuffer)).subarray(0, 3)).toEqual(new Float32Array(3));
});

test('in your own kernel', async () => {
  const { code } = await run(example('docs/guide.md: In your own kernel'), {});
  const module = held.device.createShaderModule({ code: code as string });
  expect((await module.getCompilationInfo()).messages).toEqual([]);
});

test('your own activation', async () => {
  const { y } = await run(example('docs/guide.md: Your own activation'), {
    gpu: held.gpu,
    x: new Float32Array([1, 2]),
  });
  expect(y).toEqual(new Float32Array([2, 16]));
  const { dScale } = await run(example('docs/guide.md: Your own activation', 1), {
    gpu: held.gpu,
    x: new Float32Array([1, 2]),
    dy: new Float32Array([1, 0.5]),
  });
  expect(dScale).toEqual(Float32Array.of(5));
});

test('calls as other frameworks mean them', async () => {
  const scope = { gpu: held.gpu, ...{ channels: 2, height: 2, width: 3, columns: 4 } };
  const [x, gate, up] = [exactValues(24, 1), exactValues(24, 2), exactValues(24, 3)];
  const tensors = { x, gate, up, dy: exactValues(24, 4), weight: Float32Array.of(0.25, 0.5) };
  await run(example('docs/migrating.md: A number in, a number out'), { ...scope, ...tensors });
  await run(example('docs/migrating.md: Learned, gated, over rows'), { ...scope, ...tensors });
});

// the last one, when all others have run; those beside other libraries are programs of examples/
test('every example has its test', () => {
  expect([...examples.values()].flat().filter((code) => !tried.has(code) && !/from '(?!webgpu-)/.test(code))).toEqual(
    [],
  );
});
