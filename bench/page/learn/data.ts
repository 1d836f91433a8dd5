/** Two classes of points in the plane that no straight line parts. */
import { normalInputs } from '../../../src/check/index.js';

export const dataSets = { moons: 'Two moons', spirals: 'Two spirals' } as const;
export type DataSet = keyof typeof dataSets;

export interface Points {
  /** Row-major [points, 2], about −1 to 1. */
  readonly x: Float32Array<ArrayBuffer>;
  /** 0 or 1. */
  readonly target: Float32Array<ArrayBuffer>;
}

export function createPoints(name: DataSet, count: number): Points {
  const x = new Float32Array(2 * count);
  const target = new Float32Array(count);
  const noise = normalInputs(2 * count, 7);
  for (let i = 0; i < count; i++) {
    const half = i % 2;
    const part = Math.floor(i / 2) / (count / 2);
    target[i] = half;
    const [a, b] = name === 'moons' ? moon(part, half) : spiral(part, half);
    const size = name === 'moons' ? 0.06 : 0.02;
    x[2 * i] = a + size * noise[2 * i]!;
    x[2 * i + 1] = b + size * noise[2 * i + 1]!;
  }
  return { x, target };
}

function moon(part: number, half: number): [number, number] {
  const angle = Math.PI * part;
  const [a, b] = half ? [1 - Math.cos(angle), 0.5 - Math.sin(angle)] : [Math.cos(angle), Math.sin(angle)];
  return [(a - 0.5) / 1.5, (b - 0.25) / 1.5];
}

function spiral(part: number, half: number): [number, number] {
  const radius = 0.1 + 0.85 * part;
  const angle = 1.5 * Math.PI * part * 1.6 + Math.PI * half;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
