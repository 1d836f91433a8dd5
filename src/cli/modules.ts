import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { defineExports } from './definitions.js';
import { UsageError } from './exit.js';
import { resolveOwnNames } from './own_names.js';

/** How long a module may wait for something while it is loaded. */
const LIMIT_SECONDS = 15;

/** The names that the modules of `--module` define, by file; they are known in this process from then on. @throws {UsageError} */
export async function defineModules(files: readonly string[]): Promise<string[]> {
  resolveOwnNames();
  const names: string[] = [];
  for (const file of files)
    try {
      names.push(...defineExports(await load(file)));
    } catch (error) {
      throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  return names;
}

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  const ended = new AbortController();
  const late = wait(LIMIT_SECONDS * 1000, undefined, ended).then(() => {
    throw new Error(`expected a module that loads within ${LIMIT_SECONDS} s, got one that still waits`);
  });
  try {
    return await Promise.race([import(/* @vite-ignore */ pathToFileURL(file).href), late]);
  } finally {
    ended.abort();
  }
}
