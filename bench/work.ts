/** What a pass reads, writes and computes, its random inputs and its float64 truth: the same for every subject. */
import type { Row } from '../src/catalogue.js';
import { fromElements, toElements } from '../src/check/half.js';
import { labelsOf } from '../src/check/rows.js';
import { normalInputs } from '../src/check/samples.js';
import { sampleLearned, truthsOf } from '../src/check/truth.js';
import { type Parameters, resolveParameters } from '../src/definition.js';
import { type Form, formOf, isSmall as isSmallExtent } from '../src/forms.js';
import { rowValues, rowwise } from '../src/reference/index.js';
import { type StorageType, storages } from '../src/storage.js';

export const PASSES = ['forward', 'backward'] as const;
export type Pass = (typeof PASSES)[number];
export type Arrays = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

export interface Work {
  readonly definition: Row;
  readonly form: Form;
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
  /** Tensors of one element: learned ones of a single channel, and their gradients; or of one value a row. */
  readonly smallReads: readonly string[];
  readonly smallWrites: readonly string[];
  /** What the pass must move between the processor and its memory. */
  readonly bytes: number;
}

export function planWork(definition: Row, pass: Pass, length: number, dtype: StorageType = 'f32'): Work {
  // rows go backward from the saved y
  const saved = pass === 'backward' && definition.maps === 'row' && definition.fromY ? { y: true } : {};
  const form = formOf(definition, pass, { ...sampleLearned(definition), ...saved });
  const [reads, smallReads, writes, smallWrites] = [
    form.inputs,
    form.outputs.filter((name) => pass === 'backward' || !form.optional.includes(name)),
  ].flatMap((tensors) =>
    [false, true].map((isSmall) => tensors.filter((tensor) => isSmallExtent(form.extent(tensor)) === isSmall)),
  ) as [string[], string[], string[], string[]];
  return {
    ...{ definition, form, pass, dtype, length, reads, smallReads, writes, smallWrites },
    parameters: resolveParameters(definition),
    columns: [1024, 1000].find((columns) => length % columns === 0) ?? length,
    bytes: storages[dtype].byteLength * length * (reads.length + writes.length),
  };
}

/** Elements of a small tensor. */
export const smallLength = ({ form, length, columns }: Work, tensor: string): number =>
  form.extent(tensor) === 'rows' ? Math.floor(length / columns) : 1;

const rounded = (values: Float32Array, dtype: StorageType): Float32Array<ArrayBuffer> =>
  fromElements(toElements(values, dtype), dtype) as Float32Array<ArrayBuffer>;

const SEEDS: Readonly<Record<string, number>> = { x: 1, gate: 1, dy: 2, up: 3 };

/** Random normal inputs, numbers of the elements' type, each array made once for a length. */
export class Inputs {
  readonly #made = new Map<string, Float32Array<ArrayBuffer>>();

  of(work: Work): Arrays {
    const { definition, reads, smallReads, length, columns, dtype } = work;
    const arrays: Record<string, Float32Array<ArrayBuffer>> = {};
    for (const name of reads)
      arrays[name] =
        name === 'y' ? this.#saved(definition, length, columns, dtype) : this.#normal(SEEDS[name]!, length, dtype);
    const labels = labelsOf(definition, Math.floor(length / columns), columns);
    for (const name of smallReads)
      arrays[name] = (sampleLearned(definition)[name] ??
        labels[name] ??
        this.#normal(SEEDS[name]!, smallLength(work, name), 'f32')) as Float32Array<ArrayBuffer>;
    return arrays;
  }

  #normal(seed: number, length: number, dtype: StorageType): Float32Array<ArrayBuffer> {
    return this.#once(`${seed} ${length} ${dtype}`, () => rounded(normalInputs(length, seed), dtype));
  }

  /** The saved output from which a row-wise pass goes backward. */
  #saved({ name }: Row, length: number, columns: number, dtype: StorageType): Float32Array<ArrayBuffer> {
    return this.#once(`${name} ${length} ${dtype}`, () => {
      const x = this.#normal(SEEDS.x!, length, dtype);
      return rounded(Float32Array.from(rowwise[name]!.forward(x, length / columns, columns)), dtype);
    });
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
  const values = rowValues[definition.name];
  if (values) {
    const rows = { ...(inputs as { readonly x: Float32Array }), columns, parameters };
    const [output] = work.form.outputs;
    return { [output!]: pass === 'forward' ? values.forward(rows) : values.backward(rows, inputs.dy!) };
  }
  if (definition.maps === 'row') {
    const { forward, backward } = rowwise[definition.name]!;
    const { x, y, dy } = inputs;
    const rows = Math.floor(length / columns);
    return pass === 'forward' ? { y: forward(x!, rows, columns) } : { dx: backward(y!, dy!, rows, columns) };
  }
  const results: Record<string, Float64Array> = {};
  for (const { tensor, direction, fill } of truthsOf(definition, parameters)) {
    if (direction !== pass) continue;
    results[tensor] = new Float64Array(length);
    fill(inputs, results[tensor]);
  }
  return results;
}
