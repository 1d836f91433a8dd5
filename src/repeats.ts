/**
 * Encode calls as they were made before, with what they record. A training loop makes the same calls again and again, and
 * checking and planning one costs many times what recording it does.
 */
import { type Direction, destroyedCount, isDestroyed } from './arguments.js';
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
  /** The destroyedCount at which its buffers were found alive. */
  checkedAt: number;
}

/** Calls kept for the first tensor's place in memory, and places kept for a buffer: a model may keep all in one. */
const KEPT = 16;
const KEPT_PLACES = 1024;

export class Repeats {
  /** By the first tensor's buffer, so that they go when it goes, and its offset there; the latest call first. */
  readonly #calls = new WeakMap<object, Map<number, Repeat[]>>();

  /** What an equal call recorded; undefined for a new call, and for one whose buffers do not all live. */
  find({ name, direction, tensors, options }: EncodeCall): readonly Command[] | undefined {
    const { buffer, offset } = placeOf(tensors);
    const repeats = this.#calls.get(buffer)?.get(offset);
    if (!repeats) return undefined;
    for (const each of repeats)
      if (
        each.name === name &&
        each.direction === direction &&
        isSame(each.tensors, tensors) &&
        isSame(each.options, options)
      ) {
        if (each.checkedAt !== destroyedCount) {
          if (each.buffers.some(isDestroyed)) return undefined;
          each.checkedAt = destroyedCount;
        }
        return each.commands;
      }
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
      checkedAt: destroyedCount,
    };
    const { buffer, offset } = placeOf(tensors);
    let places = this.#calls.get(buffer);
    if (!places) {
      places = new Map();
      this.#calls.set(buffer, places);
    }
    const repeats = places.get(offset) ?? [];
    repeats.unshift(repeat);
    if (repeats.length > KEPT) repeats.pop();
    if (places.size >= KEPT_PLACES && !places.has(offset)) places.delete(places.keys().next().value!);
    places.set(offset, repeats);
  }
}

const NOWHERE = { buffer: {}, offset: 0 };

/** Where the first tensor lies. */
function placeOf(tensors: Values): { readonly buffer: object; readonly offset: number } {
  for (const name in tensors) {
    const value = tensors[name];
    if (typeof value !== 'object' || value === null) continue;
    return isRange(value) ? { buffer: value.buffer, offset: value.offset ?? 0 } : { buffer: value, offset: 0 };
  }
  return NOWHERE;
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
    const first = a[name];
    const second = b[name];
    if (first === second) continue;
    if (!isRange(first) || !isRange(second)) return false;
    if (first.buffer !== second.buffer || first.offset !== second.offset || first.size !== second.size) return false;
  }
  return left === 0;
}
