/** The slope: a tangent to drag, every derivative step by step, and exercises that check the answer. */
import { useState } from 'preact/hooks';
import { sampleLearned } from '../../../src/check/truth.js';
import { type ActivationName, type Activations, catalogue, dynamic, resolveActivation } from '../../../src/index.js';
import { reference } from '../../../src/reference/index.js';
import { Select, Slider } from '../controls.js';
import { deviceNow } from '../device.js';
import { computeCurve, defaultsOf, knobsOf, spread } from '../explore/curve.js';
import { useLatest } from '../latest.js';
import { formatNumber } from '../numbers.js';
import { palette } from '../theme.js';
import { derivations } from './derivations.js';
import { Plot } from './plot.js';
import { change, oneOf, settings, within } from './settings.js';

const names = (Object.keys(catalogue) as ActivationName[]).filter((name) => Object.hasOwn(derivations, name));
const SIDE = 5;
const x = spread(-SIDE, SIDE, 241);

/** f and f′ at one x, by the kernels or the reference. */
export async function pointOf(activations: Activations | undefined, name: ActivationName, at: number) {
  const row = resolveActivation(name);
  const { y, slope } = await computeCurve(activations, name, defaultsOf(row), Float32Array.of(at));
  return { y: y[0]!, slope: slope[0]! };
}

export function Slope() {
  const name = oneOf(settings.value.of, names, 'sigmoid');
  const at = within(settings.value.at, -SIDE, SIDE);
  const activations = deviceNow()?.activations;
  const { value: curve, error } = useLatest(
    async () => ({ name, ...(await computeCurve(activations, name, defaultsOf(resolveActivation(name)), x)) }),
    JSON.stringify([name, !activations]),
  );
  const { value: point } = useLatest(
    async () => ({ name, at, ...(await pointOf(activations, name, at)) }),
    JSON.stringify([name, at, !activations]),
  );
  const { colors, text } = palette.value;
  const shown = curve ? Array.from(curve.y).concat(Array.from(curve.slope)) : [0, 1];
  const [low, high] = [Math.max(Math.min(...shown), -3), Math.min(Math.max(...shown), 3)];
  const move = (to: number) => change({ at: to });
  const words = point
    ? `At x = ${formatNumber(point.at)}, ${point.name}(x) = ${formatNumber(point.y)} and the slope is ${formatNumber(point.slope)}.`
    : '';
  return (
    <>
      <div class="panel controls">
        <Select
          label="Function"
          choices={names.map((value) => ({ value }))}
          value={name}
          onChange={(value) => change({ of: value })}
        />
        <Slider label="x" minimum={-SIDE} maximum={SIDE} step={0.05} value={at} onChange={move} />
      </div>
      {error && <p role="alert">{error}</p>}
      <Plot
        title={`${name} and its slope`}
        description={words}
        x={{ minimum: -SIDE, maximum: SIDE, name: 'x' }}
        y={{ minimum: low - 0.25, maximum: high + 0.25, name: 'f and f′' }}
        lines={
          curve
            ? [
                { name: curve.name, color: 0, x: curve.x, y: curve.y },
                { name: `${curve.name}′, the slope`, color: 1, style: 'dashed', x: curve.x, y: curve.slope },
              ]
            : []
        }
        height={340}
        overlay={(scale) => {
          if (!point) return null;
          const along = (to: number) => point.y + point.slope * (to - point.at);
          const [from, to] = [point.at - 1.6, point.at + 1.6];
          return (
            <>
              <line
                {...{ x1: scale.x(from), y1: scale.y(along(from)), x2: scale.x(to), y2: scale.y(along(to)) }}
                stroke={text}
                stroke-width="3"
              />
              <line
                {...{ x1: scale.x(point.at), x2: scale.x(point.at), y1: scale.y(point.y), y2: scale.y(point.slope) }}
                stroke={text}
                stroke-dasharray="2 4"
              />
              <circle cx={scale.x(point.at)} cy={scale.y(point.slope)} r="5" fill={colors[1]} stroke-width="2" />
              <circle cx={scale.x(point.at)} cy={scale.y(point.y)} r="8" fill={colors[0]} stroke-width="2" />
            </>
          );
        }}
        handle={{ label: 'Tangent at x', value: at, step: 0.05, text: words, onMove: move }}
      >
        <p class="reading">
          {words}{' '}
          {point && (
            <>
              A gradient of 1 comes out as <strong>{formatNumber(point.slope)}</strong>.
            </>
          )}
        </p>
        <p class="note">Drag the point, or focus the picture and use the arrow keys.</p>
      </Plot>
      <Derivation name={name} />
      <Exercises />
    </>
  );
}

function Derivation({ name }: { readonly name: ActivationName }) {
  const { f, where = {}, steps } = derivations[name]!;
  const given = Object.entries(knobsOf(resolveActivation(name)));
  return (
    <section class="derivation" aria-label={`Derivation of ${name}′`}>
      <h4>Where the slope comes from</h4>
      <p class="formula">
        {name}(x) = {f}
      </p>
      {Object.entries(where).map(([letter, formula]) => (
        <p key={letter} class="formula small">
          with {letter} = {formula}
        </p>
      ))}
      <ol>
        {steps.map(([formula, rule]) => (
          <li key={formula}>
            <span class="formula">
              {name}′(x) = {formula}
            </span>
            <span class="rule">{rule}</span>
          </li>
        ))}
      </ol>
      {given.length > 0 && (
        <p class="note">
          Drawn with {given.map(([key, { default: value }]) => `${key} = ${formatNumber(value)}`).join(', ')}.
        </p>
      )}
    </section>
  );
}

export interface Exercise {
  readonly ask: string;
  readonly name: ActivationName;
  readonly x: number;
  /** What is asked for: f, f′, or the gradient of prelu's weight. */
  readonly of: 'y' | 'slope' | 'dWeight';
  readonly hint: string;
}

const AT = -2;

/** The worked examples of a first course. The answers are computed, not kept. */
export const exercises: readonly Exercise[] = [
  { ask: 'σ′(3)', name: 'sigmoid', x: 3, of: 'slope', hint: 'σ′ = σ · (1 − σ), and σ(3) = 0.9526.' },
  { ask: 'σ′(5)', name: 'sigmoid', x: 5, of: 'slope', hint: 'σ′ = σ · (1 − σ), and σ(5) = 0.9933.' },
  { ask: 'tanh′(3)', name: 'tanh', x: 3, of: 'slope', hint: 'tanh′ = 1 − tanh², and tanh(3) = 0.99505.' },
  { ask: 'tanh′(5)', name: 'tanh', x: 5, of: 'slope', hint: 'tanh′ = 1 − tanh², and tanh(5) = 0.999909.' },
  { ask: 'σ(−2)', name: 'sigmoid', x: AT, of: 'y', hint: '1/(1 + e²), and e² = 7.389.' },
  { ask: 'tanh(−2)', name: 'tanh', x: AT, of: 'y', hint: 'tanh x = 2 · σ(2x) − 1, and σ(−4) = 0.01799.' },
  { ask: 'relu(−2)', name: 'relu', x: AT, of: 'y', hint: 'The larger of 0 and −2.' },
  { ask: 'leakyRelu(−2), α = 0.01', name: 'leakyRelu', x: AT, of: 'y', hint: 'Below 0 it is α · x.' },
  { ask: 'gelu(−2)', name: 'gelu', x: AT, of: 'y', hint: 'x · Φ(x), and Φ(−2) = 0.02275.' },
  {
    ...{ ask: '∂/∂a of PReLU at x = −2', name: 'prelu', x: AT, of: 'dWeight' },
    hint: 'Below 0 it is a · x. Differentiate by a, not by x.',
  },
  { ask: 'tanh(1), from σ(2) = 0.8808', name: 'tanh', x: 1, of: 'y', hint: 'tanh x = 2 · σ(2x) − 1.' },
  {
    ...{ ask: 'silu′(1), from σ(1) = 0.7311', name: 'silu', x: 1, of: 'slope' },
    hint: 'silu′ = σ + silu · (1 − σ), and silu(1) = 1 · σ(1).',
  },
];

/** By the kernels, or the reference. */
export async function solve(activations: Activations | undefined, { name, x: at, of }: Exercise): Promise<number> {
  if (of !== 'dWeight') return (await pointOf(activations, name, at))[of];
  const row = resolveActivation(name);
  if (!activations) return reference[row.of]!.by!.alpha!(at, { alpha: 0.25 });
  const tensors = { x: Float32Array.of(at), dy: Float32Array.of(1), ...sampleLearned(row) };
  return (await dynamic(activations).backward(name, tensors)).dWeight![0]!;
}

/** To four decimals, as it is done by hand, or to one percent. */
export const isRight = (text: string, answer: number): boolean => {
  const given = Number(text.trim().replace(',', '.').replace('−', '-'));
  return text.trim() !== '' && Math.abs(given - answer) <= Math.max(5.5e-5, 0.01 * Math.abs(answer));
};

function Exercises() {
  return (
    <section class="exercises" aria-label="Exercises">
      <h4>Your turn</h4>
      <p class="note">Four decimals are enough. The answer is computed by the same code as the curves.</p>
      <ul>
        {exercises.map((exercise) => (
          <Task key={exercise.ask} exercise={exercise} />
        ))}
      </ul>
    </section>
  );
}

function Task({ exercise }: { readonly exercise: Exercise }) {
  const [text, setText] = useState('');
  const [told, setTold] = useState<{ readonly isRight: boolean; readonly words: string }>();
  const check = async (event: Event) => {
    event.preventDefault();
    const answer = await solve(deviceNow()?.activations, exercise);
    const right = isRight(text, answer);
    setTold({ isRight: right, words: right ? `Right: ${formatNumber(answer, 5)}.` : `Not yet. ${exercise.hint}` });
  };
  return (
    <li>
      <form onSubmit={check} noValidate>
        <label>
          <span class="formula">{exercise.ask} =</span>
          <input
            type="text"
            inputMode="text"
            autocomplete="off"
            size={8}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <button type="submit">
          Check<span class="unseen"> {exercise.ask}</span>
        </button>
      </form>
      <p role="status" class={told?.isRight ? 'told right' : 'told'}>
        {told?.words}
      </p>
    </li>
  );
}
