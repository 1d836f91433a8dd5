import { UnavailableError, UsageError } from '../exit.js';
import type { Arrays } from '../host/call.js';
import type { FunctionName, ReplyOf, RequestOf } from '../host.js';
import type { ReportProgress } from '../progress.js';

/** Where WebGPU runs. */
export interface Runtime {
  /** With its version. */
  readonly name: string;
  call<Name extends FunctionName>(
    name: Name,
    request: RequestOf<Name>,
    options?: { readonly arrays?: Arrays; readonly report?: ReportProgress },
  ): Promise<ReplyOf<Name>>;
  /** Makes a folder's files loadable where WebGPU runs, and gives its address, with a final slash; only pages need it. */
  serve?(name: string, folder: string): string;
  close(): Promise<void>;
}

/** The host's error in the terms of the exit status: the library's refusals are worded `expected …, got …`, a bug's are not. */
export function errorFrom({ name, message }: { readonly name: string; readonly message: string }): Error {
  if (name === 'WebGPUUnavailableError') return new UnavailableError(message);
  const isRefusal = (name === 'TypeError' || name === 'RangeError') && /expected .+, got /.test(message);
  if (isRefusal) return new UsageError(message);
  return Object.assign(new Error(message), { name });
}
