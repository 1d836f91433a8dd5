/** A peer's pass as a subject of the bench. Its clock is the wall's: its device is its own. */
import type { Span } from './clock.js';
import type { Peer, Prepared } from './peers/peer.js';
import { type Subject, setCountOf } from './subject.js';
import type { Arrays, Work } from './work.js';

export async function createPeerSubject(peer: Peer, work: Work, inputs: Arrays): Promise<Subject> {
  const prepared = await peer.prepare(work, inputs, peer.isOnGpu ? setCountOf(work) : 1);
  return new PeerSubject(peer, work, inputs, prepared);
}

class PeerSubject implements Subject {
  readonly name: string;

  constructor(
    private readonly peer: Peer,
    private readonly work: Work,
    private readonly inputs: Arrays,
    private readonly prepared: Prepared,
  ) {
    this.name = peer.name;
  }

  async span(count: number): Promise<Span> {
    const begin = performance.now();
    for (let run = 0; run < count; run++) await this.prepared.run();
    await this.prepared.finish();
    return { wall: (performance.now() - begin) * 1e6 };
  }

  read(): Promise<Arrays> {
    return this.prepared.read();
  }

  async roundTrip(): Promise<void> {
    const prepared = await this.peer.prepare(this.work, this.inputs, 1);
    await prepared.run();
    await prepared.read();
    prepared.dispose();
  }

  dispose(): void {
    this.prepared.dispose();
  }
}
