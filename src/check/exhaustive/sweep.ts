/** Runs an activation over consecutive bit patterns on the GPU, while workers compare what came before. */
import { resolveActivation } from '../../catalogue.js';
import type { Definition } from '../../definition.js';
import { familyOf, usualForm } from '../../forms.js';
import { type Activations, dynamic } from '../../index.js';
import { MAP_READ, Usage } from '../../usage.js';
import { sampleLearned } from '../truth.js';
import { ComparisonPool, type Workers } from './pool.js';
import { emptyTally, mergeTallies, type Tally } from './tally.js';

/** Inputs of one submission: 16 MiB a tensor. */
const PIECE_LENGTH = 2 ** 22;

/** Writes bit patterns that count up from one: cheaper than sending them, and nothing of them goes through float arithmetic. */
const countUp = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> x: array<vec4<u32>>;
@group(0) @binding(1) var<uniform> first: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  x[id.x] = first + 4u * id.x + vec4(0u, 1u, 2u, 3u);
}`;
const COUNTED_BY_GROUP = 4 * 64;

const passes = [
  { pass: 'forward', tensor: 'y' },
  { pass: 'derivative', tensor: 'dx' },
] as const;

export type PassTallies = Readonly<Record<(typeof passes)[number]['pass'], Tally>>;

export interface SweepOptions {
  /** The bit pattern of the first input, and how many follow, it included. */
  readonly first: number;
  readonly count: number;
  readonly workers: Workers;
  /** Whether the adapter's + − × ÷ are IEEE's. */
  readonly isIeee: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * y and f′ (dx where dy is 1) of an activation of x, at its default parameters, compared with the reference.
 * @throws {RangeError} for an activation of more than x
 */
export async function sweep(
  activations: Activations,
  name: string,
  { first, count, workers, isIeee, onProgress }: SweepOptions,
): Promise<PassTallies> {
  const definition = resolveActivation(name);
  if (!isSweepable(definition))
    throw new RangeError(`${definition.name}: expected an activation of x alone, got a ${familyOf(definition)} one`);
  await activations.prepare(definition);
  const counting = await createCounting(activations.device);
  const pool = new ComparisonPool(workers);
  const runner = new PieceRunner(activations, definition, counting);
  const tallies: Record<keyof PassTallies, Tally> = { forward: emptyTally, derivative: emptyTally };
  let next = first;
  let done = 0;
  // Each lane alternates between the GPU and the workers; with two more lanes than workers neither has to wait.
  const runLane = async (): Promise<void> => {
    const lane = runner.createLane();
    while (next < first + count) {
      const start = next;
      const length = Math.min(PIECE_LENGTH, first + count - start);
      next += length;
      const results = await runner.run(lane, start, length);
      const outcomes = await Promise.all(
        passes.map(({ tensor }, index) =>
          pool.compare({ name: definition.name, tensor, isIeee, first: start, length, results: results[index]! }),
        ),
      );
      for (const [index, { pass }] of passes.entries()) {
        tallies[pass] = mergeTallies(tallies[pass], outcomes[index]!.tally);
        lane.results[index] = outcomes[index]!.results;
      }
      done += length;
      onProgress?.(done, count);
    }
  };
  try {
    const lanes = Array.from({ length: workers.count + 2 }, runLane);
    await Promise.all(lanes).finally(() => {
      next = first + count;
      return Promise.allSettled(lanes);
    });
  } finally {
    pool.terminate();
    runner.dispose();
  }
  return tallies;
}

/** Whether x alone decides an element's result; what is always learned is {@link sampleLearned}. */
export const isSweepable = (definition: Definition): boolean => usualForm(definition) === 'element';

function createCounting(device: GPUDevice): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ label: 'bit patterns', code: countUp });
  return device.createComputePipelineAsync({ label: 'bit patterns', layout: 'auto', compute: { module } });
}

interface Lane {
  readonly staging: readonly GPUBuffer[];
  /** Memory of the results, given away to be compared and got back. */
  readonly results: ArrayBuffer[];
}

/** Tensors on the GPU, used again by every piece: the queue keeps the pieces apart. */
class PieceRunner {
  readonly #device: GPUDevice;
  readonly #buffers: GPUBuffer[] = [];
  readonly #x: GPUBuffer;
  readonly #dy: GPUBuffer;
  readonly #y: GPUBuffer;
  readonly #dx: GPUBuffer;
  readonly #learned: Record<string, GPUBuffer> = {};
  readonly #first: GPUBuffer;
  readonly #inputs: GPUBindGroup;

  constructor(
    private readonly activations: Activations,
    private readonly definition: Definition,
    private readonly counting: GPUComputePipeline,
  ) {
    this.#device = activations.device;
    const { STORAGE, UNIFORM, COPY_DST, COPY_SRC } = Usage;
    const { queue } = this.#device;
    this.#x = this.#create('x', STORAGE);
    this.#first = this.#create('first', UNIFORM | COPY_DST, 1);
    this.#inputs = this.#device.createBindGroup({
      layout: counting.getBindGroupLayout(0),
      entries: [this.#x, this.#first].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    this.#dy = this.#create('dy', STORAGE | COPY_DST);
    this.#y = this.#create('y', STORAGE | COPY_SRC);
    this.#dx = this.#create('dx', STORAGE | COPY_SRC);
    queue.writeBuffer(this.#dy, 0, new Float32Array(PIECE_LENGTH).fill(1));
    for (const [name, values] of Object.entries(sampleLearned(definition))) {
      this.#learned[name] = this.#create(name, STORAGE | COPY_DST, values.length);
      queue.writeBuffer(this.#learned[name], 0, values);
    }
  }

  createLane(): Lane {
    const { MAP_READ, COPY_DST } = Usage;
    return {
      staging: passes.map(({ tensor }) => this.#create(`${tensor} staging`, MAP_READ | COPY_DST)),
      results: passes.map(() => new ArrayBuffer(4 * PIECE_LENGTH)),
    };
  }

  /** @returns y and dx of the inputs whose bit patterns count up from `start` */
  async run({ staging, results }: Lane, start: number, length: number): Promise<ArrayBuffer[]> {
    const device = this.#device;
    device.queue.writeBuffer(this.#first, 0, Uint32Array.of(start));
    const encoder = device.createCommandEncoder({ label: this.definition.name });
    const pass = encoder.beginComputePass({ label: this.definition.name });
    pass.setPipeline(this.counting);
    pass.setBindGroup(0, this.#inputs);
    pass.dispatchWorkgroups(Math.ceil(length / COUNTED_BY_GROUP));
    const calls = dynamic(this.activations);
    const given = { x: this.#x, length, ...this.#learned };
    calls.encodeForward(pass, this.definition, { ...given, y: this.#y });
    calls.encodeBackward(pass, this.definition, { ...given, dy: this.#dy, dx: this.#dx });
    pass.end();
    for (const [index, source] of [this.#y, this.#dx].entries())
      encoder.copyBufferToBuffer(source, 0, staging[index]!, 0, 4 * length);
    device.queue.submit([encoder.finish()]);
    await Promise.all(
      staging.map(async (buffer, index) => {
        await buffer.mapAsync(MAP_READ, 0, 4 * length);
        new Uint8Array(results[index]!).set(new Uint8Array(buffer.getMappedRange(0, 4 * length)));
        buffer.unmap();
      }),
    );
    return results;
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }

  #create(label: string, usage: number, length = PIECE_LENGTH): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: 4 * length, usage });
    this.#buffers.push(buffer);
    return buffer;
  }
}
