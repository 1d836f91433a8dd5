/** Activations by name: what `createActivations` of the whole library knows, and `core` does not. */
import * as activations from './activations.js';
import { type Definition, isDefinition } from './definition.js';
import { describe, failType, nearest } from './errors.js';
import { completing } from './parts.js';
import { channels } from './plan/channels.js';
import { gates } from './plan/gates.js';
import { halfPrecision } from './plan/half_precision.js';

/** Every call may have everything. */
const complete = completing({ channels, gates, halfPrecision });
const byName = new Map<string, Definition>();
const plain = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, '');
for (const definition of Object.values<Definition>(activations))
  for (const alias of [definition.name, ...definition.aliases]) byName.set(plain(alias), complete(definition));

/** Makes a user's definition known by its name too, as the command line needs. @throws {RangeError} for a name in use */
export function nameDefinition(definition: Definition): void {
  const key = plain(definition.name);
  const taken = byName.get(key);
  if (taken) throw new RangeError(`activation: expected a new name, got "${definition.name}", which is ${taken.name}`);
  byName.set(key, complete(definition));
}

/**
 * The definition of a name or alias; a definition is itself.
 * @throws {TypeError} for a name that is no string; {RangeError} for an unknown one, with the nearest known name
 */
export function definitionOf(name: unknown): Definition {
  if (isDefinition(name)) return complete(name);
  if (typeof name !== 'string') return failType('activation', 'a name', name);
  const definition = byName.get(plain(name));
  if (definition) return definition;
  const known = nearest(plain(name), byName.keys());
  const suggestion = known ? `did you mean "${byName.get(known)!.name}"?` : Object.keys(activations).join(', ');
  throw new RangeError(`activation: expected a name of the catalogue, got ${describe(name)}; ${suggestion}`);
}
