import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resolveActivation } from '../../catalogue.js';
import { defaultCount } from '../../check/check.js';
import { isSweepable } from '../../check/exhaustive/sweep.js';
import { formatJunit } from '../../check/junit.js';
import { type Result, summarize } from '../../check/result.js';
import { parseVectors, type Vector } from '../../check/vectors.js';
import { describe } from '../../errors.js';
import { familyOf } from '../../forms.js';
import type { StorageType } from '../../storage.js';
import { type Arguments, countOf, dtypeOf, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ALL_INPUTS, type BitRange, checkExhaustively } from '../exhaustive.js';
import { ExitStatus, UsageError } from '../exit.js';
import type { AdapterFacts } from '../host/adapter.js';
import { activationKeys } from '../names.js';
import { checkTarget, checkTargets, complain, formatJson, jsonOption, print, writeText } from '../output.js';
import { ProgressDisplay } from '../progress.js';
import { sampledRecordOf } from '../records.js';
import { formatResults, formatSummary } from '../report.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';
import type { Runtime } from '../runtimes/runtime.js';

/** An array of 1 GiB, and its truth in float64 of 2 GiB; --exhaustive takes every number there is. */
const MAXIMUM_COUNT = 2 ** 28;

/** Where the repository keeps its records. */
const recordFolder = 'bench/results/exhaustive';

export const check: Command = {
  name: 'check',
  synopsis: '[NAME …] [--dtype f16|bf16] [--exhaustive] [--vectors FILE.json …] [--json FILE] [--junit FILE]',
  summary: 'compares the GPU with the float64 reference, or with conformance vectors; default every activation',
  options: {
    vectors: { value: 'FILE.json', multiple: true, description: 'conformance vectors, instead of the reference' },
    count: { value: 'N', description: 'about how many inputs a pass; default 1048576' },
    dtype: { value: 'f16|bf16', description: 'elements of that type in memory: all 65,536 of them' },
    exhaustive: { description: 'every one of the 2³² float32 inputs; resumes where it was interrupted' },
    out: {
      value: 'DIR',
      description: `where --exhaustive writes NAME.json, and NAME.partial.json meanwhile; in the repository ${recordFolder}`,
    },
    range: { value: 'FIRST,END', description: 'only these bit patterns of --exhaustive, END left out' },
    calls: { description: 'every other call instead: encode calls, biases, statistics, monitors, tuning, wgsl()' },
    figures: { value: 'FILE', description: 'write the dated figures that list shows' },
    json: jsonOption,
    junit: { value: 'FILE', description: 'write the results as JUnit XML' },
    ...runtimeOptions,
  },
  async run(given) {
    const { names, files } = splitPositionals(given);
    const keys = activationKeys(names);
    const vectors = await readVectors(files, names.length ? keys : undefined);
    if (files.length && !vectors.length)
      throw new UsageError(`expected vectors ${names.length ? `of ${keys.join(', ')} ` : ''}to compare with, got none`);
    const sampling = ['count', 'figures'].find(has(given));
    if (files.length && sampling) throw new UsageError(`--vectors and --${sampling} exclude each other`);
    const count = countOf(given, 'count', MAXIMUM_COUNT);
    const dtype = dtypeOf(given);
    const other = ['vectors', 'count', 'exhaustive', 'figures'].find(has(given));
    if (dtype !== 'f32' && other) throw new UsageError(`--dtype and --${other} exclude each other`);
    const calls = given.values.has('calls');
    const spare = names.length ? 'names' : ['vectors', 'count', 'dtype', 'exhaustive', 'figures'].find(has(given));
    if (calls && spare) throw new UsageError(`--calls and ${names.length ? '' : '--'}${spare} exclude each other`);
    const exhaustive = exhaustiveWork(given, names);
    await checkTargets(given, ['json', 'junit', 'figures']);
    if (exhaustive?.folder) await checkTarget(join(exhaustive.folder, `${exhaustive.keys[0]}.json`));
    const report = await withRuntime(given, async (runtime) => {
      const { adapter } = (await runtime.call('info', {})).answer;
      const work: Work = files.length
        ? { vectors }
        : calls
          ? { calls }
          : { names: keys, dtype, ...(count && { count }) };
      const results = await (exhaustive ? compareAll(runtime, adapter, exhaustive) : compare(runtime, work));
      return { adapter, runtime: runtime.name, ...summarized(results) };
    });
    const figures = optionOf(given, 'figures');
    if (figures) await writeText(figures, formatJson(sampledRecordOf(report, count ?? defaultCount)));
    const json = optionOf(given, 'json');
    const junit = optionOf(given, 'junit');
    if (json) await writeText(json, formatJson(report));
    if (junit) await writeText(junit, formatJunit(report.results));
    if (json !== '-' && junit !== '-') {
      print(`${report.adapter.name}, ${report.runtime}`);
      print(formatResults(report.results));
      print(formatSummary(report.summary));
    }
    const { passed, failed } = report.summary;
    // A check that checked nothing has not passed.
    if (!passed && !failed) complain('nothing was checked: every vector is unsupported\n');
    return failed || !passed ? ExitStatus.failed : ExitStatus.good;
  },
};

/** The files of `--vectors a.json b.json`: what follows the first one would else be taken for a name. */
function splitPositionals({ positionals, values }: Arguments): { names: string[]; files: string[] } {
  const given = values.get('vectors') ?? [];
  const isFile = (word: string) => given.length > 0 && word.endsWith('.json');
  return { names: positionals.filter((word) => !isFile(word)), files: [...given, ...positionals.filter(isFile)] };
}

/** @param keys only the vectors of these activations */
async function readVectors(files: readonly string[], keys: readonly string[] | undefined): Promise<Vector[]> {
  const vectors: Vector[] = [];
  for (const file of files)
    try {
      vectors.push(...parseVectors(await readFile(file, 'utf8')));
    } catch (error) {
      throw new UsageError(`${file}: ${(error as Error).message}`);
    }
  return keys ? vectors.filter(({ op }) => keys.includes(keyOf(op) ?? '')) : vectors;
}

function keyOf(op: string): string | undefined {
  try {
    return resolveActivation(op).name;
  } catch {
    return undefined;
  }
}

const has =
  ({ values }: Arguments) =>
  (option: string): boolean =>
    values.has(option);

type Work =
  | { readonly vectors: readonly Vector[] }
  | { readonly calls: true }
  | { readonly names: readonly string[]; readonly dtype: StorageType; readonly count?: number };

async function compare(runtime: Runtime, work: Work): Promise<readonly Result[]> {
  const progress = new ProgressDisplay();
  const options = { report: progress.report };
  const { answer } = await ('vectors' in work
    ? runtime.call('checkVectors', work.vectors, options)
    : 'calls' in work
      ? runtime.call('checkCalls', {}, options)
      : runtime.call('checkSamples', work, options));
  progress.clear();
  return answer;
}

/** What `--exhaustive` asks for: activations of x alone. @throws {UsageError} */
function exhaustiveWork(given: Arguments, names: readonly string[]): ExhaustiveWork | undefined {
  const range = optionOf(given, 'range');
  const out = optionOf(given, 'out');
  const spare = ['range', 'out'].find((option) => given.values.has(option));
  if (!given.values.has('exhaustive')) {
    if (spare) throw new UsageError(`--${spare} needs --exhaustive`);
    return undefined;
  }
  const other = ['vectors', 'count', 'figures'].find((option) => given.values.has(option));
  if (other) throw new UsageError(`--exhaustive and --${other} exclude each other`);
  const keys = activationKeys(names).filter((key) => names.length || isSweepable(resolveActivation(key)));
  for (const key of keys) {
    const definition = resolveActivation(key);
    if (!isSweepable(definition))
      throw new UsageError(`--exhaustive needs activations of x alone, ${key} is a ${familyOf(definition)} one`);
  }
  if (range === undefined) return { keys, range: ALL_INPUTS, folder: out ?? repositoryFolder() };
  const [first = Number.NaN, end = Number.NaN, ...more] = range.split(',').map(Number);
  const isRange = Number.isInteger(first) && Number.isInteger(end) && 0 <= first && first < end && end <= 2 ** 32;
  if (!isRange || more.length)
    throw new UsageError(`--range needs FIRST,END with 0 ≤ FIRST < END ≤ 2³², got ${describe(range)}`);
  // A part of the inputs makes no record of the repository's.
  return { keys, range: { first, end }, ...(out && { folder: out }) };
}

interface ExhaustiveWork {
  readonly keys: readonly string[];
  readonly range: BitRange;
  readonly folder?: string;
}

/** Records are committed with the repository; elsewhere somebody must say where they go. @throws {UsageError} */
function repositoryFolder(): string {
  if (existsSync(dirname(recordFolder)) && existsSync('shaders/activations')) return recordFolder;
  throw new UsageError('--exhaustive needs --out DIR outside the repository');
}

async function compareAll(runtime: Runtime, adapter: AdapterFacts, work: ExhaustiveWork): Promise<Result[]> {
  const { keys, range, folder } = work;
  const progress = new ProgressDisplay();
  const results: Result[] = [];
  for (const key of keys) {
    const options = { range, report: progress.report, ...(folder && { folder }) };
    results.push(...(await checkExhaustively(runtime, adapter, key, options)));
  }
  progress.clear();
  return results;
}

function summarized(results: readonly Result[]) {
  return { summary: summarize(results), results };
}
