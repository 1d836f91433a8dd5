/** How far results are from float64: this library's, the naive formula's on the same GPU, and other libraries' as recorded. */
import { useMemo } from 'preact/hooks';
import { ulpError } from '../../../src/check/index.js';
import { allowanceOf } from '../../../src/check/truth.js';
import { type ActivationName, resolveActivation } from '../../../src/index.js';
import { Chart, type EChartsOption } from '../chart.js';
import { TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { useLatest } from '../latest.js';
import { formatCount, formatNumber, formatPower } from '../numbers.js';
import type { Palette } from '../theme.js';
import type { Curve } from './curve.js';
import { faultsOf, recordedOn, truths } from './faults.js';
import { computeNaive, type Naive, placeOf } from './naive.js';
import { change, type Named, rangeOf, setRange, settings, titleOf, valuesOf } from './state.js';

/** More curves are no picture. */
const NAIVE_SHOWN = 4;
/** A wrong result in place of a number, NaN or ∞, is drawn here; a lost digit costs a factor of two below. */
const WRONG = 1e9;
/** What is exact is drawn here: a logarithm has no 0. */
const EXACT = 0.1;

/** In ULP; what a bound allows beside a root is no error. */
function errorsOf(name: ActivationName, x: Float32Array, got: Float32Array, exact: Float64Array): Float64Array {
  const allowance = allowanceOf(resolveActivation(name), valuesOf(name));
  return Float64Array.from(got, (value, i) =>
    Math.abs(value - exact[i]!) <= allowance(x[i]!) ? 0 : ulpError(value, exact[i]!),
  );
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);

/** Shows an x and what is around it. */
function goTo(place: number): void {
  setRange(place - 2, place + 2);
  change({ at: Number(place.toPrecision(6)) });
  document.querySelector('main')!.scrollIntoView();
}

/** One line of the picture. */
interface Measured {
  readonly name: ActivationName;
  readonly pass: 'f' | 'f′';
  readonly x: Float32Array;
  readonly errors: Float64Array;
}

const measuredOf = (
  name: ActivationName,
  { y, slope }: Pick<Curve, 'y' | 'slope'>,
  { x, exactY, exactSlope }: Curve,
): Measured[] => {
  const { show } = settings.value;
  return [
    ...(show === 'slope' ? [] : [{ name, pass: 'f' as const, x, errors: errorsOf(name, x, y, exactY) }]),
    ...(show === 'f' ? [] : [{ name, pass: 'f′' as const, x, errors: errorsOf(name, x, slope, exactSlope) }]),
  ];
};

const wordsOf = (measured: readonly Measured[]): string =>
  measured.map(({ name, pass, errors }) => `${pass} of ${name} ${upTo(largest(errors))}`).join(', ');
/** Rows are bounded in absolute terms. */
const boundOf = ({ name, pass }: Measured): number | undefined => {
  const { bounds, maps } = resolveActivation(name);
  return maps === 'row' ? undefined : pass === 'f' ? bounds.forward : bounds.derivative;
};
const boundWords = (measured: readonly Measured[]): string =>
  measured.flatMap((one) => (boundOf(one) ? [`${boundOf(one)} for ${one.pass} of ${one.name}`] : [])).join(', ');
const upTo = (ulp: number): string => (ulp === Infinity ? 'NaN or ∞ for a number' : formatNumber(ulp, 3));

export function Errors({ curves }: { readonly curves: Named<Curve> }) {
  const { from, to } = rangeOf(settings.value);
  const { show } = settings.value;
  const device = deviceNow()?.activations.device;
  const shown = curves.length <= NAIVE_SHOWN ? curves : [];
  const { value: naive = [], error } = useLatest(
    async () => {
      const found: { name: ActivationName; curve: Curve; naive: Naive; place: number | undefined }[] = [];
      for (const { name, value: curve } of device ? shown : []) {
        const values = valuesOf(name);
        const naive = await computeNaive(device!, name, values, curve.x);
        if (naive) found.push({ name, curve, naive, place: await placeOf(device!, name, values) });
      }
      return found;
    },
    JSON.stringify([shown.map(({ name }) => [name, valuesOf(name)]), shown[0]?.value.x.length, from, to, !device]),
  );
  const { ours, others } = useMemo(
    () => ({
      ours: curves.flatMap(({ name, value }) => measuredOf(name, value, value)),
      others: naive.flatMap(({ name, curve, naive }) => measuredOf(name, naive, curve)),
    }),
    [curves, naive, show],
  );
  if (!device) return null;
  return (
    <>
      {error && <p role="alert">{error}</p>}
      <Chart
        title="Error in ULP"
        facts={`${curves.map(({ name }) => titleOf(name)).join(', ')}, x from ${formatNumber(from)} to ${formatNumber(to)}`}
        description="Distance of each float32 result from the float64 truth, in units in the last place: this library’s below its bound, the naive formula’s dotted, other libraries’ as marks."
        empty="Computing …"
        inputs={[ours, others]}
        option={(palette) => errorOption(ours, others, palette)}
      >
        {ours.length > 0 && (
          <p class="note">
            This library, over the numbers drawn, at most: {wordsOf(ours)}.{' '}
            {boundWords(ours) && `Level lines are its bounds over all float32 numbers: ${boundWords(ours)}.`}
          </p>
        )}
        {others.length > 0 && (
          <p class="note">
            The naive formula on this GPU, dotted, at most: {wordsOf(others)}. From 8 · 10⁶ on no digit is right: 0 in
            place of a small number is one such.
          </p>
        )}
        <div class="row">
          {naive.flatMap(({ name, place }) =>
            place === undefined
              ? []
              : [
                  <button key={name} type="button" class="quiet" onClick={() => goTo(place)}>
                    See the naive {name} fail at x = {formatNumber(place, 3)}
                  </button>,
                ],
          )}
        </div>
      </Chart>
    </>
  );
}

/** Neighbouring points that share one mark: the largest of them is what a bound is about. */
const ENVELOPE_POINTS = 8;

function envelope({ x, errors }: Measured): [number, number][] {
  return Array.from({ length: Math.ceil(x.length / ENVELOPE_POINTS) }, (_, index) => {
    const first = index * ENVELOPE_POINTS;
    const most = largest(errors.subarray(first, first + ENVELOPE_POINTS));
    return [x[first]!, Math.min(Math.max(most, EXACT), WRONG)];
  });
}

/** The largest errors along x, the library's bound as a level line of the same colour, other libraries' largest as marks. */
function errorOption(ours: readonly Measured[], naive: readonly Measured[], { colors }: Palette): EChartsOption {
  const { from, to } = rangeOf(settings.value);
  const names = [...new Set(ours.map(({ name }) => name))];
  const colorOf = (index: number) => colors[index % colors.length]!;
  const lineOf = (measured: Measured) => ({
    ...{ type: 'line' as const, showSymbol: false, step: 'start' as const, data: envelope(measured) },
    color: colorOf(names.indexOf(measured.name)),
  });
  const nameOf = ({ name, pass }: Measured) => (pass === 'f' ? name : `${name}′`);
  const marks = naive.length ? marksOf(names, from, to) : [];
  return {
    tooltip: {
      ...{ trigger: 'axis' },
      valueFormatter: (value) => (Number(value) >= WRONG ? 'NaN or ∞' : formatNumber(Number(value), 3)),
    },
    xAxis: { type: 'value', min: from, max: to, name: 'x' },
    yAxis: {
      ...{ type: 'log', min: EXACT, name: 'ULP', nameGap: 44 },
      axisLabel: { formatter: (value: number) => (value < 1e4 ? formatNumber(value) : formatPower(Math.log10(value))) },
      // bounds are seen however far below them the errors stay
      max: ({ max }: { max: number }) => (naive.length ? WRONG : Math.max(10, max)),
    },
    series: [
      ...ours.map((measured) => {
        const bound = boundOf(measured);
        const line = lineOf(measured);
        return {
          ...{ ...line, name: nameOf(measured) },
          ...(measured.pass === 'f' ? { areaStyle: { opacity: 0.15 } } : { lineStyle: { type: 'dashed' as const } }),
          ...(bound !== undefined && {
            markLine: {
              ...{ silent: true, symbol: 'none', data: [{ yAxis: bound }], label: { show: false } },
              lineStyle: { color: line.color, width: 2, type: 'solid' as const },
            },
          }),
        };
      }),
      ...naive.map((measured) => ({
        ...{ ...lineOf(measured), name: `${nameOf(measured)}, naive` },
        lineStyle: { type: 'dotted' as const, width: measured.pass === 'f' ? 2.5 : 1.5 },
      })),
      ...marks.map(({ subject, data }, index) => ({
        ...{ type: 'scatter' as const, name: `${subject}, recorded`, data, symbolSize: 12 },
        ...{ color: colorOf(names.length + index), symbol: ['diamond', 'triangle', 'rect', 'pin'][index % 4]! },
      })),
    ],
  };
}

/** Of each other library the recorded faults and largest errors of these functions in this range. */
function marksOf(names: readonly ActivationName[], from: number, to: number) {
  const { show } = settings.value;
  const hidden = show === 'f' ? 'backward' : show === 'slope' ? 'forward' : '';
  const bySubject = new Map<string, [number, number][]>();
  for (const { subject, pass, maxUlp, at, place } of names.flatMap((name) => faultsOf(name))) {
    // the naive formula's are measured here
    if (subject === 'ours' || subject === 'naive' || pass === hidden) continue;
    const points: [number, number][] = [[at, Math.min(Math.max(maxUlp, EXACT), WRONG)]];
    if (place !== undefined) points.push([place, WRONG]);
    const inside = points.filter(([x]) => x >= from && x <= to);
    if (inside.length) bySubject.set(subject, [...(bySubject.get(subject) ?? []), ...inside]);
  }
  return [...bySubject].map(([subject, data]) => ({ subject, data }));
}

/** Where other libraries went wrong with the same function, as recorded; a button goes there. */
export function Others({ names }: { readonly names: readonly ActivationName[] }) {
  const rows = names.flatMap((name) => faultsOf(name));
  if (!rows.length) return null;
  return (
    <section aria-label="Other libraries">
      <h3>What other libraries make of the same inputs</h3>
      <p class="note">
        Recorded {recordedOn}: {formatCount(truths.inputs)} inputs of each function, dense where it bends.
      </p>
      <TableBox label="Recorded faults">
        <thead>
          <tr>
            <th scope="col">f</th>
            <th scope="col">pass</th>
            <th scope="col">by</th>
            <th scope="col">largest error, ULP</th>
            <th scope="col">faults</th>
            <th scope="col">look</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, pass, subject, maxUlp, faults, place }) => (
            <tr key={`${name} ${pass} ${subject}`} class={subject === 'ours' ? 'ours' : undefined}>
              <th scope="row">{name}</th>
              <td>{pass}</td>
              <td>{{ ours: 'this library', naive: 'naive formula' }[subject] ?? subject}</td>
              <td>{formatNumber(maxUlp, 3)}</td>
              <td class={`verdict words ${faults ? 'act' : 'healthy'}`}>{faults || 'none'}</td>
              <td>
                {place !== undefined && (
                  <button type="button" class="quiet" onClick={() => goTo(place)}>
                    Go to x = {formatNumber(place, 3)}
                    <span class="unseen">
                      {' '}
                      of {name} {pass} by {subject}
                    </span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </section>
  );
}
