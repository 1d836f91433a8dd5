import { useEffect, useState } from 'preact/hooks';

export interface Latest<T> {
  readonly value: T | undefined;
  readonly error: string;
}

/** The answer to what was asked last: a slider asks faster than a GPU answers. Asks anew when the key changes. */
export function useLatest<T>(ask: () => Promise<T>, key: string): Latest<T> {
  const [state, setState] = useState<Latest<T>>({ value: undefined, error: '' });
  useEffect(() => {
    let isStale = false;
    ask().then(
      (value) => isStale || setState({ value, error: '' }),
      (error: Error) => isStale || setState(({ value }) => ({ value, error: error.message })),
    );
    return () => {
      isStale = true;
    };
  }, [key]);
  return state;
}
