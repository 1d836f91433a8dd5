/** The host's side of the way between the command line and the program it started: JSON, and large arrays as byte streams
 *  over HTTP. */
import type { Workers } from '../../check/exhaustive/pool.js';
import { type FunctionName, type Host, openHost, type RequestOf } from '../host.js';
import type { Progress } from '../progress.js';
import type { AdapterRequest } from './adapter.js';
import type { Arrays } from './call.js';
import { webWorkers } from './workers.js';

/** Bytes per request of an upload; a page's fetch cannot stream a body over HTTP/1.1. */
const pieceByteLength = 2 ** 25;
/** Progress messages are for people, who need no more than these. */
const reportIntervalMilliseconds = 100;

export interface HostCall {
  readonly adapter: AdapterRequest;
  readonly name: FunctionName;
  readonly request: unknown;
  /** The arrays to fetch: their lengths in elements. */
  readonly arrays: Readonly<Record<string, number>>;
}

/** An error as JSON, for the command line to make one of its own. */
export type HostReply =
  | { readonly answer: unknown; readonly arrays: Readonly<Record<string, number>>; readonly error?: undefined }
  | { readonly error: { readonly name: string; readonly message: string } };

export interface RemoteSetting {
  readonly gpu: GPU | undefined;
  /** Where the arrays are. */
  readonly address: string;
  /** Takes the progress, and null as the sign that the GPU goes on. */
  readonly report: (progress: Progress | null) => void;
  /** Default: Web Workers. */
  readonly workers?: Workers;
}

/** Answers the command line's calls; the first one opens the adapter. */
export function createRemoteHost(setting: RemoteSetting): (call: HostCall) => Promise<HostReply> {
  const { gpu, address, report, workers = webWorkers(import.meta.url) } = setting;
  let host: Promise<Host> | undefined;
  return async ({ adapter, name, request, arrays }) => {
    try {
      host ??= openHost(gpu, adapter, workers, () => report(null));
      const given = await download(arrays, address);
      const reply = await (await host).call(name, request as RequestOf<typeof name>, given, throttle(report));
      return { answer: reply.answer, arrays: await upload(reply.arrays ?? {}, address) };
    } catch (error) {
      const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
      return { error: { name: kind, message } };
    }
  };
}

async function download(lengths: Readonly<Record<string, number>>, address: string): Promise<Arrays> {
  const arrays: Record<string, Float32Array> = {};
  for (const [name, length] of Object.entries(lengths)) {
    const array = new Float32Array(length);
    const bytes = new Uint8Array(array.buffer);
    const response = await fetch(new URL(`/arrays/${name}`, address));
    if (!response.ok) throw new Error(`expected the array ${name}, got HTTP ${response.status}`);
    let offset = 0;
    for (const reader = response.body!.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes.set(value, offset);
      offset += value.length;
    }
    if (offset !== bytes.length) throw new Error(`expected ${bytes.length} bytes of ${name}, got ${offset}`);
    arrays[name] = array;
  }
  return arrays;
}

async function upload(arrays: Arrays, address: string): Promise<Record<string, number>> {
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(arrays)) {
    for (let offset = 0; offset < byteLength; offset += pieceByteLength) {
      const body = new Uint8Array(
        buffer as ArrayBuffer,
        byteOffset + offset,
        Math.min(pieceByteLength, byteLength - offset),
      );
      const response = await fetch(new URL(`/arrays/${name}?offset=${offset}&size=${byteLength}`, address), {
        method: 'PUT',
        body,
      });
      if (!response.ok) throw new Error(`expected the array ${name} to arrive, got HTTP ${response.status}`);
    }
  }
  return Object.fromEntries(Object.entries(arrays).map(([name, { length }]) => [name, length]));
}

function throttle(report: (progress: Progress) => void): (progress: Progress) => void {
  let label = '';
  let time = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.label === label && now - time < reportIntervalMilliseconds) return;
    [label, time] = [progress.label, now];
    report(progress);
  };
}
