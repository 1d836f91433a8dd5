/** Which pipelines the calls of an activation may need, so that they can be compiled ahead. */
import { type Call, checkLater } from './call.js';
import { type Definition, resolveParameters } from './definition.js';
import { failType } from './errors.js';
import { type Direction, type FormFacts, formOf, forms, usualForm } from './forms.js';
import { checkBoolean, checkInteger } from './options.js';
import { exemplaryLengths, type Limits, leastCommonMultiple, planCall, type Variant } from './plan/index.js';

export interface PrepareOptions {
  /** Elements of y of the calls to come; a short and a long call unless given. */
  readonly length?: number;
  /** They have a bias. */
  readonly bias?: boolean | number;
  /** Names of the tensors they have besides: a learned parameter's, or `gate` and `up` where an activation of elements is a gate. */
  readonly tensors?: readonly string[];
  /** Outputs lie in the buffers of inputs, apart from them: all tensors in one buffer, for instance. */
  readonly arena?: boolean;
}

type Options = Readonly<Record<string, unknown>>;

/** @throws {TypeError|RangeError} `gelu.prepare: expected …, got …` */
export function variantsOf(
  definition: Definition,
  options: (PrepareOptions & { readonly accumulate?: boolean }) | undefined,
  limits: Limits,
): Variant[] {
  const where = `${definition.name}.prepare`;
  const { length, bias = false, accumulate, tensors: more = [], arena: isArena = false, ...rest } = options ?? {};
  if (length !== undefined) checkInteger(where, 'length', length);
  if (!Array.isArray(more)) failType(where, 'names of tensors', more);
  // shrink has a parameter of that name
  const isParameter = typeof bias === 'number';
  if (!isParameter) checkBoolean(where, 'bias', bias);
  const shared = isParameter ? { ...rest, bias } : rest;
  const { channels = 1, inner = 1, columns = 1, queries = 1, maskBlock = 1 } = shared as Record<string, number>;
  const unit = channels * inner * columns * leastCommonMultiple(queries, maskBlock);
  const lengths = length !== undefined ? [length] : exemplaryLengths.map((most) => Math.ceil(most / unit) * unit);
  const directions: Direction[] = ['forward', 'backward'];
  const passes = directions.flatMap((direction) => {
    const own = direction === 'backward' && accumulate !== undefined ? { ...shared, accumulate } : shared;
    return tensorsOf(where, definition, direction, {
      more: bias === true ? [...more, 'bias'] : more,
      halves: columns > 1,
      options: own,
    }).flatMap((tensors) =>
      lengths.flatMap((n) =>
        callsOf(checkLater(definition, direction, tensors, n, own)).map((call) =>
          planCall({ ...call, isArena }, limits),
        ),
      ),
    );
  });
  return passes.flatMap(({ dispatches }) => dispatches.map(({ variant }) => variant));
}

/** The calls that differ in which tensors they have. */
function tensorsOf(
  where: string,
  definition: Definition,
  direction: Direction,
  { more, halves, options }: { readonly more: readonly string[]; readonly halves: boolean; readonly options: Options },
): Options[] {
  const form = usualForm(definition);
  const isGate = more.includes('gate');
  const named = (names: readonly string[]): Options =>
    Object.fromEntries([...names.filter((name) => !isGate || name !== 'x'), ...more].map((name) => [name, true]));
  const { inputs, outputs } = formOf(definition, direction, named(forms[form].sources), options, where);
  const unknown = more.find((name) => ![...inputs, ...outputs].includes(name));
  if (unknown !== undefined) failType(where, `tensors among ${inputs.join(', ')}`, unknown);
  const parameters = resolveParameters(definition, options, where);
  const isFromY =
    definition.fromY && !more.some((name) => name !== 'bias') && Object.values(parameters).every((value) => value > 0);
  if (options.halves !== undefined || (form === 'gate' && halves)) return [named(['x'])];
  const { sources, saved = [] }: FormFacts = forms[form];
  const withSaved = direction === 'backward' ? saved.map((name) => named([...sources, name])) : [];
  return [named(sources), ...withSaved, ...(isFromY && direction === 'backward' ? [named(['y'])] : [])];
}

/** A call with its tensors apart, with every choice of outputs that take an input's memory, and with gradients left out. */
function callsOf(call: Call): Call[] {
  const { form, outputs, settings } = call;
  let sharing: Record<string, string>[] = [{}];
  for (const output of settings.accumulate ? [] : outputs) {
    const inputs = form.inPlace
      .filter(([name, input]) => name === output && form.inputs.includes(input))
      .map(([, input]) => input);
    sharing = sharing.flatMap((through) => [through, ...inputs.map((input) => ({ ...through, [input]: output }))]);
  }
  const isSum = (name: string): boolean => ['channels', 'heads'].includes(form.extent(name));
  const needed = outputs.filter((name) => !form.optional.includes(name));
  const choices = outputs.some(isSum)
    ? [outputs, outputs.filter((name) => !isSum(name)), outputs.filter(isSum)]
    : [outputs, ...(needed.length && needed.length < outputs.length ? [needed] : [])];
  return choices.flatMap((wanted) =>
    sharing
      .filter((through) => Object.values(through).every((output) => wanted.includes(output)))
      .map((through) => ({ ...call, outputs: wanted, through })),
  );
}
