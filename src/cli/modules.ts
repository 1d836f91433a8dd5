import { pathToFileURL } from 'node:url';
import { defineExports } from './definitions.js';
import { UsageError } from './exit.js';

/** The names that the modules of `--module` define, by file; they are known in this process from then on. @throws {UsageError} */
export async function defineModules(files: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const file of files)
    try {
      names.push(...defineExports(await import(/* @vite-ignore */ pathToFileURL(file).href)));
    } catch (error) {
      throw new UsageError(`${file}: ${(error as Error).message}`);
    }
  return names;
}
