/** What the process ends with. */
export const ExitStatus = { good: 0, failed: 1, usage: 2, unavailable: 3 } as const;

/** A wrong command line or an unreadable file. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** No WebGPU, browser or runtime; the message says what to do about it. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}
