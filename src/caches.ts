/** What is kept of earlier calls, and what of it is let go. */

/** Makes room for one more. */
export function forgetOldest(kept: Map<unknown, unknown>, most: number): void {
  if (kept.size >= most) kept.delete(kept.keys().next().value);
}

/**
 * Values that hang on several buffers at once, a level of WeakMaps a buffer: each is reachable through all of its buffers
 * alone, so it goes when one of them goes, whatever it refers to itself. A bind group keeps the memory of its buffers.
 */
export class ByBuffers<T> {
  private readonly next = new WeakMap<object, ByBuffers<T>>();
  value: T | undefined;

  find(buffer: object): ByBuffers<T> | undefined {
    return this.next.get(buffer);
  }

  grow(buffer: object): ByBuffers<T> {
    let next = this.next.get(buffer);
    if (!next) {
      next = new ByBuffers();
      this.next.set(buffer, next);
    }
    return next;
  }
}
