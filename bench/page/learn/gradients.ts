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
import { readFloats } from './network.js';

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
): Promise<Passage> {
  if (!activations) {
    const factor = scalarsOf(name).derivative(Math.fround(x));
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
      dynamic(activations).encodeBackward(pass, name, {
        ...{ x: input, dy: gradients[layer]!, dx: gradients[layer + 1]!, length: 1 },
      });
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
const meanSquare = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value ** 2, 0) / values.length;

/**
 * Every layer sees standard normal numbers, and its weights keep the signal's size: the gradient's changes by
 * √(E f′² / E f²) a layer (Schoenholz et al. 2016, arXiv:1611.01232; for relu that is He initialisation).
 */
export async function passNormal(activations: Activations | undefined, name: ActivationName): Promise<Passage> {
  let [y, dx]: ArrayLike<number>[] = [[], []];
  if (activations) {
    const dy = new Float32Array(SAMPLE.length).fill(1);
    const calls = dynamic(activations);
    y = (await calls.forward(name, { x: SAMPLE })).y!;
    dx = (await calls.backward(name, { x: SAMPLE, dy })).dx!;
  } else {
    const { value, derivative } = scalarsOf(name);
    [y, dx] = [Array.from(SAMPLE, value), Array.from(SAMPLE, derivative)];
  }
  const factor = Math.sqrt(meanSquare(dx) / meanSquare(y));
  return { name, factor, left: powers(factor), beyond: powers(factor) };
}

/** With the default parameters. */
function scalarsOf(name: ActivationName): { value(x: number): number; derivative(x: number): number } {
  const row = resolveActivation(name);
  const { value, derivative } = referenceOf(row);
  const defaults = resolveParameters(row);
  return { value: (x) => value(x, defaults), derivative: (x) => derivative(x, defaults) };
}
