/**
 * The report on one adapter, plain JSON: what it is, whether it computes right, and how fast beside the copy kernel. It has the
 * fields of `bench --json` and the results of `check --json`. The command line's `report` writes it, `docs/adapters.md` shows it.
 */
import { isJsonNumber } from '../src/check/json.js';
import type { Result } from '../src/check/result.js';
import type { Info } from '../src/cli/host/info.js';
import type { Measurement } from './bench.js';
import type { Circumstances } from './report.js';
import { copyRatios, type Ratios } from './rows.js';
import { PASSES } from './work.js';

/** The functions that every report times. */
export const REPORTED = {
  cheap: ['relu', 'leakyRelu', 'hardSwish'],
  transcendental: ['sigmoid', 'tanh', 'gelu', 'silu'],
  gated: ['glu', 'swiglu', 'geglu'],
  rows: ['softmax', 'logSoftmax'],
} as const;
export const REPORTED_NAMES: readonly string[] = Object.values(REPORTED).flat();

/** About how many inputs a check takes. */
export const REPORTED_COUNT = 2 ** 16;
export const REPORTED_ROUNDS = 5;

/** The limits that decide what a kernel may ask for. */
const REPORTED_LIMITS = [
  ...['maxBufferSize', 'maxStorageBufferBindingSize', 'minStorageBufferOffsetAlignment'],
  ...['maxStorageBuffersPerShaderStage', 'maxComputeWorkgroupStorageSize', 'maxComputeInvocationsPerWorkgroup'],
  ...['maxComputeWorkgroupSizeX', 'maxComputeWorkgroupsPerDimension', 'maxImmediateSize'],
];

/** Elements of a tensor, of the largest that an adapter takes: a GPU shows its limit from some 2²⁴ elements on. */
export function reportedLengths({ adapter, limits }: Pick<Info, 'adapter' | 'limits'>, isFull: boolean): number[] {
  const { maxBufferSize = Infinity, maxStorageBufferBindingSize = Infinity } = limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4;
  const exponents = adapter.software ? [20] : isFull ? [22, 26] : [24];
  return exponents.map((exponent) => 2 ** exponent).filter((length) => length <= largest);
}

export interface Machine {
  /** The operating system, with its version. */
  readonly system: string;
  /** Null where the program does not tell, as in a browser. */
  readonly processor: string | null;
  /** Threads that run at once. */
  readonly cores: number;
}

/** The error of one output over the sample, where it failed with the reason and the worst element. */
export type Check = Pick<Result, 'name' | 'op' | 'direction' | 'status' | 'maxUlp' | 'bound'> &
  Partial<Pick<Result, 'reason' | 'worst'>>;

type Timed = Pick<Measurement, 'clock' | 'rounds' | 'copyShapes' | 'rows'> & Partial<Measurement>;

export interface AdapterReport
  extends Circumstances,
    Pick<Info, 'features' | 'limits' | 'wgslLanguageFeatures'>,
    Timed {
  /** Of this library. */
  readonly version: string;
  readonly machine: Machine;
  /** About how many inputs each check took. */
  readonly count: number;
  readonly results: readonly Check[];
  /** Speed relative to the copy kernel, of the largest n. */
  readonly copy: Ratios;
}

interface Parts extends Pick<AdapterReport, 'runtime' | 'commit' | 'version' | 'machine' | 'count'> {
  readonly info: Info;
  readonly results: readonly Result[];
  readonly measurement: Timed;
}

export function createAdapterReport({ info, results, measurement, ...facts }: Parts): AdapterReport {
  const { adapter, features, limits, wgslLanguageFeatures } = info;
  const largest = Math.max(...measurement.rows.map(({ n }) => n));
  return {
    ...{ adapter, ...facts, date: new Date().toISOString(), features, wgslLanguageFeatures },
    limits: Object.fromEntries(REPORTED_LIMITS.flatMap((name) => (name in limits ? [[name, limits[name]!]] : []))),
    results: results.map(({ name, op, direction, status, maxUlp, bound, reason, worst }) => ({
      ...{ name, op, direction, status, maxUlp },
      ...(bound !== undefined && { bound }),
      ...(status !== 'passed' && { reason: reason ?? '', worst }),
    })),
    copy: copyRatios(measurement.rows.filter(({ n }) => n === largest)),
    ...measurement,
  };
}

/** `swiftshader-chrome.json`: the adapter and the program. */
export function reportFileName({ adapter, runtime }: Pick<AdapterReport, 'adapter' | 'runtime'>): string {
  const name = /swiftshader|llvmpipe/i.exec(adapter.name)?.[0] ?? adapter.name;
  const program = /firefox|deno|node|edg|opr|chrome|safari/i.exec(runtime)?.[0] ?? runtime;
  return `${`${name} ${program}`
    .toLowerCase()
    .match(/[a-z\d]+/g)
    ?.join('-')}.json`;
}

/** What a value must be: a word for it and a test, an object with at least these members, or a list of at least one such. */
type Shape = readonly [what: string, test: (value: unknown) => boolean] | { readonly [member: string]: Shape } | List;
class List {
  constructor(readonly of: Shape) {}
}

const text: Shape = ['text', (value) => typeof value === 'string' && value !== ''];
const number: Shape = ['a number', Number.isFinite];
const oneOf = (...choices: readonly unknown[]): Shape => [`one of ${choices.join(', ')}`, (v) => choices.includes(v)];
const or = (other: undefined | null, [what, test]: readonly [string, (value: unknown) => boolean]): Shape => [
  what,
  (value) => value === other || test(value),
];
const isFigure = (value: unknown): boolean => typeof value === 'number' && value > 0;

const REPORT: Shape = {
  adapter: { name: text, software: oneOf(true, false) },
  runtime: text,
  commit: text,
  version: text,
  date: ['a date', (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))],
  machine: {
    system: text,
    processor: or(null, ['text or null', (value) => typeof value === 'string' && value !== '']),
    cores: ['a number above 0', isFigure],
  },
  features: ['a list', Array.isArray],
  limits: { maxBufferSize: number, maxStorageBufferBindingSize: number },
  count: number,
  results: new List({
    ...{ name: text, op: text, direction: oneOf(...PASSES), status: oneOf('passed', 'failed') },
    maxUlp: ['a number', isJsonNumber],
    bound: or(undefined, ['a number above 0', isFigure]),
  }),
  clock: oneOf('timestamp-query', 'wall'),
  rounds: number,
  rows: new List({
    ...{ name: text, pass: oneOf(...PASSES), dtype: text, subject: text, n: number, bytes: number },
    p50: or(null, ['a number above 0, or null', isFigure]),
    fractionOfCopy: or(null, ['a number above 0, or null', isFigure]),
  }),
};

/** @throws {Error} for what is no report: `rows[3].n: expected a number, got "5"` */
export function parseAdapterReport(json: string): AdapterReport {
  const report: unknown = JSON.parse(json);
  const fault = faultOf(report, REPORT, '');
  if (fault) throw new Error(`report${fault}`);
  return report as AdapterReport;
}

function faultOf(value: unknown, shape: Shape, path: string): string | undefined {
  const expected = (what: string) =>
    `${path}: expected ${what}, got ${JSON.stringify(value)?.slice(0, 60) ?? 'nothing'}`;
  if (Array.isArray(shape)) return shape[1](value) ? undefined : expected(shape[0]);
  if (shape instanceof List) {
    if (!Array.isArray(value) || !value.length) return expected('a list of at least one');
    return first(value.map((member, index) => faultOf(member, shape.of, `${path}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null) return expected('an object');
  const members = Object.entries(shape as Readonly<Record<string, Shape>>);
  return first(members.map(([name, of]) => faultOf((value as Record<string, unknown>)[name], of, `${path}.${name}`)));
}

const first = (faults: readonly (string | undefined)[]) => faults.find((fault) => fault !== undefined);
