/** Passes without sums: forward, and backward where no learned parameter wants its gradient. */
import type { Call } from '../call.js';
import { elementBytes } from '../storage.js';
import * as kernel from '../wgsl/kernels.js';
import { bodyLanes, bodyPieces, planBody } from './body.js';
import {
  type Dispatch,
  type Limits,
  type Part,
  type Plan,
  paramsBlock,
  planGrid,
  planParts,
  type Shape,
  threadsWithin,
} from './grid.js';

/** Near the best on the software adapter, see `bench/results/shapes.json`; GPUs differ little between wide shapes. */
export const usualShape: Shape = { workgroupSize: 256, steps: 2 };
/** Up to so many groups the launch is the cost: small workgroups spread them over more of the device. */
const FEW_GROUPS = 4096;
const smallShape: Shape = { workgroupSize: 128, steps: 1 };

/** Of array calls: half the text compiles sooner, and the way to the GPU and back hides what it costs. */
export const arrayShape: Shape = { workgroupSize: 256, steps: 1 };

/** Lengths that between them meet every shape, and every width of a group. */
export const exemplaryLengths = [5, 4 * FEW_GROUPS + 5] as const;

function planShape({ direction, form }: Call, groups: number, limits: Limits): Shape {
  if (groups <= FEW_GROUPS) return smallShape;
  const { workgroupSize, steps } = limits.shape ?? usualShape;
  // a gate's gradient needs the value too: two of them at once run out of registers
  const isHeavy = direction === 'backward' && form.name !== 'element';
  return { workgroupSize: threadsWithin(workgroupSize, limits), steps: isHeavy ? 1 : steps };
}

export function planFlat(call: Call, limits: Limits): Plan {
  const { definition, direction, settings } = call;
  const bytes = elementBytes(settings);
  const dispatches: Dispatch[] = [];
  for (const piece of bodyPieces(call, limits)) {
    const parts: Part[] = bodyLanes(call) === 4 ? planParts(piece, bytes, limits) : [{ ...piece, lanes: 1, first: 0 }];
    for (const { lanes, start, first, count } of parts) {
      const { files, constants, params, bind, ...body } = planBody(call, lanes, limits);
      const groups = count / lanes;
      const { workgroupSize, steps } = planShape(call, groups, limits);
      dispatches.push({
        variant: {
          ...body,
          label: `${definition.name}.${direction} ${settings.dtype}x${lanes}`,
          entryPoint: direction,
          files: [...files, kernel.flat],
          constants: { workgroup_size: workgroupSize, steps, ...constants },
        },
        params: paramsBlock(definition, settings.parameters, { first, count: groups, base: start / lanes, ...params }),
        bindings: bind(start, count),
        workgroups: planGrid(Math.ceil((groups - first) / (workgroupSize * steps)), limits),
      });
    }
  }
  return { dispatches, scratchByteLength: 0 };
}
