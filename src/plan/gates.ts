/** Calls with gate and up: `{ gate, up }`, or x that holds both. */
import type { Call } from '../call.js';
import { type Definition, wgslName } from '../definition.js';
import type { WgslFile } from '../wgsl/file.js';
import * as kernel from '../wgsl/kernels.js';
import { callOf } from '../wgsl/link.js';
import { isInterleaved } from './body.js';

/** A part for createActivations of `core`: any activation of elements may be a gate, with gate and up as tensors or as halves of x. */
export const gates = {
  /** The files of a call's form, and the functions through which they read its sources. */
  bodyOf(call: Call, lanes: 1 | 4): { readonly files: WgslFile[]; readonly reads: Readonly<Record<string, string>> } {
    if (isInterleaved(call))
      return {
        files: [lanes === 4 ? kernel.gatedInterleaved4 : kernel.gatedInterleaved1, kernel.gated],
        reads: { source: 'x' },
      };
    return call.form.name === 'gate'
      ? { files: [kernel.gatedApart, kernel.gated], reads: { gate_at: 'gate', up_at: 'up' } }
      : { files: [kernel.gatedHalves, kernel.gated], reads: { gate_at: 'x', up_at: 'x' } };
  },

  /** Loads and stores of the tensors gate and up. */
  tensorsOf: (isPacked: boolean): WgslFile => (isPacked ? kernel.sharedGated : kernel.tensorsGated),

  /** The functions by which the kernel reaches an activation's value and derivative together, what it does to up, and its tail. */
  glueOf(activation: Definition, learned: readonly string[]): string[] {
    const { tail } = activation;
    const call = tail ? callOf(activation, '_tail', learned, tail) : 'Tail()';
    const has = (suffix: string): boolean => wgslName(activation.of) + suffix in activation.source.functions!;
    // a unit of its own may have a function of up, whose derivative is 1, or 0 by a branch
    const hasUp = has('_up');
    const both = has('_with_derivative') ? callOf(activation, '_with_derivative', learned) : 'apart_at(x, i)';
    const flattened = (slope: string): string =>
      `let slope = ${slope}; return select(slope * value, real(0.0), bitcast<bits>(slope) == bits(0u));`;
    return [
      `fn both_at(x: real, i: u32) -> Both { return ${both}; }`,
      `fn up_value(x: real, i: u32) -> real { return ${hasUp ? callOf(activation, '_up', learned) : 'x'}; }`,
      `fn flattened_up(x: real, value: real, i: u32) -> real { ${
        hasUp ? flattened(callOf(activation, '_up_derivative', learned)) : 'return value;'
      } }`,
      `const HAS_TAIL = ${tail !== undefined};`,
      `fn tail_at(x: real, i: u32) -> Tail { return ${call}; }`,
    ];
  },
};
