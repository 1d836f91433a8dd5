/** What a pass reads, writes and computes, its random inputs and its float64 truth: the same for every subject. */
import { type Definition, type Parameters, resolveParameters } from '../src/catalogue.js';
import { fromElements, toElements } from '../src/check/half.js';
import { normalInputs } from '../src/check/samples.js';
import { sampleWeight } from '../src/check/truth.js';
import {
  type GatedName,
  gated,
  gradient,
  logSoftmaxBackward,
  logSoftmaxForward,
  type ReferenceName,
  reference,
  softmaxBackward,
  softmaxForward,
} from '../src/reference/index.js';
import { type StorageType, storages } from '../src/storage.js';

export const PASSES = ['forward', 'backward'] as const;
export type Pass = (typeof PASSES)[number];
export type Arrays = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

export interface Work {
  readonly definition: Definition;
  readonly pass: Pass;
  /** How elements lie in memory. */
  readonly dtype: StorageType;
  /** Elements of each tensor in `reads` and `writes`. */
  readonly length: number;
  readonly parameters: Parameters;
  /** Length of a row of a row-wise pass. */
  readonly columns: number;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Tensors of one element: a learned weight of a single channel, and its gradient. */
  readonly smallReads: readonly string[];
  readonly smallWrites: readonly string[];
  /** What the pass must move between the processor and its memory. */
  readonly bytes: number;
}

const TENSORS = {
  elementwise: { forward: [['x'], ['y']], backward: [['x', 'dy'], ['dx']] },
  channelwise: { forward: [['x'], ['y']], backward: [['x', 'dy'], ['dx']] },
  gated: {
    forward: [['gate', 'up'], ['y']],
    backward: [
      ['gate', 'up', 'dy'],
      ['dGate', 'dUp'],
    ],
  },
  rowwise: { forward: [['x'], ['y']], backward: [['y', 'dy'], ['dx']] },
} as const;

export function planWork(definition: Definition, pass: Pass, length: number, dtype: StorageType = 'f32'): Work {
  const { family } = definition;
  const [reads, writes] = TENSORS[family][pass];
  const isWeighted = family === 'channelwise';
  return {
    definition,
    pass,
    dtype,
    length,
    parameters: resolveParameters(definition),
    columns: [1024, 1000].find((columns) => length % columns === 0) ?? length,
    reads,
    writes,
    smallReads: isWeighted ? ['weight'] : [],
    smallWrites: isWeighted && pass === 'backward' ? ['dWeight'] : [],
    bytes: storages[dtype].byteLength * length * (reads.length + writes.length),
  };
}

const rounded = (values: Float32Array, dtype: StorageType): Float32Array<ArrayBuffer> =>
  fromElements(toElements(values, dtype), dtype) as Float32Array<ArrayBuffer>;

const SEEDS: Readonly<Record<string, number>> = { x: 1, gate: 1, dy: 2, up: 3 };

/** Random normal inputs, numbers of the elements' type, each array made once for a length. */
export class Inputs {
  readonly #made = new Map<string, Float32Array<ArrayBuffer>>();

  of({ definition, reads, smallReads, length, columns, dtype }: Work): Arrays {
    const arrays: Record<string, Float32Array<ArrayBuffer>> = {};
    for (const name of reads)
      arrays[name] =
        name === 'y' ? this.#saved(definition, length, columns, dtype) : this.#normal(SEEDS[name]!, length, dtype);
    for (const name of smallReads) arrays[name] = Float32Array.of(sampleWeight);
    return arrays;
  }

  #normal(seed: number, length: number, dtype: StorageType): Float32Array<ArrayBuffer> {
    return this.#once(`${seed} ${length} ${dtype}`, () => rounded(normalInputs(length, seed), dtype));
  }

  /** The saved output from which a row-wise pass goes backward. */
  #saved({ name }: Definition, length: number, columns: number, dtype: StorageType): Float32Array<ArrayBuffer> {
    const forward = name === 'softmax' ? softmaxForward : logSoftmaxForward;
    return this.#once(`${name} ${length} ${dtype}`, () =>
      rounded(Float32Array.from(forward(this.#normal(SEEDS.x!, length, dtype), length / columns, columns)), dtype),
    );
  }

  #once(key: string, make: () => Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }
}

/** The exact results of the first `length` elements. */
export function exactOf(work: Work, inputs: Arrays, length: number): Readonly<Record<string, Float64Array>> {
  const { definition, pass, parameters, columns } = work;
  const { name, flat, family } = definition;
  const fill = (compute: (i: number) => number) => Float64Array.from({ length }, (_, i) => compute(i));
  const { x, dy, gate, up, y } = inputs;
  if (family === 'rowwise') {
    const rows = Math.floor(length / columns);
    const isLog = name === 'logSoftmax';
    if (pass === 'forward') return { y: (isLog ? logSoftmaxForward : softmaxForward)(x!, rows, columns) };
    return { dx: (isLog ? logSoftmaxBackward : softmaxBackward)(y!, dy!, rows, columns) };
  }
  if (family === 'gated') {
    const { value, dGate, dUp } = gated[name as GatedName];
    if (pass === 'forward') return { y: fill((i) => value(gate![i]!, up![i]!, parameters)) };
    return {
      dGate: fill((i) => dGate(gate![i]!, up![i]!, dy![i]!, parameters)),
      dUp: fill((i) => dUp(gate![i]!, up![i]!, dy![i]!, parameters)),
    };
  }
  const { value, derivative } = definition.reference ?? reference[name as ReferenceName];
  const given = family === 'channelwise' ? { ...parameters, weight: sampleWeight } : parameters;
  if (pass === 'forward') return { y: fill((i) => value(x![i]!, given)) };
  return { dx: fill((i) => gradient(dy![i]!, derivative(x![i]!, given), flat)) };
}
