/** Choosing: what a task asks of the output, softmax as bars, and what goes wrong with the wrong choice. */
import { type Activations, dynamic } from '../../../src/index.js';
import { rowValues, rowwise } from '../../../src/reference/index.js';
import { Slider } from '../controls.js';
import { deviceNow } from '../device.js';
import { useLatest } from '../latest.js';
import { formatNumber } from '../numbers.js';
import { pointOf } from './exercises.js';
import { Quiz } from './quiz.js';
import { change, settings, within } from './settings.js';

const SIDE = 5;
const [COLDEST, WARMEST] = [0.1, 5];
const classes = ['A', 'B', 'C', 'D'];

/** softmax(x/temperature), by the kernel or the reference. */
export async function softmaxOf(activations: Activations | undefined, x: readonly number[], temperature = 1) {
  const options = { columns: x.length, scale: 1 / temperature };
  if (activations) return [...(await dynamic(activations).forward('softmax', { x: Float32Array.from(x) }, options)).y!];
  return [...rowwise.softmax!.forward(x, 1, x.length, { scale: 1 / temperature })];
}

/** −ln softmax(x/temperature)[label], and its gradient with respect to x. */
async function lossOf(activations: Activations | undefined, x: readonly number[], temperature: number, label: number) {
  const columns = x.length;
  const cooled = Float32Array.from(x, (value) => value / temperature);
  const [labels, dy] = [Uint32Array.of(label), Float32Array.of(1 / temperature)];
  if (activations) {
    const given = { x: cooled, labels: labels as unknown as Float32Array };
    const calls = dynamic(activations);
    const { loss } = await calls.forward('crossEntropy', given, { columns });
    const { dx } = await calls.backward('crossEntropy', { ...given, dy }, { columns });
    return { loss: loss![0]!, gradient: [...dx!] };
  }
  const rows = { x: cooled, labels, columns, parameters: {} };
  const { forward, backward } = rowValues.crossEntropy!;
  return { loss: forward(rows)[0]!, gradient: [...backward(rows, dy)] };
}

/** A link may say anything. */
function chosen() {
  const { logits, temperature, label } = settings.value;
  return {
    x: classes.map((_, i) =>
      Number.isFinite(Number(logits[i] ?? 0)) ? within(Number(logits[i] ?? 0), -SIDE, SIDE) : 0,
    ),
    temperature: within(temperature, COLDEST, WARMEST),
    label: within(Math.round(label), 0, classes.length - 1),
  };
}

export function Choosing() {
  return (
    <>
      <Softmax />
      <Tasks />
      <Quiz />
    </>
  );
}

function Softmax() {
  const { x, temperature, label } = chosen();
  const activations = deviceNow()?.activations;
  const { value, error } = useLatest(
    async () => ({
      p: await softmaxOf(activations, x, temperature),
      ...(await lossOf(activations, x, temperature, label)),
    }),
    JSON.stringify([x, temperature, label, !activations]),
  );
  return (
    <section class="panel" aria-labelledby="softmax">
      <h4 id="softmax">Softmax: from numbers to shares of 1</h4>
      {error && <p role="alert">{error}</p>}
      <ul class="bars">
        {x.map((logit, i) => (
          <li key={classes[i]}>
            <label>
              <input type="radio" name="label" checked={i === label} onChange={() => change({ label: i })} />
              class {classes[i]}
              {i === label && <span class="note"> is right</span>}
            </label>
            <div class="controls">
              <Slider
                label={`logit of ${classes[i]}`}
                minimum={-SIDE}
                maximum={SIDE}
                step={0.1}
                value={logit}
                onChange={(to) =>
                  change({ logits: x.map((other, j) => String(i === j ? within(to, -SIDE, SIDE) : other)) })
                }
              />
            </div>
            <div class="bar">
              <span class={i === label ? 'fill right' : 'fill'} style={{ width: `${100 * (value?.p[i] ?? 0)}%` }} />
            </div>
            <p class="reading">
              logit {formatNumber(logit)} → <strong>{value ? `${formatNumber(100 * value.p[i]!, 3)} %` : '…'}</strong>,
              gradient {formatNumber(value?.gradient[i], 3)}
            </p>
          </li>
        ))}
      </ul>
      <Slider
        label="Temperature"
        minimum={COLDEST}
        maximum={WARMEST}
        step={0.1}
        value={temperature}
        onChange={(to) => change({ temperature: within(to, COLDEST, WARMEST) })}
      />
      <p class="reading" aria-live="polite">
        {value && (
          <>
            Loss of class {classes[label]}: −ln {formatNumber(value.p[label], 4)} ={' '}
            <strong>{formatNumber(value.loss, 4)}</strong>.
          </>
        )}
      </p>
      <p class="note">
        p = softmax(logits/T). A low temperature T makes the largest logit win, a high one makes all alike. The gradient
        of the loss is (p − 1)/T for the right class and p/T for the others: it is large where the network is sure and
        wrong.
      </p>
    </section>
  );
}

interface Task {
  readonly task: string;
  readonly output: string;
  readonly loss: string;
  readonly wrong: string;
  /** What goes wrong, with numbers that are measured. */
  readonly why: (activations: Activations | undefined) => Promise<string>;
}

const of = (value: number) => formatNumber(value, 3);

export const tasks: readonly Task[] = [
  {
    ...{ task: 'Any number: a temperature', output: 'identity', loss: 'squared error', wrong: 'relu' },
    async why(gpu) {
      const { y, slope } = await pointOf(gpu, 'relu', -1);
      return `At x = −1 it answers ${of(y)} with the slope ${of(slope)}: it cannot say −1, and gets no gradient to leave 0.`;
    },
  },
  {
    ...{
      task: 'Yes or no: spam',
      output: 'sigmoid',
      loss: 'binary cross-entropy',
      wrong: 'sigmoid with squared error',
    },
    async why(gpu) {
      const { y, slope } = await pointOf(gpu, 'sigmoid', -8);
      return `Sure and wrong, x = −8 where yes is right: the squared error’s gradient is ${of(2 * (y - 1) * slope)}, the cross-entropy’s ${formatNumber(y - 1)}.`;
    },
  },
  {
    ...{ task: 'One of many classes: a digit', output: 'softmax', loss: 'cross-entropy', wrong: 'a sigmoid for each' },
    async why(gpu) {
      const each = await Promise.all([2, 1, 0].map((x) => pointOf(gpu, 'sigmoid', x)));
      const sum = (values: readonly number[]) => of(values.reduce((total, value) => total + value, 0));
      return `Of logits 2, 1 and 0 the sigmoids add up to ${sum(each.map(({ y }) => y))}, softmax to ${sum(await softmaxOf(gpu, [2, 1, 0]))}.`;
    },
  },
  {
    ...{
      task: 'Several labels at once: what is in a photo',
      output: 'a sigmoid for each',
      loss: 'binary cross-entropy for each',
      wrong: 'softmax',
    },
    async why(gpu) {
      const [first] = await softmaxOf(gpu, [4, 4, -4]);
      const { y } = await pointOf(gpu, 'sigmoid', 4);
      return `Two labels that are both right, logits 4 and 4, get ${of(first!)} each; sigmoids give ${of(y)} each.`;
    },
  },
  {
    ...{
      task: 'A positive number: a waiting time',
      output: 'softplus or exponential',
      loss: 'squared error of the logarithm',
      wrong: 'relu',
    },
    async why(gpu) {
      const [relu, softplus] = await Promise.all([pointOf(gpu, 'relu', -1), pointOf(gpu, 'softplus', -1)]);
      return `At x = −1 relu answers ${of(relu.y)}, slope ${of(relu.slope)}; softplus ${of(softplus.y)}, slope ${of(softplus.slope)}.`;
    },
  },
  {
    ...{ task: 'A number between −1 and 1: a control', output: 'tanh', loss: 'squared error', wrong: 'identity' },
    async why(gpu) {
      const [straight, bent] = await Promise.all([pointOf(gpu, 'identity', 3), pointOf(gpu, 'tanh', 3)]);
      return `At x = 3 it answers ${of(straight.y)}, which is not allowed; tanh answers ${of(bent.y)}.`;
    },
  },
  {
    ...{ task: 'Hidden layers', output: 'relu, gelu or silu', loss: '–', wrong: 'sigmoid' },
    async why(gpu) {
      const { slope } = await pointOf(gpu, 'sigmoid', 0);
      return `Its slope is at most ${of(slope)}: of a gradient of 1, twenty layers leave at most ${of(slope ** 20)}.`;
    },
  },
  {
    ...{ task: 'A gate that lets a share through', output: 'sigmoid', loss: '–', wrong: 'relu' },
    async why(gpu) {
      const [open, gate] = await Promise.all([pointOf(gpu, 'relu', 3), pointOf(gpu, 'sigmoid', 3)]);
      return `At x = 3 it lets ${of(open.y)} times through, and the state grows with every step; sigmoid lets ${of(gate.y)} through.`;
    },
  },
];

function Tasks() {
  const activations = deviceNow()?.activations;
  const { value: told = [] } = useLatest(
    () => Promise.all(tasks.map(({ why }) => why(activations))),
    String(!activations),
  );
  return (
    <section aria-labelledby="tasks">
      <h4 id="tasks">What the task asks for</h4>
      <ul class="tasks">
        {tasks.map(({ task, output, loss, wrong }, index) => (
          <li key={task} class="panel">
            <h5>{task}</h5>
            <p>
              Output <strong>{output}</strong>
              {loss !== '–' && (
                <>
                  , loss <strong>{loss}</strong>
                </>
              )}
            </p>
            <p>
              <span class="wrong">Wrong: {wrong}.</span> {told[index]}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
