/**
 * A small classifier: matrix products of this page's own, everything between them by the library. Its biases ride in the
 * activations, whose backward passes give dx, dBias and the gradient of a learned slope; its units are watched by the monitor.
 */
import { normalInputs } from '../../../src/check/index.js';
import type { ActivationName, Activations, DeadUnitReport } from '../../../src/index.js';
import type { Points } from './data.js';
import { CpuMachine, GpuMachine, learnedOf, type Machine, type Watch } from './machine.js';
import { type Matrix, matrixOf, transposed } from './matrix.js';

export const initialisations = {
  he: 'He: normal, σ = √(2/inputs)',
  glorot: 'Xavier (Glorot): normal, σ = √(2/(inputs + outputs))',
  small: 'small: normal, σ = 0.01',
  shifted: 'He, but biases at −1',
} as const;
export type Initialisation = keyof typeof initialisations;

export interface NetworkOptions {
  /** Units of each layer: two inputs, hidden layers that are watched, one output. */
  readonly widths: readonly number[];
  readonly activation: ActivationName;
  /** leakyRelu's slope below 0. */
  readonly leak: number;
  readonly initialisation: Initialisation;
  readonly rate: number;
  readonly seed: number;
  readonly points: Points;
}

/** Batches, each of all points, that a unit must sleep through. */
export const WINDOW = 10;
/** PyTorch's initial slope of a PReLU. */
const INITIAL_SLOPE = 0.25;
/** Side of the decision surface in cells. */
export const SURFACE_CELLS = 40;
/** It reaches from −this to this. */
export const SURFACE_EXTENT = 1.25;

interface Layer<B> {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: B;
  readonly bias: B;
  /** A learned parameter's, one a unit. */
  readonly slope: B;
  readonly dWeights: B;
  readonly dBias: B;
  readonly dSlope: B;
}

/** What a batch of points becomes on its way: z = a · weights, then a = f(z + bias). */
interface Flow<B> {
  readonly count: number;
  readonly a: readonly B[];
  readonly z: readonly B[];
  readonly products: readonly (() => void)[];
}

export interface Observation {
  readonly step: number;
  readonly loss: number;
  /** Share of the points on the right side. */
  readonly accuracy: number;
  /** Of each hidden layer. */
  readonly units: readonly DeadUnitReport[];
  /** Of each hidden layer's units, the share of the points for which they put out something other than 0. */
  readonly awake: readonly Float32Array[];
  /** Learned slopes of each hidden layer. */
  readonly slopes: readonly Float32Array[] | undefined;
  /** What arrives at each layer: the root mean square of one example's gradient with respect to what enters f. */
  readonly gradients: readonly number[];
}

export class Network<B = unknown> {
  step = 0;
  readonly #layers: readonly Layer<B>[];
  readonly #train: Flow<B>;
  readonly #surface: Flow<B>;
  readonly #dz: readonly B[];
  readonly #da: readonly B[];
  readonly #difference: () => void;
  readonly #backward: readonly { readonly weights: () => void; readonly inputs: (() => void) | undefined }[];
  #descents: readonly { readonly shared: readonly (() => void)[]; readonly slope: () => void }[] = [];
  #watches: readonly Watch<B>[] = [];
  #activation: ActivationName;
  #rate = 0;

  private constructor(
    private readonly machine: Machine<B>,
    private readonly options: NetworkOptions,
  ) {
    const { points, widths, activation, rate } = options;
    const count = points.target.length;
    this.#layers = widths.slice(1).map((outputs, index) => this.#createLayer(widths[index]!, outputs, index));
    this.#train = this.#createFlow(points.x, count);
    this.#surface = this.#createFlow(surfacePoints(), SURFACE_CELLS ** 2);
    const target = machine.create('target', count, points.target);
    this.#dz = this.#layers.map(({ outputs }) => machine.create('dz', count * outputs));
    this.#da = this.#layers.map(({ outputs }) => machine.create('da', count * outputs));
    const column = (buffer: B) => matrixOf(buffer, count, 1);
    const output = column(this.#train.a.at(-1)!);
    this.#difference = machine.arithmetic('subtract', output, column(target), this.#da.at(-1)!, 1 / count);
    this.#backward = this.#layers.map(({ inputs, outputs, weights, dWeights }, index) => {
      const dz = matrixOf(this.#dz[index]!, count, outputs);
      const a = transposed(matrixOf(this.#train.a[index]!, count, inputs));
      const across = transposed(matrixOf(weights, inputs, outputs));
      return {
        weights: machine.arithmetic('multiply', a, dz, dWeights, 1),
        inputs: index ? machine.arithmetic('multiply', dz, across, this.#da[index - 1]!, 1) : undefined,
      };
    });
    this.#activation = activation;
    this.activation = activation;
    this.rate = rate;
  }

  /** On the GPU, or without one on the CPU. */
  static async create(gpu: Activations | undefined, options: NetworkOptions): Promise<Network> {
    const machine = (gpu ? await GpuMachine.create(gpu) : new CpuMachine()) as Machine<unknown>;
    await machine.prepare(options.activation);
    return new Network(machine, options);
  }

  get activation(): ActivationName {
    return this.#activation;
  }

  /** Weights and biases stay: a network may change what lies between its layers while it learns. */
  set activation(name: ActivationName) {
    this.#activation = name;
    for (const watch of this.#watches) watch.dispose();
    this.#watches = this.#layers.slice(0, -1).map(({ outputs }) => this.machine.watch(name, outputs, WINDOW));
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    if (rate === this.#rate) return;
    this.#rate = rate;
    const descend = (gradient: B, length: number, result: B) => {
      const matrix: Matrix<B> = matrixOf(gradient, length, 1);
      return this.machine.arithmetic('descend', matrix, matrix, result, rate);
    };
    this.#descents = this.#layers.map(({ inputs, outputs, weights, dWeights, bias, dBias, slope, dSlope }) => ({
      shared: [descend(dWeights, inputs * outputs, weights), descend(dBias, outputs, bias)],
      slope: descend(dSlope, outputs, slope),
    }));
  }

  /** Gradient descent on all points at once, `count` times. */
  train(count: number): void {
    this.machine.run(() => {
      for (let repeat = 0; repeat < count; repeat++) this.#descend();
    });
    this.step += count;
  }

  /** Waits for what was submitted, and reads what there is to see. */
  async observe(): Promise<Observation> {
    const { target } = this.options.points;
    const count = target.length;
    const isLearned = learnedOf(this.#activation).length > 0;
    const hidden = this.#layers.slice(0, -1);
    const parts = [
      { buffer: this.#train.z.at(-1)!, length: count },
      { buffer: this.#layers.at(-1)!.bias, length: 1 },
      ...this.#layers.map(({ outputs }, index) => ({ buffer: this.#dz[index]!, length: count * outputs })),
      ...hidden.map(({ outputs }, index) => ({ buffer: this.#train.a[index + 1]!, length: count * outputs })),
      ...(isLearned ? hidden.map(({ slope, outputs }) => ({ buffer: slope, length: outputs })) : []),
    ];
    const [values, units] = await Promise.all([
      this.machine.read(parts),
      Promise.all(this.#watches.map((watch) => watch.report())),
    ]);
    let start = 0;
    const pieces = parts.map(({ length }) => {
      start += length;
      return values.subarray(start - length, start);
    });
    const [logits, [shift], ...rest] = pieces as [Float32Array, Float32Array, ...Float32Array[]];
    const gradients = rest
      .splice(0, this.#layers.length)
      .map((piece) => count * Math.sqrt(piece.reduce((sum, value) => sum + value * value, 0) / piece.length));
    const awake = rest.splice(0, hidden.length).map((piece, index) => shareAwake(piece, hidden[index]!.outputs));
    let [loss, right] = [0, 0];
    for (const [i, z] of logits.entries()) {
      const logit = z + shift!;
      // −ln σ(z) for one class, −ln(1 − σ(z)) for the other
      loss += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - target[i]! * logit;
      if (logit > 0 === (target[i] === 1)) right++;
    }
    return {
      ...{ step: this.step, loss: loss / count, accuracy: right / count, units, awake, gradients },
      slopes: isLearned ? rest.map((piece) => piece.slice()) : undefined,
    };
  }

  /** The network's answer, 0 to 1, over the square of points: row-major, from the lower left. */
  async readSurface(): Promise<Float32Array> {
    this.machine.run(() => this.#ahead(this.#surface));
    return this.machine.read([{ buffer: this.#surface.a.at(-1)!, length: this.#surface.count }]);
  }

  destroy(): void {
    for (const watch of this.#watches) watch.dispose();
    this.machine.destroy();
  }

  #ahead({ count, a, z, products }: Flow<B>): void {
    for (const [index, { bias, slope }] of this.#layers.entries()) {
      products[index]!();
      const step = this.#stepOf(index, count, 'sigmoid');
      this.machine.forward(step, { x: z[index]!, bias, slope, y: a[index + 1]! });
    }
  }

  #descend(): void {
    const { count, z, a } = this.#train;
    this.#ahead(this.#train);
    for (const [index, watch] of this.#watches.entries()) {
      const { bias, slope, outputs } = this.#layers[index]!;
      watch.look({ x: z[index]!, bias, slope, y: a[index + 1]! }, count * outputs);
    }
    this.#difference();
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const { bias, slope, dBias, dSlope } = this.#layers[index]!;
      const [x, dy, dx] = [z[index]!, this.#da[index]!, this.#dz[index]!];
      // σ and the cross-entropy together have the gradient p − target, which is handed on as it is
      this.machine.backward(this.#stepOf(index, count, 'identity'), { x, bias, slope, dy, dx, dBias, dSlope });
      const { weights, inputs } = this.#backward[index]!;
      weights();
      inputs?.();
    }
    const isLearned = learnedOf(this.#activation).length > 0;
    for (const [index, { shared, slope }] of this.#descents.entries()) {
      for (const descend of shared) descend();
      if (isLearned && index < this.#layers.length - 1) slope();
    }
  }

  #stepOf(index: number, count: number, last: ActivationName) {
    const { outputs: channels } = this.#layers[index]!;
    const name = index === this.#layers.length - 1 ? last : this.#activation;
    return { name, channels, alpha: this.options.leak, length: count * channels };
  }

  #createLayer(inputs: number, outputs: number, index: number): Layer<B> {
    const { initialisation, seed, widths } = this.options;
    const isOutput = index === widths.length - 2;
    const size = {
      ...{ he: Math.sqrt(2 / inputs), shifted: Math.sqrt(2 / inputs) },
      ...{ glorot: Math.sqrt(2 / (inputs + outputs)), small: 0.01 },
    }[initialisation];
    const weights = normalInputs(inputs * outputs, 100 * seed + index).map((value) => value * size);
    const bias = new Float32Array(outputs).fill(initialisation === 'shifted' && !isOutput ? -1 : 0);
    const create = (label: string, length: number, values?: Float32Array) => this.machine.create(label, length, values);
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

  #createFlow(x: Float32Array, count: number): Flow<B> {
    const { machine } = this;
    const a = [machine.create('x', x.length, x)];
    for (const { outputs } of this.#layers) a.push(machine.create('a', count * outputs));
    const z = this.#layers.map(({ outputs }) => machine.create('z', count * outputs));
    const products = this.#layers.map(({ inputs, outputs, weights }, index) => {
      const [points, across] = [matrixOf(a[index]!, count, inputs), matrixOf(weights, inputs, outputs)];
      return machine.arithmetic('multiply', points, across, z[index]!, 1);
    });
    return { count, a, z, products };
  }
}

function shareAwake(values: Float32Array, channels: number): Float32Array {
  const share = new Float32Array(channels);
  for (const [i, value] of values.entries()) if (value !== 0) share[i % channels]!++;
  return share.map((count) => (count * channels) / values.length);
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
