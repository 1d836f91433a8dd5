/** How a kernel of rows reaches its function. Apart from link.ts, so that a page of other functions has none of it. */
import { type Definition, wgslName } from '../definition.js';

/** The functions by which a kernel of rows reaches its function, of those that its file declares. */
export const rowFunctions: readonly (readonly [declared: string, suffix: string, operands: string])[] = [
  ['row_kept(x: Logit, exponential: real) -> Logit', '_kept', 'x, exponential'],
  ['row_scale(sum: Total, maximum: f32) -> Total', '_scale', 'sum, maximum'],
  ['row_value(kept: Logit, maximum: f32, scale: vec2<f32>) -> real', '', 'kept, maximum, scale'],
  ['row_value(is_first: logic) -> real', '', 'is_first'],
  ['row_result(sum: f32) -> f32', '', 'sum'],
  [
    'row_result(logarithm: Total, difference: Total, half_mean: f32, log_sum_exp: f32) -> f32',
    '',
    'logarithm, difference, half_mean, log_sum_exp, params.parameters',
  ],
  ['row_slope(part: real, dy: f32) -> real', '_derivative', 'part, dy'],
  [
    'row_slope(part: real, is_label: logic, dy: f32, log_sum_exp: f32) -> real',
    '_derivative',
    'part, is_label, dy, log_sum_exp, params.parameters',
  ],
  ['row_factor(y: real) -> real', '_factor', 'y'],
  ['row_gradient(y: real, dy: real, total: vec4<f32>) -> real', '_derivative_from_y', 'y, dy, total'],
  ['row_gradient(y: real) -> real', '_derivative_from_y', 'y'],
  ['row_value(difference: Sum, threshold: Total) -> real', '', 'difference, threshold'],
  [
    'row_gradient(y: real, dy: real, total: vec4<f32>, share: f32) -> real',
    '_derivative_from_y',
    'y, dy, total, share',
  ],
];

/** `reader`: by what x is read, where a row does not see all of it as it is. */
export function rowGlue({ of, source, negates, unseen }: Definition, isReading: boolean, reader?: string): string {
  const name = wgslName(of);
  const sign = negates ? '-' : '';
  const input = reader ? `${reader}(i, ${sign}source(i))` : `${sign}source(i)`;
  const lines = isReading ? [`fn input_at(i: u32) -> Logit { return ${input}; }`] : [];
  if (isReading && unseen) lines.push(`const IS_LOGARITHM = ${unseen === 'minusInfinity'};`);
  for (const [declared, suffix, operands] of rowFunctions) {
    const own = source.functions![name + suffix];
    const types = [...declared.split(' -> ')[0]!.matchAll(/: ([^,)]+)/g)].map(([, type]) => type);
    if (own?.length !== operands.split(',').length || types.some((type, index) => type !== own[index])) continue;
    const isGradient = suffix === '_derivative_from_y';
    lines.push(`fn ${declared} { return ${isGradient ? sign : ''}${name}${suffix}(${operands}); }`);
  }
  return lines.join('\n');
}
