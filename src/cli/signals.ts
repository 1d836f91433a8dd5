/** Ending by a signal: what is open (a browser, a temporary folder) is closed first. */
import { constants } from 'node:os';

type Close = () => Promise<unknown>;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long closing may take before the process ends without it. */
const LIMIT_MILLISECONDS = 3000;
const open = new Set<Close>();
let received: (typeof signals)[number] | undefined;
let waiting: (() => void) | undefined;

/** The status that shells give a process that a signal ended: 130, 143, 129. */
const statusOf = (signal: (typeof signals)[number]): number => 128 + constants.signals[signal];

/** The status to end with, once a signal has come: what fails from then on fails because of it. */
export function signalStatus(): number | undefined {
  return received && statusOf(received);
}

/** Waits for a signal: the good end of a command that runs until somebody ends it. */
export const untilSignal = (): Promise<void> => new Promise((resolve) => (waiting = resolve));

/** From now on a signal closes what is open, then ends the process; a second one ends it at once. */
export function watchSignals(): void {
  for (const signal of signals)
    process.on(signal, () => {
      if (waiting) {
        waiting();
        waiting = undefined;
        return;
      }
      if (received) process.exit(statusOf(signal));
      received = signal;
      setTimeout(() => process.exit(statusOf(signal)), LIMIT_MILLISECONDS);
      Promise.allSettled([...open].map((close) => close())).then(() => process.exit(statusOf(signal)));
    });
}

/** Uses what must be closed, and closes it in the end, whatever happens. */
export async function withOpen<Result>(close: Close, use: () => Promise<Result>): Promise<Result> {
  try {
    return await whileOpening(close, use);
  } finally {
    await close();
  }
}

/** A signal closes it meanwhile; afterwards that is the caller's business. */
export async function whileOpening<Result>(close: Close, use: () => Promise<Result>): Promise<Result> {
  open.add(close);
  try {
    return await use();
  } finally {
    open.delete(close);
  }
}
