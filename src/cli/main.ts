#!/usr/bin/env node
import { nearest } from '../errors.js';
import { parseArguments } from './arguments.js';
import { commands } from './commands/index.js';
import { ExitStatus, UnavailableError, UsageError } from './exit.js';
import { formatCommandHelp, formatHelp } from './help.js';
import { packageVersion } from './package.js';

process.exitCode = await main(process.argv.slice(2));

async function main([word, ...rest]: readonly string[]): Promise<number> {
  // whoever reads a pipe may have seen enough
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(ExitStatus.good);
  });
  if (word === '--version') return print(packageVersion());
  if (word === '--help' || word === '-h' || word === 'help') return print(formatHelp(commands));
  const command = commands.find(({ name }) => name === word);
  if (!command) {
    process.stderr.write(`webgpu-activations: ${describeWord(word)}\n\n${formatHelp(commands)}\n`);
    return ExitStatus.usage;
  }
  if (rest.includes('--help')) {
    const { parameterOptions, options } = command;
    return print(formatCommandHelp({ ...command, options: { ...options, ...parameterOptions?.([]) } }));
  }
  try {
    const modules = command.options.module ? modulesOf(rest) : [];
    const names = modules.length ? await (await import('./modules.js')).defineModules(modules) : [];
    const given = parseArguments(rest, { ...command.parameterOptions?.(names), ...command.options });
    // without a name, what the modules define is meant
    return await command.run(given.positionals.length ? given : { ...given, positionals: names });
  } catch (error) {
    process.stderr.write(`webgpu-activations ${command.name}: ${messageOf(error)}\n`);
    return statusOf(error);
  }
}

/** The files of `--module`: what they define may have options of its own. */
function modulesOf(rest: readonly string[]): string[] {
  const name = '--module=';
  return rest.flatMap((word, index) => {
    if (word.startsWith(name)) return [word.slice(name.length)];
    return rest[index - 1] === '--module' ? [word] : [];
  });
}

function describeWord(word: string | undefined): string {
  if (word === undefined) return 'expected a command';
  const near = nearest(
    word,
    commands.map(({ name }) => name),
  );
  return `unknown command "${word}"${near ? `; did you mean ${near}?` : ''}`;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return ExitStatus.good;
}

function statusOf(error: unknown): number {
  if (error instanceof UsageError) return ExitStatus.usage;
  return error instanceof UnavailableError ? ExitStatus.unavailable : ExitStatus.failed;
}

/** A stack is for what nobody foresaw. */
function messageOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof UnavailableError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
