/** Activations as WGSL text for other people's kernels: the epilogue of a matrix product, say. */

import { checkOptionNames } from './arguments.js';
import { type ActivationName, type Definition, resolveActivation } from './catalogue.js';
import { describe } from './errors.js';
import { shaders } from './shaders.js';
import { activationText, requiredFiles, withoutComments } from './source.js';

export interface WGSLOptions {
  /** Begins every name the text declares; default `activation_`. */
  readonly prefix?: string;
  /**
   * A u32 expression of your module that is always 0 but that the compiler cannot know to be (a member of a uniform): it
   * keeps exact steps whole where a compiler regroups floating-point sums. Without it a private variable of the text's own
   * serves, which a compiler may see through (Metal's fast math).
   */
  readonly zero?: string;
}

/** Stands for the caller's expression, which no renaming may touch. */
const ZERO = '_zero';

const WIDTHS = [
  { suffix: '', types: { real: 'f32', bits: 'u32', ints: 'i32', logic: 'bool' } },
  { suffix: '_vec4', types: { real: 'vec4<f32>', bits: 'vec4<u32>', ints: 'vec4<i32>', logic: 'vec4<bool>' } },
] as const;

/**
 * Self-contained WGSL of one or more activations: value and derivative, each in a scalar and a vec4 form, with the math they
 * need once. For gelu: `activation_gelu(x: f32) -> f32`, `activation_gelu_derivative`, `activation_gelu_vec4(x: vec4<f32>)`,
 * `activation_gelu_derivative_vec4`. Hyper-parameters follow x, as `f32`, or as `vec2<f32>` (high and low part of the number;
 * `vec2(beta, 0.0)` for a float32). Accuracy is the kernels' own; see `zero`.
 * @throws {TypeError|RangeError} for an unknown name, a family that is no function of x, or a prefix that is no identifier
 * @example const code = `${wgsl('gelu')}\n@compute … { c[i] = activation_gelu(sum + bias[column]); }`;
 */
export function wgsl(
  names: ActivationName | Definition | readonly (ActivationName | Definition)[],
  options: WGSLOptions = {},
): string {
  checkOptionNames('wgsl', options, ['prefix', 'zero']);
  const { prefix = 'activation_', zero } = options;
  if (zero !== undefined && typeof zero !== 'string')
    throw new TypeError(`wgsl: expected zero to be a WGSL expression, got ${describe(zero)}`);
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(prefix) || prefix.startsWith('__'))
    throw new TypeError(`wgsl: expected prefix to begin an identifier, got ${describe(prefix)}`);
  const opaque = zero ?? `${prefix}opaque_zero`;
  const definitions = [names].flat().map((name) => resolveActivation(name as string));
  for (const { name, family } of definitions)
    if (family === 'gated' || family === 'rowwise')
      throw new RangeError(
        `wgsl: expected elementwise activations, got "${name}"; embed the activation of its gate instead`,
      );
  const own = [...new Set(definitions.map(activationText))];
  const texts = [...requiredFiles(own.join('\n')).map((file) => shaders[file]!), ...own];
  const barrier = `fn barrier(value: real) -> real { return bitcast<real>(bitcast<bits>(value) ^ bits(${ZERO})); }`;
  const text = withoutComments([barrier, ...new Set(texts)].join('\n'));
  const constants = text.match(/^\s*(?:const|override)\s[^;]*;/gm) ?? [];
  const functions = constants.reduce((rest, constant) => rest.replace(constant, ''), text);
  const declared = [...text.matchAll(/^\s*(?:fn|const|override|struct)\s+(\w+)/gm)].map(([, name]) => name!);
  const constantNames = new Set(constants.map((constant) => /(?:const|override)\s+(\w+)/.exec(constant)![1]!));
  const isDeclared = new Set(declared);
  const rename = (code: string, suffix: string, types: Readonly<Record<string, string>>): string =>
    // members (a.b) are left alone
    code.replace(/(?<![.\w])[A-Za-z_]\w*/g, (word) => {
      if (constantNames.has(word)) return prefix + word;
      if (isDeclared.has(word)) return prefix + word + suffix;
      return (word === ZERO ? opaque : types[word]) ?? word;
    });
  const parts = WIDTHS.map(({ suffix, types }) => rename(functions, suffix, types));
  // nobody sets another module's overrides: the text that holds for all parameters
  const fixed = constants.join('\n').replace(/\boverride\b/g, 'const');
  const variable = zero ? [] : [`var<private> ${opaque}: u32;`];
  return `${[...variable, rename(fixed, '', WIDTHS[0].types), ...parts]
    .join('\n')
    .replace(/\n\s*\n+/g, '\n')
    .trim()}\n`;
}
