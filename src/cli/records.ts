/**
 * What is known of the accuracy: the records of exhaustive checks and the figures of sampled ones, committed as data. A figure
 * belongs to a text: where the WGSL of a function has changed since, its record is not shown.
 */

import { createHash } from 'node:crypto';
import { resolveActivation } from '../catalogue.js';
import type { PassTallies } from '../check/exhaustive/sweep.js';
import { BINS_PER_ULP, HISTOGRAM_LENGTH, HISTOGRAM_LIMIT, maxUlpOf, type Tally } from '../check/exhaustive/tally.js';
import { fromJsonNumber, type JsonNumber, toJsonNumber } from '../check/json.js';
import type { Result } from '../check/result.js';
import { type Definition, wgslName } from '../definition.js';
import { requiredFiles } from '../wgsl/link.js';
import { shortened } from '../wgsl/scan.js';

export interface Measured {
  readonly adapter: string;
  /** With its version. */
  readonly runtime: string;
  /** Year-month-day. */
  readonly date: string;
}

export type PassRecord = Omit<Tally, 'histogram'> & {
  readonly maxUlp: JsonNumber;
  readonly bound: number;
  /** How many inputs are within so many ULP, and not within fewer. */
  readonly histogram: Readonly<Record<string, number>>;
};

/** Every float32 input of one function. */
export interface ExhaustiveRecord extends Measured {
  readonly name: string;
  readonly sha256: string;
  readonly passes: Readonly<Record<keyof PassTallies, PassRecord>>;
}

export interface SampledFigure {
  readonly sha256: string;
  readonly forward: JsonNumber;
  readonly derivative: JsonNumber;
}

/** The stratified sample of every function. */
export interface SampledRecord extends Measured {
  /** About how many inputs a pass. */
  readonly count: number;
  readonly figures: Readonly<Record<string, SampledFigure>>;
}

/** The largest errors found, in ULP. */
export interface Figure extends Measured {
  readonly source: 'exhaustive' | 'sampled';
  readonly forward: JsonNumber;
  readonly derivative: JsonNumber;
}

const exhaustive = import.meta.glob<ExhaustiveRecord>(
  ['../../bench/results/exhaustive/*.json', '!../../bench/results/exhaustive/*.partial.json'],
  { eager: true, import: 'default' },
);
const sampled = import.meta.glob<SampledRecord>('../../bench/results/sampled.json', { eager: true, import: 'default' });

/** The committed records. */
export const exhaustiveRecords: readonly ExhaustiveRecord[] = Object.values(exhaustive);
export const sampledRecord: SampledRecord | undefined = Object.values(sampled)[0];

/**
 * SHA-256 of a function's WGSL: value, derivative and every declaration they need, without comments, spacing and names, as the
 * published texts are.
 * What else lies in the same files does not count.
 */
export function wgslHash({ of, source: own }: Definition): string {
  const known = declarations([own, ...requiredFiles([own])].map(({ code }) => code).join('\n'));
  const needed = new Map<string, number>();
  const need = (name: string): void => {
    const text = known.get(name);
    if (text === undefined || needed.has(name)) return;
    needed.set(name, needed.size);
    for (const [word] of text.matchAll(/\w+/g)) need(word);
  };
  need(wgslName(of));
  need(`${wgslName(of)}_derivative`);
  const texts = [...needed.keys()].map((name) => known.get(name)!.replace(/\w+/g, (word) => numbered(word, needed)));
  return createHash('sha256').update(texts.join('\n')).digest('hex');
}

const numbered = (word: string, numbers: ReadonlyMap<string, number>): string =>
  numbers.has(word) ? `_${numbers.get(word)}` : word;

/** Each function, constant, override and structure of a module's text by its name, without the spaces that mean nothing. */
function declarations(text: string): Map<string, string> {
  const spaced = text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, ' ').replace(/\s+/g, ' ');
  const code = spaced.replace(/ ?([-=+*/<>,:;(){}|&^]) ?/g, '$1');
  const starts: { name: string; index: number }[] = [];
  let depth = 0;
  for (const { 0: token, 1: name, index } of code.matchAll(/[{}]|\b(?:fn|const|override|struct) (\w+)/g)) {
    if (name && depth === 0) starts.push({ name, index });
    depth += Number(token === '{') - Number(token === '}');
  }
  const texts = starts.map(({ name, index }, i) => [name, code.slice(index, starts[i + 1]?.index).trim()] as const);
  return new Map(texts.map(([name, each]) => [name, each.startsWith('fn ') ? shortened(each) : each]));
}

/** Whether an element's result is a function of its inputs alone, whose error in ULP is a figure to show. */
const isFunction = ({ maps }: Definition): boolean => maps === 'element';

/** The figure to show: the exhaustive record's where it is of the present text, else the sampled one's. */
export function figureOf(
  definition: Definition,
  records = exhaustiveRecords,
  sample = sampledRecord,
): Figure | undefined {
  if (!isFunction(definition)) return undefined;
  const sha256 = wgslHash(definition);
  const record = records.find((candidate) => candidate.name === definition.name && candidate.sha256 === sha256);
  if (record) {
    const { adapter, runtime, date, passes } = record;
    const { forward, derivative } = passes;
    return { source: 'exhaustive', forward: forward.maxUlp, derivative: derivative.maxUlp, adapter, runtime, date };
  }
  const figure = sample?.figures[definition.name];
  if (!sample || figure?.sha256 !== sha256) return undefined;
  const { adapter, runtime, date } = sample;
  return { source: 'sampled', forward: figure.forward, derivative: figure.derivative, adapter, runtime, date };
}

/** The figures of a report on the stratified sample, of every activation whose passes are all in it. */
export function sampledRecordOf(
  { adapter, runtime, results }: { adapter: { name: string }; runtime: string; results: readonly Result[] },
  count: number,
): SampledRecord {
  const figures: Record<string, SampledFigure> = {};
  const largest = (op: string, direction: Result['direction']): JsonNumber =>
    toJsonNumber(
      Math.max(
        ...results
          // The gradient of a weight is a sum, whose error has another measure.
          .filter((result) => result.op === op && result.direction === direction && !result.name.includes('dWeight'))
          .map(({ maxUlp }) => fromJsonNumber(maxUlp)),
      ),
    );
  for (const op of new Set(results.map((result) => result.op))) {
    const definition = resolveActivation(op);
    if (!isFunction(definition)) continue;
    const sha256 = wgslHash(definition);
    figures[op] = { sha256, forward: largest(op, 'forward'), derivative: largest(op, 'backward') };
  }
  return { adapter: adapter.name, runtime, date: today(), count, figures };
}

/** Year-month-day. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

export function passRecordOf(tally: Tally, bound: number): PassRecord {
  const { histogram, ...facts } = tally;
  return { maxUlp: maxUlpOf(tally), bound, ...facts, histogram: describeHistogram(histogram) };
}

function describeHistogram(histogram: readonly number[]): Record<string, number> {
  const bins = histogram.map((count, bin) => [describeBin(bin), count] as const);
  return Object.fromEntries(bins.filter(([, count]) => count > 0));
}

function describeBin(bin: number): string {
  if (bin === 0) return 'exact';
  return bin === HISTOGRAM_LENGTH - 1 ? `> ${HISTOGRAM_LIMIT}` : `≤ ${bin / BINS_PER_ULP}`;
}
