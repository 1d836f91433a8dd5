/** Passes without sums: forward, and backward where no learned parameter wants its gradient. */
import { bodyLanes, bodyPieces, planBody } from './body.js';
import {
  type Call,
  type Dispatch,
  elementBytes,
  type Part,
  type Plan,
  paramsBlock,
  planGrid,
  planParts,
} from './grid.js';

const WORKGROUP_SIZE = 128;
const STEPS = 2;

export function planFlat(call: Call): Plan {
  const { definition, direction, settings, fromY, limits } = call;
  const bytes = elementBytes(settings);
  const dispatches: Dispatch[] = [];
  for (const piece of bodyPieces(call)) {
    const parts: Part[] = bodyLanes(call) === 4 ? planParts(piece, bytes, limits) : [{ ...piece, lanes: 1, first: 0 }];
    for (const { lanes, start, first, count } of parts) {
      const { activation, files, reads, constants, params, bind } = planBody(call, lanes);
      const groups = count / lanes;
      dispatches.push({
        variant: {
          label: `${definition.name}.${direction} ${settings.dtype}x${lanes}`,
          entryPoint: direction,
          files: [...files, 'flat'],
          activation,
          fromY,
          reads,
          constants: { workgroup_size: WORKGROUP_SIZE, steps: STEPS, ...constants },
        },
        params: paramsBlock(settings.parameters, { first, count: groups, base: start / lanes, ...params }),
        bindings: bind(start, count),
        workgroups: planGrid(Math.ceil((groups - first) / (WORKGROUP_SIZE * STEPS)), limits),
      });
    }
  }
  return { dispatches, scratchByteLength: 0 };
}
