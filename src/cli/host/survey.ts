import { type Definition, resolveActivation, resolveParameters } from '../../catalogue.js';
import type { ArrayCalls } from '../../check/compute.js';
import { type Result, resultOf } from '../../check/result.js';
import { normalInputs } from '../../check/samples.js';
import { boundOf, fillExact, sampleWeight } from '../../check/truth.js';
import { UlpComparison } from '../../check/ulp.js';
import { judgeWeightGradient } from '../../check/weight.js';
import type { Activations } from '../../index.js';
import type { HostContext, HostFunction } from './call.js';
import { type PassTime, timePass } from './timing.js';

export interface SurveyRequest {
  readonly names: readonly string[];
  /** Elements of every array. */
  readonly count: number;
}

/** A pass over random numbers: its error, and its time on the GPU and on the CPU. */
export interface SurveyRow extends Result {
  readonly gpu: PassTime;
  /** What the pass must move between the processor and its memory. */
  readonly bytes: number;
  /** The float64 reference in a plain loop on one thread. */
  readonly cpuNanoseconds: number;
}

/** Elements checked between two progress reports. */
const pieceLength = 2 ** 20;

type Direction = 'forward' | 'backward';

/** Every activation, forward and backward, over the same random normal numbers. */
export const survey: HostFunction<SurveyRequest, readonly SurveyRow[]> = async ({ names, count }, context) => {
  const { report } = context;
  const total = names.length * 2;
  report({ label: 'random numbers', done: 0, total });
  const x = normalInputs(count, 1);
  const dy = normalInputs(count, 2);
  const buffers = new SurveyBuffers(context.activations.device, x, dy);
  const answer: SurveyRow[] = [];
  try {
    for (const name of names)
      for (const direction of ['forward', 'backward'] as const) {
        const label = `${name} ${direction}`;
        const done = answer.length;
        const onProgress = (fraction: number) => report({ label, done: done + fraction, total });
        onProgress(0);
        answer.push(await surveyPass(context, resolveActivation(name), direction, { x, dy, buffers, onProgress }));
      }
  } finally {
    buffers.destroy();
  }
  return { answer };
};

interface Data {
  readonly x: Float32Array;
  readonly dy: Float32Array;
  readonly buffers: SurveyBuffers;
  onProgress(fraction: number): void;
}

async function surveyPass(
  { activations, adapter }: HostContext,
  definition: Definition,
  direction: Direction,
  { x, dy, buffers, onProgress }: Data,
): Promise<SurveyRow> {
  const { name } = definition;
  const parameters = resolveParameters(definition);
  const isBackward = direction === 'backward';
  const isWeighted = definition.family === 'channelwise';
  const inputs = { x, ...(isBackward && { dy }), ...(isWeighted && { weight: Float32Array.of(sampleWeight) }) };
  const results = await (activations as unknown as ArrayCalls)[direction](name, inputs, parameters);
  const gpu = await timePass(activations.device, (pass) => buffers.encode(activations, pass, definition, direction));

  const tensor = isBackward ? 'dx' : 'y';
  const got = results[tensor]!;
  const comparison = new UlpComparison(boundOf(definition, tensor, adapter.software));
  const exact = new Float64Array(Math.min(pieceLength, x.length));
  let cpuMilliseconds = 0;
  for (let start = 0; start < x.length; start += pieceLength) {
    const piece = (array: Float32Array) => array.subarray(start, start + pieceLength);
    const truth = exact.subarray(0, x.length - start);
    const begin = performance.now();
    fillExact(definition, parameters, piece(x), isBackward ? piece(dy) : undefined, truth);
    cpuMilliseconds += performance.now() - begin;
    for (let index = 0; index < truth.length; index++)
      comparison.add(start + index, x[start + index]!, truth[index]!, got[start + index]!);
    onProgress((start + truth.length) / x.length);
    // Lets the progress out of a page.
    await new Promise((resolve) => setTimeout(resolve));
  }
  const sum = results.dWeight && judgeWeightGradient({ x, dy, channels: 1, inner: 1 }, results.dWeight);
  return {
    ...{ suite: 'survey', name: `${name} ${tensor}`, op: name, direction, ...resultOf(tensor, comparison) },
    ...(sum?.status === 'failed' && { status: sum.status, reason: `dWeight: ${sum.reason}` }),
    gpu,
    bytes: x.byteLength * (isBackward ? 3 : 2),
    cpuNanoseconds: cpuMilliseconds * 1e6,
  };
}

/** The arrays on the GPU, for timing without uploads. */
class SurveyBuffers {
  readonly #length: number;
  readonly #buffers: Readonly<Record<'x' | 'dy' | 'output' | 'weight' | 'dWeight', GPUBuffer>>;

  constructor(device: GPUDevice, x: Float32Array, dy: Float32Array) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const create = (label: string, length: number) =>
      device.createBuffer({ label: `survey ${label}`, size: Math.max(length, 1) * 4, usage });
    this.#length = x.length;
    this.#buffers = {
      x: create('x', x.length),
      dy: create('dy', x.length),
      output: create('output', x.length),
      weight: create('weight', 1),
      dWeight: create('dWeight', 1),
    };
    device.queue.writeBuffer(this.#buffers.x, 0, x as Float32Array<ArrayBuffer>);
    device.queue.writeBuffer(this.#buffers.dy, 0, dy as Float32Array<ArrayBuffer>);
    device.queue.writeBuffer(this.#buffers.weight, 0, Float32Array.of(sampleWeight));
  }

  encode(
    activations: Activations,
    pass: GPUComputePassEncoder,
    { name, family }: Definition,
    direction: Direction,
  ): void {
    const { x, dy, output, weight, dWeight } = this.#buffers;
    const length = this.#length;
    const isWeighted = family === 'channelwise';
    // The names of the catalogue are only known while this runs, so the types that depend on them are of no use.
    const activation = name as 'prelu';
    if (direction === 'forward')
      activations.encodeForward(pass, activation, { x, y: output, length, ...(isWeighted && { weight }) } as never);
    else
      activations.encodeBackward(pass, activation, {
        x,
        dy,
        dx: output,
        length,
        ...(isWeighted && { weight, dWeight }),
      } as never);
  }

  destroy(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }
}
