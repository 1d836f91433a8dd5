/** Activations as WGSL text for other people's kernels: the epilogue of a matrix product, say. */

import { type Definition, isDefinition, wgslName } from '../definition.js';
import { failType } from '../errors.js';
import { checkOptionNames } from '../options.js';
import { requiredFiles } from './link.js';
import { withoutComments } from './scan.js';

/** What `wgsl` may be given. */
export interface WGSLOptions {
  /** Begins every name the text declares; default `activation_`. */
  readonly prefix?: string;
  /**
   * A u32 expression of your module that is always 0 but that the compiler cannot know to be (a member of a uniform): it
   * keeps exact steps whole where a compiler regroups floating-point sums. Without it each such step makes a zero of its own
   * from the number n of a value's bits, the last bit of n·(n + 1), for two or three integer operations more.
   */
  readonly zero?: string;
}

/** Stands for the caller's expression, which no renaming may touch. */
const ZERO = '_zero';

/** A parameter is the same in every lane. */
const numbers = { parameter: 'vec2<f32>', scalar: 'f32', scalar_bits: 'u32' };

/** What stands for the types in texts of each width, and what `shaders/kernels/lanes_*.wgsl` says of its lanes. */
const WIDTHS = [
  {
    suffix: '',
    types: { real: 'f32', bits: 'u32', ints: 'i32', logic: 'bool', LANE_FLAGS: '1u', ...numbers },
    lane: 'value',
  },
  {
    suffix: '_vec4',
    types: {
      ...{ real: 'vec4<f32>', bits: 'vec4<u32>', ints: 'vec4<i32>', logic: 'vec4<bool>' },
      ...{ LANE_FLAGS: 'vec4<u32>(1u, 4u, 16u, 64u)', ...numbers },
    },
    lane: 'value[lane]',
  },
] as const;

/** The functions of an activation that calls another's: prelu's are leakyRelu's. */
function renamed({ name, of, source }: Definition): string[] {
  if (name === of) return [];
  return Object.entries(source.functions!).flatMap(([called, types]) => {
    if (!called.startsWith(wgslName(of)) || called.endsWith('_from_y')) return [];
    const operands = types.map((type, index) => [`p${index}`, type] as const);
    const declared = operands.map(([operand, type]) => `${operand}: ${type}`).join(', ');
    const own = wgslName(name) + called.slice(wgslName(of).length);
    return `fn ${own}(${declared}) -> real { return ${called}(${operands.map(([operand]) => operand).join(', ')}); }`;
  });
}

/**
 * Self-contained WGSL of one or more activations: value and derivative, each in a scalar and a vec4 form, with the math they
 * need once. For gelu: `activation_gelu(x: f32) -> f32`, `activation_gelu_derivative`, `activation_gelu_vec4(x: vec4<f32>)`,
 * `activation_gelu_derivative_vec4`. Hyper-parameters follow x, as `f32`, or as `vec2<f32>` (high and low part of the number;
 * `vec2(beta, 0.0)` for a float32). Accuracy is the kernels' own; see `zero`.
 * @throws {TypeError|RangeError} for what is no activation or no function of x alone, or a prefix that is no identifier
 * @example const code = `${wgsl('gelu')}\n@compute … { c[i] = activation_gelu(sum + bias[column]); }`;
 */
export function wgsl(activations: Definition | readonly Definition[], options: WGSLOptions = {}): string {
  checkOptionNames('wgsl', options, ['prefix', 'zero']);
  const { prefix = 'activation_', zero } = options;
  if (zero !== undefined && typeof zero !== 'string') failType('wgsl', 'zero to be a WGSL expression', zero);
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(prefix) || prefix.startsWith('__'))
    failType('wgsl', 'prefix to begin an identifier', prefix);
  const definitions = [activations].flat();
  for (const definition of definitions) {
    if (!isDefinition(definition)) return failType('wgsl', 'an activation', definition);
    const { name, maps, requires } = definition;
    if (maps === 'row' || requires === 'gate')
      throw new RangeError(
        `wgsl: expected activations of single elements, got "${name}"${maps === 'row' ? ', of rows' : '; embed the activation of its gate instead'}`,
      );
  }
  const own = definitions.map(({ source }) => source);
  const texts = [...requiredFiles(own), ...own].map(({ code }) => code).concat(definitions.flatMap(renamed));
  const barrier = 'fn barrier(value: real) -> real { return bitcast<real>(bitcast<bits>(value) | bits(params.zero)); }';
  const text = withoutComments([barrier, ...new Set(texts)].join('\n')).replace(
    /(bitcast<(\w+)>\(\w+\)) ?\| ?(?:bits\(params\.zero\)|params\.zero)/g,
    (_, own, type) => `${own} | ${zero ? `${type}(${ZERO})` : `((${own} * (${own} + ${type}(1u))) & ${type}(1u))`}`,
  );
  const constants = text.match(/^\s*(?:const|override)\s[^;]*;/gm) ?? [];
  const functions = constants.reduce((rest, constant) => rest.replace(constant, ''), text);
  const declared = [...text.matchAll(/^\s*(?:fn|const|override|struct)\s+(\w+)/gm)].map(([, name]) => name!);
  const constantNames = new Set(constants.map((constant) => /(?:const|override)\s+(\w+)/.exec(constant)![1]!));
  const isDeclared = new Set([...declared, 'lane_bits']);
  const hasLanes = functions.includes('lane_bits(');
  const rename = (code: string, suffix: string, types: Readonly<Record<string, string>>): string =>
    // members (a.b) are left alone
    code.replace(/(?<![.\w])[A-Za-z_]\w*/g, (word) => {
      if (constantNames.has(word)) return prefix + word;
      if (isDeclared.has(word)) return prefix + word + suffix;
      return (word === ZERO ? zero : types[word]) ?? word;
    });
  const parts = WIDTHS.map(({ suffix, types, lane }) => {
    const lanes = hasLanes ? `fn lane_bits(value: bits, lane: u32) -> u32 { return ${lane}; }\n` : '';
    return rename(lanes + functions, suffix, types);
  });
  // nobody sets another module's overrides: the text that holds for all parameters
  const fixed = constants.join('\n').replace(/\boverride\b/g, 'const');
  return `${[rename(fixed, '', WIDTHS[0].types), ...parts]
    .join('\n')
    .replace(/\n\s*\n+/g, '\n')
    .trim()}\n`;
}
