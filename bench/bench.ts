/** The bench: every activation and pass against copy, naive formula and peers, checked, then timed in turn. */

import { resolveActivation } from '../src/catalogue.js';
import type { Activations } from '../src/index.js';
import type { StorageType } from '../src/storage.js';
import { COPY_SHAPES, copyOutputs, findCopy, findFastest, QUICK_COPY_SHAPES } from './copy.js';
import { type Fusion, measureFusion } from './fusion.js';
import { type Half, measureHalves } from './halves.js';
import { formatShape, type Kernel, type Shape } from './kernel.js';
import { type LaunchCost, measureLaunch } from './launch.js';
import { interleave, type Samples } from './measure.js';
import { naiveKernels } from './naive.js';
import { createOurs } from './ours.js';
import { createPeerSubject } from './peer_subject.js';
import type { Peer } from './peers/peer.js';
import { type Row, rowsOf } from './rows.js';
import { measureStartup, type Startup } from './startup.js';
import { DeviceSubject, Sets, type Subject, setCountOf } from './subject.js';
import { faultOf, type Tolerance } from './verify.js';
import { type Arrays, Inputs, PASSES, type Pass, planWork, type Work } from './work.js';

export interface BenchOptions {
  readonly names: readonly string[];
  /** Elements of a tensor. */
  readonly lengths: readonly number[];
  /** How elements lie in memory; 'f32' unless given. Naive formulas and peers know no other. */
  readonly dtype?: StorageType;
  readonly passes?: readonly Pass[];
  readonly peers?: readonly Peer[];
  readonly rounds?: number;
  /** 'all' unless given. Neither of the others has the naive formula; 'resident' has no calls with arrays, and 'glance' tries two
   *  shapes of the copy kernel. */
  readonly extent?: 'all' | 'resident' | 'glance';
  /** No pass is begun after so many seconds: what is left has no row. */
  readonly seconds?: number;
  /** Stops between two spans. */
  readonly signal?: AbortSignal;
  /** Whether + − × ÷ are IEEE's, as on software adapters; the check then asks the most. */
  readonly isIeee: boolean;
  onProgress?(label: string, done: number, total: number): void;
  /** The rows of each piece of work as it is done. */
  onRows?(rows: readonly Row[]): void;
}

/** Plain JSON. */
export interface Measurement {
  /** Of this library, copy and naive; a peer's is always the wall's. */
  readonly clock: 'timestamp-query' | 'wall';
  readonly rounds: number;
  readonly copyShapes: readonly { n: number; reads: number; writes: number; sets: number; shape: string }[];
  readonly versions: Readonly<Record<string, string>>;
  readonly startup: readonly Startup[];
  readonly launch: LaunchCost;
  readonly fusion: readonly Fusion[];
  readonly halves: readonly Half[];
  readonly rows: readonly Row[];
}

export const DEFAULT_ROUNDS = 7;
/** Elements of what is measured beside the functions: more than any cache, and inputs that are soon made. */
const LARGEST_BESIDE = 2 ** 24;
/** Long against the 100 µs to which Chrome may round a GPU's clock, and against the queue's latency. */
export const SPAN_NANOSECONDS = 30e6;

export async function bench(gpu: GPU, activations: Activations, options: BenchOptions): Promise<Measurement> {
  const { peers = [], rounds = DEFAULT_ROUNDS, onProgress } = options;
  const total = worksOf(options).length;
  onProgress?.('starting', 0, total);
  const startup = await measureStartup(gpu, peers);
  onProgress?.('launch cost', 0, total);
  const launch = await measureLaunch(activations);
  const measured = await measureRows(activations, options);
  onProgress?.('fused passes', total, total);
  const largest = Math.min(Math.max(...options.lengths), LARGEST_BESIDE);
  const fusion = await measureFusion(activations, largest, rounds);
  onProgress?.('16-bit storage', total, total);
  const halves = await measureHalves(activations, largest, rounds);
  return {
    clock: clockOf(activations),
    rounds,
    versions: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
    startup,
    launch,
    fusion,
    halves,
    ...measured,
  };
}

export const clockOf = ({ device }: Activations): Measurement['clock'] =>
  device.features.has('timestamp-query') ? 'timestamp-query' : 'wall';

function worksOf({ names, lengths, passes = PASSES }: BenchOptions): { name: string; pass: Pass; length: number }[] {
  return lengths.flatMap((length) => names.flatMap((name) => passes.map((pass) => ({ name, pass, length }))));
}

/** The rows alone, with peers that are open already. */
export async function measureRows(
  activations: Activations,
  options: BenchOptions,
): Promise<Pick<Measurement, 'copyShapes' | 'rows'>> {
  const { dtype = 'f32', peers = [], rounds = DEFAULT_ROUNDS, seconds = Infinity } = options;
  const { isIeee, extent = 'all', signal, onProgress } = options;
  const copies = new Copies(activations.device, extent === 'glance' ? QUICK_COPY_SHAPES : COPY_SHAPES);
  const rows: Row[] = [];
  const works = worksOf(options);
  const begin = performance.now();
  let inputs = new Inputs();
  try {
    for (const [done, { name, pass, length }] of works.entries()) {
      signal?.throwIfAborted();
      if (performance.now() - begin > seconds * 1000) break;
      // those of another length are not needed again
      if (length !== works[done - 1]?.length) inputs = new Inputs();
      onProgress?.(
        `${name} ${pass} n = ${length}${remaining(performance.now() - begin, works, done)}`,
        done,
        works.length,
      );
      const work = planWork(resolveActivation(name), pass, length, dtype);
      const setting = { activations, work, inputs: inputs.of(work), copies, peers, rounds, extent, isIeee, signal };
      const measured = await measureWork(setting);
      rows.push(...measured);
      options.onRows?.(measured);
    }
  } finally {
    copies.destroy();
  }
  return { copyShapes: copies.described, rows };
}

/** What is left, by how long the works so far took for their sizes: launching costs as much as so many elements. */
const LAUNCH_ELEMENTS = 2 ** 18;
const costOf = ({ length }: { readonly length: number }): number => LAUNCH_ELEMENTS + length;

export function remaining(elapsed: number, works: readonly { readonly length: number }[], done: number): string {
  if (!done) return '';
  const cost = (some: typeof works) => some.reduce((sum, work) => sum + costOf(work), 0);
  const seconds = (elapsed / 1000 / cost(works.slice(0, done))) * cost(works.slice(done));
  if (seconds < 5) return ', a few seconds left';
  return seconds < 90 ? `, about ${Math.ceil(seconds / 5) * 5} s left` : `, about ${Math.round(seconds / 60)} min left`;
}

/** The best copy kernel for each kind of pass, found once for a length. */
class Copies {
  readonly described: { n: number; reads: number; writes: number; sets: number; shape: string }[] = [];
  readonly #found = new Map<string, ReturnType<typeof findCopy>>();

  constructor(
    private readonly device: GPUDevice,
    private readonly shapes: readonly Shape[],
  ) {}

  find(sets: Sets): ReturnType<typeof findCopy> {
    const { work } = sets;
    // By name too: the kernel's variables are called like the pass's tensors.
    const key = [work.length, work.dtype, ...work.reads, ...copyOutputs(work)].join(' ');
    let found = this.#found.get(key);
    if (!found) {
      found = findCopy(this.device, work, sets, this.shapes).then((copy) => {
        const [reads, writes] = [work.reads.length, work.writes.length];
        this.described.push({ n: work.length, reads, writes, sets: setCountOf(work), shape: formatShape(copy.shape) });
        return copy;
      });
      this.#found.set(key, found);
    }
    return found;
  }

  destroy(): void {
    for (const found of this.#found.values())
      found.then(
        ({ kernel }) => kernel.destroy(),
        () => undefined, // told where it was awaited
      );
  }
}

interface Setting {
  readonly activations: Activations;
  readonly work: Work;
  readonly inputs: Arrays;
  readonly copies: Copies;
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly extent: NonNullable<BenchOptions['extent']>;
  readonly isIeee: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What is known of a subject besides its spans, in nanoseconds. */
export interface Aside {
  readonly fault?: string;
  /** The first call with arrays in and out: compilation, upload, run and readback. */
  readonly cold?: number | undefined;
  /** The second one. */
  readonly roundTrip?: number | undefined;
}

async function measureWork(setting: Setting): Promise<Row[]> {
  const { activations, work, inputs, copies, peers, rounds, extent, isIeee, signal } = setting;
  const { device } = activations;
  const sets = new Sets(device, work, inputs);
  const subjects: Subject[] = [];
  const asides = new Map<string, Aside>();
  const kernels: Kernel[] = [];
  const add = async (name: string, create: () => Subject | Promise<Subject>, tolerance: Tolerance | undefined) => {
    let subject: Subject | undefined;
    try {
      sets.poison();
      subject = await create();
      const cold = extent === 'resident' ? undefined : await timeRoundTrip(subject);
      const roundTrip = extent === 'resident' ? undefined : await timeRoundTrip(subject);
      await subject.span(1);
      const fault = tolerance && faultOf(work, inputs, await subject.read(), tolerance);
      if (fault) throw new Error(fault);
      subjects.push(subject);
      asides.set(name, { cold, roundTrip });
    } catch (error) {
      subject?.dispose();
      asides.set(name, { fault: (error as Error).message });
    }
  };
  try {
    const { kernel, shape } = await copies.find(sets);
    await add('ours', () => createOurs(activations, sets, inputs), { kind: 'contract', isIeee });
    const copy = (pass: GPUComputePassEncoder, buffers: Readonly<Record<string, GPUBuffer>>) =>
      kernel.encode(pass, buffers, sets.words);
    await add('copy', () => new DeviceSubject('copy', device, sets, copy), undefined);
    const naives = extent === 'all' && work.dtype === 'f32' ? naiveKernels(work, shape) : [];
    if (naives.length)
      await add(
        'naive',
        async () => {
          const { kernel: naive } = await findFastest(device, sets, naives);
          kernels.push(naive);
          sets.poison();
          return new DeviceSubject('naive', device, sets, (pass, buffers) => naive.encode(pass, buffers, work.length));
        },
        { kind: 'loose' },
      );
    // Identity computes nothing: libraries hand the input back.
    for (const peer of peers)
      if (work.dtype === 'f32' && work.definition.name !== 'identity' && peer.supports(work))
        await add(peer.name, () => createPeerSubject(peer, work, inputs), { kind: 'loose' });
    const samples: Samples[] = await interleave(subjects, { rounds, spanNanoseconds: SPAN_NANOSECONDS, signal });
    return rowsOf(work, samples, asides, new Set(peers.filter(({ isOnGpu }) => isOnGpu).map(({ name }) => name)));
  } finally {
    for (const subject of subjects) subject.dispose();
    for (const kernel of kernels) kernel.destroy();
    sets.destroy();
  }
}

export async function timeRoundTrip(subject: Subject): Promise<number | undefined> {
  if (!subject.roundTrip) return undefined;
  const begin = performance.now();
  await subject.roundTrip();
  return (performance.now() - begin) * 1e6;
}
