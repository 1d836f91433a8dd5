/** What a small network trains on: the GPU by the library's kernels, or the CPU by the library's float64 reference. */
import { referenceOf, sampleLearned } from '../../../src/check/truth.js';
import { gradientOf } from '../../../src/forms.js';
import {
  type ActivationName,
  type Activations,
  createDeadUnitMonitor,
  type DeadUnitReport,
  dynamic,
  resolveActivation,
  resolveParameters,
} from '../../../src/index.js';
import { deadUnitReport } from '../../../src/monitor.js';
import { type Arithmetic, CLIP, type Matrix, MatrixKernels } from './matrix.js';

/** An activation between two layers. */
export interface Step {
  readonly name: ActivationName;
  readonly channels: number;
  /** leakyRelu's. */
  readonly alpha: number;
  readonly length: number;
}

/** y = f(x + bias); a learned parameter has one value a channel. */
export interface Ahead<B> {
  readonly x: B;
  readonly bias: B;
  readonly slope: B;
  readonly y: B;
}

export interface Back<B> extends Omit<Ahead<B>, 'y'> {
  readonly dy: B;
  readonly dx: B;
  readonly dBias: B;
  readonly dSlope: B;
}

export interface Watch<B> {
  look(batch: Ahead<B>, length: number): void;
  report(): Promise<DeadUnitReport>;
  dispose(): void;
}

/** What is done within `run` is done in this order. */
export interface Machine<B> {
  create(label: string, length: number, values?: Float32Array): B;
  prepare(name: ActivationName): Promise<void>;
  arithmetic(kind: Arithmetic, a: Matrix<B>, b: Matrix<B>, result: B, scale: number): () => void;
  forward(step: Step, tensors: Ahead<B>): void;
  backward(step: Step, tensors: Back<B>): void;
  watch(name: ActivationName, channels: number, window: number): Watch<B>;
  run(work: () => void): void;
  /** Several buffers' beginnings, one after the other. */
  read(parts: readonly { readonly buffer: B; readonly length: number }[]): Promise<Float32Array>;
  destroy(): void;
}

/** The tensors in which a call takes learned parameters. */
export const learnedOf = (name: ActivationName): string[] => Object.keys(sampleLearned(resolveActivation(name)));

/** Squashing functions never give 0: they fall asleep by saturating. */
export function watchOf(name: ActivationName): { readonly kind: 'dead' | 'saturation'; readonly name: ActivationName } {
  const { fromY, flat, parameters } = resolveActivation(name);
  const isSquashing = fromY && !flat && Object.keys(parameters).length === 0;
  return { kind: isSquashing ? 'saturation' : 'dead', name };
}

/** A step's hyper-parameters that are set here; the others have their defaults. */
const optionsOf = ({ name, alpha }: Step) => (name === 'leakyRelu' ? { alpha } : {});

export class GpuMachine implements Machine<GPUBuffer> {
  readonly #buffers: GPUBuffer[] = [];
  #pass: GPUComputePassEncoder | undefined;

  private constructor(
    private readonly gpu: Activations,
    private readonly kernels: MatrixKernels,
  ) {}

  static create = async (gpu: Activations): Promise<GpuMachine> =>
    new GpuMachine(gpu, await MatrixKernels.create(gpu.device));

  create(label: string, length: number, values?: Float32Array): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    // whole groups of four, which kernels that load vectors may touch
    const buffer = this.gpu.device.createBuffer({ label, size: Math.ceil(length / 4) * 16, usage });
    if (values) this.gpu.device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
    this.#buffers.push(buffer);
    return buffer;
  }

  async prepare(name: ActivationName): Promise<void> {
    await this.gpu.prepare(name);
  }

  arithmetic(kind: Arithmetic, a: Matrix, b: Matrix, result: GPUBuffer, scale: number): () => void {
    const record = this.kernels.prepare(kind, a, b, result, scale);
    return () => record(this.#pass!);
  }

  forward(step: Step, { slope, ...tensors }: Ahead<GPUBuffer>): void {
    const { name, channels, length } = step;
    const learned = Object.fromEntries(learnedOf(name).map((tensor) => [tensor, slope]));
    dynamic(this.gpu).encodeForward(
      this.#pass!,
      name,
      { ...tensors, ...learned, length },
      { channels, ...optionsOf(step) },
    );
  }

  backward(step: Step, { slope, dSlope, ...tensors }: Back<GPUBuffer>): void {
    const { name, channels, length } = step;
    const learned = learnedOf(name).flatMap((tensor) => [
      [tensor, slope],
      [gradientOf(tensor), dSlope],
    ]);
    dynamic(this.gpu).encodeBackward(
      this.#pass!,
      name,
      { ...tensors, ...Object.fromEntries(learned), length },
      { channels, ...optionsOf(step) },
    );
  }

  watch(name: ActivationName, channels: number, window: number): Watch<GPUBuffer> {
    const monitor = createDeadUnitMonitor(this.gpu, { channels, window, ...watchOf(name) });
    return {
      look: ({ y }, length) => monitor.encode(this.#pass!, { y, length }),
      report: () => monitor.report(),
      dispose: () => monitor.dispose(),
    };
  }

  run(work: () => void): void {
    const { device } = this.gpu;
    const encoder = device.createCommandEncoder({ label: 'network' });
    this.#pass = encoder.beginComputePass({ label: 'network' });
    work();
    this.#pass.end();
    this.#pass = undefined;
    device.queue.submit([encoder.finish()]);
  }

  read = (parts: readonly { readonly buffer: GPUBuffer; readonly length: number }[]) =>
    readFloats(this.gpu.device, parts);

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.kernels.destroy();
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

/** |f′| below this counts as saturated, as in the library's monitor. */
const SATURATED = 0.01;

export class CpuMachine implements Machine<Float32Array> {
  create = (_label: string, length: number, values?: Float32Array): Float32Array =>
    values ? Float32Array.from(values) : new Float32Array(length);

  async prepare(): Promise<void> {}

  arithmetic(
    kind: Arithmetic,
    { buffer: a, rows, columns: depth, rowStep: aRow, columnStep: aDepth }: Matrix<Float32Array>,
    { buffer: b, columns, rowStep: bDepth, columnStep: bColumn }: Matrix<Float32Array>,
    result: Float32Array,
    scale: number,
  ): () => void {
    const each = (value: (i: number) => number) => () => {
      for (let i = 0; i < rows * columns; i++) result[i] = value(i);
    };
    if (kind === 'subtract') return each((i) => (a[i]! - b[i]!) * scale);
    if (kind === 'descend') return each((i) => result[i]! - Math.min(Math.max(a[i]!, -CLIP), CLIP) * scale);
    return () => {
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          let sum = 0;
          for (let k = 0; k < depth; k++) sum += a[row * aRow + k * aDepth]! * b[k * bDepth + column * bColumn]!;
          result[row * columns + column] = sum;
        }
    };
  }

  forward(step: Step, { x, bias, slope, y }: Ahead<Float32Array>): void {
    const { value, parametersOf } = scalarsOf(step, slope);
    for (let i = 0; i < step.length; i++) {
      const channel = i % step.channels;
      y[i] = value(Math.fround(x[i]! + bias[channel]!), parametersOf(channel));
    }
  }

  backward(step: Step, { x, bias, slope, dy, dx, dBias, dSlope }: Back<Float32Array>): void {
    const { derivative, by, parametersOf } = scalarsOf(step, slope);
    const bySlope = learnedOf(step.name).length ? by?.alpha : undefined;
    dBias.fill(0);
    dSlope.fill(0);
    for (let i = 0; i < step.length; i++) {
      const channel = i % step.channels;
      const [input, parameters] = [Math.fround(x[i]! + bias[channel]!), parametersOf(channel)];
      dx[i] = dy[i]! * derivative(input, parameters);
      dBias[channel]! += dx[i]!;
      if (bySlope) dSlope[channel]! += dy[i]! * bySlope(input, parameters);
    }
  }

  watch(name: ActivationName, channels: number, window: number): Watch<Float32Array> {
    const { kind } = watchOf(name);
    const { derivative } = referenceOf(resolveActivation(name));
    /** Batches in a row that a unit has slept through, after the number of batches. */
    const words = new Uint32Array(1 + channels);
    return {
      look({ x, bias, y }, length) {
        words[0]!++;
        const isAwake = new Uint8Array(channels);
        for (let i = 0; i < length; i++) {
          const channel = i % channels;
          if (kind === 'dead' ? y[i] !== 0 : !(Math.abs(derivative(x[i]! + bias[channel]!, {})) < SATURATED))
            isAwake[channel] = 1;
        }
        for (const [unit, awake] of isAwake.entries()) words[1 + unit] = awake ? 0 : words[1 + unit]! + 1;
      },
      report: async () => deadUnitReport(words, window, kind),
      dispose() {},
    };
  }

  run(work: () => void): void {
    work();
  }

  async read(parts: readonly { readonly buffer: Float32Array; readonly length: number }[]): Promise<Float32Array> {
    return Float32Array.from(parts.flatMap(({ buffer, length }) => [...buffer.subarray(0, length)]));
  }

  destroy(): void {}
}

/** A function and its derivatives in float64, with the parameters of each channel. */
function scalarsOf(step: Step, slope: Float32Array) {
  const row = resolveActivation(step.name);
  const shared = resolveParameters(row, optionsOf(step));
  const isLearned = learnedOf(step.name).length > 0;
  const parametersOf = (channel: number) => (isLearned ? { ...shared, alpha: slope[channel]! } : shared);
  return { ...referenceOf(row), parametersOf };
}
