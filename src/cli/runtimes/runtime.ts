import { RuntimeError, UnavailableError, UsageError } from '../exit.js';
import type { Arrays } from '../host/call.js';
import type { HostCall, HostReply } from '../host/remote.js';
import type { AnswerOf, FunctionName, ReplyOf, RequestOf } from '../host.js';
import { hostFile } from '../package.js';
import type { Progress, ReportProgress } from '../progress.js';
import { whileOpening } from '../signals.js';
import { HostServer } from './server.js';
import { within } from './waiting.js';
import type { Way } from './ways.js';

/** Where WebGPU runs. */
export interface Runtime {
  /** With its version. */
  readonly name: string;
  /** It is a browser, which loads what browsers load. */
  readonly isPage: boolean;
  call<Name extends FunctionName>(
    name: Name,
    request: RequestOf<Name>,
    options?: { readonly arrays?: Arrays; readonly report?: ReportProgress },
  ): Promise<ReplyOf<Name>>;
  /** Makes a folder's files loadable where WebGPU runs, and gives its address, with a final slash. */
  serve(name: string, folder: string): string;
  close(): Promise<void>;
}

/** A program that was started, with the host in it. */
export interface Started extends Pick<Runtime, 'isPage' | 'name'> {
  call(call: HostCall): Promise<HostReply>;
  /** The address of a folder, where it is not one of the server's. */
  serve?(folder: string): string;
  /** Rejects when the program has ended, or cannot go on. */
  readonly broken: Promise<never>;
}

/** What a program is started with. */
export interface Setting {
  readonly way: Way;
  /** Where the host's page and its arrays are. */
  readonly address: string;
  readonly hostFile: string;
  /** Takes every sign of life: progress, or nothing but that the GPU goes on. */
  listen(progress: Progress | null): void;
  /** What ends the program, whatever it does; called once. */
  onClose(end: () => Promise<void>): void;
}

/** In seconds. */
export interface Limits {
  /** Until the program has loaded the host. */
  readonly start: number;
  /** Until there is a device. */
  readonly adapter: number;
}

/** Without a sign of life for so long, in seconds, a program hangs: a page that computes on its own thread gives none. */
const SILENCE = 300;

/** Starts a program, and opens the adapter in it. @throws {RuntimeError | UnavailableError} */
export async function openRuntime(
  start: (setting: Setting) => Promise<Started>,
  way: Way,
  limits: Limits,
): Promise<Runtime> {
  const server = new HostServer(hostFile());
  const ends: (() => Promise<void>)[] = [];
  const close = async () => {
    server.close();
    await Promise.all(ends.splice(0).map((end) => end()));
  };
  let onLife: (progress: Progress | null) => void = () => undefined;
  const opened = async (): Promise<Runtime> => {
    const setting: Setting = {
      way,
      address: await server.listen(),
      hostFile: server.hostFile,
      listen: (progress) => onLife(progress),
      onClose: (end) => ends.push(end),
    };
    const started = await within(start(setting), limits.start, `${way.program} to start`, way.advice);
    // A program ends in the end, when nobody waits any more.
    started.broken.catch(() => undefined);
    const runtime: Runtime = {
      name: started.name,
      isPage: started.isPage,
      close,
      serve: (name, folder) => started.serve?.(folder) ?? server.serve(name, folder),
      async call(name, request, { arrays = {}, report = () => undefined } = {}) {
        server.given = arrays;
        const lengths = Object.fromEntries(Object.entries(arrays).map(([array, { length }]) => [array, length]));
        const { wanted, driver, isFallback } = way;
        const call = { adapter: { wanted, driver, isFallback }, name, request, arrays: lengths };
        const silence = new Silence(`${way.program}, which was silent during ${name}`, way.advice);
        onLife = (progress) => {
          silence.end();
          if (progress) report(progress);
        };
        try {
          const reply = await Promise.race([started.call(call), started.broken, silence.tooLong]);
          if (reply.error) throw errorFrom(reply.error);
          return { answer: reply.answer as AnswerOf<typeof name>, arrays: server.take(reply.arrays) };
        } finally {
          // A message may come after the reply: it must not start the timer again, for which the process would wait.
          onLife = () => undefined;
          silence.stop();
        }
      },
    };
    const what = `a WebGPU adapter and its device in ${way.program}`;
    await within(runtime.call('info', {}), limits.adapter, what, way.advice);
    return runtime;
  };
  return whileOpening(close, opened).catch(async (error) => {
    await close();
    throw error;
  });
}

class Silence {
  #timer: NodeJS.Timeout | undefined;
  #reject: (error: Error) => void = () => undefined;
  readonly tooLong = new Promise<never>((_, reject) => {
    this.#reject = reject;
  });

  constructor(
    private readonly what: string,
    private readonly advice: string,
  ) {
    this.end();
  }

  end(): void {
    clearTimeout(this.#timer);
    const give = () => this.#reject(new RuntimeError(`waited ${SILENCE} s for ${this.what}: ${this.advice}`));
    this.#timer = setTimeout(give, SILENCE * 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** The host's error in the terms of the exit status: the library's refusals are worded `expected …, got …`, a bug's are not. */
export function errorFrom({ name, message }: { readonly name: string; readonly message: string }): Error {
  if (name === 'WebGPUUnavailableError') return new UnavailableError(message);
  if (name === 'DeviceLostError') return new RuntimeError(`${message}; try again, or --adapter software`);
  const isRefusal = (name === 'TypeError' || name === 'RangeError') && /expected .+, got /.test(message);
  if (isRefusal) return new UsageError(message);
  return Object.assign(new Error(message), { name });
}
