/** GELU and its approximations: how near they are to it, in numbers and in ULP. */
import { ulpError } from '../../../src/check/index.js';
import { type ActivationName, type Activations, resolveActivation } from '../../../src/index.js';
import { Slider, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { type Curve, computeCurve, spread } from '../explore/curve.js';
import { useLatest } from '../latest.js';
import { formatNumber } from '../numbers.js';
import { type Line, Plot } from './plot.js';
import { change, settings, within } from './settings.js';

const approximations = ['geluTanh', 'geluSigmoid'] as const;
const three = ['gelu', ...approximations] as const;
const SIDE = 4;
const drawn = spread(-SIDE, SIDE, 201);
const wide = spread(-8, 8, 2049);

const curveOf = (activations: Activations | undefined, name: ActivationName, x: Float32Array): Promise<Curve> =>
  computeCurve(activations, name, {}, x);

/** The largest distance of an approximation's kernel from the exact GELU, and where. */
export async function distanceOf(activations: Activations | undefined, name: (typeof approximations)[number]) {
  const [{ y }, { exactY }] = await Promise.all([curveOf(activations, name, wide), curveOf(undefined, 'gelu', wide)]);
  let [distance, at] = [0, 0];
  for (const [i, value] of y.entries())
    if (Math.abs(value - exactY[i]!) > distance) [distance, at] = [Math.abs(value - exactY[i]!), wide[i]!];
  return { distance, at };
}

const largestUlp = (got: Float32Array, exact: Float64Array): number =>
  got.reduce((most, value, i) => Math.max(most, ulpError(value, exact[i]!)), 0);

export function Gelu() {
  const at = within(settings.value.input, -SIDE, SIDE);
  const activations = deviceNow()?.activations;
  const { value: curves, error } = useLatest(async () => {
    const names = [...three, 'silu', 'relu'] as const;
    const found = await Promise.all(names.map((name) => curveOf(activations, name, drawn)));
    const distances = await Promise.all(approximations.map((name) => distanceOf(activations, name)));
    return { found: Object.fromEntries(names.map((name, i) => [name, found[i]!])), distances };
  }, String(!activations));
  const { value: rows = [] } = useLatest(
    () =>
      Promise.all(
        three.map(async (name) => ({ name, at, ...(await curveOf(activations, name, Float32Array.of(at))) })),
      ),
    JSON.stringify([at, !activations]),
  );
  const line = (name: ActivationName, color: number, style: Line['style'] = 'solid'): Line => ({
    ...{ name, color, style, x: drawn, y: curves?.found[name]?.y ?? [] },
  });
  const exact = curves?.found.gelu?.exactY;
  const off = (name: ActivationName) => Array.from(drawn, (_, i) => curves!.found[name]!.y[i]! - exact![i]!);
  const move = (to: number) => change({ input: to });
  const { bounds } = resolveActivation('gelu');
  const words = rows.map(({ name, y }) => `${name} ${formatNumber(y[0], 6)}`).join(', ');
  return (
    <>
      {error ? <p role="alert">{error}</p> : !curves && <p class="note">Computing …</p>}
      <div class="pair">
        <Plot
          title="Five curves"
          description={`gelu, its two approximations, silu and relu. At x = ${formatNumber(at)}: ${words}.`}
          x={{ minimum: -SIDE, maximum: SIDE, name: 'x' }}
          y={{ minimum: -0.5, maximum: 2.5, name: 'f' }}
          lines={[
            line('relu', 7),
            line('silu', 2),
            line('geluSigmoid', 3, 'dashed'),
            line('geluTanh', 1, 'dashed'),
            line('gelu', 0),
          ]}
          marks={[{ x: at }]}
          handle={{ label: 'x', value: at, step: 0.05, text: `x = ${formatNumber(at)}: ${words}`, onMove: move }}
        />
        <Plot
          title="Minus the exact GELU"
          description={
            curves
              ? approximations
                  .map((name, i) => `${name} by at most ${formatNumber(curves.distances[i]!.distance, 2)}`)
                  .join(', ')
              : ''
          }
          x={{ minimum: -SIDE, maximum: SIDE, name: 'x' }}
          y={{ minimum: -0.022, maximum: 0.022, name: 'difference' }}
          lines={
            curves
              ? [
                  { name: 'geluSigmoid − gelu', color: 3, x: drawn, y: off('geluSigmoid') },
                  { name: 'geluTanh − gelu', color: 1, x: drawn, y: off('geluTanh') },
                ]
              : []
          }
        />
      </div>
      <div class="panel controls">
        <Slider
          label="x"
          minimum={-SIDE}
          maximum={SIDE}
          step={0.05}
          value={at}
          onChange={(to) => move(within(to, -SIDE, SIDE))}
        />
      </div>
      <TableBox label="GELU and its approximations at x">
        <thead>
          <tr>
            <th scope="col">at x = {formatNumber(at)}</th>
            <th scope="col">f(x)</th>
            <th scope="col">off GELU</th>
            <th scope="col">off GELU in ULP</th>
            <th scope="col">off its own formula in ULP</th>
            <th scope="col">f′(x)</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, y, exactY, slope }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatNumber(y[0], 8)}</td>
              <td>{formatNumber(y[0]! - rows[0]!.exactY[0]!, 3)}</td>
              <td>{formatNumber(ulpError(y[0]!, rows[0]!.exactY[0]!), 3)}</td>
              <td>{formatNumber(ulpError(y[0]!, exactY[0]!), 3)}</td>
              <td>{formatNumber(slope[0], 6)}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
      <p class="note">
        An ULP is the distance from one float32 number to the next.{' '}
        {curves && (
          <>
            The {drawn.length} points of gelu’s curve are at most{' '}
            {formatNumber(largestUlp(curves.found.gelu!.y, exact!), 3)} ULP off
            {activations ? '' : ', by the float64 reference on the CPU'}; its contract for every float32 number is{' '}
            {bounds.forward} ULP.{' '}
            {approximations
              .map((name, i) => {
                const { distance, at: where } = curves.distances[i]!;
                return `${name} is off by at most ${formatNumber(distance, 2)}, at x = ${formatNumber(where, 3)}`;
              })
              .join('; ')}
            .
          </>
        )}
      </p>
      <section aria-labelledby="why-gelu">
        <h4 id="why-gelu">Why transformers have gelu or silu</h4>
        <ul>
          <li>
            <strong>No dead units.</strong> A relu passes no gradient for any x below 0: half of what a normalised layer
            sees. gelu and silu pass some, as the slopes in the table show.
          </li>
          <li>
            <strong>Smooth.</strong> The slope changes without a jump, so a small step changes the gradient a little.
            After normalisation most inputs lie near 0, where relu has its kink.
          </li>
          <li>
            <strong>They were tried.</strong> BERT and GPT-2 took gelu, LLaMA silu inside swiglu, because they trained
            better. There is no proof: Shazeer (2020) credits “divine benevolence”.
          </li>
          <li>
            <strong>Why approximations?</strong> erf was slow or missing in 2016. Weights that were trained with
            geluTanh expect geluTanh: take the one that the model was trained with.
          </li>
        </ul>
        <p class="note">
          Hendrycks & Gimpel 2016, arXiv:1606.08415; Shazeer 2020, arXiv:2002.05202; Touvron et al. 2023,
          arXiv:2302.13971.
        </p>
      </section>
    </>
  );
}
