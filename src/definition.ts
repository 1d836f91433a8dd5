/** What the library knows of an activation when it runs one: facts, never formulas. */
import type { Call } from './call.js';
import { fail, failType } from './errors.js';
import type { Parts } from './parts.js';
import type { Limits, Plan } from './plan/grid.js';
import type { Sight } from './sight.js';
import type { WgslFile } from './wgsl/file.js';

/** A hyper-parameter: data of a call, never part of the shader's text. */
export interface Parameter {
  readonly default: number;
  /** A closed interval, on which the accuracy bounds hold too, for 0 and sizes from 2⁻⁴⁰ on; values outside it are a RangeError. */
  readonly range: readonly [minimum: number, maximum: number];
  /** Its values are whole numbers. */
  readonly isInteger?: boolean;
  /** Values nearer to zero than this are outside the range too (a divisor, say). */
  readonly minimumMagnitude?: number;
}

/** A number for each hyper-parameter, by name. */
export type Parameters<P extends string = string> = Readonly<Record<P, number>>;

/**
 * An activation. Two facts decide what can be done with it: what it maps, and which of its parameters may be learned. The rest
 * is the form of the call (`forms.ts`).
 */
export interface Definition<P extends string = string, L extends string = string> {
  readonly name: string;
  /** A function of each element, or of a whole row. */
  readonly maps: 'element' | 'row';
  /** The WGSL file of its functions. */
  readonly source: WgslFile;
  /** Declares the function far out where it leaves the normal float32 numbers, `my_name_tail`, for the products of gates. */
  readonly tail?: WgslFile;
  /** The activation whose functions those are: its own name, but swiglu's are swish's and prelu's leakyRelu's. */
  readonly of: string;
  /** The parameters of its functions, in their order. */
  readonly parameters: Readonly<Record<P, Parameter>>;
  /**
   * Tensors that may stand for a parameter, one value or one a channel, and that parameter: the gradient of `alpha` is
   * `dAlpha`. The file then declares the derivative by it, `my_name_alpha_derivative`.
   */
  readonly learned: Readonly<Record<L, P>>;
  /** A tensor that every call has: a named gated unit its gate (or x, which holds gate and up), prelu its weight. */
  readonly requires: string | undefined;
  /** Names used elsewhere for the same function; letter case, `_`, `-` and spaces never matter. */
  readonly aliases: readonly string[];
  /** f′ is exactly 0 on an interval, by a branch: there dx is 0 for every dy, NaN and ∞ included. */
  readonly flat: boolean;
  /** f′ is a function of y while every parameter is positive, so that backward may be given y instead of x. */
  readonly fromY: boolean;
  /** A function of rows gives one value a row, or the loss of a row and its label; unless given, a row. */
  readonly gives?: 'value' | 'loss';
  /** A function of rows takes −x: softmin is softmax of it. */
  readonly negates?: boolean;
  /** A function of rows of which a row may see some columns alone; what a column that it does not see has. */
  readonly unseen?: 'zero' | 'minusInfinity';
  /** Kernels that it brings, for calls that it is nothing without. */
  readonly parts: Parts;
  /** What its calls may say of that. */
  readonly sight?: Sight;
  /** Override constants of the WGSL: shortcuts that hold for these parameters, where each gains a tenth of the time or more. */
  overrides?(parameters: Parameters): Readonly<Record<string, number>>;
  /** How a function of rows is laid out. */
  readonly planRows?: (call: Call, limits: Limits) => Plan;
}

const SMALLEST_NORMAL = 2 ** -126;

const registered = new WeakSet<object>();

/** Makes a checked definition usable in calls. */
export function registerDefinition<D extends Definition>(definition: D): D {
  registered.add(definition);
  return definition;
}

export const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'object' && value !== null && registered.has(value);

/** leakyRelu → leaky_relu: the name in WGSL. */
export const wgslName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The names of the parameters that a call may set by number. */
export const optionsOf = ({ parameters, learned, requires }: Definition): string[] =>
  Object.keys(parameters).filter((name) => !(requires && learned[requires] === name));

/**
 * Every parameter of a definition with its value: the caller's, else the default; one below float32's normal numbers counts as 0, and
 * each of three or more as the float32 nearest to it.
 * @throws {TypeError} for a value that is no number; {RangeError} for one outside the documented range (NaN included)
 */
export function resolveParameters(
  definition: Definition,
  given: Readonly<Record<string, unknown>> = {},
  where = definition.name,
): Parameters {
  const resolved: Record<string, number> = {};
  const isLong = Object.keys(definition.parameters).length > 2;
  for (const name of optionsOf(definition)) {
    const { default: fallback, range, isInteger, minimumMagnitude = 0 } = definition.parameters[name]!;
    const value = given[name] ?? fallback;
    if (typeof value !== 'number') return failType(where, `${name} to be a number`, value);
    if (!(value >= range[0] && value <= range[1] && Math.abs(value) >= minimumMagnitude)) {
      const magnitude = minimumMagnitude ? ` and |${name}| ≥ ${minimumMagnitude}` : '';
      fail(where, `${range[0]} ≤ ${name} ≤ ${range[1]}${magnitude}`, value);
    }
    if (isInteger && !Number.isInteger(value)) fail(where, `${name} to be an integer`, value);
    // as arithmetic on the GPU may take it; of three or more there is room for one float32 each, and for an integer as it is
    resolved[name] = Math.abs(value) < SMALLEST_NORMAL ? 0 : isLong && !isInteger ? Math.fround(value) : value;
  }
  return resolved;
}
