/** `check --exhaustive`: every float32 input, in parts that survive an interruption. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from '../catalogue.js';
import { resolveActivation } from '../catalogue.js';
import type { PassTallies } from '../check/exhaustive/sweep.js';
import { emptyTally, maxUlpOf, mergeTallies } from '../check/exhaustive/tally.js';
import { fromJsonNumber } from '../check/json.js';
import type { Result } from '../check/result.js';
import { boundOf } from '../check/truth.js';
import type { AdapterFacts } from './host/adapter.js';
import { formatJson, makeFolder } from './output.js';
import type { ReportProgress } from './progress.js';
import { type ExhaustiveRecord, type Measured, passRecordOf, today, wgslHash } from './records.js';
import type { Runtime } from './runtimes/runtime.js';

export const ALL_INPUTS: BitRange = { first: 0, end: 2 ** 32 };

/** Inputs of a part, after which the state is saved: some ten seconds of work. */
const PART_LENGTH = 2 ** 27;

/** Inputs by their bit patterns. */
export interface BitRange {
  readonly first: number;
  readonly end: number;
}

/** Where an interrupted check goes on. */
export interface SweepState extends Omit<ExhaustiveRecord, 'passes' | 'date'> {
  readonly range: BitRange;
  /** The first bit pattern that was not compared yet. */
  readonly next: number;
  readonly passes: PassTallies;
}

export interface ExhaustiveOptions {
  readonly range?: BitRange;
  readonly partLength?: number;
  /** Where NAME.json goes, and NAME.partial.json until it is done. */
  readonly folder?: string;
  readonly report?: ReportProgress;
}

/** Both passes of one activation over the range; writes its record, and while it runs what is needed to resume. */
export async function checkExhaustively(
  runtime: Pick<Runtime, 'name' | 'call'>,
  adapter: AdapterFacts,
  name: string,
  options: ExhaustiveOptions = {},
): Promise<Result[]> {
  const { range = ALL_INPUTS, partLength = PART_LENGTH, folder, report = () => undefined } = options;
  const definition = resolveActivation(name);
  const facts = { name: definition.name, adapter: adapter.name, runtime: runtime.name, sha256: wgslHash(definition) };
  const stateFile = folder && join(folder, `${facts.name}.partial.json`);
  let state: SweepState = {
    ...facts,
    range,
    next: range.first,
    passes: { forward: emptyTally, derivative: emptyTally },
  };
  if (folder) await makeFolder(folder);
  if (stateFile) state = resumable(await readJson(stateFile), state);
  const total = range.end - range.first;
  const parts = Math.ceil(total / partLength);
  while (state.next < range.end) {
    const done = state.next - range.first;
    const label = `${facts.name} over ${total} inputs, part ${Math.floor(done / partLength) + 1} of ${parts}`;
    const count = Math.min(partLength, range.end - state.next);
    const request = { name: facts.name, first: state.next, count, label, done, total };
    const { answer } = await runtime.call('sweepRange', request, { report });
    state = { ...state, next: state.next + count, passes: mergePasses(state.passes, answer) };
    if (stateFile) await writeJson(stateFile, state);
  }
  if (folder) {
    await writeJson(join(folder, `${facts.name}.json`), recordOf(state, definition, adapter.software));
    await rm(stateFile!);
  }
  return resultsOf(state.passes, definition, adapter.software);
}

/** The saved state, where it is of the same work: function, text, adapter, runtime and range. */
export function resumable(saved: unknown, fresh: SweepState): SweepState {
  const { next, passes, ...work } = (saved ?? {}) as SweepState;
  const { next: _, passes: __, ...wanted } = fresh;
  return JSON.stringify(work) === JSON.stringify(wanted) ? { ...work, next, passes } : fresh;
}

function mergePasses(one: PassTallies, other: PassTallies): PassTallies {
  return {
    forward: mergeTallies(one.forward, other.forward),
    derivative: mergeTallies(one.derivative, other.derivative),
  };
}

export function recordOf(
  { name, adapter, runtime, sha256, range, passes }: SweepState,
  definition: Row,
  isIeee: boolean,
): ExhaustiveRecord & { readonly range?: BitRange } {
  const measured: Measured = { adapter, runtime, date: today() };
  const isWhole = range.first === ALL_INPUTS.first && range.end === ALL_INPUTS.end;
  return {
    name,
    ...measured,
    sha256,
    ...(!isWhole && { range }),
    passes: {
      forward: passRecordOf(passes.forward, boundOf(definition, 'y', isIeee, true)),
      derivative: passRecordOf(passes.derivative, boundOf(definition, 'dx', isIeee, true)),
    },
  };
}

function resultsOf(passes: PassTallies, definition: Row, isIeee: boolean): Result[] {
  const pairs = [
    { tally: passes.forward, tensor: 'y', direction: 'forward' },
    { tally: passes.derivative, tensor: 'dx', direction: 'backward' },
  ] as const;
  return pairs.map(({ tally, tensor, direction }): Result => {
    const bound = boundOf(definition, tensor, isIeee, true);
    const maxUlp = maxUlpOf(tally);
    const isGood = tally.failures === 0 && tally.values > 0;
    return {
      suite: 'reference',
      name: `${definition.name} ${tensor}`,
      op: definition.name,
      direction,
      status: isGood ? 'passed' : 'failed',
      ...(!isGood && { reason: `${Number(fromJsonNumber(maxUlp).toPrecision(4))} ULP, bound ${bound}` }),
      values: tally.values,
      maxUlp,
      maxAbs: tally.mismatches ? 'Infinity' : tally.maxAbs,
      bound,
      worst: tally.worst && describe(tensor, tally.worst),
    };
  });
}

function describe(tensor: string, { x, xBits, expected, got }: NonNullable<PassTallies['forward']['worst']>) {
  return { tensor, index: xBits, x, expected, got };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // There is none, or the machine stopped while it was written: the work starts again.
    return undefined;
  }
}

/** At once or not at all: a reader never finds half a file. */
async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.new`, `${formatJson(value)}\n`);
  await rename(`${path}.new`, path);
}
