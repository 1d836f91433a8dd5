import { RuntimeError } from '../exit.js';

/** Waits so many seconds and no longer. @throws {RuntimeError} that says what was waited for and what to try */
export async function within<Value>(
  promise: Promise<Value>,
  seconds: number,
  what: string,
  advice: string,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const give = () => reject(new RuntimeError(`waited ${Number(seconds.toFixed(1))} s for ${what}: ${advice}`));
    timer = setTimeout(give, seconds * 1000);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
