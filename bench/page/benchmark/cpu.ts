/** The half of the bench that needs no GPU: opponents on the CPU, checked, then timed in turn. */
import { resolveActivation } from '../../../src/index.js';
import { type Aside, type BenchOptions, SPAN_NANOSECONDS, timeRoundTrip } from '../../bench.js';
import { interleave } from '../../measure.js';
import { createPeerSubject } from '../../peer_subject.js';
import { type Row, rowsOf } from '../../rows.js';
import type { Subject } from '../../subject.js';
import { faultOf } from '../../verify.js';
import { Inputs, planWork } from '../../work.js';

export async function benchCpu(
  options: Required<Omit<BenchOptions, 'isIeee' | 'extent' | 'seconds' | 'dtype'>>,
): Promise<void> {
  const { names, lengths, passes, peers, rounds, signal, onProgress, onRows } = options;
  const works = lengths.flatMap((length) =>
    names.flatMap((name) => passes.map((pass) => planWork(resolveActivation(name), pass, length))),
  );
  for (const [done, work] of works.entries()) {
    signal.throwIfAborted();
    onProgress(`${work.definition.name} ${work.pass} n = ${work.length}`, done, works.length);
    const inputs = new Inputs().of(work);
    const subjects: Subject[] = [];
    const asides = new Map<string, Aside>();
    try {
      for (const peer of peers.filter((candidate) => candidate.supports(work))) {
        const subject = await createPeerSubject(peer, work, inputs);
        subjects.push(subject);
        const cold = await timeRoundTrip(subject);
        const roundTrip = await timeRoundTrip(subject);
        await subject.span(1);
        const fault = faultOf(work, inputs, await subject.read(), { kind: 'loose' });
        asides.set(peer.name, { cold, roundTrip, ...(fault && { fault }) });
      }
      const samples = await interleave(subjects, { rounds, spanNanoseconds: SPAN_NANOSECONDS, signal });
      const rows: Row[] = rowsOf(work, samples, asides, new Set());
      onRows(rows);
    } finally {
      for (const subject of subjects) subject.dispose();
    }
  }
}
