/**
 * The table of truth: the largest error and the faults of this library and its peers, function by function, on the same
 * adapter over the same inputs. Run by `npm run truth`.
 */

import { catalogue, resolveActivation } from '../src/catalogue.js';
import { toJsonNumber } from '../src/check/json.js';
import { sampleInputs } from '../src/check/samples.js';
import { allowanceOf, sampleLearned } from '../src/check/truth.js';
import { FLUSH_LIMIT, ulpError } from '../src/check/ulp.js';
import { adapterFacts } from '../src/cli/host/adapter.js';
import { usualForm } from '../src/forms.js';
import { createActivations, dynamic } from '../src/index.js';
import { COPY_SHAPES } from './copy.js';
import { Kernel } from './kernel.js';
import { naiveKernels } from './naive.js';
import { createPeers } from './peers/index.js';
import type { Peer, PeerSetup } from './peers/peer.js';
import { DeviceSubject, Sets } from './subject.js';
import type { Fault, Truth, Truths } from './truth_table.js';
import { type Arrays, exactOf, planWork, type Work } from './work.js';

const COUNT = 2 ** 20;

type Results = Readonly<Record<string, Float32Array>>;

export default async function truth(
  setup: PeerSetup,
  log: (line: string) => void,
): Promise<Omit<Truths, 'browser' | 'date'>> {
  const activations = await createActivations();
  const peers = createPeers(setup).filter(({ isOnGpu }) => isOnGpu);
  for (const peer of peers) await peer.open();
  const rows: Truth[] = [];
  for (const name of Object.keys(catalogue)) {
    const definition = resolveActivation(name);
    if (usualForm(definition) !== 'element') continue;
    const { points } = definition;
    for (const pass of ['forward', 'backward'] as const) {
      log(`${name} ${pass}`);
      const work = planWork(definition, pass, COUNT);
      const x = sampleInputs({ points: points(work.parameters), count: COUNT }) as Float32Array<ArrayBuffer>;
      const inputs: Arrays = {
        x,
        ...(pass === 'backward' && { dy: new Float32Array(COUNT).fill(1) }),
        ...sampleLearned(definition),
      };
      const tensor = pass === 'forward' ? 'y' : 'dx';
      const exact = exactOf(work, inputs, COUNT)[tensor]!;
      // WGSL may take a subnormal input for 0, and at a kink frameworks differ by convention.
      const kinks = new Set(pass === 'backward' ? points(work.parameters).map(Math.fround) : []);
      const isCompared = (input: number) => !kinks.has(input) && !(input !== 0 && Math.abs(input) < FLUSH_LIMIT);
      const allowance = allowanceOf(definition, work.parameters);
      const judge = (subject: string, got: Float32Array) =>
        rows.push({ name, pass, subject, ...judged(x, exact, got, isCompared, allowance) });
      const evaluate = async (subject: string, compute: () => Promise<Results>) => {
        try {
          judge(subject, (await compute())[tensor]!);
        } catch (error) {
          const nothing = { values: 0, maxUlp: 0, at: 0, faults: {} };
          rows.push({ name, pass, subject, ...nothing, error: (error as Error).message });
        }
      };
      await evaluate('ours', () => dynamic(activations)[pass](name, inputs, work.parameters));
      const [naive] = naiveKernels(work, COPY_SHAPES[0]!);
      if (naive) await evaluate('naive', () => naiveResultOf(activations.device, naive, work, inputs));
      // Identity computes nothing: libraries hand the input back.
      for (const peer of peers)
        if (name !== 'identity' && peer.supports(work)) await evaluate(peer.name, () => resultOf(peer, work, inputs));
    }
  }
  const subjects = { ours: '', naive: '', ...Object.fromEntries(peers.map(({ name, version }) => [name, version])) };
  const adapter = adapterFacts(activations.device.adapterInfo);
  activations.dispose();
  return { adapter, inputs: COUNT, subjects, rows };
}

async function naiveResultOf(
  device: GPUDevice,
  [text, shape]: ReturnType<typeof naiveKernels>[number],
  work: Work,
  inputs: Arrays,
): Promise<Arrays> {
  const sets = new Sets(device, work, inputs);
  const kernel = await Kernel.create(device, text, shape);
  const subject = new DeviceSubject('naive', device, sets, (pass, buffers) =>
    kernel.encode(pass, buffers, work.length),
  );
  await subject.span(1);
  const results = await subject.read();
  subject.dispose();
  kernel.destroy();
  sets.destroy();
  return results;
}

async function resultOf(peer: Peer, work: Work, inputs: Arrays): Promise<Arrays> {
  const prepared = await peer.prepare(work, inputs, 1);
  await prepared.run();
  const results = await prepared.read();
  prepared.dispose();
  return results;
}

function judged(
  x: Float32Array,
  exact: Float64Array,
  got: Float32Array,
  isCompared: (input: number) => boolean,
  allowance: (input: number) => number,
): Pick<Truth, 'values' | 'maxUlp' | 'at' | 'faults'> {
  const found = new Map<Fault, { count: number; nearest: number; greatest: number }>();
  let [values, maxUlp, at] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [input, truth, result] = [x[i]!, exact[i]!, got[i]!];
    if (!isCompared(input)) continue;
    values++;
    if (Math.abs(result - truth) <= allowance(input)) continue;
    const fault = faultOf(truth, result);
    if (fault) {
      const { count, nearest, greatest } = found.get(fault) ?? { count: 0, nearest: Infinity, greatest: 0 };
      const size = Math.abs(input);
      found.set(fault, {
        count: count + 1,
        nearest: size < Math.abs(nearest) ? input : nearest,
        greatest: Math.max(greatest, size),
      });
      continue;
    }
    const ulp = ulpError(result, truth);
    if (ulp > maxUlp) [maxUlp, at] = [ulp, input];
  }
  const faults = [...found].map(([fault, { count, nearest, greatest }]) => {
    const place = Number.isNaN(greatest) ? null : { nearest: toJsonNumber(nearest), greatest: toJsonNumber(greatest) };
    return [fault, { count, place }];
  });
  return { values, maxUlp, at, faults: Object.fromEntries(faults) };
}

function faultOf(exact: number, got: number): Fault | undefined {
  if (Number.isNaN(exact)) return Number.isNaN(got) ? undefined : 'NaN hidden';
  if (Number.isNaN(got)) return 'NaN';
  if (ulpError(got, exact) === Infinity) return '∞';
  // A 0 for what is no subnormal has lost every digit.
  return got === 0 && Math.abs(exact) >= FLUSH_LIMIT ? 'lost tail' : undefined;
}
