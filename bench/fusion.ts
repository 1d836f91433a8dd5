/** What fusing saves: one pass against the passes that it replaces, beside what their bytes alone would save. */

import { normalInputs } from '../src/check/samples.js';
import type { Activations } from '../src/index.js';
import { Clock } from './clock.js';
import { Kernel, type Shape } from './kernel.js';
import { interleave, type Quantiles, quantilesOf, ratioOf, type Timed } from './measure.js';

export interface Fusion {
  readonly name: string;
  readonly n: number;
  /** Nanoseconds. */
  readonly fused: Quantiles;
  readonly apart: Quantiles;
  /** Time apart over time fused, pairs of the same round. */
  readonly ratio: Quantiles;
  /** Bytes apart over bytes fused. */
  readonly ideal: number;
}

const CHANNELS = 1024;
const SPAN_NANOSECONDS = 30e6;
/** Of the multiplication and addition that stand for what a program without fused passes would run. */
const SHAPE: Shape = { lanes: 4, workgroupSize: 256, steps: 2, isUnrolled: true };

type Record = (pass: GPUComputePassEncoder) => void;

export async function measureFusion(activations: Activations, n: number, rounds: number): Promise<Fusion[]> {
  const { device } = activations;
  const length = Math.ceil(n / CHANNELS) * CHANNELS;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const create = (label: string, elements: number, seed: number): GPUBuffer => {
    const buffer = device.createBuffer({ label: `fusion ${label}`, size: 4 * elements, usage });
    device.queue.writeBuffer(buffer, 0, normalInputs(elements, seed) as Float32Array<ArrayBuffer>);
    return buffer;
  };
  const [x, other, out, between] = ['x', 'other', 'out', 'between'].map((label, seed) =>
    create(label, length, seed + 1),
  );
  const bias = create('bias', CHANNELS, 5);
  const buffers = { x: x!, other: other!, out: out!, between: between! };
  const text = { element: 'f32', outputs: ['out'] } as const;
  const multiply = await Kernel.create(
    device,
    { ...text, label: 'multiply', inputs: ['between', 'other'], body: 'out[i] = between[i] * other[i];' },
    SHAPE,
  );
  const add = await Kernel.create(
    device,
    { ...text, label: 'add', inputs: ['between'], body: 'out[i] = out[i] + between[i];' },
    SHAPE,
  );
  const options = { channels: CHANNELS };
  const cases: { name: string; ideal: number; fused: Record; apart: Record }[] = [
    {
      name: 'swiglu against silu, then multiply',
      ideal: 5 / 3,
      fused: (pass) => activations.encodeForward(pass, 'swiglu', { gate: x!, up: other!, y: out!, length }),
      apart: (pass) => {
        activations.encodeForward(pass, 'silu', { x: x!, y: between!, length });
        multiply.encode(pass, buffers, length);
      },
    },
    {
      name: 'bias + gelu against bias, then gelu',
      ideal: 4 / 2,
      fused: (pass) => activations.encodeForward(pass, 'gelu', { x: x!, bias, y: out!, length }, options),
      apart: (pass) => {
        activations.encodeForward(pass, 'identity', { x: x!, bias, y: between!, length }, options);
        activations.encodeForward(pass, 'gelu', { x: between!, y: out!, length });
      },
    },
    {
      name: 'silu backward that accumulates against backward, then add',
      ideal: 6 / 4,
      fused: (pass) =>
        activations.encodeBackward(pass, 'silu', { x: x!, dy: other!, dx: out!, length }, { accumulate: true }),
      apart: (pass) => {
        activations.encodeBackward(pass, 'silu', { x: x!, dy: other!, dx: between!, length });
        add.encode(pass, buffers, length);
      },
    },
  ];
  const clock = new Clock(device);
  const subject = (name: string, record: Record): Timed => ({
    name,
    span: (count) =>
      clock.measure((pass) => {
        for (let run = 0; run < count; run++) record(pass);
      }),
  });
  const results: Fusion[] = [];
  for (const { name, ideal, fused, apart } of cases) {
    const samples = await interleave([subject('fused', fused), subject('apart', apart)], {
      rounds,
      spanNanoseconds: SPAN_NANOSECONDS,
    });
    const [inOne, inTwo] = samples.map(({ spans }) => spans.map(({ gpu, wall }) => gpu ?? wall));
    results.push({
      name,
      n: length,
      fused: quantilesOf(inOne!),
      apart: quantilesOf(inTwo!),
      ratio: ratioOf(inTwo!, inOne!),
      ideal,
    });
  }
  clock.destroy();
  multiply.destroy();
  add.destroy();
  for (const buffer of [x!, other!, out!, between!, bias]) buffer.destroy();
  return results;
}
