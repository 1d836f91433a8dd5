import { basename, dirname, resolve } from 'node:path';
import { type Arguments, type Options, optionOf } from '../arguments.js';
import { UsageError } from '../exit.js';
import type { AdapterChoice } from '../host/adapter.js';
import type { Runtime } from './runtime.js';

/** The options of every command that needs a GPU. */
export const runtimeOptions: Options = {
  runtime: {
    value: 'chrome|node',
    description: 'headless Chrome (the default), or this process with the npm package webgpu',
  },
  adapter: { value: 'auto|hardware|swiftshader', description: 'which adapter; auto (the default) prefers hardware' },
  module: { value: 'FILE', multiple: true, description: 'a JavaScript module that exports activations of your own' },
};

/** Opens the runtime the options ask for, and closes it whatever happens. */
export async function withRuntime<Result>(
  given: Arguments,
  use: (runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  const kind = oneOf('runtime', optionOf(given, 'runtime') ?? 'chrome', ['chrome', 'node']);
  const choice = oneOf('adapter', optionOf(given, 'adapter') ?? 'auto', ['auto', 'hardware', 'swiftshader']);
  const runtime = await open(kind, choice);
  try {
    await defineIn(runtime, given.values.get('module') ?? []);
    return await use(runtime);
  } finally {
    await runtime.close();
  }
}

/** A page has its own catalogue; a runtime without one shares this process's, which knows the modules already. */
async function defineIn(runtime: Runtime, files: readonly string[]): Promise<void> {
  if (!runtime.serve || files.length === 0) return;
  const urls = files.map((file, index) => runtime.serve!(`module${index}`, dirname(resolve(file))) + basename(file));
  await runtime.call('define', { urls });
}

async function open(kind: 'chrome' | 'node', choice: AdapterChoice): Promise<Runtime> {
  if (kind === 'chrome') return (await import('./chrome.js')).openChrome(choice);
  return (await import('./node.js')).openNode(choice);
}

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice) return choice;
  throw new UsageError(`--${option} needs one of ${choices.join(', ')}, got "${value}"`);
}
