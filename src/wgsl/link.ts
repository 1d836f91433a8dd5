/** Joins whole WGSL files to the text of a variant. Nothing is edited: only joined. */
import common from '../../shaders/kernels/common.wgsl';
import parametersShared from '../../shaders/kernels/parameters_shared.wgsl';
import paramsImmediate from '../../shaders/kernels/params_immediate.wgsl';
import paramsUniform from '../../shaders/kernels/params_uniform.wgsl';
import { type Definition, wgslName } from '../definition.js';
import type { Variant } from '../plan/grid.js';
import type { WgslFile } from './file.js';

/** The files that some files' calls need, and that those need in turn, each once. */
export function requiredFiles(files: readonly WgslFile[]): WgslFile[] {
  const required = new Set<WgslFile>();
  const visit = ({ imports = [] }: WgslFile): void => {
    for (const file of imports)
      if (!required.has(file)) {
        required.add(file);
        visit(file);
      }
  };
  files.forEach(visit);
  return [...required];
}

/**
 * The call of an activation's function on x. A parameter comes from where it lies, as the function declares it: from the
 * block, as one float32, as the high and low part of a number, or spread over the lanes; or from a learned tensor. A `parameter`
 * is high and low part from either.
 */
export function callOf(
  { of, source, parameters }: Definition,
  suffix: string,
  learned: readonly string[],
  { functions }: WgslFile = source,
): string {
  const name = wgslName(of) + suffix;
  const names = Object.keys(parameters);
  const values = functions![name]!.slice(1).map((type, index) => {
    const tensor = learned.indexOf(names[index]!);
    const isParameter = type === 'parameter';
    if (tensor >= 0) return isParameter ? `parameter(learned_${tensor}_at(i), real(0.0))` : `learned_${tensor}_at(i)`;
    const [high, low] = names.length > 2 ? ['xyzw'[index], ''] : ['xz'[index], 'yw'[index]];
    if (isParameter)
      return `parameter(scalar(params.parameters.${high}), scalar(${low ? `params.parameters.${low}` : '0.0'}))`;
    if (type === 'real') return `real(params.parameters.${high})`;
    return `params.parameters.${high}${type === 'f32' ? '' : low}`;
  });
  return `${name}(${['x', ...values].join(', ')})`;
}

/**
 * The functions by which a kernel reaches its activation, its inputs where those may be read through another variable, and
 * its gradients where those may be left out.
 */
function glue({ activation, fromY, reads = {}, keeps = {}, learned = [], sums, gate, rows }: Variant): string {
  const lines = Object.entries(reads).map(([name, variable]) => {
    const index = name.endsWith('_at') ? `${name.slice(0, -3)}_group(i)` : 'i';
    return `fn ${name}(i: u32) -> real { return load_${variable}(${index}); }`;
  });
  for (const [name, isWanted] of Object.entries(keeps)) {
    const store = `if (accumulate) { store_${name}(i, load_${name}(i) + value); } else { store_${name}(i, value); }`;
    lines.push(`fn keep_${name}(i: u32, value: real) { ${isWanted ? store : ''} }`);
  }
  if (rows) lines.push(rows);
  else if (activation) {
    const derivative = callOf(activation, fromY ? '_derivative_from_y' : '_derivative', learned);
    lines.push(
      `fn value_at(x: real, i: u32) -> real { return ${callOf(activation, '', learned)}; }`,
      `fn derivative_at(x: real, i: u32) -> real { return ${derivative}; }`,
    );
  }
  if (gate) lines.push(gate);
  // what a group adds to each sum: by a parameter, or (null) by the bias
  for (let index = 0; sums && index < 4; index++) {
    const parameter = sums[index];
    const term = parameter
      ? `let x = slope.input; return term_of(slope, ${callOf(activation!, `_${wgslName(parameter)}_derivative`, learned)}, true);`
      : 'return slope.gradient;';
    lines.push(`fn term_${index}(slope: Slope, i: u32) -> Term { ${term} }`);
  }
  return lines.join('\n');
}

const isDirective = ({ code }: WgslFile): boolean => code.startsWith('enable ');

/** The whole text of a variant, ready to compile; of each file its code, or another text that means the same. */
export function sourceOf(
  variant: Variant,
  hasImmediates: boolean,
  text: (file: WgslFile) => string = ({ code }) => code,
): string {
  // WGSL wants its directives first
  const [directives, others] = [variant.files.filter(isDirective), variant.files.filter((file) => !isDirective(file))];
  const numbers = variant.activation && !variant.learned?.length ? [parametersShared] : [];
  const files = [...directives, hasImmediates ? paramsImmediate : paramsUniform, common, ...numbers, ...others];
  const activation = variant.activation?.source;
  const tail = variant.gate ? variant.activation?.tail : undefined;
  const own = [...(activation ? [activation] : []), ...(tail ? [tail] : [])];
  const required = new Set(requiredFiles([...files, ...own]));
  if (tail) required.add(tail);
  // a user's text stands last: its lines are then easily told from the library's
  if (activation) required.add(activation);
  return [...files.map(text), glue(variant), ...[...required].map(text)].join('\n');
}

/** WGSL variable → its @binding number, read from the text. */
export function bindingNumbers(code: string): Map<string, number> {
  const pattern = /@binding\((\d+)\)\s*var<[^>]*>\s*(\w+)/g;
  return new Map([...code.matchAll(pattern)].map(([, binding, name]) => [name!, Number(binding)]));
}
