import { catalogue, type Row } from '../../catalogue.js';
import type { Command } from '../command.js';
import { ExitStatus } from '../exit.js';
import { formatJson, jsonTarget, print, writeText } from '../output.js';
import { formatTable } from '../table.js';

export const list: Command = {
  name: 'list',
  synopsis: '[--json]',
  summary: 'every activation: formula, parameters with their defaults, accuracy bounds in ULP',
  options: { json: { description: 'as JSON' } },
  async run(given) {
    const json = jsonTarget(given);
    const rows = Object.entries(catalogue as Readonly<Record<string, Row>>).map(listed);
    if (json) await writeText(json, formatJson(rows));
    else print(formatList(rows));
    return ExitStatus.good;
  },
};

function listed([name, { family, formula, derivative, aliases, parameters, bounds }]: [string, Row]) {
  const params = Object.fromEntries(Object.entries(parameters).map(([parameter, facts]) => [parameter, facts.default]));
  return { name, family, formula, derivative, aliases, params, bounds };
}

function formatList(rows: readonly ReturnType<typeof listed>[]): string {
  const params = (row: (typeof rows)[number]) =>
    Object.entries(row.params)
      .map((pair) => pair.join(' '))
      .join(', ');
  return formatTable(
    [
      { title: 'name', align: 'left', text: ({ name }) => name },
      { title: 'family', align: 'left', text: ({ family }) => family },
      { title: 'y', align: 'left', text: ({ formula }) => formula },
      { title: 'parameters', align: 'left', text: params },
      { title: 'ULP y', align: 'right', text: ({ bounds }) => String(bounds.forward) },
      { title: "ULP f'", align: 'right', text: ({ bounds }) => String(bounds.derivative) },
    ],
    rows,
  );
}
