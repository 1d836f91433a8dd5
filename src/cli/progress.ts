import { complain } from './output.js';

/** How far a long piece of work is; `done` and `total` count the whole of it, in any unit. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

export type ReportProgress = (progress: Progress) => void;

const barWidth = 30;

/** Shows progress on standard error: a bar that rewrites its line on a terminal, elsewhere a line for each new label. */
export class ProgressDisplay {
  #label = '';
  readonly report: ReportProgress = (progress) => (process.stderr.isTTY ? this.#draw(progress) : this.#write(progress));

  /** Removes the bar, before anything else is printed. */
  clear(): void {
    if (process.stderr.isTTY && this.#label) complain('\r\u001b[K');
  }

  #draw({ label, done, total }: Progress): void {
    this.#label = label;
    const fraction = total ? done / total : 1;
    const filled = Math.round(fraction * barWidth);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
    complain(`\r\u001b[K${`${bar} ${percent}  ${label}`.slice(0, (process.stderr.columns || 80) - 1)}`);
  }

  #write({ label, done, total }: Progress): void {
    if (label === this.#label) return;
    this.#label = label;
    complain(`${label} (${Math.floor((total ? done / total : 1) * 100)} %)\n`);
  }
}
