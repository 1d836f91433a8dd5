/** A deep network whose gradients are seen layer by layer while it trains. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Select, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { formatNumber } from '../numbers.js';
import { createPoints } from './data.js';
import { type Initialisation, Network, type Observation } from './network.js';
import { Plot } from './plot.js';
import { change, oneOf, settings } from './settings.js';
import { createTrainer } from './trainer.js';

/** Ten hidden layers of sixteen units. */
const WIDTHS = [2, ...Array.from({ length: 10 }, () => 16), 1];
const STEPS = 200;
const names = ['sigmoid', 'relu', 'gelu'] as const;
const starts = ['glorot', 'he'] as const;
const short: Readonly<Record<string, string>> = { glorot: 'Xavier', he: 'He' };

interface Run {
  readonly start: Initialisation;
  /** The latest look at each of the three. */
  readonly observations: readonly Observation[];
}

/** One of each start at most: what the table compares. */
const runs = signal<readonly Run[]>([]);
const trainer = createTrainer(() => {});

function train(): Promise<void> {
  const start = oneOf(settings.value.start, starts, 'glorot');
  return trainer.guard(async () => {
    const points = createPoints('moons', 128);
    const shared = { widths: WIDTHS, leak: 0, rate: 0.3, seed: 1, points, initialisation: start };
    const gpu = deviceNow()?.activations;
    const networks: Network[] = [];
    try {
      for (const activation of names) networks.push(await Network.create(gpu, { ...shared, activation }));
      await trainer.train(networks, STEPS, async () => {
        const observations = await Promise.all(networks.map((network) => network.observe()));
        runs.value = [...runs.value.filter((run) => run.start !== start), { start, observations }];
      });
    } finally {
      for (const network of networks) network.destroy();
    }
  });
}

export function Deep() {
  useEffect(() => trainer.stop, []);
  const start = oneOf(settings.value.start, starts, 'glorot');
  const current = runs.value.find((run) => run.start === start);
  const observations = current?.observations ?? [];
  const layers = WIDTHS.slice(1).map((_, index) => index + 1);
  const sizes = observations.flatMap(({ gradients }) => gradients).filter((size) => size > 0);
  const powers = sizes.map((size) => Math.log10(size));
  const [low, high] = [Math.floor(Math.min(-6, ...powers)), Math.ceil(Math.max(0, ...powers))];
  const isRunning = trainer.isRunning.value;
  const step = observations[0]?.step ?? 0;
  return (
    <section aria-labelledby="deep">
      <h4 id="deep">In a deep network</h4>
      <p>
        Three networks of ten hidden layers learn the same points, with sigmoid, relu and gelu. Layer 11 is next to the
        loss, layer 1 is the farthest. See how much of one example’s gradient still arrives.
      </p>
      <div class="row">
        <span class="controls">
          <Select
            label="Weights start as"
            choices={starts.map((value) => ({ value, label: short[value] }))}
            value={start}
            onChange={(value) => change({ start: value })}
          />
        </span>
        <button type="button" class="main" onClick={() => (isRunning ? trainer.stop() : void train())}>
          {isRunning ? 'Stop' : 'Train the three'}
        </button>
        <progress aria-label="Steps of the three networks" max={STEPS} value={step} />
        <span class="note">
          step {step} of {STEPS}
        </span>
      </div>
      {trainer.problem.value && <p role="alert">{trainer.problem.value}</p>}
      <Plot
        title={`The gradient in each layer, ${short[start]}`}
        description={
          observations.length
            ? observations
                .map(
                  ({ gradients }, index) =>
                    `${names[index]}: layer 1 ${formatNumber(gradients[0], 2)}, layer 11 ${formatNumber(gradients.at(-1), 2)}`,
                )
                .join('; ')
            : 'No run yet.'
        }
        x={{ minimum: 1, maximum: WIDTHS.length - 1, name: 'layer' }}
        y={{ minimum: 10 ** low, maximum: 10 ** high, name: 'size of the gradient', isLogarithmic: true }}
        lines={observations.map(({ gradients }, color) => ({ name: names[color]!, color, x: layers, y: gradients }))}
        height={280}
      />
      {runs.value.length > 0 && (
        <TableBox label="The deep networks">
          <thead>
            <tr>
              <th scope="col">network</th>
              <th scope="col">step</th>
              <th scope="col">gradient, layer 1</th>
              <th scope="col">layer 11</th>
              <th scope="col">loss</th>
              <th scope="col">right</th>
            </tr>
          </thead>
          <tbody>
            {runs.value.flatMap((run) =>
              run.observations.map(({ gradients, loss, accuracy, step: done }, index) => (
                <tr key={`${run.start} ${names[index]}`}>
                  <th scope="row">
                    {names[index]}, {short[run.start]}
                  </th>
                  <td>{done}</td>
                  <td>{formatNumber(gradients[0], 3)}</td>
                  <td>{formatNumber(gradients.at(-1), 3)}</td>
                  <td>{formatNumber(loss, 3)}</td>
                  <td>{formatNumber(100 * accuracy, 3)} %</td>
                </tr>
              )),
            )}
          </tbody>
        </TableBox>
      )}
      <p class="note">
        Xavier’s weights, σ = √(2/(inputs + outputs)), keep the size of a signal that passes a straight line. A relu
        takes half of its mean square, so He’s, σ = √(2/inputs), are √2 larger. No start helps the sigmoid: its slope is
        at most ¼.
      </p>
    </section>
  );
}
