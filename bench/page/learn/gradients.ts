/** What is left of a gradient after each of many layers. */
import { normalInputs } from '../../../src/check/index.js';
import { referenceOf } from '../../../src/check/truth.js';
import {
  type ActivationName,
  type Activations,
  dynamic,
  resolveActivation,
  resolveParameters,
} from '../../../src/index.js';
import { readFloats } from './machine.js';

export const LAYERS = 100;

/** Functions of x alone: a gate's or a row's gradient depends on more than one number. */
export function isAlone(name: ActivationName): boolean {
  const { maps, requires } = resolveActivation(name);
  return maps === 'element' && !requires;
}

export interface Passage {
  readonly name: ActivationName;
  /** What one layer does to the gradient's size. */
  readonly factor: number;
  /** Index k: after k layers; the first is 1. */
  readonly left: readonly number[];
  /** The same as a product of factors in float64, where float32 ends at 10⁻⁴⁵ or 10³⁸. */
  readonly beyond: readonly number[];
}

const powers = (factor: number): number[] => Array.from({ length: LAYERS + 1 }, (_, layer) => factor ** layer);

/** Every layer sees the same x: the backward kernel runs LAYERS times, each on the gradient that the last one left. */
export async function passThrough(
  activations: Activations | undefined,
  name: ActivationName,
  x: number,
  parameters: Readonly<Record<string, number>> = {},
): Promise<Passage> {
  if (!activations) {
    const factor = scalarsOf(name, parameters).derivative(Math.fround(x));
    return { name, factor, left: powers(factor), beyond: powers(factor) };
  }
  const { device } = activations;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const create = (label: string) => device.createBuffer({ label, size: 16, usage });
  const input = create('x');
  const gradients = Array.from({ length: LAYERS + 1 }, (_, layer) => create(`gradient after ${layer} layers`));
  try {
    device.queue.writeBuffer(input, 0, Float32Array.of(x));
    device.queue.writeBuffer(gradients[0]!, 0, Float32Array.of(1));
    await activations.prepare(name);
    const encoder = device.createCommandEncoder({ label: 'layers' });
    const pass = encoder.beginComputePass({ label: 'layers' });
    for (let layer = 0; layer < LAYERS; layer++)
      dynamic(activations).encodeBackward(
        pass,
        name,
        { x: input, dy: gradients[layer]!, dx: gradients[layer + 1]!, length: 1 },
        parameters,
      );
    pass.end();
    device.queue.submit([encoder.finish()]);
    const left = [
      ...(await readFloats(
        device,
        gradients.map((buffer) => ({ buffer, length: 1 })),
      )),
    ];
    return { name, factor: left[1]!, left, beyond: powers(left[1]!) };
  } finally {
    for (const buffer of [input, ...gradients]) buffer.destroy();
  }
}

const SAMPLE = normalInputs(2 ** 16);
/** So many numbers take the CPU less than the 50 ms that a page may keep its visitor waiting. */
const CHUNK = 2 ** 12;

const sumOfSquares = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value ** 2, 0);

/**
 * Every layer sees standard normal numbers, and its weights keep the signal's size: the gradient's changes by
 * √(E f′² / E f²) a layer (Schoenholz et al. 2016, arXiv:1611.01232; for relu that is He initialisation).
 */
export async function passNormal(activations: Activations | undefined, name: ActivationName): Promise<Passage> {
  const { value, derivative } = scalarsOf(name);
  const calls = activations && dynamic(activations);
  let [ys, slopes] = [0, 0];
  const length = calls ? SAMPLE.length : CHUNK;
  for (let start = 0; start < SAMPLE.length; start += length) {
    const x = SAMPLE.subarray(start, start + length);
    const dy = new Float32Array(length).fill(1);
    ys += sumOfSquares(calls ? (await calls.forward(name, { x })).y! : x.map(value));
    slopes += sumOfSquares(calls ? (await calls.backward(name, { x, dy })).dx! : x.map(derivative));
    await new Promise((resolve) => setTimeout(resolve));
  }
  const factor = Math.sqrt(slopes / ys);
  return { name, factor, left: powers(factor), beyond: powers(factor) };
}

function scalarsOf(
  name: ActivationName,
  parameters: Readonly<Record<string, number>> = {},
): { value(x: number): number; derivative(x: number): number } {
  const row = resolveActivation(name);
  const { value, derivative } = referenceOf(row);
  const resolved = resolveParameters(row, parameters);
  return { value: (x) => value(x, resolved), derivative: (x) => derivative(x, resolved) };
}
