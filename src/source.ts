/** Joins whole WGSL files to the text of a variant. Nothing is edited: only joined. */
import type { Definition } from './catalogue.js';
import type { Variant } from './plan.js';
import { shaders } from './shaders.js';

/** Function name → the file of shaders/math or shaders/activations that declares it. */
const declaringFile = new Map<string, string>();
for (const file in shaders)
  if (!file.startsWith('kernels/'))
    for (const [, name] of shaders[file]!.matchAll(/\bfn\s+(\w+)/g)) declaringFile.set(name!, file);

/** The files that a text's calls need, and that those need in turn, each once. */
export function requiredFiles(text: string): string[] {
  const files = new Set<string>();
  const visit = (code: string): void => {
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

/** The call of an activation's function, its parameters taken from the block as the function declares them. */
function callOf(definition: Definition, suffix: string, operands: string): string {
  const name = wgslName(definition.name) + suffix;
  const text = shaders[`activations/${wgslName(definition.name)}`]!;
  const signature = new RegExp(`fn\\s+${name}\\s*\\(([^)]*)\\)`).exec(text)![1]!;
  const types = signature.split(',').map((parameter) => parameter.split(':')[1]!.trim());
  const hyper = types.slice(operands.split(',').length);
  const values = hyper.map((type, index) => `params.parameter_${index}${type === 'f32' ? '.x' : ''}`);
  return `${name}(${[operands, ...values].join(', ')})`;
}

/** value_at and derivative_at, by which a kernel calls the activation. */
function glue({ definition, fromY, weight }: Variant): string {
  const operands = weight ? 'x, weight_at(i)' : 'x';
  const lines = [
    `fn value_at(x: real, i: u32) -> real { return ${callOf(definition, '', operands)}; }`,
    `fn derivative_at(x: real, i: u32) -> real { return ${callOf(definition, fromY ? '_derivative_from_y' : '_derivative', operands)}; }`,
  ];
  if (weight)
    lines.push(`fn weight_derivative(x: real) -> real { return ${callOf(definition, '_weight_derivative', 'x')}; }`);
  return lines.join('\n');
}

/** The whole text of a variant, ready to compile. */
export function sourceOf(variant: Variant, hasImmediates: boolean): string {
  const { kernel, lanes, inPlace, weight } = variant;
  const kernels = [hasImmediates ? 'params_immediate' : 'params_uniform', 'common', `lanes_${lanes}`];
  if (kernel !== 'reduce') kernels.push('storage_f32', inPlace ? 'read_over' : 'read_apart');
  if (weight) kernels.push(`weight_${weight}`);
  const own = [
    ...[...kernels, kernel].map((name) => shaders[`kernels/${name}`]!),
    kernel === 'reduce' ? '' : glue(variant),
  ].join('\n');
  return [own, ...requiredFiles(own).map((file) => shaders[file]!)].join('\n');
}

/** WGSL variable → its @binding number, read from the text. */
export function bindingNumbers(code: string): Map<string, number> {
  const pattern = /@binding\((\d+)\)\s*var<[^>]*>\s*(\w+)/g;
  return new Map([...code.matchAll(pattern)].map(([, binding, name]) => [name!, Number(binding)]));
}
