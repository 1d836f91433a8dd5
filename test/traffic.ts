/** What the passes of functions of rows read and write, by their plans. */
import { checkLater } from '../src/call.js';
import { catalogue, resolveActivation } from '../src/catalogue.js';
import type { Definition } from '../src/definition.js';
import type { Direction } from '../src/forms.js';
import { type Limits, planCall } from '../src/plan/index.js';

const limits: Limits = {
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  minStorageBufferOffsetAlignment: 256,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
};

/** The dispatches of a pass, how many of them bind each tensor, and whether one reads a row more than once. */
export interface Traffic {
  readonly dispatches: number;
  readonly bound: Readonly<Record<string, number>>;
  readonly isStreaming: boolean;
}

export function trafficOf(
  definition: Definition,
  direction: Direction,
  given: readonly string[],
  columns: number,
): Traffic {
  const tensors = Object.fromEntries(given.map((name) => [name, true]));
  const { dispatches } = planCall(checkLater(definition, direction, tensors, 4 * columns, { columns }), limits);
  const bound: Record<string, number> = {};
  for (const { bindings } of dispatches)
    for (const { source } of bindings) {
      if (source instanceof ArrayBuffer) continue;
      const name = source === 'scratch' ? 'notes' : source.tensor;
      bound[name] = (bound[name] ?? 0) + 1;
    }
  const isStreaming = dispatches.some(({ variant }) => variant.constants.streams === 1);
  return { dispatches: dispatches.length, bound, isStreaming };
}

export const rowNames = Object.keys(catalogue).filter((name) => resolveActivation(name).maps === 'row');

/** What each pass may be given, and options that add tensors. */
export const givenTo = ({ sight, fromY, gives }: Definition, direction: Direction): string[][] => {
  const beside = sight ? [['mask'], ['sink'], ['logSumExp']] : [];
  if (direction === 'forward') return [[], ...beside];
  return [[], ...(fromY ? [['y']] : []), ...beside, ...(gives === 'loss' ? [['logSumExp']] : [])];
};

/** A table of them: a row that a workgroup holds, and one that is cut. */
export function traffic(): string {
  const lines = new Map<string, string[]>();
  const cellOf = ({ dispatches, bound, isStreaming }: Traffic): string => {
    const tensors = Object.entries(bound).map(([name, count]) => (count > 1 ? `${count}·${name}` : name));
    return `${dispatches}: ${tensors.join(' + ')}${isStreaming ? ' (streams)' : ''}`;
  };
  for (const name of rowNames) {
    const definition = resolveActivation(name);
    for (const direction of ['forward', 'backward'] as const)
      for (const given of givenTo(definition, direction)) {
        const cells = [1024, 2 ** 20].map((columns) => cellOf(trafficOf(definition, direction, given, columns)));
        const line = [`${direction}${given.length ? `, ${given}` : ''}`, ...cells].join(' | ');
        lines.set(line, [...(lines.get(line) ?? []), name]);
      }
  }
  const rows = [...lines].map(([line, names]) => `| ${names.join(', ')} | ${line} |`);
  return ['| | pass, given | rows of 1,024 | rows of 2²⁰ |', '|---|---|---|---|', ...rows].join('\n');
}
