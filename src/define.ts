/** A user's own activation: it then works wherever a name of the catalogue does. */

import { RUN_OPTIONS } from './arguments.js';
import {
  type Definition,
  type Parameter,
  type Parameters,
  type Reference,
  registerDefinition,
  resolveParameters,
} from './catalogue.js';
import { describe } from './errors.js';
import { signatureOf, wgslName, withoutComments } from './source.js';

/** An activation as its author describes it. */
export interface ActivationDefinition<P extends string = string> {
  /** camelCase; the WGSL functions carry it in snake_case. */
  readonly name: string;
  /**
   * WGSL that declares `fn my_name(x: real, …) -> real` and `fn my_name_derivative(x: real, …) -> real`, with the
   * parameters in order as `f32` (or `vec2<f32>`, high and low part of the number, where there are one or two). The types
   * `real`, `bits`, `ints` and `logic` are f32, u32, i32 and bool, or vectors of four. Functions of `shaders/math` may be
   * called. `fn my_name_derivative_from_y` may be added.
   */
  readonly wgsl: string;
  /** The same in float64, by which `check` judges the WGSL. */
  readonly reference: Reference;
  readonly parameters?: Readonly<Record<P, Parameter>>;
  readonly formula?: string;
  readonly derivative?: string;
  /** Inputs that deserve a closer look: kinks, roots. */
  readonly points?: readonly number[] | ((parameters: Parameters<P>) => readonly number[]);
  /** f′ is exactly 0 on an interval, by a branch: there dx is 0 for every dy. */
  readonly flat?: boolean;
  /** So few operations that memory bounds it on a software adapter too, where a thread then takes twice as many elements. */
  readonly cheap?: boolean;
  /** Largest error in ULP that `check` accepts, 4 unless given; an error of `absolute` passes whatever it is in ULP. */
  readonly bounds?: Definition['bounds'];
  /** Inputs on which the bounds hold; every float32 unless given. */
  readonly domain?: readonly [minimum: number, maximum: number];
  readonly citation?: string;
}

/** Options of calls, which a parameter of the same name would hide. */
const OPTION_NAMES: readonly string[] = [
  ...['channels', 'inner', 'columns', 'gateFirst', 'accumulate', 'dtype', ...RUN_OPTIONS, 'bias', 'length'],
  ...['bins', 'range', 'saturationThreshold'],
];

/**
 * Defines an activation of your own.
 * @throws {TypeError|RangeError} for a definition that is incomplete. WGSL that does not compile is a ShaderCompileError of
 *   the first array call or prepare(), with the line numbers of your text; encode calls cannot wait for the compiler
 * @example
 * const square = defineActivation({
 *   name: 'square',
 *   wgsl: 'fn square(x: real) -> real { return x * x; }  fn square_derivative(x: real) -> real { return 2.0 * x; }',
 *   reference: { value: (x) => x * x, derivative: (x) => 2 * x },
 * });
 * const { y } = await gpu.forward(square, { x });
 */
export function defineActivation<P extends string = never>(definition: ActivationDefinition<P>): Definition {
  const {
    name,
    wgsl,
    reference,
    parameters = {},
    points = [],
    bounds = { forward: 4, derivative: 4 },
  } = definition ?? {};
  const where = 'defineActivation';
  if (typeof name !== 'string' || !/^[a-z][A-Za-z0-9]*$/.test(name))
    throw new TypeError(`${where}: expected name to be a camelCase word, got ${describe(name)}`);
  if (typeof wgsl !== 'string') throw new TypeError(`${where}: expected wgsl to be a string, got ${describe(wgsl)}`);
  for (const part of ['value', 'derivative'] as const)
    if (typeof reference?.[part] !== 'function')
      throw new TypeError(`${where}: expected reference.${part} to be a function, got ${describe(reference?.[part])}`);
  const count = Object.keys(parameters).length;
  if (count > 4) throw new RangeError(`${where}: expected at most 4 parameters, got ${count}`);
  const taken = Object.keys(parameters).find((parameter) => OPTION_NAMES.includes(parameter));
  if (taken) throw new RangeError(`${where}: expected parameters of names that no option has, got "${taken}"`);
  for (const [parameter, facts] of Object.entries<Parameter>(parameters))
    if (typeof facts?.default !== 'number' || !Array.isArray(facts.range))
      throw new TypeError(
        `${where}: expected parameters.${parameter} to be { default, range: [minimum, maximum] }, got ${describe(facts)}`,
      );
  const code = withoutComments(wgsl);
  for (const suffix of ['', '_derivative']) {
    const types = signatureOf(code, wgslName(name) + suffix);
    const expected = `fn ${wgslName(name)}${suffix}(x: real${count ? `, ${count} parameters` : ''}) -> real`;
    if (!types) throw new TypeError(`${where}: expected wgsl to declare ${expected}, got none`);
    if (types.length !== count + 1)
      throw new TypeError(`${where}: expected ${expected}, got one with ${types.length - 1} parameters`);
    if (count > 2 && types.slice(1).some((type) => type !== 'f32'))
      throw new TypeError(
        `${where}: expected three or more parameters to be f32 each, got ${types.slice(1).join(', ')}`,
      );
  }
  const result: Definition = {
    name,
    family: 'elementwise',
    formula: definition.formula ?? '',
    derivative: definition.derivative ?? '',
    aliases: [],
    parameters: parameters as Readonly<Record<string, Parameter>>,
    points: typeof points === 'function' ? (points as Definition['points']) : () => points,
    flat: definition.flat ?? false,
    cheap: definition.cheap ?? false,
    fromY: signatureOf(code, `${wgslName(name)}_derivative_from_y`) !== undefined,
    bounds,
    citation: definition.citation ?? '',
    wgsl,
    reference,
    ...(definition.domain && { domain: definition.domain }),
  };
  resolveParameters(result, {}, `${where}: ${name}`); // the defaults lie in their ranges
  return registerDefinition(Object.freeze(result));
}
