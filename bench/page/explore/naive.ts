/** The naive formula on the visitor's GPU, whose own exp and tanh it calls: for the picture of errors. */
import { readBuffer } from '../../../src/buffers.js';
import { FLUSH_LIMIT } from '../../../src/check/ulp.js';
import { optionsOf } from '../../../src/definition.js';
import { type ActivationName, resolveActivation } from '../../../src/index.js';
import { Kernel, type Shape } from '../../kernel.js';
import { hasFormula, naiveKernels } from '../../naive.js';
import { type Pass, planWork, type Work } from '../../work.js';
import { spread, truthOf } from './curve.js';

export interface Naive {
  readonly y: Float32Array;
  readonly slope: Float32Array;
}

type Values = Readonly<Record<string, number>>;

const SHAPE: Shape = { lanes: 1, workgroupSize: 64, steps: 1, isUnrolled: false };

/** Undefined where there is no naive formula. */
export async function computeNaive(
  device: GPUDevice,
  name: ActivationName,
  values: Values,
  x: Float32Array,
): Promise<Naive | undefined> {
  const row = resolveActivation(name);
  const workOf = (pass: Pass): Work => {
    const work = planWork(row, pass, x.length);
    const given = optionsOf(row).map((key) => [key, values[key]!] as const);
    return { ...work, parameters: { ...work.parameters, ...Object.fromEntries(given) } };
  };
  const [forward, backward] = [workOf('forward'), workOf('backward')];
  if (!hasFormula(forward) || !hasFormula(backward)) return undefined;
  const ones = new Float32Array(x.length).fill(1);
  const inputs = { x, gate: x, up: ones.map(() => values.up ?? 1), dy: ones };
  const [y, slope] = [await run(device, forward, inputs), await run(device, backward, inputs)];
  return { y, slope };
}

/** The first output. */
async function run(
  device: GPUDevice,
  work: Work,
  inputs: Readonly<Record<string, Float32Array>>,
): Promise<Float32Array> {
  const kernel = await Kernel.create(device, ...naiveKernels(work, SHAPE)[0]!);
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const size = 4 * work.length;
  const buffers: Record<string, GPUBuffer> = {};
  for (const tensor of [...work.reads, ...work.writes])
    buffers[tensor] = device.createBuffer({ label: `naive ${tensor}`, size, usage: STORAGE | COPY_SRC | COPY_DST });
  const staging = device.createBuffer({ label: 'naive read', size, usage: COPY_DST | MAP_READ });
  try {
    for (const tensor of work.reads) device.queue.writeBuffer(buffers[tensor]!, 0, inputs[tensor] as BufferSource);
    const encoder = device.createCommandEncoder({ label: 'naive' });
    const pass = encoder.beginComputePass({ label: 'naive' });
    kernel.encode(pass, buffers, work.length);
    pass.end();
    encoder.copyBufferToBuffer(buffers[work.writes[0]!]!, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    const target = new Float32Array(work.length);
    await readBuffer(staging, target);
    return target;
  } finally {
    kernel.destroy();
    for (const buffer of [...Object.values(buffers), staging]) buffer.destroy();
  }
}

/** Where eˣ and e⁻ˣ have left float32 on both sides. */
const FAR = 120;
const places = new Map<string, number | undefined>();

/** The x nearest to 0 where the formula gives NaN, ∞ or 0 for a number, if there is one. */
export async function placeOf(device: GPUDevice, name: ActivationName, values: Values): Promise<number | undefined> {
  const key = name + JSON.stringify(values);
  if (places.has(key)) return places.get(key);
  const x = spread(-FAR, FAR, 8 * FAR + 1);
  const naive = await computeNaive(device, name, values, x);
  const [value, derivative] = truthOf(resolveActivation(name), values);
  const isWrong = (got: number, exact: number) =>
    Number.isFinite(Math.fround(exact)) && (!Number.isFinite(got) || (got === 0 && Math.abs(exact) >= FLUSH_LIMIT));
  const wrong = naive
    ? [...x].filter((at, i) => isWrong(naive.y[i]!, value(at)) || isWrong(naive.slope[i]!, derivative(at)))
    : [];
  const place = wrong.length ? wrong.reduce((best, at) => (Math.abs(at) < Math.abs(best) ? at : best)) : undefined;
  places.set(key, place);
  return place;
}
