/** A user's own activation: it then works wherever a built-in one does. */
import type { Row } from './catalogue.js';
import {
  type Definition,
  type Parameter,
  type Parameters,
  registerDefinition,
  resolveParameters,
  wgslName,
} from './definition.js';
import { describe, fail, failType } from './errors.js';
import { gradientOf } from './forms.js';
import { checkObject, checkOptionNames, optionNames, RUN_OPTIONS } from './options.js';
import { STATISTICS_OPTIONS } from './plan/statistics.js';
import type { Facts, Reference } from './reference/facts.js';
import type { WgslFile } from './wgsl/file.js';
import { callsIn, functionsIn } from './wgsl/scan.js';

/** An activation as its author describes it. */
export interface ActivationDefinition<P extends string = string, L extends P = P> {
  /** camelCase; the WGSL functions carry it in snake_case. */
  readonly name: string;
  /**
   * WGSL that declares `fn my_name(x: real, …) -> real` and `fn my_name_derivative(x: real, …) -> real`, with the
   * parameters in order as `f32` (or `vec2<f32>`, high and low part of the number, where there are one or two; or `real`, the
   * number in each lane; or `parameter`, of which `.x` and `.y` are its high and low part: a learned parameter has to be one of
   * these two). The types `real`, `bits`, `ints` and `logic` are f32, u32, i32
   * and bool, or vectors of four. Functions of `shaders/math` may be called. `fn my_name_derivative_from_y` may be added.
   */
  readonly wgsl: string;
  /** The same in float64, by which `check` judges the WGSL. */
  readonly reference: Reference<P>;
  readonly parameters?: Readonly<Record<P, Parameter>>;
  /**
   * Parameters that calls may give as tensors, one value or one a channel, each with a gradient: of `scale` the WGSL then
   * declares `fn my_name_scale_derivative(x: real, …) -> real`, and the reference has `by.scale`.
   */
  readonly learned?: readonly L[];
  readonly formula?: string;
  readonly derivative?: string;
  /** Inputs that deserve a closer look: kinks, roots. */
  readonly points?: readonly number[] | ((parameters: Parameters<P>) => readonly number[]);
  /** f′ is exactly 0 on an interval, by a branch: there dx is 0 for every dy. */
  readonly flat?: boolean;
  /** Largest error in ULP that `check` accepts, 4 unless given; an error of `absolute` passes whatever it is in ULP. */
  readonly bounds?: Facts['bounds'];
  /** Inputs on which the bounds hold; every float32 unless given. */
  readonly domain?: readonly [minimum: number, maximum: number];
  readonly citation?: string;
}

const KEYS = [
  ...[
    'name',
    'wgsl',
    'reference',
    'parameters',
    'learned',
    'formula',
    'derivative',
    'points',
    'flat',
    'bounds',
    'domain',
  ],
  'citation',
];
/** Tensors and options of calls, which a parameter of the same name would hide. */
const TENSORS = ['x', 'y', 'dy', 'dx', 'gate', 'up', 'dGate', 'dUp', 'bias', 'dBias', 'weight', 'statistics', 'length'];
const MOST_LEARNED = 3;

/**
 * Defines an activation of your own. A call may give its learned parameters as tensors, and it may be a gate.
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
export function defineActivation<P extends string = never, L extends P = never>(
  definition: ActivationDefinition<P, L>,
): Row<P, L> {
  const where = 'defineActivation';
  checkObject(where, 'a definition', definition);
  checkOptionNames(where, definition, KEYS, 'keys');
  const {
    name,
    wgsl,
    reference,
    parameters = {} as Readonly<Record<P, Parameter>>,
    learned = [],
    points = [],
    bounds = { forward: 4, derivative: 4 },
  } = definition;
  if (typeof name !== 'string' || !/^[a-z][A-Za-z0-9]*$/.test(name))
    failType(where, 'name to be a camelCase word', name);
  if (typeof wgsl !== 'string') failType(where, 'wgsl to be a string', wgsl);
  for (const part of ['value', 'derivative'] as const)
    if (typeof reference?.[part] !== 'function')
      failType(where, `reference.${part} to be a function`, reference?.[part]);
  const names = Object.keys(parameters) as P[];
  if (names.length > 4) fail(where, 'at most 4 parameters', names.length);
  if (!Array.isArray(learned) || learned.length > MOST_LEARNED)
    fail(where, `learned to be an array of at most ${MOST_LEARNED} names`, describe(learned));
  const by: Readonly<Record<string, unknown>> = reference.by ?? {};
  for (const parameter of learned) {
    if (!names.includes(parameter)) fail(where, 'learned to name parameters', describe(parameter));
    if (typeof by[parameter] !== 'function')
      failType(where, `reference.by.${parameter} to be a function`, by[parameter]);
  }
  const functions = functionsIn(wgsl);
  const own = {
    ...{
      name,
      maps: 'element',
      of: name,
      parameters,
      requires: undefined,
      aliases: [],
      flat: definition.flat ?? false,
    },
    learned: Object.fromEntries(learned.map((parameter) => [parameter, parameter])),
    source: { path: '', code: wgsl, imports: mathFor(wgsl, functions), functions },
    fromY: `${wgslName(name)}_derivative_from_y` in functions,
    parts: {},
  } as const;
  const options = optionNames({ ...own, parameters: {}, learned: {} } as unknown as Definition, 'halves', 'backward');
  const reserved: string[] = [...options, ...RUN_OPTIONS, ...STATISTICS_OPTIONS, ...TENSORS];
  const isTaken = (parameter: string): boolean =>
    parameter in {} || [parameter, gradientOf(parameter)].some((each) => reserved.includes(each));
  const taken = names.find((parameter) => isTaken(parameter) || names.includes(gradientOf(parameter) as P));
  if (taken) fail(where, 'parameters of names that no option has', describe(taken));
  for (const parameter of names) {
    const facts = parameters[parameter];
    if (typeof facts?.default !== 'number' || !Array.isArray(facts.range))
      failType(where, `parameters.${parameter} to be { default, range: [minimum, maximum] }`, facts);
  }
  for (const suffix of ['', '_derivative', ...learned.map((parameter) => `_${wgslName(parameter)}_derivative`)]) {
    const types = functions[wgslName(name) + suffix];
    const expected = `fn ${wgslName(name)}${suffix}(x: real${names.length ? `, ${names.length} parameters` : ''}) -> real`;
    if (!types) throw new TypeError(`${where}: expected wgsl to declare ${expected}, got none`);
    if (types.length !== names.length + 1)
      throw new TypeError(`${where}: expected ${expected}, got one with ${types.length - 1} parameters`);
    for (const [index, type] of types.slice(1).entries()) {
      if (learned.includes(names[index] as L) && type !== 'real' && type !== 'parameter')
        throw new TypeError(
          `${where}: expected the learned ${names[index]} of ${wgslName(name)}${suffix} to be real or parameter, got ${type}`,
        );
      if (names.length > 2 && type !== 'f32' && type !== 'real' && type !== 'parameter')
        throw new TypeError(
          `${where}: expected three or more parameters to be f32, real or parameter each, got ${types.slice(1).join(', ')}`,
        );
    }
  }
  const result = {
    ...own,
    formula: definition.formula ?? '',
    derivative: definition.derivative ?? '',
    points: typeof points === 'function' ? (points as Row['points']) : () => points,
    bounds,
    citation: definition.citation ?? '',
    reference,
    ...(definition.domain && { domain: definition.domain }),
  } as unknown as Row<P, L>;
  resolveParameters(result, {}, `${where}: ${name}`); // the defaults lie in their ranges
  return registerDefinition(Object.freeze(result));
}

const math = Object.values(import.meta.glob<WgslFile>('../shaders/math/*.wgsl', { eager: true, import: 'default' }));

/** The files of shaders/math that declare what a text calls and does not declare itself. */
function mathFor(text: string, own: Readonly<Record<string, unknown>>): WgslFile[] {
  const calls = [...callsIn(text)].filter((name) => !(name in own));
  return math.filter(({ code }) => Object.keys(functionsIn(code)).some((name) => calls.includes(name)));
}
