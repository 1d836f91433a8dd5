import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Arguments, optionOf } from './arguments.js';
import { UsageError } from './exit.js';

/** The option of every command that gives its result as JSON too. */
export const jsonOption = {
  value: 'FILE',
  description: 'write the result as JSON to a file, - for standard output',
} as const;

/** Where `--json` of the commands that take no names writes to: a file that follows it, else standard output. */
export function jsonTarget({ positionals, values }: Arguments): string | undefined {
  const isJson = values.has('json');
  const [file = '-', ...spare] = isJson ? positionals : ['-', ...positionals];
  if (spare.length) throw new UsageError(`expected no arguments, got ${spare.join(' ')}`);
  return isJson ? file : undefined;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Before any work: what it is to be written to exists, and standard output takes one of them. @throws {UsageError} */
export function checkTargets(given: Arguments, options: readonly string[]): void {
  const targets = options.flatMap((option) => optionOf(given, option) ?? []);
  if (targets.filter((path) => path === '-').length > 1)
    throw new UsageError(`expected one of --${options.join(', --')} on standard output, got several`);
  for (const path of targets)
    if (path !== '-' && !existsSync(dirname(path)))
      throw new UsageError(`cannot write ${path}: there is no folder ${dirname(path)}`);
}

/** @param path a file, or "-" for standard output @throws {UsageError} for a file that cannot be written */
export async function writeText(path: string, text: string): Promise<void> {
  if (path === '-') return print(text);
  const stream = createWriteStream(path);
  stream.end(`${text}\n`);
  await once(stream, 'finish').catch((error: Error) => {
    throw new UsageError(`cannot write ${path}: ${error.message}`);
  });
}

export function formatJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
