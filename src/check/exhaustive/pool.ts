/** Spreads comparisons over workers, whatever kind of worker the runtime has. */
import type { Outcome, Task } from './worker.js';

export interface WorkerHandle {
  post(task: Task, transfer: ArrayBuffer[]): void;
  /** Called once. */
  listen(answer: (outcome: Outcome) => void, fail: (error: Error) => void): void;
  terminate(): void;
}

export interface Workers {
  readonly count: number;
  start(): WorkerHandle;
}

/** Tasks a worker has at a time: one to work on and one that waits for it. */
const TASKS_EACH = 2;

export class ComparisonPool {
  readonly #workers: { readonly handle: WorkerHandle; readonly waiting: Pending[] }[];
  readonly #queue: Pending[] = [];
  #failure: Error | undefined;

  constructor({ count, start }: Workers) {
    this.#workers = Array.from({ length: count }, () => {
      const worker = { handle: start(), waiting: [] as Pending[] };
      worker.handle.listen(
        (outcome) => {
          worker.waiting.shift()?.resolve(outcome); // none is left after a failure
          this.#assign();
        },
        (error) => this.#fail(error),
      );
      return worker;
    });
  }

  /** How many tasks keep every worker busy. */
  get capacity(): number {
    return TASKS_EACH * this.#workers.length;
  }

  compare(task: Task): Promise<Outcome> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      this.#assign();
    });
  }

  terminate(): void {
    for (const { handle } of this.#workers) handle.terminate();
  }

  #assign(): void {
    while (this.#queue.length) {
      const worker = this.#workers.reduce((one, other) => (other.waiting.length < one.waiting.length ? other : one));
      if (worker.waiting.length >= TASKS_EACH) return;
      const pending = this.#queue.shift()!;
      worker.waiting.push(pending);
      worker.handle.post(pending.task, [pending.task.results]);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { waiting } of this.#workers) for (const { reject } of waiting.splice(0)) reject(error);
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }
}

interface Pending {
  readonly task: Task;
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}
