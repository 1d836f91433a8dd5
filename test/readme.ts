/** The generated parts of the README. */
import { catalogue, type Row, resolveActivation } from '../src/catalogue.js';
import { type Figure, figureOf, sampledRecord } from '../src/cli/records.js';
import { guide } from './guide.js';

/** The table of activations; sampled figures carry a ~. */
export function activations(): string {
  const used = new Map<string, Figure>();
  const figure = (value: Figure['forward'], { source }: Figure): string =>
    `${source === 'sampled' ? '~' : ''}${Number(Number(value).toPrecision(3))}`;
  const rows = Object.entries(catalogue as Record<string, Row>).map(
    ([name, { formula, derivative, parameters, aliases }]) => {
      const given = Object.entries(parameters).map(
        ([parameter, facts]) => `${parameter} ${Number(facts.default.toPrecision(4))}`,
      );
      const found = figureOf(resolveActivation(name));
      if (found) used.set(`${found.source} ${found.date} ${found.adapter} ${found.runtime}`, found);
      const cells = [
        name,
        formula,
        derivative,
        given.join(', '),
        aliases.join(', '),
        found ? figure(found.forward, found) : '',
        found ? figure(found.derivative, found) : '',
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    },
  );
  const notes = [...used.values()].map(({ source, date, adapter, runtime }) =>
    source === 'exhaustive'
      ? `Without mark: over all 2³² float32 inputs, ${date}, ${adapter}, ${runtime}.`
      : `~ over a stratified sample of ${sampledRecord!.count.toLocaleString('en')} inputs, ${date}, ${adapter}, ${runtime}.`,
  );
  return [
    '| name | y | f′ | parameters | also known as | ULP y | ULP f′ |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    [...new Set(notes)].join(' '),
  ].join('\n');
}

/** The README with every generated part made anew. */
export function generate(readme: string): string {
  return Object.entries({ activations: activations(), guide: guide() }).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`),
        (_all, start: string, end: string) => `${start}\n${part}\n\n${end}`,
      ),
    readme,
  );
}
