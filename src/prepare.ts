/** Which pipelines the calls of an activation may need, so that they can be compiled ahead. */
import { type Direction, planTensors } from './arguments.js';
import { type Definition, resolveParameters } from './catalogue.js';
import { exemplaryLengths, type Limits, planEncode, type Variant } from './plan/index.js';
import type { GPUTensor } from './types.js';
import { Usage } from './usage.js';

export interface PrepareOptions {
  /** Elements of y of the calls to come; a short and a long call unless given. */
  readonly length?: number;
  /** They have a bias. */
  readonly bias?: boolean;
}

/** @throws {TypeError|RangeError} `gelu.forward: expected …, got …` */
export function variantsOf(
  definition: Definition,
  options: PrepareOptions & { readonly accumulate?: boolean } = {},
  limits: Limits,
): Variant[] {
  const { length, bias = false, accumulate, ...shared } = options;
  const { channels = 1, inner = 1, columns = 1 } = shared as { channels?: number; inner?: number; columns?: number };
  const unit = definition.family === 'elementwise' ? channels * inner : channels * inner * columns;
  const lengths = length !== undefined ? [length] : exemplaryLengths.map((most) => Math.ceil(most / unit) * unit);
  const parameters = Object.values(resolveParameters(definition, shared, `${definition.name}.prepare`));
  const has = {
    ...{ bias, halves: columns > 1, accumulate: accumulate ?? false },
    savedY: definition.fromY && parameters.every((value) => value > 0),
  };
  const directions: Direction[] = ['forward', 'backward'];
  return directions.flatMap((direction) => {
    const own = direction === 'backward' && accumulate !== undefined ? { ...shared, accumulate } : shared;
    return formsOf(definition, direction, has).flatMap((tensors) =>
      lengths.flatMap((n) =>
        planEncode(definition, direction, { ...tensors, length: n }, own, limits).dispatches.map(
          ({ variant }) => variant,
        ),
      ),
    );
  });
}

/** The calls that differ in which tensors they have, and which of those share memory. */
function formsOf(
  definition: Definition,
  direction: Direction,
  has: { readonly bias: boolean; readonly halves: boolean; readonly accumulate: boolean; readonly savedY: boolean },
): Record<string, GPUTensor>[] {
  const buffer = (): GPUTensor => ({ usage: Usage.STORAGE, size: 2 ** 53, label: '' }) as unknown as GPUBuffer;
  const given = has.bias ? { bias: buffer() } : {};
  const sources = [
    given,
    ...(has.savedY && direction === 'backward' ? [{ ...given, y: buffer() }] : []),
    ...(definition.family === 'gated' && has.halves ? [{ ...given, x: buffer() }] : []),
  ];
  return sources.flatMap((source) => {
    const { inputs, outputs, inPlace, extent } = planTensors(definition, direction, source);
    const learned = outputs.filter((name) => extent(name) === 'channels');
    const apart = Object.fromEntries([...inputs, ...outputs].map((name) => [name, buffer()]));
    const shared = has.accumulate && direction === 'backward' ? [] : inPlace;
    const withSums = [apart, ...shared.map(([output, input]) => ({ ...apart, [input]: apart[output]! }))];
    if (!learned.length) return withSums;
    // the gradients of learned parameters may be left out
    const without = withSums.map((form) =>
      Object.fromEntries(Object.entries(form).filter(([name]) => !learned.includes(name))),
    );
    return [...withSums, ...without];
  });
}
