import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe } from '../../errors.js';
import { type Arguments, type Options, optionOf } from '../arguments.js';
import { MissingError, RuntimeError, UnavailableError, UsageError } from '../exit.js';
import { withOpen } from '../signals.js';
import { type Limits, openRuntime, type Runtime, type Setting, type Started } from './runtime.js';
import { type AdapterChoice, adapterChoices, type RuntimeKind, runtimeKinds, type Way, waysOf } from './ways.js';

/** The options of every command that needs a GPU. */
export const runtimeOptions: Options = {
  runtime: {
    value: runtimeKinds.join('|'),
    description: 'headless Chrome (the default) or Firefox, Deno, or Node with the npm package webgpu',
  },
  adapter: {
    value: adapterChoices.join('|'),
    description: 'which adapter; auto (the default) is hardware, else software; any is what WebGPU gives unasked',
  },
  module: { value: 'FILE', multiple: true, description: 'a JavaScript module that exports activations of your own' },
};

/** Opens the runtime the options ask for, and closes it whatever happens. */
export async function withRuntime<Result>(
  given: Arguments,
  use: (runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  const kind = oneOf('runtime', optionOf(given, 'runtime') ?? 'chrome', runtimeKinds);
  const choice = oneOf('adapter', optionOf(given, 'adapter') ?? 'auto', adapterChoices);
  const runtime = await open(kind, choice);
  return withOpen(runtime.close, async () => {
    await defineIn(runtime, given.values.get('module') ?? []);
    return use(runtime);
  });
}

/** A runtime has its own catalogue. */
async function defineIn(runtime: Runtime, files: readonly string[]): Promise<void> {
  for (const [index, file] of files.entries()) {
    // where Node resolves the imports of a linked module too
    const path = realpathSync(file);
    const url = runtime.serve(`module${index}`, dirname(path)) + encodeURIComponent(basename(path));
    await runtime.call('define', { urls: [url] }).catch((error: Error) => {
      if (error instanceof RuntimeError || error instanceof UnavailableError) throw error;
      throw new UsageError(`${file}: ${error.message}`);
    });
  }
}

const patient: Limits = { start: 60, adapter: 60 };
/** Seconds in which `auto` has turned to another adapter, whatever hangs; Firefox, which starts slowly, may take as long again. */
const DECISION = 15;

/** Tries one way after the other. @throws the first failure of a runtime, else that there is no adapter */
async function open(kind: RuntimeKind, choice: AdapterChoice): Promise<Runtime> {
  const begin = performance.now();
  const decision = kind === 'firefox' ? 2 * DECISION : DECISION;
  const failures: Error[] = [];
  for (const way of waysOf(kind, choice)) {
    const left = decision - (performance.now() - begin) / 1000;
    if (choice === 'auto' && left < 1) break;
    const [failure] = failures.slice(-1);
    if (failure) process.stderr.write(`${way.program}: ${failure.message.split('. ')[0]}; trying ${way.words}\n`);
    const impatient = failure ? { start: left, adapter: 10 } : { start: decision / 2, adapter: 5 };
    try {
      return await openRuntime(await starterOf(kind), way, choice === 'auto' ? impatient : patient);
    } catch (error) {
      const isForeseen = error instanceof RuntimeError || error instanceof UnavailableError;
      if (!isForeseen || error instanceof MissingError) throw error;
      failures.push(/expected an adapter, got none/.test(error.message) ? noAdapter(way, choice) : error);
    }
  }
  throw failures.find((error) => error instanceof RuntimeError) ?? failures.at(-1) ?? noDriver(choice);
}

async function starterOf(kind: RuntimeKind): Promise<(setting: Setting) => Promise<Started>> {
  if (kind === 'deno') return (await import('./process.js')).startDeno;
  if (kind === 'node') return (await import('./process.js')).startNode;
  const { startBrowser } = await import('./browser.js');
  return (setting) => startBrowser(kind, setting);
}

/** What the command line can do about it, where the library's own error advises a page. */
function noAdapter({ program }: Way, choice: AdapterChoice): UnavailableError {
  const isSoftwareLeft = choice === 'hardware' || choice === 'any';
  const other = isSoftwareLeft ? 'use --adapter software' : "install Mesa's lavapipe (Debian: mesa-vulkan-drivers)";
  return new UnavailableError(
    `expected a WebGPU adapter in ${program}, got none. Update the graphics driver (Linux: a Vulkan driver), or ${other}`,
  );
}

function noDriver(choice: AdapterChoice): UnavailableError {
  return new UnavailableError(
    `no ${choice} driver for Vulkan was found: install Chromium, which brings SwiftShader, or Mesa's lavapipe (Debian: mesa-vulkan-drivers)`,
  );
}

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice) return choice;
  throw new UsageError(`--${option} needs one of ${choices.join(', ')}, got ${describe(value)}`);
}
