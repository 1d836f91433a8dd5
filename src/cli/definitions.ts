import { nameDefinition } from '../catalogue.js';
import { type ActivationDefinition, defineActivation } from '../define.js';

/** Defines every activation that a module exports: plain objects, as defineActivation takes them. Gives their names. */
export function defineExports(exports: Readonly<Record<string, unknown>>): string[] {
  const definitions = Object.values(exports).filter(
    (value): value is ActivationDefinition => typeof value === 'object' && value !== null && 'wgsl' in value,
  );
  if (definitions.length === 0)
    throw new TypeError('expected a module that exports { name, wgsl, reference, … }, got none');
  return definitions.map((given) => {
    const definition = defineActivation(given);
    nameDefinition(definition);
    return definition.name;
  });
}
