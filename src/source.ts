/** Joins whole WGSL files to the text of a variant. Nothing is edited: only joined. */
import type { Definition } from './catalogue.js';
import type { Variant } from './plan/index.js';
import { shaders } from './shaders.js';

/** Function name → the file of shaders/math or shaders/activations that declares it. */
const declaringFile = new Map<string, string>();
for (const file in shaders)
  if (!file.startsWith('kernels/'))
    for (const [, name] of shaders[file]!.matchAll(/\bfn\s+(\w+)/g)) declaringFile.set(name!, file);

/** WGSL has no literals that could contain a comment. */
export const withoutComments = (text: string): string => text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');

/** The files that a text's calls need, and that those need in turn, each once. */
export function requiredFiles(text: string): string[] {
  const files = new Set<string>();
  const visit = (commented: string): void => {
    const code = withoutComments(commented);
    const declared = new Set([...code.matchAll(/\bfn\s+(\w+)/g)].map(([, name]) => name));
    for (const [, name] of code.matchAll(/\b(\w+)\s*\(/g)) {
      const file = declaringFile.get(name!);
      if (!file || files.has(file) || declared.has(name)) continue;
      files.add(file);
      visit(shaders[file]!);
    }
  };
  visit(text);
  return [...files];
}

/** leakyRelu → leaky_relu: the name in WGSL. */
export const wgslName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The WGSL that declares an activation's functions. */
export const activationText = ({ name, wgsl }: Definition): string => wgsl ?? shaders[`activations/${wgslName(name)}`]!;

/** The types of a declared function's parameters, or undefined where it is not declared. */
export function signatureOf(text: string, name: string): string[] | undefined {
  const signature = new RegExp(`\\bfn\\s+${name}\\s*\\(([^)]*)\\)`).exec(text)?.[1];
  return signature?.split(',').flatMap((parameter) => parameter.split(':')[1]?.trim() ?? []);
}

/** The call of an activation's function, its parameters taken from the block as the function declares them. */
function callOf(activation: Definition, suffix: string, operands: string): string {
  const name = wgslName(activation.name) + suffix;
  const hyper = signatureOf(activationText(activation), name)!.slice(operands.split(',').length);
  const inPairs = Object.keys(activation.parameters).length <= 2;
  const values = hyper.map((type, index) => {
    const [high, low] = inPairs ? ['xz'[index], 'yw'[index]] : ['xyzw'[index]];
    return `params.parameters.${high}${type === 'f32' ? '' : low}`;
  });
  return `${name}(${[operands, ...values].join(', ')})`;
}

/** The functions by which a kernel reaches its activation, and its inputs where those may be read through an output. */
function glue({ activation, fromY, reads = {} }: Variant): string {
  const lines = Object.entries(reads).map(([name, variable]) => {
    const index = name.endsWith('_at') ? `${name.slice(0, -3)}_group(i)` : 'i';
    return `fn ${name}(i: u32) -> real { return load_${variable}(${index}); }`;
  });
  if (!activation) return lines.join('\n');
  const isWeighted = activation.family === 'channelwise';
  const operands = isWeighted ? 'x, weight_at(i)' : 'x';
  const derivative = callOf(activation, fromY ? '_derivative_from_y' : '_derivative', operands);
  return [
    ...lines,
    `fn value_at(x: real, i: u32) -> real { return ${callOf(activation, '', operands)}; }`,
    `fn derivative_at(x: real, i: u32) -> real { return ${derivative}; }`,
    `fn weight_derivative(x: real) -> real { return ${isWeighted ? callOf(activation, '_weight_derivative', 'x') : 'real(0.0)'}; }`,
  ].join('\n');
}

const isDirective = (file: string): boolean => file.startsWith('enable_');

/** The whole text of a variant, ready to compile. */
export function sourceOf(variant: Variant, hasImmediates: boolean): string {
  // WGSL wants its directives first
  const [directives, others] = [variant.files.filter(isDirective), variant.files.filter((file) => !isDirective(file))];
  const files = [...directives, hasImmediates ? 'params_immediate' : 'params_uniform', 'common', ...others];
  const own = [...files.map((name) => shaders[`kernels/${name}`]!), glue(variant)].join('\n');
  // a user's text stands last: its lines are then easily told from the library's
  const text = variant.activation?.wgsl;
  const required = requiredFiles(text ? `${own}\n${text}` : own).map((file) => shaders[file]!);
  return [own, ...required, ...(text ? [text] : [])].join('\n');
}

/** WGSL variable → its @binding number, read from the text. */
export function bindingNumbers(code: string): Map<string, number> {
  const pattern = /@binding\((\d+)\)\s*var<[^>]*>\s*(\w+)/g;
  return new Map([...code.matchAll(pattern)].map(([, binding, name]) => [name!, Number(binding)]));
}
