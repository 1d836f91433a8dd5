/** What plans of sums and rows look like: a change of their constants changes only speed, which no other test would notice. */
import { expect, test } from 'vitest';
import { type Call, checkLater } from '../../src/call.js';
import { resolveActivation } from '../../src/catalogue.js';
import type { Direction } from '../../src/forms.js';
import { type Limits, type Plan, planCall } from '../../src/plan/index.js';
import { checkEncodedStatistics, planStatistics } from '../../src/plan/statistics.js';
import { givenTo, rowNames, trafficOf } from '../traffic.js';

const gpu: Limits = {
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  minStorageBufferOffsetAlignment: 256,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
};

function callOf(name: string, direction: Direction, given: string[], length: number, options: object): Call {
  const tensors = Object.fromEntries(given.map((tensor) => [tensor, true]));
  return checkLater(resolveActivation(name), direction, tensors, length, { ...options });
}

/** Entry point, threads of a workgroup, workgroups: a line a dispatch; then the bytes of scratch memory. */
const shapeOf = ({ dispatches, scratchByteLength }: Plan): string[] => [
  ...dispatches.map(({ variant, workgroups }) => {
    const { entryPoint, constants } = variant;
    return `${entryPoint} ${constants.workgroup_size} × ${workgroups.join(' × ')}`;
  }),
  `${scratchByteLength} bytes`,
];

const cpu = { ...gpu, isFallback: true };
const sums: [outer: number, channels: number, inner: number, of: Limits, shape: string[]][] = [
  [
    1048576,
    1,
    1,
    gpu,
    ['sum_whole 128 × 256 × 1', 'reduce_by_row 128 × 1 × 1', 'reduce_by_row 128 × 1 × 1', '32768 bytes'],
  ],
  [
    3,
    1,
    1,
    gpu,
    ['sum_by_column 32 × 1 × 1', 'reduce_by_column 128 × 1 × 1', 'reduce_by_column 128 × 1 × 1', '128 bytes'],
  ],
  [
    5,
    1,
    7,
    gpu,
    [
      'sum_whole 128 × 1 × 1',
      'sum_by_column 32 × 1 × 1',
      'reduce_by_column 128 × 1 × 1',
      'reduce_by_column 128 × 1 × 1',
      '256 bytes',
    ],
  ],
  [
    4096,
    256,
    1,
    gpu,
    ['sum_by_column 128 × 512 × 1', 'reduce_by_row 128 × 256 × 1', 'reduce_by_row 128 × 256 × 1', '8388608 bytes'],
  ],
  [
    64,
    16,
    63,
    gpu,
    ['sum_by_column 128 × 126 × 1', 'reduce_by_row 128 × 16 × 1', 'reduce_by_row 128 × 16 × 1', '2064384 bytes'],
  ],
  [
    64,
    16,
    64,
    gpu,
    ['sum_by_row 128 × 16 × 1', 'reduce_by_column 128 × 1 × 1', 'reduce_by_column 128 × 1 × 1', '2048 bytes'],
  ],
  [
    2,
    4,
    131072,
    gpu,
    ['sum_by_row 128 × 256 × 1', 'reduce_by_row 128 × 4 × 1', 'reduce_by_row 128 × 4 × 1', '32768 bytes'],
  ],
  [
    262144,
    4,
    1,
    gpu,
    ['sum_by_column 128 × 512 × 1', 'reduce_by_row 128 × 4 × 1', 'reduce_by_row 128 × 4 × 1', '8388608 bytes'],
  ],
  [1048576, 1, 1, cpu, ['sum_whole 16 × 32 × 1', 'reduce_by_row 16 × 1 × 1', 'reduce_by_row 16 × 1 × 1', '4096 bytes']],
  [
    3,
    1,
    1,
    cpu,
    ['sum_by_column 32 × 1 × 1', 'reduce_by_column 128 × 1 × 1', 'reduce_by_column 128 × 1 × 1', '128 bytes'],
  ],
  [
    5,
    1,
    7,
    cpu,
    [
      'sum_whole 16 × 1 × 1',
      'sum_by_column 32 × 1 × 1',
      'reduce_by_column 128 × 1 × 1',
      'reduce_by_column 128 × 1 × 1',
      '256 bytes',
    ],
  ],
  [
    4096,
    256,
    1,
    cpu,
    ['sum_by_column 128 × 128 × 1', 'reduce_by_row 16 × 256 × 1', 'reduce_by_row 16 × 256 × 1', '2097152 bytes'],
  ],
  [
    64,
    16,
    63,
    cpu,
    ['sum_by_column 128 × 8 × 1', 'reduce_by_row 16 × 16 × 1', 'reduce_by_row 16 × 16 × 1', '129024 bytes'],
  ],
  [
    64,
    16,
    64,
    cpu,
    ['sum_by_row 16 × 16 × 1', 'reduce_by_column 128 × 1 × 1', 'reduce_by_column 128 × 1 × 1', '2048 bytes'],
  ],
  [
    2,
    4,
    131072,
    cpu,
    ['sum_by_row 16 × 32 × 1', 'reduce_by_column 128 × 1 × 1', 'reduce_by_column 128 × 1 × 1', '4096 bytes'],
  ],
  [
    262144,
    4,
    1,
    cpu,
    ['sum_by_column 128 × 128 × 1', 'reduce_by_row 16 × 4 × 1', 'reduce_by_row 16 × 4 × 1', '2097152 bytes'],
  ],
];

test.each(sums)('dWeight and dBias of [%i, %i, %i]', (outer, channels, inner, of, shape) => {
  const given = ['x', 'weight', 'bias', 'dy', 'dWeight', 'dBias'];
  const call = callOf('prelu', 'backward', given, outer * channels * inner, { channels, inner });
  expect(shapeOf(planCall(call, of))).toEqual(shape);
});

const statistics: [channels: number, inner: number, of: Limits, shape: string[]][] = [
  [1, 1, gpu, ['begin 128 × 1 × 1', 'sum_whole 128 × 128 × 1', 'reduce_by_row 128 × 1 × 1', '3584 bytes']],
  [64, 1, gpu, ['begin 128 × 40 × 1', 'sum_by_column 32 × 512 × 1', 'reduce_by_row 128 × 64 × 1', '458752 bytes']],
  [16, 1024, gpu, ['begin 128 × 10 × 1', 'sum_by_row 128 × 128 × 1', 'reduce_by_column 128 × 1 × 1', '3584 bytes']],
  [1, 1, cpu, ['begin 128 × 1 × 1', 'sum_whole 16 × 1024 × 1', 'reduce_by_row 16 × 1 × 1', '28672 bytes']],
  [64, 1, cpu, ['begin 128 × 40 × 1', 'sum_by_column 4 × 4096 × 1', 'reduce_by_row 16 × 64 × 1', '458752 bytes']],
  [16, 1024, cpu, ['begin 128 × 10 × 1', 'sum_by_row 16 × 1024 × 1', 'reduce_by_row 16 × 16 × 1', '28672 bytes']],
];

test.each(statistics)('statistics of 2²⁰ elements, %i channels, inner %i', (channels, inner, of, shape) => {
  const buffer = { usage: 0x80, size: 2 ** 30, label: '' };
  const tensors = { x: buffer, statistics: { ...buffer }, length: 2 ** 20 };
  const { call } = checkEncodedStatistics(resolveActivation('relu'), tensors, { channels, inner }, of);
  expect(shapeOf(planStatistics(call, of))).toEqual(shape);
});

const rows: [rows: number, columns: number, of: Limits, shape: string[]][] = [
  [1000, 17, gpu, ['backward 128 × 16 × 1', '0 bytes']],
  [64, 4096, gpu, ['backward 256 × 64 × 1', '0 bytes']],
  [
    8,
    4100,
    gpu,
    [
      'forward_partial 256 × 16 × 1',
      'forward_combine 128 × 8 × 1',
      'backward_partial 256 × 16 × 1',
      'backward_combine 128 × 8 × 1',
      'backward_write 256 × 16 × 1',
      '512 bytes',
    ],
  ],
  [
    2,
    100000,
    gpu,
    [
      'forward_partial 256 × 50 × 1',
      'forward_combine 128 × 2 × 1',
      'backward_partial 256 × 50 × 1',
      'backward_combine 128 × 2 × 1',
      'backward_write 256 × 50 × 1',
      '864 bytes',
    ],
  ],
  [
    3,
    1048579,
    gpu,
    [
      'forward_partial 256 × 771 × 1',
      'forward_combine 128 × 3 × 1',
      'backward_partial 256 × 771 × 1',
      'backward_combine 128 × 3 × 1',
      'backward_write 256 × 771 × 1',
      '12432 bytes',
    ],
  ],
  [1000, 17, cpu, ['backward 32 × 32 × 1', '0 bytes']],
  [64, 4096, cpu, ['backward 32 × 2 × 1', '0 bytes']],
  [
    8,
    4100,
    cpu,
    [
      'forward_partial 32 × 1 × 1',
      'forward_combine 32 × 1 × 1',
      'backward_partial 32 × 1 × 1',
      'backward_combine 32 × 1 × 1',
      'backward_write 32 × 1 × 1',
      '512 bytes',
    ],
  ],
  [
    2,
    100000,
    cpu,
    [
      'forward_partial 32 × 2 × 1',
      'forward_combine 32 × 1 × 1',
      'backward_partial 32 × 2 × 1',
      'backward_combine 32 × 1 × 1',
      'backward_write 32 × 2 × 1',
      '864 bytes',
    ],
  ],
  [
    3,
    1048579,
    cpu,
    [
      'forward_partial 32 × 25 × 1',
      'forward_combine 32 × 1 × 1',
      'backward_partial 32 × 25 × 1',
      'backward_combine 32 × 1 × 1',
      'backward_write 32 × 25 × 1',
      '12432 bytes',
    ],
  ],
];

test.each(rows)('softmax backward from x, %i rows of %i', (count, columns, of, shape) => {
  const call = callOf('softmax', 'backward', ['x', 'dy'], count * columns, { columns });
  expect(shapeOf(planCall(call, of))).toEqual(shape);
});

test.each(rowNames)('%s: each tensor is read or written once where a workgroup holds a row', (name) => {
  const definition = resolveActivation(name);
  for (const columns of [1, 3, 64, 1023, 1024, 4096])
    for (const direction of ['forward', 'backward'] as const)
      for (const given of givenTo(definition, direction)) {
        const { dispatches, bound, isStreaming } = trafficOf(definition, direction, given, columns);
        const { notes = 0, ...tensors } = bound;
        // terms of a sink's gradient are summed in a dispatch of their own
        const isSummed = direction === 'backward' && given[0] === 'sink';
        expect([dispatches, notes, isStreaming]).toEqual(isSummed ? [2, 2, false] : [1, 0, false]);
        expect(Object.values(tensors)).toEqual(Object.values(tensors).map(() => 1));
        const outputs = direction === 'backward' ? ['dx'] : definition.gives === 'loss' ? ['loss'] : ['y'];
        const source = given[0] === 'y' ? 'y' : 'x';
        expect(Object.keys(tensors)).toEqual(
          expect.arrayContaining([
            ...outputs,
            ...(name === 'hardmax' && direction === 'backward' ? [] : [source]),
            ...given,
          ]),
        );
      }
});
