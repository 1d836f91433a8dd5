/** From spans to the rows of the report. */
import type { StorageType } from '../src/storage.js';
import type { Aside } from './bench.js';
import type { Span } from './clock.js';
import { geometricMean, type Quantiles, quantilesOf, ratioOf, type Samples } from './measure.js';
import type { Pass, Work } from './work.js';

/** How elements lie in memory, of what can be measured. */
export const DTYPES = ['f32', 'f16', 'bf16'] as const satisfies readonly StorageType[];

export interface Row {
  readonly name: string;
  readonly pass: Pass;
  readonly dtype: StorageType;
  readonly n: number;
  /** `ours`, `copy`, `naive`, or a peer's name. */
  readonly subject: string;
  readonly kind: 'ours' | 'copy' | 'naive' | 'peer' | 'cpu';
  /** What the pass must move. */
  readonly bytes: number;
  /** Of p20, p50 and p80: nanoseconds of one run, warm, tensors where the subject computes. Null where it is wrong. */
  readonly clock: 'timestamp-query' | 'wall';
  readonly p20: number | null;
  readonly p50: number | null;
  readonly p80: number | null;
  readonly gigabytesPerSecond: number | null;
  /** Speed relative to the copy kernel, pairs of the same round: the median, then p20 and p80. */
  readonly fractionOfCopy: number | null;
  readonly fractionOfCopySpread: readonly [p20: number, p80: number] | null;
  /** This subject's time over ours, pairs of the same round by the same clock: above 1 we are faster. */
  readonly timesOurs: number | null;
  readonly timesOursSpread: readonly [p20: number, p80: number] | null;
  /** The first call, arrays in and out: compilation, upload, run, readback. */
  readonly cold: number | null;
  /** The second one. */
  readonly roundTrip: number | null;
  /** Why it was not timed. */
  readonly fault?: string;
}

export function rowsOf(
  { definition, pass, dtype, length, bytes }: Work,
  samples: readonly Samples[],
  asides: ReadonlyMap<string, Aside>,
  gpuPeers: ReadonlySet<string>,
): Row[] {
  const byName = new Map(samples.map(({ name, spans }) => [name, spans]));
  const [ours, copy] = [byName.get('ours'), byName.get('copy')];
  return [...asides].map(([subject, { fault, cold = null, roundTrip = null }]) => {
    const spans = byName.get(subject);
    const hasGpuClock = spans?.every(({ gpu }) => gpu !== undefined) ?? false;
    const times = spans && quantilesOf(spans.map(({ gpu, wall }) => (hasGpuClock ? gpu! : wall)));
    const fraction = spans && copy && pairedRatio(copy, spans);
    const timesOurs = spans && ours && pairedRatio(spans, ours);
    return {
      name: definition.name,
      pass,
      dtype,
      n: length,
      subject,
      kind:
        subject === 'ours' || subject === 'copy' || subject === 'naive'
          ? subject
          : gpuPeers.has(subject)
            ? 'peer'
            : 'cpu',
      bytes,
      clock: hasGpuClock ? 'timestamp-query' : 'wall',
      ...rounded(times),
      // Bytes per nanosecond are gigabytes per second.
      gigabytesPerSecond: times ? round(bytes / times.p50) : null,
      fractionOfCopy: fraction ? round(fraction.p50) : null,
      fractionOfCopySpread: fraction ? [round(fraction.p20), round(fraction.p80)] : null,
      timesOurs: timesOurs ? round(timesOurs.p50) : null,
      timesOursSpread: timesOurs ? [round(timesOurs.p20), round(timesOurs.p80)] : null,
      cold: cold && Math.round(cold),
      roundTrip: roundTrip && Math.round(roundTrip),
      ...(fault && { fault }),
    };
  });
}

/** By the GPU's clock where both have it, else by the wall's. */
function pairedRatio(a: readonly Span[], b: readonly Span[]): Quantiles {
  const hasGpuClock = [...a, ...b].every(({ gpu }) => gpu !== undefined);
  const values = (spans: readonly Span[]) => spans.map(({ gpu, wall }) => (hasGpuClock ? gpu! : wall));
  return ratioOf(values(a), values(b));
}

const rounded = (times: Quantiles | undefined) => ({
  p20: times ? Math.round(times.p20) : null,
  p50: times ? Math.round(times.p50) : null,
  p80: times ? Math.round(times.p80) : null,
});

const round = (value: number): number => Number(value.toPrecision(4));

export interface Ratio {
  readonly geomean: number;
  readonly min: number;
  readonly minName: string;
  readonly max: number;
  readonly maxName: string;
}

export type Ratios = Readonly<Record<Pass, Ratio | null>>;

/** Of one figure of each function, by pass; null where no row has it. */
function ratiosOf(rows: readonly Row[], figureOf: (rows: readonly Row[]) => number | null | undefined): Ratios {
  const ofPass = (pass: Pass): Ratio | null => {
    const groups = new Map<string, Row[]>();
    for (const row of rows) if (row.pass === pass) groups.set(row.name, [...(groups.get(row.name) ?? []), row]);
    const figures = [...groups].flatMap(([name, group]) => {
      const figure = figureOf(group);
      return figure === null || figure === undefined ? [] : [{ name, figure }];
    });
    if (!figures.length) return null;
    const sorted = figures.sort((a, b) => a.figure - b.figure);
    const [lowest, highest] = [sorted[0]!, sorted.at(-1)!];
    return {
      geomean: round(geometricMean(figures.map(({ figure }) => figure))),
      ...{ min: lowest.figure, minName: lowest.name, max: highest.figure, maxName: highest.name },
    };
  };
  return { forward: ofPass('forward'), backward: ofPass('backward') };
}

/** Speed relative to the fastest peer of each function: above 1 we are faster. */
export const peerRatios = (rows: readonly Row[]): Ratios =>
  ratiosOf(rows, (group) => {
    const peers = group.filter(({ kind, p50 }) => kind === 'peer' && p50 !== null);
    return peers.sort((a, b) => a.p50! - b.p50!)[0]?.timesOurs;
  });

/** Speed relative to the copy kernel. */
export const copyRatios = (rows: readonly Row[]): Ratios =>
  ratiosOf(rows, (group) => group.find(({ kind }) => kind === 'ours')?.fractionOfCopy);

/** Time relative to the naive formula: what accuracy costs. */
export const naiveCosts = (rows: readonly Row[]): Ratios =>
  ratiosOf(rows, (group) => {
    const timesOurs = group.find(({ kind }) => kind === 'naive')?.timesOurs;
    return timesOurs && round(1 / timesOurs);
  });
