#!/usr/bin/env node
import { nearest } from '../errors.js';
import { parseArguments } from './arguments.js';
import { commands } from './commands/index.js';
import { ExitStatus, UnavailableError, UsageError } from './exit.js';
import { formatCommandHelp, formatHelp } from './help.js';
import { packageVersion } from './package.js';

process.exitCode = await main(process.argv.slice(2));

async function main([word, ...rest]: readonly string[]): Promise<number> {
  if (word === '--version') return print(packageVersion());
  if (word === '--help' || word === 'help') return print(formatHelp(commands));
  const command = commands.find(({ name }) => name === word);
  if (!command) {
    process.stderr.write(`webgpu-activations: ${describeWord(word)}\n\n${formatHelp(commands)}\n`);
    return ExitStatus.usage;
  }
  if (rest.includes('--help')) return print(formatCommandHelp(command));
  try {
    const given = parseArguments(rest, command.options);
    const modules = given.values.get('module') ?? [];
    const names = modules.length ? await (await import('./modules.js')).defineModules(modules) : [];
    // without a name, what the modules define is meant
    return await command.run(given.positionals.length ? given : { ...given, positionals: names });
  } catch (error) {
    process.stderr.write(`webgpu-activations ${command.name}: ${messageOf(error)}\n`);
    return statusOf(error);
  }
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
