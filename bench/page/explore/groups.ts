/** The catalogue in groups, told apart by what the curves do far out, and a small picture of each curve. */
import { usualForm } from '../../../src/forms.js';
import { type ActivationName, catalogue, resolveActivation } from '../../../src/index.js';
import { defaultsOf, truthOf } from './curve.js';

const TITLES = ['Grow on both sides', 'Level on one side', 'Level on both sides'] as const;
const GATED = 'Gated: activate(gate) · up';
const ROWS = 'Of a row of numbers';

/** Beyond every bend, and where eˣ is still a number. */
const FAR = 300;

export function groupOf(name: ActivationName): string {
  const row = resolveActivation(name);
  const form = usualForm(row);
  if (form !== 'element') return form === 'gate' ? GATED : ROWS;
  const [value] = truthOf(row, defaultsOf(row));
  const level = [-FAR, FAR].filter((x) => Math.abs(value(2 * x) - value(x)) < FAR / 1000);
  return TITLES[level.length]!;
}

export interface Group {
  readonly title: string;
  readonly names: readonly ActivationName[];
}

let made: readonly Group[] | undefined;

export function groups(): readonly Group[] {
  const names = Object.keys(catalogue) as ActivationName[];
  made ??= [TITLES[1], TITLES[2], TITLES[0], GATED, ROWS].map((title) => ({
    title,
    names: names.filter((name) => groupOf(name) === title),
  }));
  return made;
}

const plain = (text: string): string => text.toLowerCase().replace(/[_\-\s]/g, '');

/** Whether the words are in a function's name, other names, formula, or in what it is. */
export function isFound(name: ActivationName, title: string, words: string): boolean {
  const { aliases, formula, learned } = resolveActivation(name);
  const isLearned = Object.keys(learned).length ? `learned ${Object.keys(learned).join(' ')}` : '';
  const text = [name, ...aliases, formula, title, isLearned].map(plain).join(' ');
  return words.split(/\s+/).every((word) => text.includes(plain(word)));
}

export const SPARK = { width: 48, height: 20 } as const;
const SPARK_POINTS = 41;
const SPARK_SIDE = 4;
const sparks = new Map<ActivationName, string>();

/** The path of f from −4 to 4, as high as its box. */
export function sparkOf(name: ActivationName): string {
  const known = sparks.get(name);
  if (known) return known;
  const row = resolveActivation(name);
  const [value] = truthOf(row, defaultsOf(row));
  const y = Array.from({ length: SPARK_POINTS }, (_, i) =>
    value((2 * i * SPARK_SIDE) / (SPARK_POINTS - 1) - SPARK_SIDE),
  );
  const [low, high] = [Math.min(...y), Math.max(...y)];
  const { width, height } = SPARK;
  const place = (at: number) => 1 + (height - 2) * (high > low ? (high - at) / (high - low) : 0.5);
  const path = y
    .map((at, i) => `${i ? 'L' : 'M'}${((i * width) / (SPARK_POINTS - 1)).toFixed(1)} ${place(at).toFixed(1)}`)
    .join('');
  sparks.set(name, path);
  return path;
}
