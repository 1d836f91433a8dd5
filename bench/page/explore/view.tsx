/** Explore: curves by the library's kernels, their parameters, their errors, their text. */
import { useMemo, useRef } from 'preact/hooks';
import { ulpError } from '../../../src/check/index.js';
import { usualForm } from '../../../src/forms.js';
import { type ActivationName, resolveActivation, wgsl } from '../../../src/index.js';
import { rowValues, rowwise } from '../../../src/reference/index.js';
import { Chart, type EChartsOption } from '../chart.js';
import { CopyButton, Select, Slider, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { pause, useLatest, useSettled } from '../latest.js';
import { formatNumber } from '../numbers.js';
import { isChanged, resetSettings } from '../settings.js';
import type { Palette } from '../theme.js';
import { type Curve, computeCurve, computeSlopes, knobsOf, sliderRange, slopesOf, spread } from './curve.js';
import { Errors, Others } from './errors.js';
import './explore.css';
import { Picker } from './picker.js';
import { Rows } from './rows.js';
import { snippetOf } from './snippet.js';
import {
  change,
  chosenNames,
  LIMIT,
  line,
  type Named,
  rangeOf,
  rowNow,
  setRange,
  settings,
  setValue,
  titleOf,
  valuesOf,
} from './state.js';

/** Points of a curve: two for each pixel of a wide screen's half. */
const POINTS = 1025;
/** While a slider moves, every fourth. */
const MOVING_EVERY = 4;
const SLOPE_POINTS = 257;
/** More are no picture. */
const SLOPES_SHOWN = 6;

/** Curves as they are drawn, so that a slider that bends one of several costs one. Those of another range or device are forgotten. */
class Drawn {
  #where = '';
  #device: unknown;
  readonly #curves = new Map<string, Curve>();

  of(where: string, device: unknown): Map<string, Curve> {
    if (where !== this.#where || device !== this.#device) this.#curves.clear();
    [this.#where, this.#device] = [where, device];
    return this.#curves;
  }
}

/** @param every draw every so manieth point */
function useCurves(names: readonly ActivationName[], x: Float32Array, every = 1) {
  const activations = deviceNow()?.activations;
  const where = JSON.stringify([x[0], x.at(-1), x.length]);
  const wanted = names.map((name) => ({ name, values: valuesOf(name), key: name + JSON.stringify(valuesOf(name)) }));
  const drawn = useRef(new Drawn());
  return useLatest(
    async () => {
      const known = drawn.current.of(where, activations);
      const curves: { name: ActivationName; value: Curve }[] = [];
      for (const { name, values, key } of wanted) {
        let curve = known.get(key);
        if (curve && every > 1) curve = thinned(curve, every);
        else if (!curve) {
          curve = await computeCurve(
            activations,
            name,
            values,
            x.filter((_, i) => i % every === 0),
          );
          if (every === 1) known.set(key, curve);
          if (x.length > 1) await pause();
        }
        curves.push({ name, value: curve });
      }
      if (every === 1) for (const key of known.keys()) if (!wanted.some((one) => one.key === key)) known.delete(key);
      return curves;
    },
    JSON.stringify([wanted, where, every, !activations]),
  );
}

const thinned = (curve: Curve, every: number): Curve =>
  Object.fromEntries(
    Object.entries(curve).map(([key, values]) => [key, values.filter((_: number, i: number) => i % every === 0)]),
  ) as unknown as Curve;

export default function Explore() {
  const { show } = settings.value;
  const { from, to } = rangeOf(settings.value);
  const names = chosenNames();
  const rowNames = names.filter((name) => resolveActivation(name).maps === 'row');
  const drawn = JSON.stringify([names.map(valuesOf), from, to]);
  const isCoarse = useSettled(drawn) !== drawn;
  const { value: curves = [], error } = useCurves(names, spread(from, to, POINTS), isCoarse ? MOVING_EVERY : 1);
  const settled = useSettled(curves);
  const picker = useMemo(
    () => <Picker chosen={names} onChange={(chosen) => change({ names: chosen })} />,
    [names.join()],
  );
  const words = useMemo(() => <Words names={names} />, [names.join()]);
  return (
    <>
      <h2>Explore</h2>
      <p class="lead">
        {deviceNow()
          ? 'Each curve is computed on the GPU by this library’s kernels, in the range you look at: zoom in, and it is computed anew.'
          : 'Without a GPU, the curves are the float64 reference’s.'}
      </p>
      <div class="explore">
        {picker}
        <div>
          <Knobs names={names} />
          {error && <p role="alert">{error}</p>}
          {rowNames.length > 0 && (
            <Rows
              {...rowNow()}
              names={rowNames}
              valuesOf={valuesOf}
              onChange={({ x, at }) =>
                change({ ...(x && { row: x.map(String) }), ...(at !== undefined && { element: at }) })
              }
            />
          )}
          <Chart
            title="f and f′"
            facts={`${names.map(titleOf).join(', ')}, x from ${formatNumber(from)} to ${formatNumber(to)}`}
            empty={names.length ? 'Computing …' : 'Choose an activation.'}
            description={`${names.join(', ')} from x = ${from} to ${to}; values at a chosen x are in the table below.`}
            height={400}
            inputs={[curves, from, to, show]}
            option={(palette) => curveOption(curves, palette)}
            onRange={setRange}
          >
            <Zoom />
            {companionWords(names).map((words) => (
              <p key={words} class="note">
                {words}
              </p>
            ))}
          </Chart>
          <Readout names={names} />
          <Slopes names={names} />
          <Errors curves={settled} />
          {words}
        </div>
      </div>
    </>
  );
}

function Knobs({ names }: { readonly names: readonly ActivationName[] }) {
  return (
    <section aria-label="Settings" class="panel">
      <div class="row">
        <button
          type="button"
          class="quiet"
          onClick={() => change({ names: ['gelu', 'geluTanh', 'geluSigmoid'], from: -6, to: 6 })}
        >
          The three GELUs
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => change({ names: ['relu', 'leakyRelu', 'prelu', 'elu'], from: -4, to: 4 })}
        >
          ReLU’s family
        </button>
        <Select
          label="Show"
          choices={[
            { value: 'both', label: 'f and f′' },
            { value: 'f', label: 'f' },
            { value: 'slope', label: 'f′' },
          ]}
          value={settings.value.show}
          onChange={(value) => change({ show: value })}
        />
        {isChanged('explore') && (
          <button type="button" class="quiet" onClick={() => resetSettings('explore')}>
            Reset settings
          </button>
        )}
      </div>
      {names.flatMap((name) =>
        Object.entries(knobsOf(resolveActivation(name))).map(([parameter, facts]) => (
          <Slider
            key={`${name} ${parameter}`}
            label={`${name}: ${parameter}`}
            {...sliderRange(facts)}
            step={facts.isInteger ? 1 : 'any'}
            value={Number(valuesOf(name)[parameter]!.toPrecision(6))}
            onChange={(value) => setValue(name, parameter, value)}
          />
        )),
      )}
    </section>
  );
}

/** What depends on the choice of functions alone, but for the calls. */
function Words({ names }: { readonly names: readonly ActivationName[] }) {
  return (
    <>
      <Others names={names} />
      {names.some((name) => name.startsWith('gelu')) && <Approximations />}
      {names.length > 0 && <Calls names={names} />}
      {names.map((name, index) => (
        <Facts key={name} name={name} isOpen={index === 0} />
      ))}
    </>
  );
}

function Calls({ names }: { readonly names: readonly ActivationName[] }) {
  return (
    <section class="panel" aria-label="To paste">
      <h3>The call{names.length > 1 && 's'}</h3>
      <Code label="Calls" text={snippetOf(names)} />
    </section>
  );
}

/** What x is, where y depends on more than it. */
function companionWords(names: readonly ActivationName[]): string[] {
  const having = (knob: string) => names.filter((name) => knob in knobsOf(resolveActivation(name))).join(', ');
  const [gated, ofRows] = [having('up'), having('other')];
  return [
    ...(gated ? [`Of ${gated}, x is the gate, and the slider sets up.`] : []),
    ...(ofRows ? [`Of ${ofRows}, x is the first of a row of two, and the slider sets the other.`] : []),
  ];
}

/** How y changes with a learned parameter, or with a gated unit's up: what training moves it by. */
function Slopes({ names }: { readonly names: readonly ActivationName[] }) {
  const { from, to } = rangeOf(settings.value);
  const activations = deviceNow()?.activations;
  const having = names.filter((name) => slopesOf(resolveActivation(name)).length > 0).slice(0, SLOPES_SHOWN);
  const x = spread(from, to, SLOPE_POINTS);
  const key = JSON.stringify([having.map((name) => [name, valuesOf(name)]), from, to, !activations]);
  const { value: slopes = [], error } = useLatest(
    async () =>
      (
        await Promise.all(
          having.map(async (name) => ({ name, slopes: await computeSlopes(activations, name, valuesOf(name), x) })),
        )
      ).flatMap(({ name, slopes }) => slopes.map((slope) => ({ name, x, ...slope }))),
    useSettled(key),
  );
  if (!having.length) return null;
  return (
    <>
      {error && <p role="alert">{error}</p>}
      <Chart
        title="∂y by learned parameters and up"
        facts={having.map(titleOf).join(', ')}
        description={`How y changes with ${slopes.map(({ name, by }) => `${by} of ${name}`).join(', ')}, over x.`}
        empty="Computing …"
        inputs={[slopes]}
        option={({ colors }) => ({
          tooltip: { trigger: 'axis', valueFormatter: (value) => formatNumber(Number(value), 6) },
          xAxis: { type: 'value', min: from, max: to, name: 'x' },
          yAxis: { type: 'value', scale: true },
          series: slopes.map(({ name, by, x, drawn }, index) => ({
            ...{ type: 'line' as const, showSymbol: false, color: colors[index % colors.length]! },
            ...{ name: `∂ ${name} / ∂ ${by}`, ...line(x, drawn) },
          })),
        })}
      >
        <p class="note">
          A learned parameter’s gradient is the sum of dy times this over all x: where it is 0, no input teaches it.
        </p>
      </Chart>
    </>
  );
}

function Zoom() {
  const { from, to } = rangeOf(settings.value);
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const scaled = (factor: number) => setRange(middle - half * factor, middle + half * factor);
  const moved = (part: number) => setRange(from + half * part, to + half * part);
  return (
    <fieldset class="row plain" aria-label="Range of x">
      <button type="button" class="quiet" onClick={() => scaled(0.5)}>
        Zoom in
      </button>
      <button type="button" class="quiet" onClick={() => scaled(2)}>
        Zoom out
      </button>
      <button type="button" class="quiet" onClick={() => moved(-0.5)}>
        ← Left
      </button>
      <button type="button" class="quiet" onClick={() => moved(0.5)}>
        Right →
      </button>
      <button type="button" class="quiet" onClick={() => setRange(-6, 6)}>
        Reset
      </button>
      <span class="note">
        x from {formatNumber(from)} to {formatNumber(to)};{' '}
        {matchMedia('(hover: none)').matches ? 'two fingers zoom' : 'Ctrl and the wheel zoom'}, dragging moves
      </span>
    </fieldset>
  );
}

function curveOption(curves: Named<Curve>, { colors }: Palette): EChartsOption {
  const { show } = settings.value;
  const { from, to } = rangeOf(settings.value);
  return {
    tooltip: { trigger: 'axis', valueFormatter: (value) => formatNumber(Number(value), 6) },
    dataZoom: [
      {
        ...{ type: 'inside', startValue: from, endValue: to, filterMode: 'none', throttle: 50 },
        // the wheel alone scrolls the page
        zoomOnMouseWheel: 'ctrl',
        // a finger that moves up or down scrolls the page
        preventDefaultMouseMove: false,
      },
    ],
    xAxis: {
      ...{ type: 'value', min: -LIMIT, max: LIMIT, name: 'x' },
      axisPointer: { label: { formatter: ({ value }) => `x = ${formatNumber(Number(value), 7)}` } },
    },
    yAxis: { type: 'value', scale: true },
    series: curves.flatMap(({ name, value: { x, y, slope } }, index) => {
      const color = colors[index % colors.length]!;
      const shared = { type: 'line' as const, showSymbol: false, color };
      return [
        ...(show === 'slope' ? [] : [{ ...shared, name, ...line(x, y) }]),
        ...(show === 'f'
          ? []
          : [{ ...shared, name: `${name}′`, ...line(x, slope), lineStyle: { type: 'dashed' as const } }]),
      ];
    }),
  };
}

/** f and f′ at one x, for those who read rather than point. */
function Readout({ names }: { readonly names: readonly ActivationName[] }) {
  const { at } = settings.value;
  const { value: curves = [] } = useCurves(names, Float32Array.of(at));
  const { from, to } = rangeOf(settings.value);
  return (
    <div class="panel">
      <Slider
        label="Values at x"
        minimum={from}
        maximum={to}
        step="any"
        value={at}
        onChange={(value) => change({ at: Number(value.toPrecision(6)) })}
      />
      <TableBox label="Values at x">
        <thead>
          <tr>
            <th scope="col">f</th>
            <th scope="col">f(x)</th>
            <th scope="col">exact, rounded</th>
            <th scope="col">ULP</th>
            <th scope="col">f′(x)</th>
            <th scope="col">exact, rounded</th>
            <th scope="col">ULP</th>
          </tr>
        </thead>
        <tbody aria-live="polite">
          {curves.map(({ name, value: { y, exactY, slope, exactSlope } }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatNumber(y[0], 9)}</td>
              <td>{formatNumber(Math.fround(exactY[0]!), 9)}</td>
              <td>{formatNumber(ulpError(y[0]!, exactY[0]!), 2)}</td>
              <td>{formatNumber(slope[0], 9)}</td>
              <td>{formatNumber(Math.fround(exactSlope[0]!), 9)}</td>
              <td>{formatNumber(ulpError(slope[0]!, exactSlope[0]!), 2)}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
      {remarksOf(curves).map((remark) => (
        <p key={remark} class="note">
          {remark}
        </p>
      ))}
    </div>
  );
}

/** What a visitor would ask about these figures. */
function remarksOf(curves: Named<Curve>): string[] {
  const isFlushed = curves.some(({ value: { y, exactY, slope, exactSlope } }) =>
    [[y[0]!, exactY[0]!] as const, [slope[0]!, exactSlope[0]!] as const].some(
      ([got, exact]) => got === 0 && exact !== 0 && Math.abs(exact) < SMALLEST_NORMAL,
    ),
  );
  const rows = curves.filter(({ name }) => resolveActivation(name).maps === 'row').map(({ name }) => name);
  return [
    ...(isFlushed
      ? ['0 in place of a number below 2⁻¹²⁶ is no error: WGSL lets a GPU flush such numbers, and its ULP counts as 0.']
      : []),
    ...rows.map(
      (name) => `${name} is bounded otherwise than in ULP: ${rowwise[name]?.units.text ?? rowValues[name]?.text ?? ''}`,
    ),
  ];
}

const SMALLEST_NORMAL = 2 ** -126;

const approximations = ['geluTanh', 'geluSigmoid'] as const;

/** What the two approximations of GELU cost: their distance from the exact one, each by its own kernel. */
function Approximations() {
  const { value: curves = [] } = useCurves(['gelu', ...approximations], spread(-8, 8, 2049));
  const exact = curves[0]?.value;
  const differences = exact
    ? curves.slice(1).map(({ name, value: { x, y } }) => ({ name, x, error: y.map((value, i) => value - exact.y[i]!) }))
    : [];
  const worst = differences.map(({ name, x, error }) => {
    const index = error.reduce((best, value, i) => (Math.abs(value) > Math.abs(error[best]!) ? i : best), 0);
    return `${name} by at most ${formatNumber(Math.abs(error[index]!), 2)}, at x = ${formatNumber(x[index]!, 3)}`;
  });
  return (
    <Chart
      title="GELU’s approximations"
      empty="Computing …"
      inputs={[curves]}
      description="geluTanh and geluSigmoid minus the exact gelu, from x = −8 to 8."
      option={({ colors }) => ({
        tooltip: { trigger: 'axis', valueFormatter: (value) => formatNumber(Number(value), 3) },
        xAxis: { type: 'value', min: -8, max: 8, name: 'x' },
        yAxis: { type: 'value', scale: true },
        series: differences.map(({ name, x, error }, index) => ({
          ...{ type: 'line' as const, showSymbol: false, name: `${name} − gelu`, color: colors[index]! },
          ...line(x, error),
        })),
      })}
    >
      <p class="note">{worst.length > 0 && `Off the exact gelu: ${worst.join('; ')}.`}</p>
    </Chart>
  );
}

function Facts({ name, isOpen }: { readonly name: ActivationName; readonly isOpen: boolean }) {
  const definition = resolveActivation(name);
  const { formula, derivative, aliases, citation, bounds, flat, fromY } = definition;
  const form = usualForm(definition);
  const conventions = [
    flat && 'Where f′ is 0 by a branch, dx is 0 for every dy, NaN and ∞ included.',
    fromY && 'Backward may be given the saved y in place of x.',
    'NaN gives NaN, ±∞ the function’s limit.',
    definition.maps === 'row'
      ? (rowwise[name]?.units.text ?? rowValues[name]?.text)
      : `At most ${bounds.forward} ULP off in f and ${bounds.derivative} in f′, over every float32 number.`,
  ].filter(Boolean);
  return (
    <details class="panel" open={isOpen}>
      <summary>
        <strong>{name}</strong> <span class="formula">{formula}</span>
      </summary>
      <dl>
        <dt>y</dt>
        <dd class="formula">{formula}</dd>
        <dt>f′</dt>
        <dd class="formula">{derivative}</dd>
        {aliases.length > 0 && <dt>also known as</dt>}
        {aliases.length > 0 && <dd>{aliases.join(', ')}</dd>}
        {citation && <dt>source</dt>}
        {citation && <dd>{citation}</dd>}
        <dt>conventions</dt>
        <dd>{conventions.join(' ')}</dd>
      </dl>
      {form === 'element' && (
        <details class="fold">
          <summary>
            WGSL of {name}, as wgsl('{name}') gives it
          </summary>
          <Code label={`WGSL of ${name}`} text={wgsl(name)} />
        </details>
      )}
    </details>
  );
}

function Code({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div class="code">
      <CopyButton text={() => text}>
        Copy<span class="unseen"> {label}</span>
      </CopyButton>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1 asks that a scrolling region can be scrolled by keys */}
      <section aria-label={label} tabIndex={0}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
    </div>
  );
}
