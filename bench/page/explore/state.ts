/** What Explore shows, of which functions, over which x: in the address, as every view's settings. */
import { type ActivationName, resolveActivation } from '../../../src/index.js';
import { formatNumber } from '../numbers.js';
import { createSettings } from '../settings.js';
import { defaultsOf } from './curve.js';

export const settings = createSettings('explore', {
  names: ['gelu', 'silu', 'relu'] as readonly string[],
  from: -6,
  to: 6,
  at: 1,
  show: 'both',
  /** name.parameter:value */
  parameters: [] as readonly string[],
  /** The row that functions of rows are shown with. */
  row: ['2', '1', '0', '-1', '-2'] as readonly string[],
  element: 0,
});

export const change = (part: Partial<typeof settings.value>) => {
  settings.value = { ...settings.value, ...part };
};

/** What the curves can be zoomed out to. */
export const LIMIT = 1000;
const NARROWEST = 1e-4;

/** A link may have any name that the library knows, and others. */
function knownName(text: string): ActivationName | undefined {
  try {
    return resolveActivation(text).name as ActivationName;
  } catch {
    return undefined;
  }
}

export const chosenNames = (): ActivationName[] => [
  ...new Set(settings.value.names.flatMap((name) => knownName(name) ?? [])),
];

/** What is set of a function's parameters, and the entries that say so. */
const setOf = (name: ActivationName) =>
  settings.value.parameters.flatMap((entry) => {
    const [owner, parameter, value] = entry.split(/[.:](?=[a-zA-Z])|:/);
    return knownName(owner!) === name ? [{ entry, parameter: parameter!, value: Number(value) }] : [];
  });

export function valuesOf(name: ActivationName): Readonly<Record<string, number>> {
  const values: Record<string, number> = { ...defaultsOf(resolveActivation(name)) };
  for (const { parameter, value } of setOf(name))
    if (Object.hasOwn(values, parameter) && Number.isFinite(value)) values[parameter] = value;
  return values;
}

export function setValue(name: ActivationName, parameter: string, value: number): void {
  const before = setOf(name).filter((set) => set.parameter === parameter);
  const others = settings.value.parameters.filter((entry) => !before.some((set) => set.entry === entry));
  const isDefault = defaultsOf(resolveActivation(name))[parameter] === value;
  change({ parameters: isDefault ? others : [...others, `${name}.${parameter}:${Number(value.toPrecision(6))}`] });
}

export function setRange(from: number, to: number): void {
  const width = Math.max(to - from, NARROWEST);
  // about the same middle, also where it cannot be narrower
  const start = Math.max(-LIMIT, Math.min((from + to - width) / 2, LIMIT - width));
  // as many digits as the width deserves, for a legible address
  const round = (value: number) => Number(value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(width)))));
  change({ from: round(start), to: round(Math.min(start + width, LIMIT)) });
}

/** A link may say anything. */
export const rangeOf = ({ from, to }: { from: number; to: number }): { from: number; to: number } =>
  from < to && Math.abs(from) <= LIMIT && Math.abs(to) <= LIMIT ? { from, to } : { from: -6, to: 6 };

const LONGEST_ROW = 8;

export function rowNow(): { readonly x: readonly number[]; readonly at: number } {
  const { row, element } = settings.value;
  const x = row.slice(0, LONGEST_ROW).map(Number);
  // one number is no row
  const given = x.length > 1 && x.every((value) => Math.abs(value) <= LIMIT) ? x : [2, 1, 0, -1, -2];
  return { x: given, at: given[element] === undefined ? 0 : element };
}

export type Named<T> = readonly { readonly name: ActivationName; readonly value: T }[];

/** With the parameters that are not the defaults. */
export function titleOf(name: ActivationName): string {
  const own = setOf(name).map(({ parameter, value }) => `${parameter} = ${formatNumber(value)}`);
  return own.length ? `${name} (${own.join(', ')})` : name;
}

/** As ECharts takes points without copying each. */
export const line = (x: ArrayLike<number>, y: ArrayLike<number>) => ({
  dimensions: ['x', 'y'],
  data: Float64Array.from({ length: 2 * x.length }, (_, i) => (i % 2 ? y : x)[i >> 1]!) as unknown as number[],
});
