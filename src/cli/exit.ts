/** What the process ends with. */
export const ExitStatus = { good: 0, failed: 1, usage: 2, unavailable: 3, broken: 4 } as const;

/** A wrong command line or an unreadable file. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** No WebGPU adapter; the message says what to do about it. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** What WebGPU runs in could not be started, or stopped answering; the message says what to try. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
}

/** A program or a package is not installed, whatever the adapter. */
export class MissingError extends RuntimeError {}
