import { type Row, resolveActivation } from '../../catalogue.js';
import type { ArrayCalls, Arrays } from '../../check/compute.js';
import { fromJsonNumber } from '../../check/json.js';
import { judgeLearned } from '../../check/learned.js';
import { type Result, resultOf } from '../../check/result.js';
import { judgeBackward, judgeForward, judgeValues, labelsOf } from '../../check/rows.js';
import { normalInputs } from '../../check/samples.js';
import {
  boundOf,
  inputNames,
  referenceParameters,
  sampleLearned,
  slackOf,
  type Truth,
  truthsOf,
} from '../../check/truth.js';
import { UlpComparison } from '../../check/ulp.js';
import { resolveParameters } from '../../definition.js';
import { gradientOf } from '../../forms.js';
import { rowValues, rowwise } from '../../reference/index.js';
import type { HostContext, HostFunction } from './call.js';
import { SurveyBuffers } from './survey_buffers.js';
import { type PassTime, timePass } from './timing.js';

export interface SurveyRequest {
  readonly names: readonly string[];
  /** Elements of every array. */
  readonly count: number;
}

/** A pass over random numbers: its error, and its time on the GPU and on the CPU. */
export interface SurveyRow extends Result {
  readonly gpu: PassTime;
  /** What the pass must move between the processor and its memory. */
  readonly bytes: number;
  /** The float64 reference in a plain loop on one thread. */
  readonly cpuNanoseconds: number;
}

/** Of a row-wise pass, where it divides the numbers. */
const ROW_LENGTH = 1024;

/** Elements checked between two progress reports. */
const pieceLength = 2 ** 20;

/** Every activation, forward and backward, over the same random normal numbers. */
export const survey: HostFunction<SurveyRequest, readonly SurveyRow[]> = async ({ names, count }, context) => {
  const { report } = context;
  const total = names.length * 2;
  report({ label: 'random numbers', done: 0, total });
  const numbers = { first: normalInputs(count, 1), second: normalInputs(count, 2), dy: normalInputs(count, 3) };
  const buffers = new SurveyBuffers(context.activations, numbers);
  const answer: SurveyRow[] = [];
  try {
    for (const name of names)
      for (const direction of ['forward', 'backward'] as const) {
        const label = `${name} ${direction}`;
        const done = answer.length;
        const onProgress = (fraction: number) => report({ label, done: done + fraction, total });
        onProgress(0);
        answer.push(await surveyPass(context, name, direction, { numbers, buffers, onProgress }));
      }
  } finally {
    buffers.destroy();
  }
  return { answer };
};

interface Data {
  readonly numbers: { readonly first: Float32Array; readonly second: Float32Array; readonly dy: Float32Array };
  readonly buffers: SurveyBuffers;
  onProgress(fraction: number): void;
}

async function surveyPass(
  { activations, adapter }: HostContext,
  name: string,
  direction: 'forward' | 'backward',
  { numbers, buffers, onProgress }: Data,
): Promise<SurveyRow> {
  const definition = resolveActivation(name);
  if (definition.maps === 'row')
    return surveyRows(activations, definition, direction, { numbers, buffers, onProgress });
  const parameters = resolveParameters(definition);
  const [main, second] = inputNames(definition);
  const inputs: Arrays = {
    [main!]: numbers.first,
    ...(second && { [second]: numbers.second }),
    ...(direction === 'backward' && { dy: numbers.dy }),
  };
  const learned = sampleLearned(definition);
  const results = await (activations as unknown as ArrayCalls)[direction](name, { ...inputs, ...learned }, parameters);
  const truths = truthsOf(definition, parameters).filter((truth) => truth.direction === direction);
  const gpu = await timePass(activations.device, (pass) =>
    buffers.encode(
      pass,
      definition,
      direction,
      truths.map(({ tensor }) => tensor),
    ),
  );

  let cpuNanoseconds = 0;
  const judged = [];
  for (const [index, truth] of truths.entries()) {
    const comparison = new UlpComparison(boundOf(definition, truth.tensor, adapter.software));
    const report = (fraction: number) => onProgress((index + fraction) / truths.length);
    const allowed = slackOf(definition, parameters, inputs);
    cpuNanoseconds += await compare(truth, inputs, results[truth.tensor]!, { comparison, allowed }, report);
    judged.push(resultOf(truth.tensor, comparison));
  }
  const x = numbers.first;
  for (const tensor of direction === 'backward' ? Object.keys(learned) : []) {
    // Its error is in other units, so it only counts where it fails.
    const given = { x, dy: numbers.dy, channels: 1, inner: 1 };
    const sum = judgeLearned(
      definition,
      tensor,
      given,
      referenceParameters(definition, parameters),
      results[gradientOf(tensor)]!,
    );
    if (sum.status === 'failed') judged.push(sum);
  }
  const streams = Object.keys(inputs).length + truths.length;
  const facts = { suite: 'survey', name: `${name} ${direction}`, op: name, direction };
  return { ...facts, ...worstOf(judged), gpu, bytes: x.byteLength * streams, cpuNanoseconds };
}

async function surveyRows(
  activations: HostContext['activations'],
  definition: Row,
  direction: 'forward' | 'backward',
  { numbers: { first: x, dy }, buffers }: Data,
): Promise<SurveyRow> {
  const columns = x.length % ROW_LENGTH ? x.length : ROW_LENGTH;
  const rows = x.length / columns;
  if (rowValues[definition.name])
    return surveyValues(activations, definition, direction, { x, dy: dy.subarray(0, rows), columns }, buffers);
  const { forward, backward } = rowwise[definition.name]!;
  const calls = activations as unknown as ArrayCalls;
  let begin = performance.now();
  let exact = forward(x, rows, columns);
  let milliseconds = performance.now() - begin;
  let judged: Result;
  if (direction === 'forward') {
    const { y } = await calls.forward(definition.name, { x }, { columns });
    judged = judgeForward(definition, { x, got: y!, exact, columns });
  } else {
    const y = Float32Array.from(exact);
    begin = performance.now();
    exact = backward(y, dy, rows, columns);
    milliseconds = performance.now() - begin;
    const { dx } = await calls.backward(definition.name, { y, dy }, { columns });
    judged = judgeBackward(definition, { x, got: dx!, exact, columns }, dy);
  }
  const gpu = await timePass(activations.device, (pass) => buffers.encodeRows(pass, definition, direction, columns));
  const bytes = x.byteLength * (direction === 'forward' ? 2 : 3);
  return {
    ...judged,
    suite: 'survey',
    name: `${definition.name} ${direction}`,
    gpu,
    bytes,
    cpuNanoseconds: milliseconds * 1e6,
  };
}

async function surveyValues(
  activations: HostContext['activations'],
  definition: Row,
  direction: 'forward' | 'backward',
  { x, dy, columns }: { readonly x: Float32Array; readonly dy: Float32Array; readonly columns: number },
  buffers: SurveyBuffers,
): Promise<SurveyRow> {
  const given = { x, ...labelsOf(definition, dy.length, columns) };
  const calls = activations as unknown as ArrayCalls;
  const isForward = direction === 'forward';
  const got = isForward
    ? await calls.forward(definition.name, given, { columns })
    : await calls.backward(definition.name, { ...given, dy }, { columns });
  const begin = performance.now();
  const judged = judgeValues(definition, direction, { ...given, columns }, dy, got);
  const cpuNanoseconds = (performance.now() - begin) * 1e6;
  const gpu = await timePass(activations.device, (pass) => buffers.encodeValues(pass, definition, direction, columns));
  const facts = { suite: 'survey', name: `${definition.name} ${direction}` };
  return { ...judged, ...facts, gpu, bytes: x.byteLength * (isForward ? 1 : 2), cpuNanoseconds };
}

/** @returns the nanoseconds that the truth took */
async function compare(
  { fill }: Truth,
  inputs: Arrays,
  got: Float32Array,
  { comparison, allowed }: { readonly comparison: UlpComparison; readonly allowed: (index: number) => number },
  onProgress: (fraction: number) => void,
): Promise<number> {
  const x = Object.values(inputs)[0]!;
  const exact = new Float64Array(Math.min(pieceLength, x.length));
  let milliseconds = 0;
  for (let start = 0; start < x.length; start += pieceLength) {
    const piece = Object.entries(inputs).map(([name, array]) => [name, array.subarray(start)]);
    const truth = exact.subarray(0, x.length - start);
    const begin = performance.now();
    fill(Object.fromEntries(piece), truth);
    milliseconds += performance.now() - begin;
    for (let index = 0; index < truth.length; index++) {
      const [at, exact] = [start + index, truth[index]!];
      const value = got[at]!;
      comparison.add(at, x[at]!, Math.abs(value - exact) <= allowed(at) ? value : exact, value);
    }
    onProgress((start + truth.length) / x.length);
    // Lets the progress out of a page.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return milliseconds * 1e6;
}

type Judged = ReturnType<typeof resultOf>;

/** The outputs of a pass as one: failed where any of them is, with the largest error. */
function worstOf(judged: readonly Judged[]): Judged {
  const error = ({ maxUlp }: Judged) => fromJsonNumber(maxUlp);
  const [first] = judged;
  return (
    judged.find(({ status }) => status === 'failed') ?? judged.reduce((a, b) => (error(b) > error(a) ? b : a), first!)
  );
}
