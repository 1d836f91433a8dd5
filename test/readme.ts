/** The generated parts of the README. */
import { catalogue, type Row } from '../src/catalogue.js';
import { guide } from './guide.js';

/** Figures of an activation: the largest errors found, and how they were found. */
export interface Figures {
  readonly forward: string;
  readonly derivative: string;
}

export function activations(figuresOf: (name: string) => Figures): string {
  const rows = Object.entries(catalogue as Record<string, Row>).map(
    ([name, { formula, derivative, parameters, aliases }]) => {
      const given = Object.entries(parameters).map(
        ([parameter, facts]) => `${parameter} ${Number(facts.default.toPrecision(4))}`,
      );
      const { forward, derivative: dx } = figuresOf(name);
      const text = (value: string): string => value.replaceAll('|', '\\|');
      return `| ${name} | ${text(formula)} | ${text(derivative)} | ${given.join(', ')} | ${aliases.join(', ')} | ${forward} | ${dx} |`;
    },
  );
  return [
    '| name | y | f′ | parameters | also known as | ULP y | ULP f′ |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The README with every generated part made anew. */
export function generate(readme: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries({ guide: guide(), ...parts }).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`),
        (_all, start: string, end: string) => `${start}\n${part}\n\n${end}`,
      ),
    readme,
  );
}
