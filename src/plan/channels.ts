/**
 * Backward with the gradient of a learned weight or bias: partial sums beside dx, then one reduction of those. The
 * layout is [outer, channels, inner], row-major.
 */
import { checkScratch } from '../arguments.js';
import { FLOAT_BYTES } from '../storage.js';
import { bodyLanes, bodyPieces, planBody } from './body.js';
import { bindWhole, type Call, type Dispatch, elementBytes, type Plan, paramsBlock, planGrid } from './grid.js';
import { planReduction, planSums } from './sums.js';

export function planChannels(call: Call): Plan {
  const { definition, settings, ranges, limits } = call;
  const { channels } = settings;
  const sums = ['dWeight', 'dBias'].filter((name) => ranges[name]);
  const plan = planSums(bodyPieces(call), settings, limits, {
    wide: bodyLanes(call) === 4,
    bytes: elementBytes(settings),
  });
  const dispatches: Dispatch[] = [];
  for (const { part, entryPoint, workgroupSize, workgroupCount, params: shape } of plan.passes) {
    const { start, count, lanes } = part;
    const { activation, files, reads, constants, params, bind } = planBody(call, lanes);
    dispatches.push({
      variant: {
        label: `${definition.name}.backward ${entryPoint} ${settings.dtype}x${lanes}`,
        entryPoint,
        files: [...files, 'sum', 'gradients', 'channels'],
        activation,
        fromY: call.fromY,
        reads,
        constants: {
          workgroup_size: workgroupSize,
          ...(ranges.dWeight && { sum_weight: 1 }),
          ...(ranges.dBias && { sum_bias: 1 }),
          ...constants,
        },
      },
      params: paramsBlock(settings.parameters, { ...params, ...shape }),
      bindings: [...bind(start, count), { name: 'partial', range: 'scratch' }],
      workgroups: planGrid(workgroupCount, limits),
    });
  }
  const scratchByteLength = Math.max(16, plan.slabs * sums.length * 2 * channels * plan.inner * FLOAT_BYTES);
  checkScratch(`${definition.name}.backward`, scratchByteLength, channels, limits.maxStorageBufferBindingSize);
  const { entryPoint, workgroupSize, workgroups } = planReduction(plan, channels, limits);
  sums.forEach((name, index) => {
    dispatches.push({
      variant: {
        label: entryPoint,
        entryPoint,
        files: ['lanes_1', 'sum', 'reduce_gradients', 'reduce'],
        constants: { workgroup_size: workgroupSize, ...(settings.accumulate && { accumulate: 1 }) },
      },
      params: paramsBlock({}, { first: index, count: sums.length, channels, inner: plan.inner, slabs: plan.slabs }),
      bindings: [
        { name: 'partial', range: 'scratch' },
        { name: 'sums', range: bindWhole(call, name).range },
      ],
      workgroups,
    });
  });
  return { dispatches, scratchByteLength };
}
