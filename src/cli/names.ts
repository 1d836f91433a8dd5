import { catalogue, type Row, resolveActivation } from '../catalogue.js';
import { UsageError } from './exit.js';

/** The activation of a name or alias. @throws {UsageError} with the nearest known name */
export function activationNamed(name: string): Row {
  try {
    return resolveActivation(name);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The keys of the activations named on the command line; all of them where none is. @throws {UsageError} */
export function activationKeys(names: readonly string[]): string[] {
  if (!names.length) return Object.keys(catalogue);
  return [...new Set(names.map((name) => activationNamed(name).name))];
}
