/** The slope: a tangent to drag, every derivative step by step, and exercises that check the answer. */
import { useState } from 'preact/hooks';
import { type ActivationName, catalogue, resolveActivation } from '../../../src/index.js';
import { Select, Slider } from '../controls.js';
import { deviceNow } from '../device.js';
import { computeCurve, defaultsOf, knobsOf, spread } from '../explore/curve.js';
import { useLatest } from '../latest.js';
import { formatNumber } from '../numbers.js';
import { palette } from '../theme.js';
import { derivations } from './derivations.js';
import { type Exercise, exercises, isRight, pointOf, solve } from './exercises.js';
import { Formula } from './formula.js';
import { Plot } from './plot.js';
import { change, oneOf, settings, within } from './settings.js';

const names = (Object.keys(catalogue) as ActivationName[]).filter((name) => Object.hasOwn(derivations, name));
const SIDE = 5;
const x = spread(-SIDE, SIDE, 241);

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
      {error ? <p role="alert">{error}</p> : !curve && <p class="note">Computing …</p>}
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
        {name}(x) = <Formula text={f} />
      </p>
      {Object.entries(where).map(([letter, formula]) => (
        <p key={letter} class="formula small">
          with {letter} = <Formula text={formula} />
        </p>
      ))}
      <ol>
        {steps.map(([formula, rule]) => (
          <li key={formula}>
            <span class="formula">
              {name}′(x) = <Formula text={formula} />
            </span>
            <span class="rule">
              <Formula text={rule} />
            </span>
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
