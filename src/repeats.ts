/**
 * Encode calls as they were made before, with what they record. A training loop makes the same calls again and again, and
 * checking and planning one costs many times what recording it does.
 */
import { ByBuffers, forgetOldest } from './caches.js';
import type { Definition } from './definition.js';
import type { Command } from './dispatch.js';
import type { Direction } from './forms.js';

type Values = Readonly<Record<string, unknown>>;

/** The arguments of an encode call. */
export interface EncodeCall {
  readonly name: string | Definition;
  readonly direction: Direction;
  readonly tensors: Values;
  readonly options: Values | undefined;
}

/** An object's own entries. */
interface Entries {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
}

interface Repeat extends Pick<EncodeCall, 'name' | 'direction'> {
  readonly tensors: Entries;
  readonly options: Entries;
  readonly commands: readonly Command[];
}

/** Calls kept for the same buffers and the first one's place in its buffer, and such places: a model may keep all in one. */
const KEPT = 16;
const KEPT_PLACES = 1024;
const NOTHING = {};

export class Repeats {
  /** By the first tensor's offset; the latest call first. */
  readonly #calls = new ByBuffers<Map<number, Repeat[]>>();

  /** What an equal call recorded; undefined for a new call, and for objects whose prototypes may have values too. */
  find({ name, direction, tensors, options }: EncodeCall): readonly Command[] | undefined {
    if (!isPlain(tensors) || !isPlain(options)) return undefined;
    const names = Object.keys(tensors);
    let calls: ByBuffers<Map<number, Repeat[]>> | undefined = this.#calls;
    let place = -1;
    for (let index = 0; index < names.length; index++) {
      const value = tensors[names[index]!];
      if (typeof value !== 'object' || value === null) continue;
      const { buffer } = value as Partial<Range>;
      if (place < 0) place = buffer === undefined ? 0 : ((value as Range).offset ?? 0);
      calls = calls.find(buffer ?? value);
      if (!calls) return undefined;
    }
    const repeats = calls.value?.get(place);
    if (!repeats) return undefined;
    const optionNames = options ? Object.keys(options) : [];
    for (let index = 0; index < repeats.length; index++) {
      const each = repeats[index]!;
      if (each.name !== name || each.direction !== direction || !isSame(each.tensors, tensors, names)) continue;
      if (isSame(each.options, options ?? NOTHING, optionNames)) return each.commands;
    }
    return undefined;
  }

  /** Keeps a call that was found good; what the caller does to its objects later does not reach it. */
  keep({ name, direction, tensors, options = NOTHING }: EncodeCall, commands: readonly Command[]): void {
    let calls = this.#calls;
    let place = -1;
    for (const value of Object.values(tensors)) {
      if (typeof value !== 'object' || value === null) continue;
      const { buffer = value, offset = 0 } = value as Partial<Range>;
      if (place < 0) place = offset;
      calls = calls.grow(buffer);
    }
    calls.value ??= new Map();
    let repeats = calls.value.get(place);
    if (!repeats) {
      repeats = [];
      forgetOldest(calls.value, KEPT_PLACES);
      calls.value.set(place, repeats);
    }
    repeats.unshift({ name, direction, tensors: entriesOf(tensors), options: entriesOf(options), commands });
    if (repeats.length > KEPT) repeats.pop();
  }
}

type Range = { readonly buffer: GPUBuffer; readonly offset?: number; readonly size?: number };
const isRange = (value: unknown): value is Range =>
  typeof value === 'object' && value !== null && (value as Partial<Range>).buffer !== undefined;

const isPlain = (object: object | null | undefined): boolean =>
  Object.getPrototypeOf(object ?? NOTHING) === Object.prototype;

const entriesOf = (object: Values): Entries => ({
  keys: Object.keys(object),
  values: Object.values(object).map((value) => (isRange(value) ? { ...value } : value)),
});

/** The same entries in the same order; ranges of the same buffer are the same where their numbers are. */
function isSame({ keys, values }: Entries, given: Values, names: readonly string[]): boolean {
  if (keys.length !== names.length) return false;
  for (let index = 0; index < keys.length; index++) {
    const name = names[index]!;
    if (keys[index] !== name) return false;
    const first = values[index];
    const second = given[name];
    if (first === second) continue;
    if (!isRange(first) || !isRange(second)) return false;
    if (first.buffer !== second.buffer || first.offset !== second.offset || first.size !== second.size) return false;
  }
  return true;
}
