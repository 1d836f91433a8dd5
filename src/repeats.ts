/**
 * Encode calls as they were made before, with what they record. A training loop makes the same calls again and again, and
 * checking and planning one costs many times what recording it does.
 */
import { type Direction, isDestroyed } from './arguments.js';
import type { Definition } from './catalogue.js';
import type { Command } from './dispatch.js';

type Values = Readonly<Record<string, unknown>>;

/** The arguments of an encode call. */
export interface EncodeCall {
  readonly name: string | Definition;
  readonly direction: Direction;
  readonly tensors: Values;
  readonly options: Values | undefined;
}

interface Repeat extends EncodeCall {
  readonly buffers: readonly GPUBuffer[];
  readonly commands: readonly Command[];
}

/** Calls kept for one output buffer. */
const KEPT = 16;

export class Repeats {
  /** By the first tensor's buffer, so that they go when it goes; the latest call first. */
  readonly #calls = new WeakMap<object, Repeat[]>();

  /** What an equal call recorded; undefined for a new call, and for one whose buffers do not all live. */
  find({ name, direction, tensors, options }: EncodeCall): readonly Command[] | undefined {
    const repeats = this.#calls.get(ownerOf(tensors));
    if (!repeats) return undefined;
    for (const each of repeats)
      if (
        each.name === name &&
        each.direction === direction &&
        isSame(each.tensors, tensors) &&
        isSame(each.options, options)
      )
        return each.buffers.some(isDestroyed) ? undefined : each.commands;
    return undefined;
  }

  /** Keeps a call that was found good; what the caller does to its objects later does not reach it. */
  keep({ name, direction, tensors, options }: EncodeCall, commands: readonly Command[]): void {
    const values = Object.entries(tensors).map(([key, value]) => [key, isRange(value) ? { ...value } : value] as const);
    const buffers = values.map(([, value]) => bufferOf(value)).filter((buffer) => typeof buffer === 'object');
    const repeat = {
      name,
      direction,
      tensors: Object.fromEntries(values),
      options: options && { ...options },
      buffers: [...new Set(buffers as GPUBuffer[])],
      commands,
    };
    const owner = ownerOf(tensors);
    const repeats = this.#calls.get(owner);
    if (repeats) repeats.unshift(repeat);
    else this.#calls.set(owner, [repeat]);
    if (repeats && repeats.length > KEPT) repeats.pop();
  }
}

const NONE = {};

/** The buffer of the first tensor. */
function ownerOf(tensors: Values): object {
  for (const name in tensors) {
    const buffer = bufferOf(tensors[name]);
    if (typeof buffer === 'object' && buffer !== null) return buffer;
  }
  return NONE;
}

const isRange = (value: unknown): value is { buffer: GPUBuffer; offset?: number; size?: number } =>
  typeof value === 'object' && value !== null && 'buffer' in value;

const bufferOf = (value: unknown): unknown => (isRange(value) ? value.buffer : value);

/** The same entries; ranges of the same buffer are the same where their numbers are. */
function isSame(a: Values | undefined, b: Values | undefined): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  let left = 0;
  for (const _ in a) left++;
  for (const name in b) {
    left--;
    const [first, second] = [a[name], b[name]];
    if (first === second) continue;
    if (!isRange(first) || !isRange(second)) return false;
    if (first.buffer !== second.buffer || first.offset !== second.offset || first.size !== second.size) return false;
  }
  return left === 0;
}
