import type { Command } from './command.js';

export function formatHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, synopsis, summary }) => [`${name} ${synopsis}`, summary] as const);
  return [
    'usage: webgpu-activations COMMAND [options]',
    '',
    ...columns(rows),
    '',
    'webgpu-activations COMMAND --help shows the options of a command; --version the version.',
    'Exit status: 0 all good, 1 a check failed, 2 wrong usage or an unreadable file, 3 no WebGPU adapter,',
    '4 the browser or program it runs in could not be started or stopped answering.',
  ].join('\n');
}

export function formatCommandHelp({ name, synopsis, summary, options }: Command): string {
  const rows = Object.entries(options).map(
    ([option, { value, description }]) => [`--${option}${value ? ` ${value}` : ''}`, description] as const,
  );
  return [`usage: webgpu-activations ${name} ${synopsis}`, '', summary, '', ...columns(rows)].join('\n').trimEnd();
}

/** Two columns; a left side too long for its column gets a line of its own. */
function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = 24;
  return rows.flatMap(([left, right]) => {
    if (left.length <= width) return [`  ${left.padEnd(width)}  ${right}`];
    return [`  ${left}`, `  ${' '.repeat(width)}  ${right}`];
  });
}
