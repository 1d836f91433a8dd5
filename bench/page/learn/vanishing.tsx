/** Vanishing gradients: what is left after 1 to 100 layers. */
import { type ActivationName, catalogue } from '../../../src/index.js';
import { Chart, type EChartsOption } from '../chart.js';
import { Choices, Select, Slider, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { useLatest } from '../latest.js';
import { formatNumber, formatPower } from '../numbers.js';
import type { Palette } from '../theme.js';
import { isAlone, LAYERS, type Passage, passNormal, passThrough } from './gradients.js';
import { change, settings } from './settings.js';

const allNames = (Object.keys(catalogue) as ActivationName[]).filter(isAlone);

export function Vanishing() {
  const { signal, x } = settings.value;
  const layers = Math.min(Math.max(Math.round(settings.value.layers), 1), LAYERS); // a link may say anything
  const names = allNames.filter((name) => settings.value.names.includes(name));
  const activations = deviceNow()?.activations;
  const isOne = signal === 'one';
  const { value: passages = [], error } = useLatest(
    () => Promise.all(names.map((name) => (isOne ? passThrough(activations, name, x) : passNormal(activations, name)))),
    JSON.stringify([names, isOne ? x : 'normal', !activations]),
  );
  return (
    <section aria-labelledby="vanishing">
      <h3 id="vanishing">Vanishing gradients</h3>
      <p>
        On its way back a gradient is multiplied by f′(x) at every layer. Sigmoid’s f′ is never above ¼, and at x = 3 it
        is 0.045: twenty layers leave 10⁻²⁷ of a gradient, and nothing that float32 arithmetic adds to a weight.{' '}
        {deviceNow()
          ? 'The lines are real: the library’s backward kernel has run once for each layer, on what the layer after it left.'
          : 'Without a GPU, the lines are products of the float64 reference’s derivatives.'}
      </p>
      <div class="panel">
        <Choices
          label="Functions"
          isFolded
          choices={allNames.map((value) => ({ value, note: catalogue[value].derivative }))}
          chosen={names}
          onChange={(chosen) => change({ names: chosen })}
        />
        <div class="row">
          <Select
            label="Every unit sees"
            choices={[
              { value: 'one', label: 'the same x' },
              { value: 'normal', label: 'standard normal numbers, weights that keep the signal’s size' },
            ]}
            value={signal}
            onChange={(value) => change({ signal: value })}
          />
        </div>
        {isOne && (
          <Slider label="x" minimum={-6} maximum={6} step={0.1} value={x} onChange={(value) => change({ x: value })} />
        )}
        <Slider
          label="Layers"
          minimum={1}
          maximum={LAYERS}
          step={1}
          value={layers}
          onChange={(value) => change({ layers: Math.min(Math.max(Math.round(value), 1), LAYERS) })}
        />
      </div>
      {error && <p role="alert">{error}</p>}
      <Chart
        title="Size of the gradient"
        description={`After ${layers} layers: ${passages.map(({ name, beyond }) => `${name} ${formatNumber(beyond[layers], 2)}`).join(', ')}.`}
        height={380}
        inputs={[passages, layers]}
        option={(palette) => gradientOption(passages, palette)}
      >
        <p class="note">
          {isOne && !activations
            ? 'Products of the same factors, in float64.'
            : isOne
              ? 'Where a line turns dotted, float32 has run out, and the product of the same factors in float64 goes on.'
              : 'One layer’s factor √(E f′² / E f²) is measured by the forward and backward kernels on 65,536 numbers.'}
        </p>
      </Chart>
      <TableBox label="Gradient after the chosen number of layers">
        <thead>
          <tr>
            <th scope="col">f</th>
            <th scope="col">{isOne ? `f′(${x})` : 'factor of a layer'}</th>
            <th scope="col">after {layers} layers</th>
            {isOne && activations && <th scope="col">as the kernels left it</th>}
          </tr>
        </thead>
        <tbody>
          {passages.map(({ name, factor, left, beyond }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatNumber(factor)}</td>
              <td>{formatNumber(beyond[layers])}</td>
              {isOne && activations && <td>{formatNumber(left[layers])}</td>}
            </tr>
          ))}
        </tbody>
      </TableBox>
    </section>
  );
}

/** Nothing of interest happens further off, and a logarithm of 0 would lie there. */
const DECADES = 100;

/** The smallest normal float32: below, results may be flushed to 0. */
const FLUSHED = 2 ** -126;

function gradientOption(passages: readonly Passage[], { colors, muted }: Palette): EChartsOption {
  const { layers } = settings.value;
  const points = (values: readonly number[], isShown: (index: number) => boolean) =>
    values.flatMap((value, index): [number, number | '-'][] =>
      isShown(index) ? [[index, Math.abs(Math.log10(Math.abs(value))) <= DECADES ? Math.abs(value) : '-']] : [],
    );
  const sizes = passages.flatMap(({ beyond }) => points(beyond, () => true).map(([, value]) => Number(value)));
  const known = sizes.filter((value) => value > 0).map(Math.log10);
  const [low, high] = [Math.min(-1, ...known), Math.max(1, ...known)];
  // ten lines at most
  const interval = [1, 2, 5, 10].find((step) => (high - low) / step <= 10) ?? 20;
  const [first, last] = [Math.floor(low / interval) * interval, Math.ceil(high / interval) * interval];
  return {
    grid: { left: 72, right: 20, top: 20, bottom: 48 },
    tooltip: { trigger: 'axis', valueFormatter: (value) => formatNumber(value === '-' ? 0 : Number(value), 3) },
    xAxis: { type: 'value', min: 0, max: LAYERS, name: 'layers' },
    yAxis: {
      ...{ type: 'log', min: 10 ** first, max: 10 ** last, interval },
      axisLabel: { formatter: (value: number) => formatPower(Math.round(Math.log10(value))) },
    },
    series: passages.flatMap(({ name, left, beyond }, index) => {
      const color = colors[index % colors.length]!;
      const end = left.findIndex((value) => !(Math.abs(value) > FLUSHED && Math.abs(value) < Infinity));
      const turn = end < 0 ? LAYERS : end - 1;
      const shared = { type: 'line' as const, name, color, showSymbol: false };
      const mark = {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: muted },
        data: [{ xAxis: layers }],
      };
      return [
        { ...shared, data: points(left, (layer) => layer <= turn), ...(index === 0 && { markLine: mark }) },
        // a derivative of 0 leaves nothing to go on with
        ...(end > 1
          ? [{ ...shared, lineStyle: { type: 'dotted' as const }, data: points(beyond, (layer) => layer >= turn) }]
          : []),
      ];
    }),
  };
}
