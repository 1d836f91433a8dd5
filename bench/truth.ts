/**
 * The table of truth: the largest error and the faults of this library and its peers, function by function, on the same
 * adapter over the same inputs. Run by `npm run truth`.
 */
import { createActivations } from '../src/activations.js';
import { catalogue, resolveActivation } from '../src/catalogue.js';
import { fromJsonNumber, type JsonNumber, toJsonNumber } from '../src/check/json.js';
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
  /** The least and the greatest |x| where it happens; null where x is NaN. */
  readonly least: JsonNumber | null;
  readonly greatest: JsonNumber | null;
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
/** Faults that reach the ends of float32's range are told as one-sided. */
const SMALL = 2 ** -120;
const LARGE = 2 ** 127;

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
      // WGSL may take a subnormal input for 0, and at a kink frameworks differ by convention.
      const kinks = new Set(pass === 'backward' ? points(work.parameters).map(Math.fround) : []);
      const isCompared = (input: number) => !kinks.has(input) && !(input !== 0 && Math.abs(input) < FLUSH_LIMIT);
      const judge = (subject: string, got: Float32Array) =>
        rows.push({ name, pass, subject, ...judged(x, exact, got, isCompared) });
      const calls = activations as unknown as Record<Pass, (...call: unknown[]) => Promise<Arrays>>;
      const evaluate = async (subject: string, compute: () => Promise<Arrays>) => {
        try {
          judge(subject, (await compute())[tensor]!);
        } catch (error) {
          const nothing = { values: 0, maxUlp: 0, at: 0, faults: {} };
          rows.push({ name, pass, subject, ...nothing, error: (error as Error).message });
        }
      };
      await evaluate('ours', () => calls[pass](name, inputs, work.parameters));
      // Identity computes nothing: libraries hand the input back.
      for (const peer of peers)
        if (name !== 'identity' && peer.supports(work)) await evaluate(peer.name, () => resultOf(peer, work, inputs));
    }
  }
  const subjects = { ours: '', ...Object.fromEntries(peers.map(({ name, version }) => [name, version])) };
  const adapter = adapterFacts(activations.device.adapterInfo);
  activations.dispose();
  return { json: { adapter, inputs: COUNT, subjects, rows }, markdown: formatMarkdown(rows, Object.keys(subjects)) };
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
): Pick<Truth, 'values' | 'maxUlp' | 'at' | 'faults'> {
  const found = new Map<Fault, { count: number; least: number; greatest: number }>();
  let [values, maxUlp, at] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [input, truth, result] = [x[i]!, exact[i]!, got[i]!];
    if (!isCompared(input)) continue;
    values++;
    const fault = faultOf(truth, result);
    if (fault) {
      const { count, least, greatest } = found.get(fault) ?? { count: 0, least: Infinity, greatest: 0 };
      const size = Math.abs(input);
      found.set(fault, { count: count + 1, least: Math.min(least, size), greatest: Math.max(greatest, size) });
      continue;
    }
    const ulp = ulpError(result, truth);
    if (ulp > maxUlp) [maxUlp, at] = [ulp, input];
  }
  const bound = (value: number) => (Number.isNaN(value) ? null : toJsonNumber(value));
  const faults = [...found].map(([fault, { count, least, greatest }]) => [
    fault,
    { count, least: bound(least), greatest: bound(greatest) },
  ]);
  return { values, maxUlp, at, faults: Object.fromEntries(faults) };
}

function faultOf(exact: number, got: number): Fault | undefined {
  if (Number.isNaN(exact)) return Number.isNaN(got) ? undefined : 'NaN hidden';
  if (Number.isNaN(got)) return 'NaN';
  if (ulpError(got, exact) === Infinity) return '∞';
  // A 0 for what is no subnormal has lost every digit.
  return got === 0 && Math.abs(exact) >= FLUSH_LIMIT ? 'lost tail' : undefined;
}

function formatMarkdown(rows: readonly Truth[], subjects: readonly string[]): string {
  const lines = [`| function | pass | ${subjects.join(' | ')} |`, `|---|---|${'---|'.repeat(subjects.length)}`];
  for (const { name, pass } of rows.filter(({ subject }) => subject === 'ours')) {
    const cells = subjects.map((subject) =>
      formatCell(rows.find((row) => row.name === name && row.pass === pass && row.subject === subject)),
    );
    lines.push(`| ${[name, pass, ...cells].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  }
  return lines.join('\n');
}

function formatCell(row: Truth | undefined): string {
  if (!row) return '—';
  if (row.error) return 'fails';
  const faults = FAULTS.flatMap((fault) => {
    const found = row.faults[fault];
    return found ? [`${fault}${formatRange(found)}`] : [];
  });
  return [formatUlp(row.maxUlp), ...faults].join(', ');
}

function formatRange({ least, greatest }: FaultCount): string {
  if (least === null || greatest === null) return '';
  const [low, high] = [fromJsonNumber(least), fromJsonNumber(greatest)];
  if (low === Infinity) return ' at ±∞';
  if (high > LARGE) return ` at |x| ≥ ${formatInput(low)}`;
  if (low < SMALL) return ` at |x| ≤ ${formatInput(high)}`;
  return ` at |x| = ${formatInput(low)} … ${formatInput(high)}`;
}

const formatUlp = (ulp: number): string =>
  ulp < 1000 ? String(Number(ulp.toPrecision(3))) : ulp.toExponential(0).replace('e+', 'e');

const formatInput = (size: number): string =>
  size >= 1e-3 && size < 1e6 ? String(Number(size.toPrecision(3))) : size.toExponential(0).replace('e+', 'e');
