import type { Command } from '../command.js';
import { ExitStatus } from '../exit.js';
import { formatJson, jsonTarget, print, writeText } from '../output.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';

export const info: Command = {
  name: 'info',
  synopsis: '[--json]',
  summary: 'the adapter, its features and limits, the runtime and its version',
  options: { json: { description: 'as JSON' }, ...runtimeOptions },
  async run(given) {
    const json = await jsonTarget(given);
    const facts = await withRuntime(given, async (runtime) => ({
      runtime: runtime.name,
      ...(await runtime.call('info', {})).answer,
    }));
    if (json) await writeText(json, formatJson(facts));
    else print(formatInfo(facts));
    return ExitStatus.good;
  },
};

interface Facts {
  readonly runtime: string;
  readonly adapter: { readonly name: string; readonly software: boolean };
  readonly features: readonly string[];
  readonly wgslLanguageFeatures: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

function formatInfo({ runtime, adapter, features, wgslLanguageFeatures, limits }: Facts): string {
  const names = Object.keys(limits);
  const width = Math.max(...names.map(({ length }) => length));
  return [
    `runtime   ${runtime}`,
    `adapter   ${adapter.name}${adapter.software ? ' (software: it runs on the CPU)' : ''}`,
    `features  ${features.join(', ')}`,
    `WGSL      ${wgslLanguageFeatures.join(', ')}`,
    'limits',
    ...names.map((name) => `  ${name.padEnd(width)}  ${limits[name]}`),
  ].join('\n');
}
