/** What 16-bit storage gains: elements a second, relative to float32, of this library's own passes. */

import { resolveActivation } from '../src/catalogue.js';
import type { Activations } from '../src/index.js';
import { interleave, type Quantiles, ratioOf } from './measure.js';
import { createOurs } from './ours.js';
import { DTYPES } from './rows.js';
import { Sets } from './subject.js';
import { Inputs, PASSES, type Pass, planWork } from './work.js';

export interface Half {
  readonly name: string;
  readonly pass: Pass;
  readonly n: number;
  readonly dtype: Exclude<(typeof DTYPES)[number], 'f32'>;
  /** float32's time over this type's, pairs of the same round: twice the speed where the memory is the limit. */
  readonly ratio: Quantiles;
}

const NAMES = ['relu', 'gelu', 'swiglu', 'softmax'];
const SPAN_NANOSECONDS = 30e6;

export async function measureHalves(activations: Activations, n: number, rounds: number): Promise<Half[]> {
  const results: Half[] = [];
  const made = new Inputs();
  for (const name of NAMES)
    for (const pass of PASSES) {
      const works = DTYPES.map((dtype) => planWork(resolveActivation(name), pass, n, dtype));
      const sets = works.map((work) => {
        const inputs = made.of(work);
        return { inputs, set: new Sets(activations.device, work, inputs) };
      });
      const subjects = sets.map(({ set, inputs }) => createOurs(activations, set, inputs));
      const samples = await interleave(subjects, { rounds, spanNanoseconds: SPAN_NANOSECONDS });
      const [full, ...halves] = samples.map(({ spans }) => spans.map(({ gpu, wall }) => gpu ?? wall));
      for (const [index, times] of halves.entries())
        results.push({ name, pass, n, dtype: index === 0 ? 'f16' : 'bf16', ratio: ratioOf(full!, times) });
      for (const subject of subjects) subject.dispose();
      for (const { set } of sets) set.destroy();
    }
  return results;
}
