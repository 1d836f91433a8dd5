/** Reports that came from elsewhere: by a link, a file, or dropped on the page. */
import { signal } from '@preact/signals';
import { type Outcome, parseReport, unpackReport } from './benchmark/report_file.js';
import { view } from './settings.js';

/** The report that is shown, or why there is none. */
export const opened = signal<Outcome | string | undefined>(undefined);

export async function openFile(file: File | undefined): Promise<void> {
  if (!file) return;
  try {
    opened.value = parseReport(await file.text());
  } catch (error) {
    opened.value = `${file.name} is no report: ${(error as Error).message}`;
  }
  if (view.value !== 'report' || location.hash !== '#/report') location.hash = '#/report';
}

/** The address of the page with the report in it. */
export const reportAddress = (packed: string): string => new URL(`#/report/${packed}`, location.href).href;

async function openLink(): Promise<void> {
  const packed = /^#\/report\/([\w-]+)/.exec(location.hash)?.[1];
  if (!packed) return;
  try {
    opened.value = await unpackReport(packed);
  } catch (error) {
    opened.value = `This link has no report that can be read: ${(error as Error).message}`;
  }
}

export function followReports(): void {
  void openLink();
  addEventListener('hashchange', () => void openLink());
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    void openFile(event.dataTransfer.files[0]);
  });
}
