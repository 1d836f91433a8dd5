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
    return await use(runtime);
  } finally {
    await runtime.close();
  }
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
