/** What functions of rows make of one row: bars of the inputs, the results, the gradients. */
import { type ActivationName, resolveActivation } from '../../../src/index.js';
import { Select, Slider, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { useLatest } from '../latest.js';
import { formatNumber } from '../numbers.js';
import { computeRow } from './curve.js';

const SIDE = 6;

interface RowsProps {
  readonly names: readonly ActivationName[];
  readonly valuesOf: (name: ActivationName) => Readonly<Record<string, number>>;
  readonly x: readonly number[];
  /** The element of the label, and of the y whose gradient is shown. */
  readonly at: number;
  readonly onChange: (row: { x?: readonly number[]; at?: number }) => void;
}

export function Rows({ names, valuesOf, x, at, onChange }: RowsProps) {
  const activations = deviceNow()?.activations;
  const { value: results = [], error } = useLatest(
    () =>
      Promise.all(
        names.map(async (name) => ({ name, x, at, ...(await computeRow(activations, name, valuesOf(name), x, at)) })),
      ),
    JSON.stringify([names.map((name) => [name, valuesOf(name)]), x, at, !activations]),
  );
  return (
    <section class="panel" aria-label="A row of numbers">
      <h3>A row of numbers</h3>
      <div class="row-pair">
        {x.map((value, i) => (
          <Slider
            key={i}
            label={`x${subscript(i)}`}
            minimum={-SIDE}
            maximum={SIDE}
            step={0.1}
            value={value}
            onChange={(to) => onChange({ x: x.map((other, j) => (i === j ? Number(to.toPrecision(6)) : other)) })}
          />
        ))}
        <Select
          label="Label, and the y that dx is of"
          choices={x.map((_, i) => ({ value: String(i), label: `element ${i}` }))}
          value={String(at)}
          onChange={(to) => onChange({ at: Number(to) })}
        />
      </div>
      {error && <p role="alert">{error}</p>}
      <div class="row-pair">
        {results.map((result) => (
          <Result key={result.name} {...result} />
        ))}
      </div>
    </section>
  );
}

const subscript = (index: number): string => '₀₁₂₃₄₅₆₇₈₉'[index]!;

interface ResultProps {
  readonly name: ActivationName;
  readonly x: readonly number[];
  readonly at: number;
  readonly y: ArrayLike<number>;
  readonly dx: ArrayLike<number>;
}

function Result({ name, x, at, y, dx }: ResultProps) {
  // one value a row, else one an element
  const hasRow = y.length === x.length;
  const columns = [['x', x], ...(hasRow ? [['y', y] as const] : []), ['dx', dx]] as [string, ArrayLike<number>][];
  return (
    <div>
      <h4>
        {name} <span class="formula">{resolveActivation(name).formula}</span>
      </h4>
      <p class="note">
        {hasRow
          ? `dx: how y${subscript(at)} changes with each x.`
          : `y = ${formatNumber(y[0]!, 6)}, one value. dx: how it changes with each x.`}
      </p>
      <TableBox label={`${name} of the row`}>
        <thead>
          <tr>
            <th scope="col">element</th>
            {columns.map(([head]) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {x.map((_, i) => (
            <tr key={i} class={i === at ? 'ours' : undefined}>
              <th scope="row">{i}</th>
              {columns.map(([head, values]) => (
                <td key={head}>
                  {formatNumber(values[i]!, 4)}
                  <Bar value={values[i]!} values={values} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </TableBox>
    </div>
  );
}

/** From zero, on the scale of its column. */
function Bar({ value, values }: { readonly value: number; readonly values: ArrayLike<number> }) {
  const all = Array.from(values).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const place = (at: number) => (high > low ? (100 * (at - low)) / (high - low) : 0);
  const [from, to] = [place(Math.min(value, 0)), place(Math.max(value, 0))];
  return (
    <svg class="bar-cell" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {Number.isFinite(value) && <rect x={from} y="1" width={Math.max(to - from, 0.5)} height="8" />}
      <line x1={place(0)} x2={place(0)} y1="0" y2="10" />
    </svg>
  );
}
