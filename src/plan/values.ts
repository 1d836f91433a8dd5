/** Functions that give one value a row: `shaders/kernels/row_value.wgsl`. Apart, so that a page of other functions has none of it. */
import type { Call } from '../call.js';
import type { WgslFile } from '../wgsl/file.js';
import * as kernel from '../wgsl/kernels.js';
import type { Limits, Plan } from './grid.js';
import { forwardSteps, isBackward, planRows, type RowKernel, type RowStep, readOf, sourceOf } from './rowwise.js';

const inputsOf = ({ isArena }: Call): WgslFile => (isArena ? kernel.rowValuesWritten : kernel.rowValuesRead);

/** By functions, which a bundler drops where nobody calls them. */
const value = (logSumExp: string): Pick<RowKernel, 'files' | 'combine' | 'variables'> => ({
  files: [kernel.rowSingle, kernel.rowKnown, kernel.rowExponentials, kernel.rowValue],
  combine: [kernel.rowSingle, kernel.rowKnown, kernel.rowTotal, kernel.rowwiseCombine],
  variables: { y: 'row_y', loss: 'row_y', dy: 'row_dy', labels: 'labels', logSumExp },
});

const plain = (): RowKernel => ({
  ...value(''),
  more: (call, isCombining) => [kernel.rowPlain, ...(isCombining ? [] : [kernel.rowUnlabelled, inputsOf(call)])],
  steps(call, isCut) {
    const tensors = [...(isBackward(call) ? [sourceOf(call), readOf(call, 'dy')] : []), ...call.outputs];
    if (!isCut) return [[call.direction, [sourceOf(call), ...tensors]]];
    const write: RowStep = isBackward(call)
      ? ['backward_write', [...tensors, 'partial']]
      : ['forward_write', [...tensors, 'partial'], 'row'];
    return [...forwardSteps(call), write];
  },
});

const isSaved = ({ form }: Call): boolean => form.inputs.includes('logSumExp');

const keepsLog = (call: Call): boolean => !isBackward(call) && call.outputs.includes('logSumExp');

const labelled = (call: Call): RowKernel => ({
  ...value(isSaved(call) ? 'saved_log_sum_exp' : 'log_sum_exp'),
  more: (call, isCombining) => [
    kernel.rowPlain,
    ...(isCombining ? [] : [kernel.rowLabelled, inputsOf(call)]),
    ...(isCombining ? [] : [keepsLog(call) ? kernel.rowLogKept : kernel.rowLogDropped]),
  ],
  steps(call, isCut) {
    const { outputs, settings } = call;
    const source = sourceOf(call);
    const read = (name: string): string => readOf(call, name);
    if (isBackward(call)) {
      const tensors = [source, read('labels'), read('dy'), ...outputs];
      if (isSaved(call)) return [['backward_saved', [...tensors, read('logSumExp')]]];
      return isCut ? [...forwardSteps(call), ['backward_write', [...tensors, 'partial']]] : [['backward', tensors]];
    }
    const tensors = [source, read('labels'), ...outputs];
    if (!isCut) return [['forward', tensors]];
    const rest: readonly RowStep[] = [
      ['rest_partial', [source, 'partial']],
      ['rest_combine', ['partial'], 'row'],
    ];
    return [
      ...forwardSteps(call),
      ...(settings.parameters.labelSmoothing ? rest : []),
      ['forward_write', [...tensors, 'partial'], 'row'],
    ];
  },
  constants: (call): Record<string, number> =>
    !isBackward(call) && call.settings.parameters.labelSmoothing ? { smooths: 1 } : {},
  params({ settings: { parameters, columns } }) {
    const { ignoreIndex = 0, labelSmoothing = 0 } = parameters;
    // the label goes as an integer; in its place is what every column has of the smoothing
    return {
      fields: { half: ignoreIndex >>> 0 },
      parameters: { ...parameters, ignoreIndex: labelSmoothing / columns },
    };
  },
});

/** Of functions of a row alone. */
export const planValue = (call: Call, limits: Limits): Plan => planRows(call, limits, plain());

/** Of functions of a row and its label. */
export const planLabelled = (call: Call, limits: Limits): Plan => planRows(call, limits, labelled(call));
