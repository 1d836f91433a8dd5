import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Latest<T> {
  readonly value: T | undefined;
  readonly error: string;
}

/** The answers to what is asked, one question at a time: a slider asks faster than a GPU answers, and what was asked meanwhile
 *  is left out but for the last. Asks anew when the key changes. */
export function useLatest<T>(ask: () => Promise<T>, key: string): Latest<T> {
  const [state, setState] = useState<Latest<T>>({ value: undefined, error: '' });
  const answered = useRef(Promise.resolve());
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  useEffect(() => {
    let isStale = false;
    answered.current = answered.current.then(async () => {
      if (isStale) return;
      try {
        const value = await ask();
        if (!isGone.current) setState({ value, error: '' });
      } catch (error) {
        if (!isStale) setState(({ value }) => ({ value, error: (error as Error).message }));
      }
    });
    return () => {
      isStale = true;
    };
  }, [key]);
  return state;
}

/** A slider is on the move: what takes long waits until it stands. */
export const isMoving = signal(false);
const STILL_AFTER = 250;
let still: ReturnType<typeof setTimeout>;

export function moved(): void {
  isMoving.value = true;
  clearTimeout(still);
  still = setTimeout(stopped, STILL_AFTER);
}

export function stopped(): void {
  clearTimeout(still);
  isMoving.value = false;
}

/** The value, but while a slider moves the one of before. */
export function useSettled<T>(value: T): T {
  const held = useRef(value);
  if (!isMoving.value) held.current = value;
  return held.current;
}

/** Lets the browser draw and listen between two pieces of work. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
