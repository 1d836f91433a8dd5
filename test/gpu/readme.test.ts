/** Every example of the README and of docs/ runs as it stands. */
import { expect, test, vi } from 'vitest';
import readme from '../../README.md?raw';
import * as exported from '../../src/index.js';
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
  const body = code.replace(/^import .* from 'webgpu-activations';$/gm, '');
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
  const { y, dx, halves } = await run(example('docs/guide.md: Rows'), scope);
  expect(y).toEqual(new Float32Array(8).fill(0.25));
  expect((dx as Float32Array).slice(0, 4).reduce((sum, value) => sum + value)).toBeCloseTo(0, 6);
  expect((halves as { y: Float32Array }).y).toHaveLength(4);
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
