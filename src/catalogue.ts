/** The table for people and checks: each activation's row with its facts (`reference/`). */
import type * as activations from './activations.js';
import { type Definition, registerDefinition } from './definition.js';
import { definitionOf } from './names.js';
import type { Facts, Reference } from './reference/facts.js';
import { factsByName } from './reference/index.js';
import type { ActivationName } from './types.js';

/** An activation with all that is known of it. */
export interface Row<P extends string = string, L extends string = string> extends Definition<P, L>, Facts<P> {
  /** A user's own activation brings its float64 reference; the catalogue's lie in `reference/`. */
  readonly reference?: Reference<P>;
}

const rows = new Map<string, Row>(
  Object.entries(factsByName).map(([name, facts]) => [name, registerDefinition({ ...definitionOf(name), ...facts })]),
);

/** Every activation by name. */
export const catalogue = Object.fromEntries(rows) as {
  readonly [N in ActivationName]: (typeof activations)[N] & Facts;
};

/**
 * The row of a name or alias of the catalogue.
 * @throws {TypeError} for a name that is no string; {RangeError} for an unknown one, with the nearest known name
 */
export function resolveActivation(name: string | Definition): Row {
  const definition = definitionOf(name);
  return 'formula' in definition ? (definition as Row) : rows.get(definition.name)!;
}
