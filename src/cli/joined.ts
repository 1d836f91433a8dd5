/** The texts that a call compiles, without a GPU. */
import { checkLater } from '../call.js';
import type { Definition } from '../definition.js';
import { type Direction, forms, usualForm } from '../forms.js';
import { planCall } from '../plan/index.js';
import { sourceOf } from '../wgsl/link.js';
import { shaderTexts } from './package.js';

export interface Joined {
  /** What the library calls it, `gelu.forward f32x4`. */
  readonly label: string;
  readonly entryPoint: string;
  /** The override constants, which a pipeline sets. */
  readonly constants: Readonly<Record<string, number>>;
  readonly text: string;
}

/** What every device offers at least. */
const limits = {
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  minStorageBufferOffsetAlignment: 256,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
};

/** Each text of one call, its tensors apart; `length` and `options` are those of the call. */
export function joinedTexts(
  definition: Definition,
  direction: Direction,
  length: number,
  options: Readonly<Record<string, unknown>>,
  hasImmediates: boolean,
): Joined[] {
  const sources = Object.fromEntries(forms[usualForm(definition)].sources.map((name) => [name, true]));
  // with comments; not there is a user's own text, and what a source run has in full already
  const textOf = shaderTexts();
  const call = checkLater(definition, direction, sources, length, options);
  return planCall(call, limits).dispatches.map(({ variant }) => ({
    label: variant.label,
    entryPoint: variant.entryPoint,
    constants: variant.constants,
    text: sourceOf(variant, hasImmediates, ({ code }) => textOf(code)),
  }));
}
