import { readFile } from 'node:fs/promises';
import { resolveActivation } from '../../catalogue.js';
import { formatJunit } from '../../check/junit.js';
import { type Result, summarize } from '../../check/result.js';
import { parseVectors, type Vector } from '../../check/vectors.js';
import { type Arguments, countOf, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus, UsageError } from '../exit.js';
import { activationKeys } from '../names.js';
import { formatJson, jsonOption, print, writeText } from '../output.js';
import { ProgressDisplay } from '../progress.js';
import { formatResults, formatSummary } from '../report.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';
import type { Runtime } from '../runtimes/runtime.js';

export const check: Command = {
  name: 'check',
  synopsis: '[NAME …] [--vectors FILE.json …] [--json FILE] [--junit FILE]',
  summary: 'compares the GPU with the float64 reference, or with conformance vectors; default every activation',
  options: {
    vectors: { value: 'FILE.json', multiple: true, description: 'conformance vectors, instead of the reference' },
    count: { value: 'N', description: 'about how many inputs a pass; default 1048576' },
    json: jsonOption,
    junit: { value: 'FILE', description: 'write the results as JUnit XML' },
    ...runtimeOptions,
  },
  async run(given) {
    const { names, files } = splitPositionals(given);
    const keys = activationKeys(names);
    const vectors = await readVectors(files, names.length ? keys : undefined);
    const count = countOf(given, 'count');
    const report = await withRuntime(given, async (runtime) => ({
      adapter: (await runtime.call('info', {})).answer.adapter,
      runtime: runtime.name,
      ...summarized(await compare(runtime, files.length ? { vectors } : { names: keys, ...(count && { count }) })),
    }));
    const json = optionOf(given, 'json');
    const junit = optionOf(given, 'junit');
    if (json) await writeText(json, formatJson(report));
    if (junit) await writeText(junit, formatJunit(report.results));
    if (json !== '-' && junit !== '-') {
      print(`${report.adapter.name}, ${report.runtime}`);
      print(formatResults(report.results));
      print(formatSummary(report.summary));
    }
    return report.summary.failed ? ExitStatus.failed : ExitStatus.good;
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

type Work = { readonly vectors: readonly Vector[] } | { readonly names: readonly string[]; readonly count?: number };

async function compare(runtime: Runtime, work: Work): Promise<readonly Result[]> {
  const progress = new ProgressDisplay();
  const options = { report: progress.report };
  const { answer } =
    'vectors' in work
      ? await runtime.call('checkVectors', work.vectors, options)
      : await runtime.call('checkSamples', work, options);
  progress.clear();
  return answer;
}

function summarized(results: readonly Result[]) {
  return { summary: summarize(results), results };
}
