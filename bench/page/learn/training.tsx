/** Dying ReLU: a network that trains in the page, watched by the library's monitor. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usualForm } from '../../../src/forms.js';
import { type ActivationName, catalogue, resolveActivation } from '../../../src/index.js';
import { Chart, type EChartsOption } from '../chart.js';
import { Select, Slider, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { formatNumber } from '../numbers.js';
import type { Palette } from '../theme.js';
import { createPoints, type DataSet, dataSets, type Points } from './data.js';
import {
  type Initialisation,
  initialisations,
  Network,
  type Observation,
  SURFACE_CELLS,
  SURFACE_EXTENT,
  WIDTHS,
  WINDOW,
  watchOf,
} from './network.js';
import { change, settings } from './settings.js';

const POINTS = 256;
/** Steps of a run; then it rests, and may go on. */
const STEPS = 600;
/** A look at the network costs some readbacks: so many steps lie between two. */
const STEPS_PER_LOOK = 5;
const LOOKS_PER_SURFACE = 4;
/** Runs that the charts show together. */
const RUNS_KEPT = 4;

interface Run {
  readonly label: string;
  readonly activation: ActivationName;
  readonly observations: readonly Observation[];
}

/** The latest is the last. */
const runs = signal<readonly Run[]>([]);
const surface = signal<Float32Array | undefined>(undefined);
const points = signal<Points>(createPoints('moons', POINTS));
/** True until the loop has come to its end, which is a moment after somebody has asked for it. */
const isRunning = signal(false);
const isStopping = signal(false);
const problem = signal('');
let network: Network | undefined;
let until = STEPS;

const allNames = (Object.keys(catalogue) as ActivationName[]).filter(
  (name) => usualForm(resolveActivation(name)) === 'element',
);

async function start(activation: ActivationName): Promise<void> {
  const device = deviceNow();
  if (!device || isRunning.value) return;
  const { data, initialisation, rate, leak, seed } = settings.value;
  network?.destroy();
  network = undefined;
  points.value = createPoints((Object.hasOwn(dataSets, data) ? data : 'moons') as DataSet, POINTS);
  const options = {
    ...{ activation, rate, leak, seed, points: points.value },
    initialisation: (Object.hasOwn(initialisations, initialisation) ? initialisation : 'he') as Initialisation,
  };
  const label = `${activation}, rate ${rate}, ${initialisation}`;
  runs.value = [...runs.value.slice(1 - RUNS_KEPT), { label, activation, observations: [] }];
  problem.value = '';
  isRunning.value = true;
  try {
    network = await Network.create(device.activations, options);
  } catch (error) {
    problem.value = (error as Error).message;
    isRunning.value = false;
    return;
  }
  until = STEPS;
  await run();
}

/** The weights stay, and so does the run before: the new line begins where the old one ends. */
async function goOnWith(activation: ActivationName): Promise<void> {
  const before = runs.value.at(-1);
  if (!network || !before || isRunning.value) return;
  if (activation !== network.activation) {
    network.activation = activation;
    const label = `${before.label} → ${activation}`;
    runs.value = [...runs.value.slice(1 - RUNS_KEPT), { label, activation, observations: [] }];
  }
  until = network.step + STEPS;
  await run();
}

async function run(): Promise<void> {
  isRunning.value = true;
  isStopping.value = false;
  problem.value = '';
  try {
    for (let look = 0; !isStopping.value && network && network.step < until; look++) {
      network.train(look ? STEPS_PER_LOOK : 1);
      const observation = await network.observe();
      const current = runs.value.at(-1)!;
      runs.value = [...runs.value.slice(0, -1), { ...current, observations: [...current.observations, observation] }];
      if (Number.isNaN(observation.loss)) {
        problem.value =
          'The network diverged: its loss is no longer a number, so what the monitor says of its units means nothing. Lower the learning rate.';
        break;
      }
      if (look % LOOKS_PER_SURFACE === 0) surface.value = await network.readSurface();
      // a frame, so that the page answers meanwhile
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (network) surface.value = await network.readSurface();
  } catch (error) {
    problem.value = (error as Error).message;
  } finally {
    isRunning.value = false;
  }
}

const presets = [
  { label: 'Healthy ReLUs', ...{ activation: 'relu', data: 'moons', initialisation: 'he', rate: 0.3, seed: 1 } },
  { label: 'Dying: steps too long', ...{ activation: 'relu', data: 'moons', initialisation: 'he', rate: 2, seed: 1 } },
  {
    label: 'Dead: biases too low',
    ...{ activation: 'relu', data: 'moons', initialisation: 'shifted', rate: 1, seed: 1 },
  },
];

const stop = () => {
  isStopping.value = true;
};

export function Training() {
  useEffect(() => stop, []);
  const { data, activation, initialisation, rate, leak, seed } = settings.value;
  const current = runs.value.at(-1);
  const latest = current?.observations.at(-1);
  const name = allNames.find((known) => known === activation) ?? 'relu';
  const begin = (part: Partial<typeof settings.value>) => {
    change(part);
    void start((part.activation ?? name) as ActivationName);
  };
  if (!deviceNow())
    return (
      <section aria-labelledby="training">
        <h3 id="training">Dying ReLUs</h3>
        <p>The network trains by the library’s kernels, so this part needs a GPU.</p>
      </section>
    );
  return (
    <section aria-labelledby="training">
      <h3 id="training">Dying ReLUs</h3>
      <p>
        A ReLU whose input is negative for every example puts out 0 and gets no gradient: it is dead, and stays so. One
        step too long, or biases that start too low, can do that to half a layer. This network, {WIDTHS.join(' – ')}{' '}
        units wide, learns on your GPU to part {POINTS} points; a monitor on the GPU counts the units that slept through
        the last {WINDOW} batches, and warns above 20 %. leakyRelu and prelu let a gradient through below 0, and
        recover.
      </p>
      <div class="panel">
        <div class="row">
          {presets.map(({ label, ...part }) => (
            <button key={label} type="button" disabled={isRunning.value} onClick={() => begin(part)}>
              {label}
            </button>
          ))}
          {(['leakyRelu', 'prelu'] as const).map((other) => (
            <button
              key={other}
              type="button"
              disabled={isRunning.value || !current}
              onClick={() => begin({ activation: other })}
            >
              Same run with {other}
            </button>
          ))}
        </div>
        <div class="row fields">
          <Select
            label="Points"
            choices={Object.entries(dataSets).map(([value, label]) => ({ value, label }))}
            value={data}
            onChange={(value) => change({ data: value })}
          />
          <Select
            label="Activation"
            choices={allNames.map((value) => ({ value }))}
            value={name}
            onChange={(value) => change({ activation: value })}
          />
          <Select
            label="Learning rate"
            choices={[0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10].map((value) => ({ value: String(value) }))}
            value={String(rate)}
            onChange={(value) => change({ rate: Number(value) })}
          />
          <Select
            label="Initialisation"
            choices={Object.entries(initialisations).map(([value, label]) => ({ value, label }))}
            value={initialisation}
            onChange={(value) => change({ initialisation: value })}
          />
        </div>
        {name === 'leakyRelu' && (
          <Slider
            label="leakyRelu: alpha"
            minimum={0}
            maximum={0.5}
            step={0.01}
            value={leak}
            onChange={(value) => change({ leak: value })}
          />
        )}
        <Slider
          label="Seed"
          minimum={1}
          maximum={20}
          step={1}
          value={seed}
          onChange={(value) => change({ seed: value })}
        />
        <div class="row">
          <button type="button" class="main" disabled={isRunning.value} onClick={() => start(name)}>
            Train from the start
          </button>
          <button type="button" disabled={!isRunning.value || isStopping.value} onClick={stop}>
            Stop
          </button>
          {[...new Set([name, 'leakyRelu', 'prelu'] as const)].map((next) => (
            <button
              key={next}
              type="button"
              title="The weights stay, and so do points, learning rate and seed."
              disabled={isRunning.value || !network}
              onClick={() => goOnWith(next)}
            >
              Go on with {next}
            </button>
          ))}
          <button
            type="button"
            class="quiet"
            disabled={isRunning.value || !current}
            onClick={() => {
              runs.value = [];
            }}
          >
            Clear charts
          </button>
        </div>
        {problem.value && <p role="alert">{problem.value}</p>}
        <p role="status" class="note">
          {latest && !isRunning.value
            ? `Stopped at step ${latest.step}: loss ${formatNumber(latest.loss, 3)}, ${formatNumber(100 * latest.accuracy, 3)} % right.`
            : ''}
        </p>
      </div>
      {latest && current && <Units run={current} latest={latest} />}
      <div class="pair">
        <Chart
          title="Loss"
          description={
            latest
              ? `${formatNumber(latest.loss, 3)} at step ${latest.step}, ${formatNumber(100 * latest.accuracy, 3)} % of the points right.`
              : 'No run yet.'
          }
          inputs={[runs.value]}
          option={(colors) => lossOption(runs.value, colors)}
        />
        <Chart
          title="Decision surface"
          description="The network’s answer over the plane, blue for one class and orange for the other, with the points it learns from."
          inputs={[surface.value, points.value]}
          option={(colors) => surfaceOption(surface.value, points.value, colors)}
        />
        <Chart
          title="Dead units"
          description={
            latest ? latest.units.map(({ advice }, index) => `Layer ${index + 1}: ${advice}`).join(' ') : 'No run yet.'
          }
          inputs={[runs.value]}
          option={(colors) => deadOption(runs.value, colors)}
        />
        {current?.activation === 'prelu' && (
          <Chart
            title="PReLU’s learned slopes"
            description="Mean, lowest and highest slope of each layer’s units over the steps."
            inputs={[current]}
            option={(colors) => slopeOption(current, colors)}
          />
        )}
      </div>
    </section>
  );
}

/** The monitor's words about each layer. */
function Units({
  run: { activation },
  latest: { units, slopes },
}: {
  readonly run: Run;
  readonly latest: Observation;
}) {
  const isSaturation = watchOf(activation).kind === 'saturation';
  return (
    <TableBox label="The monitor’s report">
      <thead>
        <tr>
          <th scope="col">layer</th>
          <th scope="col">{isSaturation ? 'saturated' : 'dead'}</th>
          <th scope="col">verdict</th>
          {slopes && <th scope="col">slope: mean (range)</th>}
          <th scope="col" class="words">
            advice
          </th>
        </tr>
      </thead>
      <tbody>
        {units.map(({ deadShare, verdict, advice }, index) => (
          <tr key={index}>
            <th scope="row">{index + 1}</th>
            <td>{formatNumber(100 * deadShare, 3)} %</td>
            <td class={`verdict ${verdict}`}>{verdict}</td>
            {slopes && <td>{formatSlopes(slopes[index]!)}</td>}
            <td class="words">{advice}</td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}

const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const formatSlopes = (slopes: Float32Array): string =>
  `${formatNumber(meanOf(slopes), 3)} (${formatNumber(Math.min(...slopes), 3)} to ${formatNumber(Math.max(...slopes), 3)})`;

function lossOption(shown: readonly Run[], { colors }: Palette): EChartsOption {
  return {
    tooltip: { trigger: 'axis', valueFormatter: (value) => formatNumber(Number(value), 3) },
    xAxis: { type: 'value', min: 0, name: 'steps' },
    yAxis: {
      type: 'log',
      name: 'loss',
      nameGap: 46,
      axisLabel: { formatter: (value: number) => formatNumber(value, 2) },
    },
    series: shown.map(({ label, observations }, index) => ({
      ...{ type: 'line' as const, name: `run ${index + 1}: ${label}`, showSymbol: false, color: colors[index]! },
      // a loss of 0 or ∞ has no place on a logarithmic axis
      data: observations.map(({ step, loss }) => [step, loss > 0 && loss < Infinity ? loss : '-']),
    })),
  };
}

function deadOption(shown: readonly Run[], { colors, muted }: Palette): EChartsOption {
  const dashes = ['solid', 'dashed', 'dotted'] as const;
  return {
    tooltip: { trigger: 'axis', valueFormatter: (value) => `${formatNumber(Number(value), 3)} %` },
    xAxis: { type: 'value', min: 0, name: 'steps' },
    yAxis: { type: 'value', min: 0, max: 100, name: '% of the units', nameGap: 40 },
    series: shown.flatMap(({ observations }, index) =>
      dashes.map((type, layer) => ({
        ...{ type: 'line' as const, name: `run ${index + 1}, layer ${layer + 1}`, showSymbol: false },
        ...{ color: colors[index]!, lineStyle: { type } },
        data: observations.map(({ step, units }) => [step, 100 * units[layer]!.deadShare]),
        ...(index + layer === 0 && {
          markLine: {
            ...{ silent: true, symbol: 'none', lineStyle: { color: muted } },
            label: { color: muted, position: 'insideEndTop' as const, formatter: '{b}' },
            data: [
              { yAxis: 20, name: 'watch' },
              { yAxis: 30, name: 'act' },
            ],
          },
        }),
      })),
    ),
  };
}

function slopeOption({ observations }: Run, { colors }: Palette): EChartsOption {
  const figures = {
    mean: meanOf,
    lowest: (s: Float32Array) => Math.min(...s),
    highest: (s: Float32Array) => Math.max(...s),
  };
  return {
    tooltip: { trigger: 'axis', valueFormatter: (value) => formatNumber(Number(value), 3) },
    xAxis: { type: 'value', min: 0, name: 'steps' },
    yAxis: { type: 'value', scale: true, name: 'slope', nameGap: 46 },
    series: WIDTHS.slice(1, -1).flatMap((_, layer) =>
      Object.entries(figures).map(([figure, of]) => ({
        ...{ type: 'line' as const, name: `layer ${layer + 1}, ${figure}`, showSymbol: false, color: colors[layer]! },
        lineStyle: { type: figure === 'mean' ? ('solid' as const) : ('dotted' as const) },
        data: observations.flatMap(({ step, slopes }) => (slopes ? [[step, of(slopes[layer]!)]] : [])),
      })),
    ),
  };
}

function surfaceOption(
  values: Float32Array | undefined,
  { x, target }: Points,
  { colors, surface: background }: Palette,
): EChartsOption {
  const cells = Array.from({ length: SURFACE_CELLS }, (_, cell) => cell);
  const side = { min: -SURFACE_EXTENT, max: SURFACE_EXTENT };
  const hidden = { type: 'category' as const, data: cells, show: false };
  return {
    tooltip: { show: false },
    legend: { show: false },
    grid: { left: 40, right: 20, top: 12, bottom: 32 },
    xAxis: [hidden, { type: 'value', ...side, position: 'bottom', splitLine: { show: false } }],
    yAxis: [hidden, { type: 'value', ...side, position: 'left', splitLine: { show: false } }],
    visualMap: {
      ...{ show: false, min: 0, max: 1, seriesIndex: 0 },
      inRange: { color: [colors[1]!, background, colors[0]!] },
    },
    series: [
      {
        ...{ type: 'heatmap', xAxisIndex: 0, yAxisIndex: 0, silent: true },
        data: values ? Array.from(values, (value, i) => [i % SURFACE_CELLS, Math.floor(i / SURFACE_CELLS), value]) : [],
        progressive: 0,
      },
      ...[0, 1].map((half) => ({
        ...{ type: 'scatter' as const, xAxisIndex: 1, yAxisIndex: 1, silent: true, symbolSize: 6 },
        symbol: half ? 'circle' : 'triangle',
        itemStyle: { color: colors[1 - half]!, borderColor: background, borderWidth: 1 },
        data: Array.from(target, (value, i) => [value, x[2 * i]!, x[2 * i + 1]!] as const).flatMap(([value, a, b]) =>
          value === half ? [[a, b]] : [],
        ),
      })),
    ],
  };
}
