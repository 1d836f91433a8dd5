/** Dying ReLU: a network that trains in the page, each of its units a cell that goes dark when it dies. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { usualForm } from '../../../src/forms.js';
import { type ActivationName, catalogue, resolveActivation } from '../../../src/index.js';
import { Select, Slider, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { formatNumber } from '../numbers.js';
import { palette } from '../theme.js';
import { createPoints, type DataSet, dataSets, type Points } from './data.js';
import { watchOf } from './machine.js';
import { CLIP } from './matrix.js';
import {
  type Initialisation,
  initialisations,
  Network,
  type Observation,
  SURFACE_CELLS,
  SURFACE_EXTENT,
  WINDOW,
} from './network.js';
import { Plot, useWidth } from './plot.js';
import { change, type LearnSettings, oneOf, settings, within } from './settings.js';
import { createTrainer } from './trainer.js';

/** Two inputs, hidden layers that are watched, one output. */
export const WIDTHS = [2, 32, 32, 32, 1] as const;
export const UNITS = 96;
const POINTS = 256;
/** Steps of a run; then it rests, and may go on. */
const STEPS = 300;
const LOOKS_PER_SURFACE = 4;
/** Runs that the charts show together. */
const RUNS_KEPT = 4;
/** A rate that does not kill. */
const GENTLE = 0.3;

interface Run {
  readonly label: string;
  /** Stays with the run when older ones go. */
  readonly number: number;
  readonly activation: ActivationName;
  readonly leak: number;
  readonly observations: readonly Observation[];
}

/** The latest is the last. */
const runs = signal<readonly Run[]>([]);
const surface = signal<Float32Array | undefined>(undefined);
const points = signal<Points>(createPoints('moons', POINTS));
const until = signal(STEPS);
/** There is a network that can go on. */
const network = signal<Network | undefined>(undefined);
let count = 0;

const trainer = createTrainer(() => {
  network.value = undefined;
});

const allNames = (Object.keys(catalogue) as ActivationName[]).filter(
  (name) => usualForm(resolveActivation(name)) === 'element',
);
const rates = [0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10];
const nearest = (rate: number) =>
  rates.reduce((best, known) => (Math.abs(known - rate) < Math.abs(best - rate) ? known : best));

/** What a link may have said, as it can be used. */
function chosen() {
  const { data, activation, initialisation, rate, leak, seed } = settings.value;
  return {
    data: oneOf(data, Object.keys(dataSets) as DataSet[], 'moons'),
    activation: oneOf(activation, allNames, 'relu'),
    initialisation: oneOf(initialisation, Object.keys(initialisations) as Initialisation[], 'he'),
    rate: nearest(rate),
    leak: within(leak, 0, 0.5),
    seed: within(Math.round(seed), 1, 20),
  };
}

const addRun = (label: string, activation: ActivationName, leak: number) => {
  count++;
  runs.value = [...runs.value.slice(1 - RUNS_KEPT), { label, number: count, activation, leak, observations: [] }];
};

const start = (): Promise<void> =>
  trainer.guard(async () => {
    const { data, ...options } = chosen();
    network.value?.destroy();
    network.value = undefined;
    points.value = createPoints(data, POINTS);
    addRun(`${options.activation}, rate ${options.rate}`, options.activation, options.leak);
    until.value = STEPS;
    network.value = await Network.create(deviceNow()?.activations, {
      ...options,
      widths: WIDTHS,
      points: points.value,
    });
    await run(network.value);
  });

/** The weights stay, and so does the run before: the new line begins where the old one ends. */
const goOnWith = (activation: ActivationName): Promise<void> =>
  trainer.guard(async () => {
    const { value } = network;
    if (!value) return;
    value.rate = Math.min(value.rate, GENTLE);
    if (activation !== value.activation) value.activation = activation;
    addRun(`→ ${activation}, rate ${value.rate}`, activation, chosen().leak);
    until.value = value.step + STEPS;
    await run(value);
  });

async function run(value: Network): Promise<void> {
  let looks = 0;
  await trainer.train([value], until.value, async () => {
    const observation = await value.observe();
    const current = runs.value.at(-1)!;
    runs.value = [...runs.value.slice(0, -1), { ...current, observations: [...current.observations, observation] }];
    if (Number.isNaN(observation.loss)) {
      trainer.stop();
      throw new Error(
        'The network diverged: its loss is no longer a number, so what the monitor says of its units means nothing. Lower the learning rate.',
      );
    }
    if (looks++ % LOOKS_PER_SURFACE === 0) surface.value = await value.readSurface();
  });
  surface.value = await value.readSurface();
}

/** How many of the units are dead after some steps that are much too long. */
export async function countDead(steps: number): Promise<number> {
  const shared = { widths: WIDTHS, leak: 0, seed: 1, points: createPoints('moons', POINTS) };
  const victim = await Network.create(deviceNow()?.activations, {
    ...{ ...shared, activation: 'relu', initialisation: 'he', rate: 10 },
  });
  try {
    for (let step = 0; step < steps; step++) {
      victim.train(1);
      if (step % 2) await new Promise((resolve) => setTimeout(resolve));
    }
    const { units } = await victim.observe();
    return units.reduce((sum, { dead }) => sum + dead.length, 0);
  } finally {
    victim.destroy();
  }
}

const presets: readonly { readonly label: string; readonly part: Partial<LearnSettings> }[] = [
  { label: 'Healthy: rate 0.3', part: { rate: 0.3, initialisation: 'he' } },
  { label: 'Steps too long: rate 10', part: { rate: 10, initialisation: 'he' } },
  { label: 'Biases too low: −1', part: { rate: 0.3, initialisation: 'shifted' } },
];

export function Dying() {
  useEffect(() => trainer.stop, []);
  const { data, activation, initialisation, rate, leak, seed } = chosen();
  const current = runs.value.at(-1);
  const latest = current?.observations.at(-1);
  const isRunning = trainer.isRunning.value;
  const isSaturation = current && watchOf(current.activation).kind === 'saturation';
  const begin = (part: Partial<LearnSettings>) => {
    if (trainer.isRunning.value) return;
    change(part);
    void start();
  };
  const dead = latest?.units.reduce((sum, unit) => sum + unit.dead.length, 0) ?? 0;
  const state = isSaturation ? 'saturated' : 'dead';
  return (
    <>
      <div class="row">
        {presets.map(({ label, part }) => (
          <button
            key={label}
            type="button"
            aria-disabled={isRunning}
            onClick={() => begin({ ...part, activation: 'relu', data: 'moons', seed: 1 })}
          >
            {label}
          </button>
        ))}
      </div>
      <div class="row">
        <button type="button" class="main" onClick={() => (isRunning ? trainer.stop() : void start())}>
          {isRunning ? 'Stop' : 'Train from the start'}
        </button>
        {(['leakyRelu', 'prelu'] as const).map((next) => (
          <button
            key={next}
            type="button"
            class="revive"
            aria-disabled={isRunning || !network.value}
            onClick={() => goOnWith(next)}
          >
            Revive with {next}
          </button>
        ))}
      </div>
      <div class="row">
        <progress aria-label="Steps of the run" max={until.value} value={latest?.step ?? 0} />
        <p role="status" class="note">
          {latest
            ? `${isRunning ? '' : 'Stopped. '}Step ${latest.step} of ${until.value}: loss ${formatNumber(latest.loss, 3)}, ${formatNumber(100 * latest.accuracy, 3)} % right, ${dead} of ${UNITS} units ${state}.`
            : 'No run yet.'}
        </p>
      </div>
      {trainer.problem.value && <p role="alert">{trainer.problem.value}</p>}
      <Cells run={current} latest={latest} />
      <div class="pair">
        <Plot title="Loss" {...lossPlot()} height={240} />
        <Surface />
      </div>
      {latest && current && <Units latest={latest} isSaturation={Boolean(isSaturation)} />}
      {current?.activation === 'prelu' && <Plot title="PReLU’s learned slopes" {...slopePlot(current)} height={240} />}
      <p class="note">
        “Revive” keeps the weights, gives the units a slope below 0 and lowers the rate to {GENTLE} at most. A
        gradient’s components are clipped at ±{CLIP}, as is usual: without that, such long steps end in ∞.
      </p>
      <details class="controls">
        <summary>Other points, functions and rates</summary>
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
            value={activation}
            onChange={(value) => change({ activation: value })}
          />
          <Select
            label="Learning rate"
            choices={rates.map((value) => ({ value: String(value) }))}
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
        <Slider
          label="leakyRelu: alpha"
          minimum={0}
          maximum={0.5}
          step={0.01}
          value={leak}
          onChange={(value) => change({ leak: within(value, 0, 0.5) })}
        />
        <Slider
          label="Seed"
          minimum={1}
          maximum={20}
          step={1}
          value={seed}
          onChange={(value) => change({ seed: within(Math.round(value), 1, 20) })}
        />
        <p class="note">They hold from the next “Train from the start” on.</p>
      </details>
    </>
  );
}

const GAP = 2;

/** Each hidden unit: how often it is awake, its own function as a line, a cross when it is dead. */
function Cells({ run, latest }: { readonly run: Run | undefined; readonly latest: Observation | undefined }) {
  const { box, width } = useWidth();
  const across = width < 560 ? 16 : 32;
  const size = Math.min(width / across, 34);
  const layers = WIDTHS.slice(1, -1);
  const rows = Math.ceil(layers[0]! / across);
  const band = rows * size + 22;
  const words = latest
    ? latest.units.map(({ dead }, layer) => `Layer ${layer + 1}: ${dead.length} of ${layers[layer]} dark.`).join(' ')
    : 'No run yet: all units are shown awake.';
  const slopeOf = (layer: number, unit: number): number | undefined =>
    run?.activation === 'relu' || !run
      ? 0
      : run.activation === 'leakyRelu'
        ? run.leak
        : latest?.slopes?.[layer]?.[unit];
  return (
    <figure class="plot">
      <figcaption>
        <h4>The units</h4>
      </figcaption>
      <div ref={box}>
        <svg
          class="cells"
          role="img"
          aria-label={`The units. ${words}`}
          viewBox={`0 0 ${width} ${band * layers.length}`}
          height={band * layers.length}
        >
          {layers.map((units, layer) => {
            const dead = new Set(latest?.units[layer]?.dead);
            return (
              <g key={layer} transform={`translate(0 ${layer * band})`}>
                <text y="13" font-size="13">
                  layer {layer + 1}
                  {latest && `: ${dead.size} of ${units} dark`}
                </text>
                {Array.from({ length: units }, (_, unit) => (
                  <Cell
                    key={unit}
                    x={(unit % across) * size}
                    y={18 + Math.floor(unit / across) * size}
                    side={size - GAP}
                    isDead={dead.has(unit)}
                    awake={latest?.awake[layer]?.[unit] ?? 0.5}
                    slope={slopeOf(layer, unit)}
                  />
                ))}
              </g>
            );
          })}
        </svg>
      </div>
      <p class="note">
        Each cell is a unit, and the line in it is its function. The more examples wake it, the stronger its colour. It
        goes dark when no example has woken it for {WINDOW} steps.
      </p>
    </figure>
  );
}

interface CellProps {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly isDead: boolean;
  readonly awake: number;
  readonly slope: number | undefined;
}

function Cell({ x, y, side, isDead, awake, slope }: CellProps) {
  const middle = side / 2;
  const reach = 0.38 * side;
  return (
    <g transform={`translate(${x} ${y})`} class={isDead ? 'cell dead' : 'cell'}>
      <rect width={side} height={side} rx="2" style={isDead ? {} : { fillOpacity: 0.15 + 0.6 * awake }} />
      {slope !== undefined && (
        <path
          d={`M${middle - reach} ${middle + Math.min(Math.max(slope, -1.2), 1.2) * reach}L${middle} ${middle}L${middle + reach} ${middle - reach}`}
        />
      )}
    </g>
  );
}

function lossPlot() {
  const shown = runs.value.filter(({ observations }) => observations.length > 0);
  const losses = shown
    .flatMap(({ observations }) => observations.map(({ loss }) => loss))
    .filter((loss) => loss > 0 && loss < Infinity);
  const powers = losses.map((loss) => Math.log10(loss));
  const latest = shown.at(-1)?.observations.at(-1);
  return {
    description: latest
      ? `${formatNumber(latest.loss, 3)} at step ${latest.step}, ${formatNumber(100 * latest.accuracy, 3)} % of the points right.`
      : 'No run yet.',
    x: {
      minimum: 0,
      maximum: Math.max(STEPS, ...shown.map(({ observations }) => observations.at(-1)!.step)),
      name: 'steps',
    },
    y: {
      ...{ minimum: 10 ** Math.floor(Math.min(-2, ...powers)), maximum: 10 ** Math.ceil(Math.max(0, ...powers)) },
      ...{ name: 'loss', isLogarithmic: true },
    },
    lines: shown.map(({ label, number, observations }) => ({
      ...{ name: `${number}: ${label}`, color: number - 1 },
      x: observations.map(({ step }) => step),
      y: observations.map(({ loss }) => loss),
    })),
  };
}

const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function slopePlot({ observations }: Run) {
  const seen = observations.filter(({ slopes }) => slopes);
  const means = seen.map(({ slopes }) => slopes!.map(meanOf));
  const all = means.flat();
  return {
    description: `Mean slope below 0: ${(means.at(-1) ?? []).map((mean, layer) => `layer ${layer + 1} ${formatNumber(mean, 3)}`).join(', ')}.`,
    x: { minimum: seen[0]?.step ?? 0, maximum: until.value, name: 'steps' },
    y: { minimum: Math.min(0, ...all), maximum: Math.max(0.5, ...all), name: 'mean slope' },
    lines: WIDTHS.slice(1, -1).map((_, layer) => ({
      ...{ name: `layer ${layer + 1}`, color: layer },
      x: seen.map(({ step }) => step),
      y: means.map((mean) => mean[layer]!),
    })),
  };
}

/** The monitor's words about each layer. */
function Units({
  latest: { units, slopes },
  isSaturation,
}: {
  readonly latest: Observation;
  readonly isSaturation: boolean;
}) {
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

const formatSlopes = (slopes: Float32Array): string =>
  `${formatNumber(meanOf(slopes), 3)} (${formatNumber(Math.min(...slopes), 3)} to ${formatNumber(Math.max(...slopes), 3)})`;

const SIDE = 240;

/** The network's answer over the plane, and the points it learns from. */
function Surface() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { colors, surface: ground } = palette.value;
  const [values, { x, target }] = [surface.value, points.value];
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const scale = 2;
    canvas.current!.width = canvas.current!.height = SIDE * scale;
    context.scale(scale, scale);
    context.fillStyle = ground;
    context.fillRect(0, 0, SIDE, SIDE);
    if (values) {
      const cells = document.createElement('canvas');
      cells.width = cells.height = SURFACE_CELLS;
      const picture = new ImageData(SURFACE_CELLS, SURFACE_CELLS);
      const [none, one, zero] = [ground, colors[0]!, colors[1]!].map(rgbOf);
      for (const [i, value] of values.entries()) {
        const [to, part] = value > 0.5 ? [one!, 2 * value - 1] : [zero!, 1 - 2 * value];
        const row = SURFACE_CELLS - 1 - Math.floor(i / SURFACE_CELLS);
        const at = 4 * (row * SURFACE_CELLS + (i % SURFACE_CELLS));
        for (let c = 0; c < 3; c++) picture.data[at + c] = none![c]! + 0.55 * part * (to[c]! - none![c]!);
        picture.data[at + 3] = 255;
      }
      cells.getContext('2d')!.putImageData(picture, 0, 0);
      context.drawImage(cells, 0, 0, SIDE, SIDE);
    }
    for (const [i, value] of target.entries()) {
      const place = (at: number) => ((at / SURFACE_EXTENT + 1) / 2) * SIDE;
      const [left, top] = [place(x[2 * i]!), SIDE - place(x[2 * i + 1]!)];
      context.fillStyle = colors[1 - value]!;
      context.beginPath();
      // two shapes, for those who do not tell the colours apart
      if (value) context.arc(left, top, 3, 0, 7);
      else
        for (const [dx, dy] of [
          [0, -4],
          [4, 3],
          [-4, 3],
        ] as const)
          context.lineTo(left + dx, top + dy);
      context.fill();
      context.strokeStyle = ground;
      context.stroke();
    }
  }, [values, points.value, palette.value]);
  return (
    <figure class="plot">
      <figcaption>
        <h4>What the network answers</h4>
      </figcaption>
      <canvas
        ref={canvas}
        class="surface"
        role="img"
        aria-label="What the network answers over the plane: blue for circles, orange for triangles, with the points that it learns from."
      />
    </figure>
  );
}

const rgbOf = (color: string): number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
