import { parseArgs } from 'node:util';
import { describe, nearest } from '../errors.js';
import { type StorageType, storages } from '../storage.js';
import { UsageError } from './exit.js';

export interface Option {
  /** What the value is called in the help; an option without it takes none. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly description: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Arguments {
  readonly positionals: readonly string[];
  /** The values of each option given, in order; an option without a value has `['']`. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** Splits a command's arguments. @throws {UsageError} for an unknown option (with the nearest one), a missing or a spare value */
export function parseArguments(argv: readonly string[], options: Options): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' }] as const),
    ),
    strict: false,
    tokens: true,
  });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(options, name) ? options[name]! : unknownOption(rawName, options);
    if (option.value && isMissing(value, token.inlineValue))
      throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`);
    if (!option.value && value !== undefined) throw new UsageError(`${rawName} takes no value, got ${describe(value)}`);
    const earlier = values.get(name) ?? [];
    if (earlier.length && !option.multiple) throw new UsageError(`${rawName} may be given once`);
    values.set(name, [...earlier, value ?? '']);
  }
  return { positionals, values };
}

/** The value of an option that takes one, or undefined. */
export function optionOf({ values }: Arguments, name: string): string | undefined {
  return values.get(name)?.[0];
}

/** The number an option was given, or undefined. @throws {UsageError} for text that is no number */
export function numberOf(given: Arguments, name: string): number | undefined {
  const text = optionOf(given, name);
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new UsageError(`--${name} needs a number, got ${describe(text)}`);
  return value;
}

/** A whole number from 1 to a maximum; 1e6 and 2**24's digits are fine, fractions are not. @throws {UsageError} */
export function countOf(given: Arguments, name: string, maximum: number): number | undefined {
  const text = optionOf(given, name);
  return text === undefined ? undefined : parseCount(`--${name}`, text, maximum);
}

/** Whole numbers from 1 to a maximum with commas between them. @throws {UsageError} */
export function countsOf(given: Arguments, name: string, maximum: number): number[] | undefined {
  return optionOf(given, name)
    ?.split(',')
    .map((part) => parseCount(`--${name}`, part, maximum));
}

function parseCount(option: string, text: string, maximum: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && 0 < value && value <= maximum) return value;
  throw new UsageError(`${option} needs a whole number from 1 to ${maximum}, got ${describe(text)}`);
}

/** How elements lie in memory; float32 unless `--dtype` is given. @throws {UsageError} */
export function dtypeOf(given: Arguments): StorageType {
  const name = optionOf(given, 'dtype') ?? 'f32';
  const dtype = (Object.keys(storages) as StorageType[]).find((known) => known === name);
  if (!dtype) throw new UsageError(`--dtype needs one of ${Object.keys(storages).join(', ')}, got ${describe(name)}`);
  return dtype;
}

/**
 * parseArgs takes the next argument whatever it is: another option is a forgotten value, a negative number or "-" is none. An
 * empty one is what a shell makes of a variable that is not set.
 */
function isMissing(value: string | undefined, isInline: boolean | undefined): boolean {
  if (!value) return true;
  return !isInline && /^-./.test(value) && Number.isNaN(Number(value));
}

function unknownOption(rawName: string, options: Options): never {
  const near = nearest(rawName.replace(/^-+/, ''), Object.keys(options));
  throw new UsageError(`unknown option ${describe(rawName).slice(1, -1)}${near ? `; did you mean --${near}?` : ''}`);
}
