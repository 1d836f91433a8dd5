import type { Row } from '../catalogue.js';
import { type ActivationDefinition, defineActivation } from '../define.js';
import { nameDefinition } from '../names.js';

/**
 * Defines every activation that a module exports: plain objects, as defineActivation takes them, or its results, which may be
 * those of another copy of the library. Gives their names.
 */
export function defineExports(exports: Readonly<Record<string, unknown>>): string[] {
  const given = [...new Set(Object.values(exports))].flatMap(descriptionOf);
  if (given.length === 0) throw new TypeError('expected a module that exports { name, wgsl, reference, … }, got none');
  return given.map((description) => {
    const definition = defineActivation(description);
    nameDefinition(definition);
    return definition.name;
  });
}

function descriptionOf(value: unknown): ActivationDefinition[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('wgsl' in value) return [value as ActivationDefinition];
  if (!('source' in value && 'reference' in value)) return [];
  const { name, source, parameters, learned, reference, formula, derivative, points, flat, bounds, citation, domain } =
    value as Row & Required<Pick<Row, 'reference'>>;
  const facts = { reference, formula, derivative, points, flat, bounds, citation, ...(domain && { domain }) };
  return [{ name, wgsl: source.code, parameters, learned: Object.keys(learned), ...facts }];
}
