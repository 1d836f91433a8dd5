/** Vanishing gradients: what is left after 1 to 100 layers, in numbers and in a deep network that trains. */
import { type ActivationName, catalogue } from '../../../src/index.js';
import { Choices, Select, Slider, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { useLatest } from '../latest.js';
import { formatNumber } from '../numbers.js';
import { Deep } from './deep.js';
import { isAlone, LAYERS, type Passage, passNormal, passThrough } from './gradients.js';
import { type Axis, type Line, Plot } from './plot.js';
import { change, settings, within } from './settings.js';

const allNames = (Object.keys(catalogue) as ActivationName[]).filter(isAlone);
const SIDE = 6;

export function Vanishing() {
  const { signal } = settings.value;
  const x = within(settings.value.x, -SIDE, SIDE);
  const layers = within(Math.round(settings.value.layers), 1, LAYERS);
  const names = allNames.filter((name) => settings.value.names.includes(name));
  const activations = deviceNow()?.activations;
  const isOne = signal !== 'normal';
  const { value: passages = [], error } = useLatest(
    () => Promise.all(names.map((name) => (isOne ? passThrough(activations, name, x) : passNormal(activations, name)))),
    JSON.stringify([names, isOne ? x : 'normal', !activations]),
  );
  return (
    <>
      <div class="panel controls">
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
              { value: 'normal', label: 'standard normal numbers' },
            ]}
            value={isOne ? 'one' : 'normal'}
            onChange={(value) => change({ signal: value })}
          />
        </div>
        {isOne && (
          <Slider
            label="x"
            minimum={-SIDE}
            maximum={SIDE}
            step={0.1}
            value={x}
            onChange={(value) => change({ x: within(value, -SIDE, SIDE) })}
          />
        )}
        <Slider
          label="Layers"
          minimum={1}
          maximum={LAYERS}
          step={1}
          value={layers}
          onChange={(value) => change({ layers: within(Math.round(value), 1, LAYERS) })}
        />
      </div>
      {error ? (
        <p role="alert">{error}</p>
      ) : (
        names.length > 0 && passages.length === 0 && <p class="note">Computing …</p>
      )}
      <Plot
        title="What is left of a gradient of 1"
        description={`After ${layers} layers: ${passages.map(({ name, beyond }) => `${name} ${formatNumber(beyond[layers], 2)}`).join(', ')}.`}
        {...gradientPlot(passages)}
        marks={[{ x: layers }]}
        height={360}
      >
        <p class="note">
          {isOne
            ? activations
              ? `Every layer multiplies the gradient by f′(${formatNumber(x)}). The backward kernel has run once for each layer. Where a line turns dotted, float32 has run out, and the product of the same factors in float64 goes on.`
              : `Every layer multiplies the gradient by f′(${formatNumber(x)}), here in float64 on the CPU.`
            : 'Each layer sees standard normal numbers, and its weights keep the signal’s size. Then a layer changes the gradient’s size by √(E f′² / E f²), measured on 65,536 numbers.'}
        </p>
        {!isOne && (
          <p class="note">
            A factor above 1 lets the gradient grow. tanh makes the signal smaller, so its weights must be larger than 1
            to keep the signal’s size, and they enlarge the gradient by more than tanh′ takes away.
          </p>
        )}
      </Plot>
      <TableBox label="Gradient after the chosen number of layers">
        <thead>
          <tr>
            <th scope="col">f</th>
            <th scope="col">{isOne ? `f′(${formatNumber(x)})` : 'factor of a layer'}</th>
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
      <Path />
      <Deep />
    </>
  );
}

/** Nothing of interest happens further off, and a logarithm of 0 would lie there. */
const DECADES = 100;

/** The smallest normal float32: below, results may be flushed to 0. */
const FLUSHED = 2 ** -126;

function gradientPlot(passages: readonly Passage[]): {
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
} {
  // a derivative of 0 leaves nothing to go on with
  const isShown = (value: number) => value > 10 ** -DECADES && value < 10 ** DECADES;
  const sizes = passages.flatMap(({ beyond }) => beyond.map(Math.abs)).filter(isShown);
  const powers = sizes.map((value) => Math.log10(value));
  const [low, high] = [
    Math.min(-1, Math.floor(Math.min(...powers, 0))),
    Math.max(1, Math.ceil(Math.max(...powers, 0))),
  ];
  const lines = passages.flatMap(({ name, left, beyond }, color): Line[] => {
    const end = left.findIndex((value) => !(Math.abs(value) > FLUSHED && Math.abs(value) < Infinity));
    const turn = end < 0 ? LAYERS : end - 1;
    const part = (values: readonly number[], from: number, to: number) => ({
      x: values.slice(from, to + 1).map((_, i) => from + i),
      y: values.slice(from, to + 1).map((value) => (isShown(Math.abs(value)) ? Math.abs(value) : NaN)),
    });
    return [
      { name, color, ...part(left, 0, turn) },
      ...(end > 1
        ? [{ name: `${name}, beyond float32`, color, style: 'dotted' as const, ...part(beyond, turn, LAYERS) }]
        : []),
    ];
  });
  return {
    x: { minimum: 0, maximum: LAYERS, name: 'layers' },
    y: { minimum: 10 ** low, maximum: 10 ** high, name: 'gradient', isLogarithmic: true },
    lines,
  };
}

/** One path of a hundred equal factors: leakyRelu's slope below 0 is whatever factor is asked for. */
function Path() {
  const factor = within(settings.value.factor, 0.1, 1.5);
  const activations = deviceNow()?.activations;
  const { value: path } = useLatest(
    () => passThrough(activations, 'leakyRelu', -1, { alpha: factor }),
    JSON.stringify([factor, !activations]),
  );
  return (
    <section class="panel" aria-label="One path">
      <h4>One path, a hundred factors</h4>
      <p>
        A gradient is a sum over all paths from the loss back to a weight. Each path is a product, one factor for each
        layer or time step. Choose the factor.
      </p>
      <Slider
        label="Factor of each layer"
        minimum={0.1}
        maximum={1.5}
        step={0.05}
        value={factor}
        onChange={(value) => change({ factor: within(value, 0.1, 1.5) })}
      />
      <p class="reading" aria-live="polite">
        {path && (
          <>
            {formatNumber(path.factor)}¹⁰⁰ = <strong>{formatNumber(path.beyond[LAYERS])}</strong>
            {path.beyond[LAYERS]! < 1e-6
              ? ': nothing is left, and a sum of such paths is nothing too.'
              : path.beyond[LAYERS]! > 1e6
                ? ': the gradient explodes.'
                : ': the gradient arrives.'}
          </>
        )}
      </p>
    </section>
  );
}
