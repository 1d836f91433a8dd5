import { constants, existsSync, statSync } from 'node:fs';
import { access, mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Arguments, optionOf } from './arguments.js';
import { ExitStatus, UsageError } from './exit.js';

export { formatJson } from './json.js';

/** The option of every command that gives its result as JSON too. */
export const jsonOption = {
  value: 'FILE',
  description: 'write the result as JSON to a file, - for standard output',
} as const;

/** Where `--json` of the commands that take no names writes to: a file that follows it, else standard output. @throws {UsageError} */
export async function jsonTarget({ positionals, values }: Arguments): Promise<string | undefined> {
  const isJson = values.has('json');
  const [file = '-', ...spare] = isJson ? positionals : ['-', ...positionals];
  if (spare.length) throw new UsageError(`expected no arguments, got ${spare.join(' ')}`);
  if (file !== '-') await checkTarget(file);
  return isJson ? file : undefined;
}

/** A line to standard output. Files take it at once, and a full disk throws; pipes fail later: {@link watchOutput}. */
export function print(text: string): void {
  try {
    process.stdout.write(`${text}\n`);
  } catch (error) {
    throw new UsageError(`cannot write to standard output: ${(error as Error).message}`);
  }
}

/** To standard error. Where that is full too, there is nobody left to tell. */
export function complain(text: string): void {
  try {
    process.stderr.write(text);
  } catch {}
}

/** The status that shells give a process whose reader went away. */
const SIGPIPE_STATUS = 128 + 13;

/** Pipes whose readers are gone end the command without a word, other faults of output with words. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Results come after the work: what is left of the command ends with its own status, at once.
    if (error.code === 'EPIPE') return;
    complain(`webgpu-activations: cannot write to standard output: ${error.message}\n`);
    process.exit(ExitStatus.usage);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    // Progress is told during the work, which nobody waits for any more.
    if (error.code === 'EPIPE') process.exit(SIGPIPE_STATUS);
  });
}

/**
 * Before any work: the folders of what it is to be written to are made, the files can be written, and standard output takes
 * one of them. @throws {UsageError}
 */
export async function checkTargets(given: Arguments, options: readonly string[]): Promise<void> {
  const targets = options.flatMap((option) => optionOf(given, option) ?? []);
  await checkFiles(targets, `--${options.join(', --')}`);
}

/** @param options by which they came @throws {UsageError} for two of one place, and those that cannot be written */
export async function checkFiles(targets: readonly string[], options: string): Promise<void> {
  const places = targets.map((path) => (path === '-' ? path : resolve(path)));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice === '-') throw new UsageError(`expected one of ${options} on standard output, got several`);
  if (twice) throw new UsageError(`expected a file for each of ${options}, got ${twice} for several`);
  for (const path of targets) if (path !== '-') await checkTarget(path);
}

/** Makes the folder of a file and finds out whether the file can be written; leaves it as it is. @throws {UsageError} */
export async function checkTarget(path: string): Promise<void> {
  await makeFolder(dirname(path));
  try {
    const stats = await stat(path).catch(() => undefined);
    // To open a pipe would begin and end its reader's input.
    if (stats && !stats.isFile() && !stats.isDirectory()) return await access(path, constants.W_OK);
    await (await open(path, 'a')).close();
    if (!stats) await rm(path);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

/** Makes a folder and those above it. Node's own `recursive` tries for ever below /proc. @throws {UsageError} */
export async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    const isThere = error.code === 'EEXIST' && statSync(folder).isDirectory();
    if (!isThere) throw new UsageError(`cannot make the folder ${folder}: ${error.message}`);
  });
}

/** @param path a file, or "-" for standard output @throws {UsageError} for a file that cannot be written */
export async function writeText(path: string, text: string): Promise<void> {
  if (path === '-') return print(text);
  await writeFile(path, `${text}\n`).catch((error: Error) => {
    throw new UsageError(`cannot write ${path}: ${error.message}`);
  });
}
