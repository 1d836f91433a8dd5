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
  close(): Promise<void>;
}

/** The host's error in the terms of the exit status: the library refuses wrong arguments with TypeError and RangeError. */
export function errorFrom({ name, message }: { readonly name: string; readonly message: string }): Error {
  if (name === 'WebGPUUnavailableError') return new UnavailableError(message);
  if (name === 'TypeError' || name === 'RangeError') return new UsageError(message);
  return Object.assign(new Error(message), { name });
}
