/** Compiles what the calls of several activations need, all at once. */
import type { Definition } from './definition.js';
import { failType } from './errors.js';
import { internalsOf } from './internals.js';
import { checkObject } from './options.js';
import { keyOf } from './pipeline.js';
import { type PrepareOptions, variantsOf } from './prepare.js';
import { type StatisticsOptions, statisticsVariants } from './statistics.js';
import type { Activation, ActivationName, BackwardOptions, Options } from './types.js';

/** What the calls to come have. */
export type PreparedOptions<N extends Activation> = Options<N> &
  BackwardOptions &
  PrepareOptions & { readonly statistics?: boolean | StatisticsOptions };

/** An activation whose calls are to come, or that with options of its own. */
export type Prepared =
  | { [N in ActivationName]: N | readonly [name: N, options?: PreparedOptions<N>] }[ActivationName]
  | Definition
  | readonly [definition: Definition, options?: Readonly<Record<string, unknown>>];

/** Options of `prepare` for several activations. */
export interface PrepareAllOptions extends Pick<PreparedOptions<Definition>, keyof PrepareOptions> {
  readonly dtype?: Options['dtype'];
  readonly accumulate?: boolean;
  /** Pipelines that are compiled, and how many there are, after each of them. */
  readonly onProgress?: (done: number, total: number) => void;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Compiles the pipelines of several activations ahead, without blocking, all at once; those that they share once.
 * @param calls activations, or pairs of an activation and the options that its calls have besides `options`
 * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before anything is compiled
 * @throws {ShaderCompileError} whose message begins with the name of the pipeline, `gelu.forward f32x4`
 * @example await prepareAll(gpu, [gelu, [softmax, { columns: 1024 }]], { dtype: 'f16', onProgress });
 */
export async function prepareAll(
  gpu: object,
  calls: readonly Prepared[],
  options: PrepareAllOptions = {},
): Promise<void> {
  const { pipelines, limits, resolve, explained } = internalsOf('prepare', gpu);
  checkObject('prepare', 'options to be an object', options);
  const { onProgress, ...shared } = options;
  if (!Array.isArray(calls)) failType('prepare', 'an array of activations', calls);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    failType('prepare', 'onProgress to be a function', onProgress);
  const variants = calls.flatMap((call) => {
    const [name, own] = [call].flat() as [Activation, Values?];
    const definition = resolve(name);
    const { statistics, ...passes }: Values = { ...shared, ...own };
    if (!statistics) return variantsOf(definition, passes, limits());
    const { accumulate, bias, tensors, ...layout } = passes;
    const more = statisticsVariants(definition, { ...layout, ...(statistics === true ? {} : statistics) }, limits());
    return [...variantsOf(definition, passes, limits()), ...more];
  });
  const distinct = new Map(variants.map((variant) => [keyOf(variant), variant]));
  let done = 0;
  const compile = [...distinct.values()].map((variant) => async (): Promise<void> => {
    await pipelines.prepare(variant);
    onProgress?.(++done, distinct.size);
  });
  await explained(() => Promise.all(compile.map((each) => each())));
}
