#!/usr/bin/env node
import { describe, nearest } from '../errors.js';
import { parseArguments } from './arguments.js';
import { commands } from './commands/index.js';
import { ExitStatus, RuntimeError, UnavailableError, UsageError } from './exit.js';
import { formatCommandHelp, formatHelp } from './help.js';
import { complain, print, watchOutput } from './output.js';
import { packageVersion } from './package.js';
import { signalStatus, watchSignals } from './signals.js';

const [word, ...rest] = process.argv.slice(2);
watchSignals();
watchOutput();
// A promise that nobody waited for: the work cannot be trusted any more.
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error) => process.exit(fail(error)));
// What is waited for may never come, and then Node would end without a word.
const forgotten = () => process.exit(fail(new Error('expected the work to end, got nothing left to wait for')));
process.once('beforeExit', forgotten);
process.exitCode = await main().catch(fail);
process.off('beforeExit', forgotten);

async function main(): Promise<number> {
  if (word === '--version') return answer(packageVersion());
  if (word === '--help' || word === '-h' || word === 'help') return answer(formatHelp(commands));
  const command = commands.find(({ name }) => name === word);
  if (!command) throw new UsageError(`${describeWord()}\n\n${formatHelp(commands)}`);
  if (rest.includes('--help')) {
    const { parameterOptions, options } = command;
    return answer(formatCommandHelp({ ...command, options: { ...options, ...parameterOptions?.([]) } }));
  }
  const modules = command.options.module ? modulesOf() : [];
  const names = modules.length ? await (await import('./modules.js')).defineModules(modules) : [];
  const given = parseArguments(rest, { ...command.parameterOptions?.(names), ...command.options });
  // without a name, what the modules define is meant
  return command.run(given.positionals.length ? given : { ...given, positionals: names });
}

/** The files of `--module`: what they define may have options of its own. */
function modulesOf(): string[] {
  const name = '--module=';
  return rest.flatMap((argument, index) => {
    if (argument.startsWith(name)) return [argument.slice(name.length)];
    return rest[index - 1] === '--module' ? [argument] : [];
  });
}

function describeWord(): string {
  if (word === undefined) return 'expected a command';
  const near = nearest(
    word,
    commands.map(({ name }) => name),
  );
  return `unknown command ${describe(word)}${near ? `; did you mean ${near}?` : ''}`;
}

function answer(text: string): number {
  print(text);
  return ExitStatus.good;
}

/** Says what went wrong. @returns the exit status */
function fail(error: unknown): number {
  const ended = signalStatus();
  if (ended !== undefined) return ended;
  const name = commands.some((command) => command.name === word) ? ` ${word}` : '';
  complain(`webgpu-activations${name}: ${messageOf(error)}\n`);
  if (error instanceof UsageError) return ExitStatus.usage;
  if (error instanceof RuntimeError) return ExitStatus.broken;
  return error instanceof UnavailableError ? ExitStatus.unavailable : ExitStatus.failed;
}

/** The kind of an error tells something only where nobody foresaw it; the stack is for those who ask with DEBUG=1. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env.DEBUG && error.stack) return error.stack;
  const isForeseen = [UsageError, UnavailableError, RuntimeError].some((kind) => error instanceof kind);
  return isForeseen || error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
