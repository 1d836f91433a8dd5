/** Measurements take turns: two at a time would spoil each other's times. */
let last: Promise<unknown> = Promise.resolve();
let count = 0;

interface Options {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Another one is at work. */
  readonly onWait: () => void;
}

/** Does `work` once no other measurement of this page is at work. @throws the signal's reason, where it ends the wait */
export async function inTurn<T>({ signal, onWait }: Options, work: () => Promise<T>): Promise<T> {
  const before = last;
  let end: () => void = () => undefined;
  const own = new Promise<void>((resolve) => {
    end = resolve;
  });
  last = Promise.all([before, own]);
  if (count++) onWait();
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      before.then(() => resolve());
    });
    signal.throwIfAborted();
    return await work();
  } finally {
    count--;
    end();
  }
}
