/** Every call of barrier and propagate_nan in the functions' WGSL, each taken out once. */
import type { WgslFile } from '../../src/wgsl/file.js';
import { withoutComments } from '../../src/wgsl/scan.js';

const files = Object.values(
  import.meta.glob<WgslFile>('../../shaders/{math,activations}/*.wgsl', { eager: true, import: 'default' }),
);

export interface Mutant {
  readonly file: string;
  readonly call: 'barrier' | 'propagate_nan';
  /** The line it stands in. */
  readonly line: string;
  /** Of the file, without the call. */
  readonly text: string;
}

/** Those that no rule of rewrite.ts lets matter, by what stands in their text, and why. */
export const harmless: readonly (readonly [file: string, part: string, why: string])[] = [
  ['activations/star_relu', 'let error = (two_sum_error', 'it stands in a select, and what it adds up has barriers'],
  ['activations/softplus', 'let sum = (parts.base', 'it adds less than 0.05 ULP to the largest error of any sample'],
  [
    'activations/laplace',
    'let whole = LAPLACE_MIDDLE + (tail)',
    'it keeps the bits of the simulation, where a compiler adds up constants',
  ],
  ['activations/laplace', 'let sum = (1.0 + a)', 'what reads it has a barrier of its own'],
  ['activations/snake', 'let value = (difference', 'a product that is distributed adds less than the bound leaves'],
  ['activations/snake_beta', 'let ratio = (real(', 'no simulated compiler moves a quotient, but a real one may'],
  ['activations/swish', '{ return (x * beta.x); }', 'parameters below 2⁻¹¹⁸ alone go there, of which no bound speaks'],
];

export function mutants(): Mutant[] {
  return files.flatMap(({ path: file = '', code: text }) => {
    const code = withoutComments(text);
    return [...code.matchAll(/\b(?<!fn )(total_barrier|barrier|propagate_nan)\(/g)].map(
      ({ 0: found, 1: name, index }) => {
        const open = index + found.length;
        let comma = open;
        let end = open;
        for (let depth = 0; depth >= 0; end++) {
          if (code[end] === '(') depth++;
          if (code[end] === ')') depth--;
          if (code[end] === ',' && depth === 0) comma = end + 1;
        }
        const kept = code.slice(name === 'propagate_nan' ? comma : open, end - 1);
        return {
          file,
          call: name === 'propagate_nan' ? name : 'barrier',
          line: code.slice(code.lastIndexOf('\n', index) + 1, code.indexOf('\n', index)).trim(),
          text: `${code.slice(0, index)}(${kept})${code.slice(end)}`,
        };
      },
    );
  });
}
