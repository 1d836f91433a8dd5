/** A result as a picture of the size that links are shown with. */
import { circumstancesOf, tilesOf, type Verdict } from './verdict.js';

const [WIDTH, HEIGHT] = [1200, 630];
const FONT = 'system-ui, sans-serif';
const [GROUND, TEXT, MUTED, ACCENT, LINE] = ['#0d1014', '#e8eaed', '#a9b0b8', '#4fd1b8', '#3a4149'];
const MARGIN = 64;

export function pictureOf(verdict: Verdict): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const context = canvas.getContext('2d')!;
  context.fillStyle = GROUND;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  /** One line, made smaller until it fits. */
  const write = (text: string, x: number, y: number, size: number, color: string, width: number, weight = 400) => {
    let fitted = size;
    do context.font = `${weight} ${fitted}px ${FONT}`;
    while (context.measureText(text).width > width && fitted-- > 12);
    context.fillStyle = color;
    context.fillText(text, x, y);
  };
  const inner = WIDTH - 2 * MARGIN;
  write('GELU on', MARGIN, 92, 30, MUTED, inner);
  write(verdict.adapter, MARGIN, 152, 54, TEXT, inner, 700);
  const tiles = tilesOf(verdict);
  const width = inner / Math.min(tiles.length, 2) - 20;
  for (const [index, [label, value, note, fraction]] of tiles.entries()) {
    const x = MARGIN + (index % 2) * (width + 40);
    const y = 240 + Math.floor(index / 2) * 165;
    write(label, x, y, 26, MUTED, width);
    write(value, x, y + 60, 60, ACCENT, width, 700);
    write(note, x + width - 220, y, 26, MUTED, 220);
    context.fillStyle = LINE;
    context.fillRect(x, y + 82, width, 10);
    context.fillStyle = ACCENT;
    context.fillRect(x, y + 82, width * Math.min(fraction ?? 0, 1), 10);
  }
  write('webgpu-activations', MARGIN, HEIGHT - 44, 30, TEXT, 300, 700);
  write(circumstancesOf(verdict), MARGIN + 310, HEIGHT - 44, 26, MUTED, inner - 310);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser made no picture'))), 'image/png'),
  );
}
