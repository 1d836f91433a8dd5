/** The rows as charts. */
import type { Row } from '../../rows.js';
import type { Pass } from '../../work.js';
import type { EChartsOption } from '../chart.js';
import { formatCount, formatDuration, formatLength, formatNumber } from '../numbers.js';
import type { Palette } from '../theme.js';
import { labelOf } from './opponents.js';

type Rows = readonly Row[];

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

function lengthAxis(rows: Rows): EChartsOption['xAxis'] {
  const exponents = rows.map(({ n }) => Math.log2(n));
  const [first, last] = [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))];
  // a single size needs some room about it
  const [low, high] = first === last ? [first - 1, last + 1] : [first, last];
  return {
    ...{ type: 'log', logBase: 2, name: 'n, elements of a tensor', min: 2 ** low, max: 2 ** high },
    interval: Math.ceil((high - low) / 8),
    axisLabel: { formatter: formatLength },
  };
}

const gigabytes = (value: unknown) => `${formatNumber(Number(value), 3)} GB/s`;
const duration = (value: unknown) => formatDuration(Number(value));

const line = (rows: Rows, figureOf: (row: Row) => number | null) =>
  [...rows].sort((a, b) => a.n - b.n).flatMap((row) => (figureOf(row) === null ? [] : [[row.n, figureOf(row)!]]));

/** Another report's rows, and what they are called. */
export interface Beside {
  readonly rows: Rows;
  readonly label: string;
}

/** GB/s over n, below the roof of the copy kernel that moves the same bytes. */
export function throughputOption(
  rows: Rows,
  { rows: before, label }: Beside,
  pass: Pass,
  { colors, text }: Palette,
): EChartsOption {
  const shown = rows.filter((row) => row.pass === pass);
  const copies = shown.filter(({ subject }) => subject === 'copy');
  const roof = distinct(copies.map(({ n }) => n)).map((n) => {
    const speeds = copies.filter((row) => row.n === n).map(({ gigabytesPerSecond }) => gigabytesPerSecond ?? 0);
    return [n, Math.max(...speeds)];
  });
  const names = distinct([...shown, ...before].filter(({ subject }) => subject === 'ours').map(({ name }) => name));
  const ours = (all: Rows, name: string) =>
    line(
      all.filter((row) => row.pass === pass && row.name === name && row.subject === 'ours'),
      ({ gigabytesPerSecond }) => gigabytesPerSecond,
    );
  return {
    tooltip: { trigger: 'axis', valueFormatter: gigabytes },
    xAxis: lengthAxis([...rows, ...before]),
    yAxis: { type: 'value', name: 'GB/s', nameGap: 44 },
    series: [
      ...(roof.length
        ? [
            {
              ...{ type: 'line' as const, name: 'copy kernel (the roof)', color: text, data: roof, symbol: 'diamond' },
              lineStyle: { width: 3, type: 'dashed' as const },
            },
          ]
        : []),
      ...names.flatMap((name, index) => {
        const color = colors[index % colors.length]!;
        const shared = { type: 'line' as const, color };
        return [
          { ...shared, name, data: ours(rows, name) },
          { ...shared, name: `${name}, ${label}`, data: ours(before, name), lineStyle: { type: 'dotted' as const } },
        ].filter(({ data }) => data.length > 0);
      }),
    ],
  };
}

/**
 * Time over n of one pass by the wall's clock: the library with tensors on the GPU, the same with arrays in and out, and the
 * CPU. The rows tell the library's own time by the GPU's clock, which leaves the way there out; its time by the wall's is in
 * the ratio to an opponent on the CPU, of the same rounds.
 */
export function crossoverSeries(rows: Rows, name: string, pass: Pass) {
  const shown = rows.filter((row) => row.name === name && row.pass === pass);
  const ours = shown.filter(({ subject }) => subject === 'ours');
  const cpus = shown.filter(({ kind }) => kind === 'cpu');
  const wallTime = ({ n, clock, p50 }: Row) => {
    const cpu = cpus.find((row) => row.n === n && row.p50 !== null && row.timesOurs !== null);
    if (cpu) return cpu.p50! / cpu.timesOurs!;
    // without an opponent there is nothing to be fair to
    return clock === 'wall' || cpus.length === 0 ? p50 : null;
  };
  return [
    { label: 'GPU, tensors stay there', data: line(ours, wallTime) },
    { label: 'GPU, with upload and readback', data: line(ours, ({ roundTrip }) => roundTrip) },
    ...distinct(cpus.map(({ subject }) => subject)).map((subject) => ({
      label: labelOf(subject),
      data: line(
        cpus.filter((row) => row.subject === subject),
        ({ p50 }) => p50,
      ),
    })),
  ].filter(({ data }) => data.length > 0);
}

export function crossoverOption(rows: Rows, name: string, pass: Pass, { colors }: Palette): EChartsOption {
  return {
    tooltip: { trigger: 'axis', valueFormatter: duration },
    xAxis: lengthAxis(rows),
    yAxis: { type: 'log', axisLabel: { formatter: formatDuration } },
    series: crossoverSeries(rows, name, pass).map(({ label, data }, index) => ({
      ...{ type: 'line' as const, name: label, data, color: colors[index % colors.length]! },
    })),
  };
}

/** From which n on the GPU is faster than each CPU opponent, in words. */
export function crossoverWords(rows: Rows, name: string, pass: Pass): string[] {
  const series = crossoverSeries(rows, name, pass);
  const gpus = series.filter(({ label }) => label.startsWith('GPU'));
  const cpus = series.filter(({ label }) => !label.startsWith('GPU'));
  return cpus.flatMap((cpu) =>
    gpus.map((gpu) => `${gpu.label}: ${crossingWords(crossingOf(gpu.data, cpu.data))} ${cpu.label}`),
  );
}

/** From how many elements on the first line is below the second: 0 for all of them, Infinity for none. */
export function crossingOf(gpu: readonly number[][], cpu: readonly number[][]): number {
  const pairs = gpu.flatMap(([n, time]) => {
    const other = cpu.find(([length]) => length === n);
    return other ? [{ n: n!, advantage: Math.log(other[1]! / time!) }] : [];
  });
  // Behind the last size that the CPU wins; between two sizes a line on the logarithmic axes is a fair guess.
  const last = pairs.findLastIndex(({ advantage }) => advantage <= 0);
  if (last === pairs.length - 1) return Infinity;
  if (last < 0) return 0;
  const [a, b] = [pairs[last]!, pairs[last + 1]!];
  const part = -a.advantage / (b.advantage - a.advantage);
  return Number((2 ** (Math.log2(a.n) + part * (Math.log2(b.n) - Math.log2(a.n)))).toPrecision(2));
}

function crossingWords(n: number): string {
  if (n === Infinity) return 'at none of these sizes faster than';
  return n === 0 ? 'at every one of these sizes faster than' : `from about ${formatCount(n)} elements on faster than`;
}

/** Bars on a logarithmic axis have no natural foot: theirs is the power of ten below the shortest. */
function footOf(values: readonly number[]): { min?: number } {
  const foot = 10 ** (Math.ceil(Math.log10(Math.min(...values))) - 1);
  return foot < Infinity ? { min: foot } : {};
}

/** Everybody's speed at one size as a multiple of this library's, by the same clock in the same rounds. */
export function peersOption(rows: Rows, n: number, pass: Pass, { colors, text }: Palette): EChartsOption {
  // this library is the line at 1, and the copy kernel is nobody's activation
  const shown = rows.filter(
    ({ kind, ...row }) => row.pass === pass && row.n === n && kind !== 'ours' && kind !== 'copy',
  );
  const names = distinct(shown.map(({ name }) => name));
  const subjects = distinct(shown.map(({ subject }) => subject));
  const speeds = shown.flatMap(({ timesOurs }) => (timesOurs ? [1 / timesOurs] : []));
  return {
    tooltip: {
      ...{ trigger: 'axis', axisPointer: { type: 'shadow' } },
      valueFormatter: (value) => `${formatNumber(Number(value), 3)}×`,
    },
    xAxis: { type: 'category', data: names },
    // a logarithm, so that twice and half are as far from 1
    yAxis: {
      ...{ type: 'log', name: 'speed, this library = 1', nameGap: 44, ...footOf(speeds) },
      axisLabel: { formatter: (value: number) => formatNumber(value, 2) },
    },
    series: subjects.map((subject, index) => ({
      ...{ type: 'bar' as const, name: labelOf(subject), color: colors[index % colors.length]! },
      ...(index === 0 && {
        markLine: {
          ...{
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: text, type: 'solid' as const },
          },
          data: [{ yAxis: 1 }],
        },
      }),
      data: names.map((name) => {
        const times = shown.find((row) => row.name === name && row.subject === subject)?.timesOurs;
        return times ? 1 / times : '-';
      }),
    })),
  };
}

/** Of this library: what the first call costs, what later ones do, with and without the way to the GPU and back. */
export function phasesOption(rows: Rows, n: number, pass: Pass, { colors }: Palette): EChartsOption {
  const shown = rows.filter((row) => row.pass === pass && row.n === n && row.subject === 'ours');
  const phases = {
    'cold, compiling': 'cold',
    'with readback': 'roundTrip',
    warm: 'p50',
  } as const;
  const times = shown.flatMap((row) => Object.values(phases).map((key) => row[key] ?? Infinity));
  return {
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: duration },
    xAxis: { type: 'category', data: shown.map(({ name }) => name) },
    yAxis: { type: 'log', ...footOf(times), axisLabel: { formatter: formatDuration } },
    series: Object.entries(phases).map(([name, key], index) => ({
      ...{ type: 'bar' as const, name, color: colors[index]! },
      data: shown.map((row) => row[key] ?? '-'),
    })),
  };
}
