/**
 * The truth over blocks of 2¹⁶ consecutive bit patterns, which share their sign and exponent. On most of them a function is
 * constant (saturated) or linear as far as float32 can tell, and a line is a hundred times cheaper than an exponential.
 */
import type { Truth } from '../truth.js';
import { spacing } from '../ulp.js';

export const BLOCK_LENGTH = 2 ** 16;

/**
 * A line through the reference's values at the ends of a block stands for the reference where it stays this close to it, in
 * ULP, at the samples. The difference of a smooth function from its chord is largest in the middle of the block; a kink or a
 * jump between two straight pieces shows at every sample on one side of it.
 */
export const FORM_TOLERANCE = 2 ** -20;
/** The ends and 63 points between; 65535 is not a multiple of 64, so that they lie on even and odd significands. */
const SAMPLES = 65;

export type Form = 'constant' | 'line' | 'reference';

export class BlockTruth {
  /** The exact results of the block that was filled last. */
  readonly exact = new Float64Array(BLOCK_LENGTH);
  /** The inputs of the block, where the reference was asked. */
  readonly #x = new Float32Array(BLOCK_LENGTH);
  readonly #xBits = new Uint32Array(this.#x.buffer);
  readonly #dy = new Float32Array(BLOCK_LENGTH).fill(1);
  readonly #sampleX = new Float32Array(SAMPLES);
  readonly #sampleBits = new Uint32Array(this.#sampleX.buffer);
  readonly #sampleExact = new Float64Array(SAMPLES);
  readonly #pointed: ReadonlySet<number>;

  /** @param points inputs beside which a function may do what no sample shows: their blocks are the reference's */
  constructor(
    private readonly truth: Truth,
    points: readonly number[],
  ) {
    this.#pointed = new Set(points.flatMap(blocksAround));
  }

  /** The float32 that a constant block's results are, of the block whose form was asked for last. */
  get constant(): number {
    return Math.fround(this.#sampleExact[0]!);
  }

  /** Fills `exact` with the truth over the block's inputs. @param form the block's, asked for just before */
  fill(block: number, form: Form): void {
    const { exact } = this;
    if (form === 'constant') exact.fill(this.constant);
    if (form === 'line') {
      const first = this.#sampleExact[0]!;
      const slope = (this.#sampleExact[SAMPLES - 1]! - first) / (BLOCK_LENGTH - 1);
      for (let i = 0; i < BLOCK_LENGTH; i++) exact[i] = first + slope * i;
    }
    if (form === 'reference') this.fillReference(block, exact);
  }

  /** The float64 reference itself over the block's inputs. */
  fillReference(block: number, exact: Float64Array): void {
    const first = block * BLOCK_LENGTH;
    for (let i = 0; i < BLOCK_LENGTH; i++) this.#xBits[i] = first + i;
    this.truth.fill({ x: this.#x, dy: this.#dy }, exact);
  }

  /** The cheapest form that holds. */
  formOf(block: number): Form {
    if (this.#pointed.has(block)) return 'reference';
    const samples = this.#sampleExact;
    for (let k = 0; k < SAMPLES; k++) this.#sampleBits[k] = block * BLOCK_LENGTH + sampleIndex(k);
    this.truth.fill({ x: this.#sampleX, dy: this.#dy }, samples);
    if (samples.every((value) => isClose(value, Math.fround(samples[0]!)))) return 'constant';
    const slope = (samples[SAMPLES - 1]! - samples[0]!) / (BLOCK_LENGTH - 1);
    // NaN and ∞ are on no line: the reference decides.
    const isLine = samples.every((value, k) => {
      const distance = Math.abs(samples[0]! + slope * sampleIndex(k) - value);
      return distance <= FORM_TOLERANCE * spacing(value);
    });
    return isLine ? 'line' : 'reference';
  }
}

function sampleIndex(k: number): number {
  return Math.round((k / (SAMPLES - 1)) * (BLOCK_LENGTH - 1));
}

/** Whether the float32 `constant` is the value as far as float32 can tell, NaN and overflow to ∞ included. */
function isClose(value: number, constant: number): boolean {
  if (Number.isFinite(constant)) return Math.abs(value - constant) <= FORM_TOLERANCE * spacing(constant);
  return Object.is(Math.fround(value), constant);
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The blocks of the float32 nearest to a point and of its neighbours; zero has two bit patterns. */
function blocksAround(point: number): number[] {
  if (point === 0) return [0, 2 ** 31 / BLOCK_LENGTH];
  float[0] = point;
  const bits = floatBits[0]!;
  return [bits - 1, bits, bits + 1].map((pattern) => Math.floor(pattern / BLOCK_LENGTH));
}
