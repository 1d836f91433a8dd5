/**
 * A small classifier on the GPU: matrix products of this page's own, everything between them by the library. Its biases ride
 * in the activations, whose backward passes give dx, dBias and the gradient of a learned slope; its units are watched by the monitor.
 */
import { normalInputs } from '../../../src/check/index.js';
import { sampleLearned } from '../../../src/check/truth.js';
import { gradientOf } from '../../../src/forms.js';
import {
  type ActivationName,
  type Activations,
  createDeadUnitMonitor,
  type DeadUnitMonitor,
  type DeadUnitReport,
  dynamic,
  resolveActivation,
} from '../../../src/index.js';
import type { Points } from './data.js';
import { type Matrix, MatrixKernels, matrixOf, type Recorded, transposed } from './matrix.js';

export const initialisations = {
  he: 'He: normal, σ = √(2/inputs)',
  glorot: 'Glorot: normal, σ = √(2/(inputs + outputs))',
  small: 'small: normal, σ = 0.01',
  shifted: 'He, but biases at −1',
} as const;
export type Initialisation = keyof typeof initialisations;

export interface NetworkOptions {
  readonly activation: ActivationName;
  /** leakyRelu's slope below 0. */
  readonly leak: number;
  readonly initialisation: Initialisation;
  readonly rate: number;
  readonly seed: number;
  readonly points: Points;
}

/** Two inputs, hidden layers that are watched, one output. */
export const WIDTHS = [2, 32, 32, 32, 1] as const;
/** Batches, each of all points, that a unit must sleep through. */
export const WINDOW = 10;
/** PyTorch's initial slope of a PReLU. */
const INITIAL_SLOPE = 0.25;
/** Side of the decision surface in cells. */
export const SURFACE_CELLS = 40;
/** It reaches from −this to this. */
export const SURFACE_EXTENT = 1.25;

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: GPUBuffer;
  readonly bias: GPUBuffer;
  /** A learned parameter's, one a unit. */
  readonly slope: GPUBuffer;
  readonly dWeights: GPUBuffer;
  readonly dBias: GPUBuffer;
  readonly dSlope: GPUBuffer;
}

/** What a batch of points becomes on its way: z = a · weights, then a = f(z + bias). */
interface Flow {
  readonly count: number;
  readonly a: readonly GPUBuffer[];
  readonly z: readonly GPUBuffer[];
  readonly products: readonly Recorded[];
}

export interface Observation {
  readonly step: number;
  readonly loss: number;
  /** Share of the points on the right side. */
  readonly accuracy: number;
  /** Of each hidden layer. */
  readonly units: readonly DeadUnitReport[];
  /** Learned slopes of each hidden layer. */
  readonly slopes: readonly Float32Array[] | undefined;
}

export class Network {
  step = 0;
  readonly #layers: readonly Layer[];
  readonly #train: Flow;
  readonly #surface: Flow;
  readonly #target: GPUBuffer;
  readonly #dz: readonly GPUBuffer[];
  readonly #da: readonly GPUBuffer[];
  readonly #difference: Recorded;
  readonly #backward: readonly { readonly weights: Recorded; readonly inputs: Recorded | undefined }[];
  readonly #descents: readonly { readonly shared: readonly Recorded[]; readonly slope: Recorded }[];
  readonly #buffers: GPUBuffer[] = [];
  #monitors: DeadUnitMonitor[] = [];
  #activation: ActivationName;

  private constructor(
    private readonly gpu: Activations,
    private readonly kernels: MatrixKernels,
    private readonly options: NetworkOptions,
  ) {
    const { points, rate } = options;
    const count = points.target.length;
    this.#layers = WIDTHS.slice(1).map((outputs, index) => this.#createLayer(WIDTHS[index]!, outputs, index));
    this.#train = this.#createFlow(points.x, count);
    this.#surface = this.#createFlow(surfacePoints(), SURFACE_CELLS ** 2);
    this.#target = this.#createBuffer('target', count, points.target);
    this.#dz = this.#layers.map(({ outputs }) => this.#createBuffer('dz', count * outputs));
    this.#da = this.#layers.map(({ outputs }) => this.#createBuffer('da', count * outputs));
    const column = (buffer: GPUBuffer) => matrixOf(buffer, count, 1);
    this.#difference = kernels.subtract(
      column(this.#train.a.at(-1)!),
      column(this.#target),
      1 / count,
      this.#da.at(-1)!,
    );
    this.#backward = this.#layers.map(({ inputs, outputs, weights, dWeights }, index) => {
      const dz = matrixOf(this.#dz[index]!, count, outputs);
      const a = matrixOf(this.#train.a[index]!, count, inputs);
      return {
        weights: kernels.multiply(transposed(a), dz, dWeights),
        inputs: index
          ? kernels.multiply(dz, transposed(matrixOf(weights, inputs, outputs)), this.#da[index - 1]!)
          : undefined,
      };
    });
    this.#descents = this.#layers.map(({ inputs, outputs, weights, dWeights, bias, dBias, slope, dSlope }) => ({
      shared: [
        kernels.descend(all(dWeights, inputs * outputs), rate, weights),
        kernels.descend(all(dBias, outputs), rate, bias),
      ],
      slope: kernels.descend(all(dSlope, outputs), rate, slope),
    }));
    this.#activation = options.activation;
    this.activation = options.activation;
  }

  static async create(gpu: Activations, options: NetworkOptions): Promise<Network> {
    const kernels = await MatrixKernels.create(gpu.device);
    await gpu.prepare(options.activation);
    return new Network(gpu, kernels, options);
  }

  get activation(): ActivationName {
    return this.#activation;
  }

  /** Weights and biases stay: a network may change what lies between its layers while it learns. */
  set activation(name: ActivationName) {
    this.#activation = name;
    for (const monitor of this.#monitors) monitor.dispose();
    this.#monitors = WIDTHS.slice(1, -1).map((channels) =>
      createDeadUnitMonitor(this.gpu, { channels, window: WINDOW, ...watchOf(name) }),
    );
  }

  /** Gradient descent on all points at once, `count` times. */
  train(count: number): void {
    this.#submit((pass) => {
      for (let repeat = 0; repeat < count; repeat++) this.#encodeStep(pass);
    });
    this.step += count;
  }

  /** Waits for what was submitted, and reads what there is to see. */
  async observe(): Promise<Observation> {
    const { target } = this.options.points;
    const isLearned = learnedOf(this.#activation).length > 0;
    const { bias } = this.#layers.at(-1)!;
    const learned = isLearned ? this.#layers.slice(0, -1) : [];
    const parts = [
      { buffer: this.#train.z.at(-1)!, length: target.length },
      { buffer: bias, length: 1 },
      ...learned.map(({ slope, outputs }) => ({ buffer: slope, length: outputs })),
    ];
    const [values, units] = await Promise.all([
      readFloats(this.gpu.device, parts),
      Promise.all(this.#monitors.map((monitor) => monitor.report())),
    ]);
    const [logits, shift] = [values.subarray(0, target.length), values[target.length]!];
    let start = target.length + 1;
    const slopes = learned.map(({ outputs }) => {
      start += outputs;
      return values.slice(start - outputs, start);
    });
    let [loss, right] = [0, 0];
    for (const [i, z] of logits.entries()) {
      const logit = z + shift;
      // −ln σ(z) for one class, −ln(1 − σ(z)) for the other
      loss += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - target[i]! * logit;
      if (logit > 0 === (target[i] === 1)) right++;
    }
    return {
      ...{ step: this.step, loss: loss / target.length, accuracy: right / target.length, units },
      slopes: isLearned ? slopes : undefined,
    };
  }

  /** The network's answer, 0 to 1, over the square of points: row-major, from the lower left. */
  async readSurface(): Promise<Float32Array> {
    this.#submit((pass) => this.#encodeForward(pass, this.#surface));
    return readFloats(this.gpu.device, [{ buffer: this.#surface.a.at(-1)!, length: this.#surface.count }]);
  }

  destroy(): void {
    for (const monitor of this.#monitors) monitor.dispose();
    for (const buffer of this.#buffers) buffer.destroy();
    this.kernels.destroy();
  }

  #encodeForward(pass: GPUComputePassEncoder, { count, a, z, products }: Flow): void {
    for (const [index, { outputs, bias, slope }] of this.#layers.entries()) {
      products[index]!(pass);
      const tensors = { x: z[index]!, bias, y: a[index + 1]!, length: count * outputs };
      const name = this.#nameOf(index);
      const learned = Object.fromEntries(learnedOf(name).map((tensor) => [tensor, slope]));
      dynamic(this.gpu).encodeForward(pass, name, { ...tensors, ...learned }, this.#optionsOf(name, outputs));
    }
  }

  #encodeStep(pass: GPUComputePassEncoder): void {
    const { gpu } = this;
    const { count, z, a } = this.#train;
    this.#encodeForward(pass, this.#train);
    for (const [index, monitor] of this.#monitors.entries())
      monitor.encode(pass, { y: a[index + 1]!, length: count * WIDTHS[index + 1]! });
    this.#difference(pass);
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const { outputs, bias, slope, dBias, dSlope } = this.#layers[index]!;
      const tensors = {
        x: z[index]!,
        bias,
        dy: this.#da[index]!,
        dx: this.#dz[index]!,
        dBias,
        length: count * outputs,
      };
      const name = this.#lossNameOf(index);
      const learned = learnedOf(name).flatMap((tensor) => [
        [tensor, slope],
        [gradientOf(tensor), dSlope],
      ]);
      dynamic(gpu).encodeBackward(
        pass,
        name,
        { ...tensors, ...Object.fromEntries(learned) },
        this.#optionsOf(name, outputs),
      );
      const { weights, inputs } = this.#backward[index]!;
      weights(pass);
      inputs?.(pass);
    }
    for (const [index, { shared, slope }] of this.#descents.entries()) {
      for (const descend of shared) descend(pass);
      if (learnedOf(this.#nameOf(index)).length) slope(pass);
    }
  }

  #optionsOf(name: ActivationName, channels: number): { readonly channels: number; readonly alpha?: number } {
    return name === 'leakyRelu' ? { channels, alpha: this.options.leak } : { channels };
  }

  #nameOf(index: number): ActivationName {
    return index === this.#layers.length - 1 ? 'sigmoid' : this.#activation;
  }

  /** σ and the cross-entropy together have the gradient p − target, which is handed on as it is. */
  #lossNameOf(index: number): ActivationName {
    return index === this.#layers.length - 1 ? 'identity' : this.#activation;
  }

  #createLayer(inputs: number, outputs: number, index: number): Layer {
    const { initialisation, seed } = this.options;
    const isOutput = index === WIDTHS.length - 2;
    const size = {
      ...{ he: Math.sqrt(2 / inputs), shifted: Math.sqrt(2 / inputs) },
      ...{ glorot: Math.sqrt(2 / (inputs + outputs)), small: 0.01 },
    }[initialisation];
    const weights = normalInputs(inputs * outputs, 100 * seed + index).map((value) => value * size);
    const bias = new Float32Array(outputs).fill(initialisation === 'shifted' && !isOutput ? -1 : 0);
    const create = (label: string, length: number, values?: Float32Array) => this.#createBuffer(label, length, values);
    return {
      inputs,
      outputs,
      weights: create('weights', inputs * outputs, weights),
      bias: create('bias', outputs, bias),
      slope: create('slope', outputs, new Float32Array(outputs).fill(INITIAL_SLOPE)),
      dWeights: create('dWeights', inputs * outputs),
      dBias: create('dBias', outputs),
      dSlope: create('dSlope', outputs),
    };
  }

  #createFlow(x: Float32Array, count: number): Flow {
    const a = [this.#createBuffer('x', x.length, x)];
    for (const { outputs } of this.#layers) a.push(this.#createBuffer('a', count * outputs));
    const z = this.#layers.map(({ outputs }) => this.#createBuffer('z', count * outputs));
    const products = this.#layers.map(({ inputs, outputs, weights }, index) =>
      this.kernels.multiply(matrixOf(a[index]!, count, inputs), matrixOf(weights, inputs, outputs), z[index]!),
    );
    return { count, a, z, products };
  }

  #createBuffer(label: string, length: number, values?: Float32Array): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    // whole groups of four, which kernels that load vectors may touch
    const buffer = this.gpu.device.createBuffer({ label, size: Math.ceil(length / 4) * 16, usage });
    if (values) this.gpu.device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
    this.#buffers.push(buffer);
    return buffer;
  }

  #submit(record: Recorded): void {
    const { device } = this.gpu;
    const encoder = device.createCommandEncoder({ label: 'network' });
    const pass = encoder.beginComputePass({ label: 'network' });
    record(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }
}

/** One readback of several buffers' beginnings, one after the other. */
export async function readFloats(
  device: GPUDevice,
  parts: readonly { readonly buffer: GPUBuffer; readonly length: number }[],
): Promise<Float32Array<ArrayBuffer>> {
  const byteLength = 4 * parts.reduce((sum, { length }) => sum + length, 0);
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = device.createBuffer({ label: 'read', size: byteLength, usage });
  const encoder = device.createCommandEncoder({ label: 'read' });
  let offset = 0;
  for (const { buffer, length } of parts) {
    encoder.copyBufferToBuffer(buffer, 0, staging, offset, length * 4);
    offset += length * 4;
  }
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}

const all = (buffer: GPUBuffer, length: number): Matrix => matrixOf(buffer, length, 1);

/** The tensors in which a call takes learned parameters. */
const learnedOf = (name: ActivationName): string[] => Object.keys(sampleLearned(resolveActivation(name)));

/** Squashing functions never give 0: they fall asleep by saturating. */
export function watchOf(name: ActivationName): { readonly kind: 'dead' | 'saturation'; readonly name: ActivationName } {
  const { fromY, flat, parameters } = resolveActivation(name);
  const isSquashing = fromY && !flat && Object.keys(parameters).length === 0;
  return { kind: isSquashing ? 'saturation' : 'dead', name };
}

function surfacePoints(): Float32Array {
  const points = new Float32Array(2 * SURFACE_CELLS ** 2);
  for (let i = 0; i < SURFACE_CELLS ** 2; i++) {
    const at = (cell: number) => ((cell + 0.5) / SURFACE_CELLS - 0.5) * 2 * SURFACE_EXTENT;
    points[2 * i] = at(i % SURFACE_CELLS);
    points[2 * i + 1] = at(Math.floor(i / SURFACE_CELLS));
  }
  return points;
}
