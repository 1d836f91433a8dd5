/**
 * The table of truth: the largest error and the faults of this library and its peers, function by function, on the same
 * adapter over the same inputs. Run by `npm run truth`.
 */
import { createActivations } from '../src/activations.js';
import { catalogue, resolveActivation } from '../src/catalogue.js';
import { sampleInputs } from '../src/check/samples.js';
import { sampleWeight } from '../src/check/truth.js';
import { FLUSH_LIMIT, ulpError } from '../src/check/ulp.js';
import { adapterFacts } from '../src/cli/host/adapter.js';
import { createPeers } from './peers/index.js';
import type { Peer, PeerSetup } from './peers/peer.js';
import type { ScriptResult } from './script.js';
import { type Arrays, exactOf, type Pass, planWork, type Work } from './work.js';

/** What is wrong in kind, not in size. */
const FAULTS = ['NaN', '∞', 'lost tail', 'NaN hidden'] as const;
type Fault = (typeof FAULTS)[number];

interface FaultCount {
  readonly count: number;
  /** The input nearest to zero where it happens. */
  readonly nearest: number | 'NaN' | 'Infinity' | '-Infinity';
}

interface Truth {
  readonly name: string;
  readonly pass: Pass;
  readonly subject: string;
  readonly values: number;
  /** The largest error in ULP among results that are no fault, and its input. */
  readonly maxUlp: number;
  readonly at: number;
  readonly faults: Readonly<Partial<Record<Fault, FaultCount>>>;
  /** It could not compute it at all. */
  readonly error?: string;
}

const COUNT = 2 ** 20;

export default async function truth(setup: PeerSetup, log: (line: string) => void): Promise<ScriptResult> {
  const activations = await createActivations();
  const peers = createPeers(setup).filter(({ isOnGpu }) => isOnGpu);
  for (const peer of peers) await peer.open();
  const rows: Truth[] = [];
  for (const name of Object.keys(catalogue)) {
    const definition = resolveActivation(name);
    const { family, points } = definition;
    if (family !== 'elementwise' && family !== 'channelwise') continue;
    for (const pass of ['forward', 'backward'] as const) {
      log(`${name} ${pass}`);
      const work = planWork(definition, pass, COUNT);
      const x = sampleInputs({ points: points(work.parameters), count: COUNT }) as Float32Array<ArrayBuffer>;
      const inputs: Arrays = {
        x,
        ...(pass === 'backward' && { dy: new Float32Array(COUNT).fill(1) }),
        ...(family === 'channelwise' && { weight: Float32Array.of(sampleWeight) }),
      };
      const tensor = pass === 'forward' ? 'y' : 'dx';
      const exact = exactOf(work, inputs, COUNT)[tensor]!;
      const judge = (subject: string, got: Float32Array) =>
        rows.push({ name, pass, subject, ...judged(x, exact, got) });
      const calls = activations as unknown as Record<Pass, (...call: unknown[]) => Promise<Arrays>>;
      judge('ours', (await calls[pass](name, inputs, work.parameters))[tensor]!);
      // Identity computes nothing: libraries hand the input back.
      for (const peer of peers)
        if (name !== 'identity' && peer.supports(work))
          try {
            judge(peer.name, await resultOf(peer, work, inputs, tensor));
          } catch (error) {
            const nothing = { values: 0, maxUlp: 0, at: 0, faults: {} };
            rows.push({ name, pass, subject: peer.name, ...nothing, error: (error as Error).message });
          }
    }
  }
  const subjects = { ours: '', ...Object.fromEntries(peers.map(({ name, version }) => [name, version])) };
  const adapter = adapterFacts(activations.device.adapterInfo);
  activations.dispose();
  return { json: { adapter, inputs: COUNT, subjects, rows }, markdown: formatMarkdown(rows, Object.keys(subjects)) };
}

async function resultOf(peer: Peer, work: Work, inputs: Arrays, tensor: string): Promise<Float32Array> {
  const prepared = await peer.prepare(work, inputs, 1);
  await prepared.run();
  const results = await prepared.read();
  prepared.dispose();
  return results[tensor]!;
}

function judged(
  x: Float32Array,
  exact: Float64Array,
  got: Float32Array,
): Pick<Truth, 'values' | 'maxUlp' | 'at' | 'faults'> {
  const found = new Map<Fault, { count: number; nearest: number }>();
  let [maxUlp, at] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const [input, truth, result] = [x[i]!, exact[i]!, got[i]!];
    const fault = faultOf(truth, result);
    if (fault) {
      const earlier = found.get(fault);
      const isNearer = !earlier || Math.abs(input) < Math.abs(earlier.nearest);
      found.set(fault, { count: (earlier?.count ?? 0) + 1, nearest: isNearer ? input : earlier.nearest });
      continue;
    }
    const ulp = ulpError(result, truth);
    if (ulp > maxUlp) [maxUlp, at] = [ulp, input];
  }
  const faults = [...found].map(([fault, { count, nearest }]) => [fault, { count, nearest: jsonNumber(nearest) }]);
  return { values: x.length, maxUlp, at, faults: Object.fromEntries(faults) };
}

function faultOf(exact: number, got: number): Fault | undefined {
  if (Number.isNaN(exact)) return Number.isNaN(got) ? undefined : 'NaN hidden';
  if (Number.isNaN(got)) return 'NaN';
  if (ulpError(got, exact) === Infinity) return '∞';
  // A 0 for what is no subnormal has lost every digit.
  return got === 0 && Math.abs(exact) >= FLUSH_LIMIT ? 'lost tail' : undefined;
}

const jsonNumber = (value: number): FaultCount['nearest'] =>
  Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity');

function formatMarkdown(rows: readonly Truth[], subjects: readonly string[]): string {
  const lines = [`| function | pass | ${subjects.join(' | ')} |`, `|---|---|${'---|'.repeat(subjects.length)}`];
  for (const { name, pass } of rows.filter(({ subject }) => subject === 'ours')) {
    const cells = subjects.map((subject) =>
      formatCell(rows.find((row) => row.name === name && row.pass === pass && row.subject === subject)),
    );
    lines.push(`| ${name} | ${pass} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

function formatCell(row: Truth | undefined): string {
  if (!row) return '—';
  if (row.error) return 'fails';
  const faults = FAULTS.flatMap((fault) => {
    const found = row.faults[fault];
    if (!found) return [];
    return found.nearest === 'NaN' ? [fault] : [`${fault} from x = ${formatInput(found.nearest)}`];
  });
  return [formatUlp(row.maxUlp), ...faults].join(', ');
}

const formatUlp = (ulp: number): string =>
  ulp < 1000 ? String(Number(ulp.toPrecision(3))) : ulp.toExponential(0).replace('e+', 'e');

const formatInput = (x: number | string): string =>
  typeof x === 'string'
    ? x.replace('Infinity', '∞').replace('-', '−')
    : String(Number(x.toPrecision(3))).replace('-', '−');
