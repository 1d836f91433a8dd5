/** What a report says about GELU in a sentence. */
import type { Row } from '../../rows.js';
import type { Pass } from '../../work.js';
import { crossingOf, crossoverSeries } from '../benchmark/charts.js';
import type { Outcome } from '../benchmark/report_file.js';
import { dayOf, formatCount, formatLength, formatNumber } from '../numbers.js';

export interface Verdict {
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly runtime: string;
  readonly date: string;
  /** Elements of a tensor. */
  readonly n: number;
  readonly passes: readonly Figures[];
  /** From how many elements on the GPU beats one thread of the CPU, without and with the way there and back. */
  readonly crossings: readonly number[];
  readonly inputs?: number | undefined;
}

export interface Figures {
  readonly pass: Pass;
  readonly gigabytesPerSecond: number;
  /** Of the copy kernel's speed. */
  readonly fraction?: number | undefined;
  /** The largest error. */
  readonly ulp?: number | undefined;
}

const ACTIVATION = 'gelu';

/** Undefined where nothing of GELU was measured. Without a GPU's rows, the figures are the plain loop's on the CPU. */
export function verdictOf({ adapter, runtime, date, rows, accuracy }: Outcome): Verdict | undefined {
  const measured = rows.filter(
    ({ name, dtype, gigabytesPerSecond }) => name === ACTIVATION && dtype === 'f32' && gigabytesPerSecond,
  );
  const hasGpu = measured.some(({ subject }) => subject === 'ours');
  const ours = measured.filter(({ subject }) => subject === (hasGpu ? 'ours' : 'loop'));
  if (!ours.length) return undefined;
  const n = Math.max(...ours.map((row) => row.n));
  const figuresOf = ({ pass, gigabytesPerSecond, fractionOfCopy }: Row): Figures => ({
    ...{ pass, gigabytesPerSecond: gigabytesPerSecond! },
    ...(hasGpu && { fraction: fractionOfCopy ?? undefined, ulp: accuracy?.[pass] }),
  });
  const series = crossoverSeries(measured, ACTIVATION, 'forward');
  const cpu = series.find(({ label }) => !label.startsWith('GPU'))?.data ?? [];
  return {
    ...{ adapter: adapter.name, isSoftware: adapter.software, runtime, date, n },
    passes: ours.filter((row) => row.n === n).map(figuresOf),
    crossings: cpu.length
      ? series.filter(({ label }) => label.startsWith('GPU')).map(({ data }) => crossingOf(data, cpu))
      : [],
    inputs: hasGpu ? accuracy?.inputs : undefined,
  };
}

const speed = (value: number): string => `${formatNumber(value, 3)} GB/s`;
const percent = (fraction: number): string => `${formatNumber(100 * fraction, 2)} %`;
const both = (words: readonly string[]): string => words.join(' and ');

export function crossingText(n: number): string {
  if (n === Infinity) return 'at no measured size';
  return n === 0 ? 'from the smallest measured size on' : `from about ${formatCount(n)} elements on`;
}

/** A sentence for each thing that was measured. */
export function sentencesOf({ adapter, passes, crossings, inputs }: Verdict): string[] {
  const fractions = passes.flatMap(({ fraction }) => (fraction ? [percent(fraction)] : []));
  const errors = passes.flatMap(({ ulp, pass }) => (ulp === undefined ? [] : [`${formatNumber(ulp, 2)} ULP ${pass}`]));
  const [resident, roundTrip] = crossings;
  return [
    `${adapter} runs GELU at ${both(passes.map(({ pass, gigabytesPerSecond }) => `${speed(gigabytesPerSecond)} ${pass}`))}.`,
    ...(fractions.length
      ? [`That is ${both(fractions)} of a kernel that only copies the same bytes: its memory roof.`]
      : []),
    ...(errors.length ? [`It is at most ${both(errors)} from float64, over ${formatCount(inputs ?? 0)} inputs.`] : []),
    ...(resident === undefined
      ? []
      : [
          `It beats one CPU thread ${crossingText(resident)}${roundTrip === undefined ? '' : `; with upload and readback, ${crossingText(roundTrip)}`}.`,
        ]),
  ];
}

/** The figures alone, as label, value and a remark. */
export function tilesOf({
  passes,
  crossings,
}: Verdict): (readonly [label: string, value: string, note: string, fraction?: number])[] {
  const ulps = passes.flatMap(({ ulp }) => (ulp === undefined ? [] : [ulp]));
  const [resident] = crossings;
  return [
    ...passes.map(
      ({ pass, gigabytesPerSecond, fraction }) =>
        [
          `GELU ${pass}`,
          speed(gigabytesPerSecond),
          fraction ? `${percent(fraction)} of the roof` : '',
          fraction,
        ] as const,
    ),
    ...(ulps.length ? [['Off float64', `${formatNumber(Math.max(...ulps), 2)} ULP`, 'at most'] as const] : []),
    ...(resident === undefined
      ? []
      : [
          [
            'Beats the CPU',
            resident === Infinity ? 'nowhere' : resident === 0 ? 'everywhere' : `n ≥ ${formatCount(resident)}`,
            'one thread, forward',
          ] as const,
        ]),
  ];
}

export const circumstancesOf = ({ date, runtime, n, isSoftware }: Verdict): string =>
  `${dayOf(date)}, ${runtime}, float32, n = ${formatLength(n)}${isSoftware ? '; a software adapter: the figures are a CPU’s' : ''}`;

/** For a message, an issue, a README. */
export function markdownOf(verdict: Verdict, link?: string): string {
  const { passes } = verdict;
  const cell = (value: number | undefined, digits: number, factor = 1) =>
    value === undefined ? '–' : formatNumber(factor * value, digits);
  return [
    `**${sentencesOf(verdict)[0]}** ${sentencesOf(verdict).slice(1).join(' ')}`,
    '',
    '| GELU | GB/s | % of copy | largest error, ULP |',
    '|---|---|---|---|',
    ...passes.map(
      ({ pass, gigabytesPerSecond, fraction, ulp }) =>
        `| ${pass} | ${cell(gigabytesPerSecond, 3)} | ${cell(fraction, 2, 100)} | ${cell(ulp, 2)} |`,
    ),
    '',
    `${circumstancesOf(verdict)}. webgpu-activations${link ? `: [the whole result](${link})` : ''}`,
    '',
  ].join('\n');
}
