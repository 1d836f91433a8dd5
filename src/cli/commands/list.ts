import { catalogue, type Row, resolveActivation } from '../../catalogue.js';
import { fromJsonNumber } from '../../check/json.js';
import { familyOf } from '../../forms.js';
import type { Command } from '../command.js';
import { ExitStatus } from '../exit.js';
import { formatJson, jsonTarget, print, writeText } from '../output.js';
import { type Figure, figureOf } from '../records.js';
import { formatFigure, formatTable } from '../table.js';

export const list: Command = {
  name: 'list',
  synopsis: '[--json]',
  summary:
    'every activation: formula, parameters with their defaults, accuracy bounds and largest errors found, in ULP',
  options: { json: { description: 'as JSON' } },
  async run(given) {
    const json = await jsonTarget(given);
    const rows = Object.entries(catalogue as Readonly<Record<string, Row>>).map(listed);
    if (json) await writeText(json, formatJson(rows));
    else
      print(
        `${formatList(rows)}\n~ found in a sample; without it, over all 2³² float32 inputs\n` +
          '* beside roots, where terms cancel, an error counts beside the terms: docs/accuracy.md',
      );
    return ExitStatus.good;
  },
};

function listed([name, row]: [string, Row]) {
  const { formula, derivative, aliases, parameters, bounds } = row;
  const params = Object.fromEntries(Object.entries(parameters).map(([parameter, facts]) => [parameter, facts.default]));
  return {
    name,
    family: familyOf(row),
    formula,
    derivative,
    aliases,
    params,
    bounds,
    hasAbsoluteBound: bounds.absolute !== undefined,
    accuracy: figureOf(resolveActivation(name)) ?? null,
  };
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
      {
        title: 'ULP y',
        align: 'right',
        text: ({ accuracy, hasAbsoluteBound }) => `${figure(accuracy, 'forward')}${hasAbsoluteBound ? '*' : ''}`,
      },
      { title: 'bound', align: 'right', text: ({ bounds }) => String(bounds.forward) },
      { title: "ULP f'", align: 'right', text: ({ accuracy }) => figure(accuracy, 'derivative') },
      { title: 'bound', align: 'right', text: ({ bounds }) => String(bounds.derivative) },
    ],
    rows,
  );
}

/** The largest error found; ~ where it is a sample's. */
function figure(accuracy: Figure | null, pass: 'forward' | 'derivative'): string {
  if (!accuracy) return '';
  return `${accuracy.source === 'sampled' ? '~' : ''}${formatFigure(fromJsonNumber(accuracy[pass]))}`;
}
