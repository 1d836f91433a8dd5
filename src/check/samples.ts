/** Inputs to check with: deterministic, the same for the same seed on every machine. */

/** How many neighbours on each side of a point are sampled. */
const NEIGHBOURS = 400;
const EXPONENTS = 255;
const SIGN = 0x80000000;
const INFINITY_BITS = 0x7f800000;

/** ±0, ±∞, the smallest and largest subnormals and normals, and NaNs quiet and signalling, with and without a payload. */
const SPECIAL_BITS = [
  0x00000000, 0x00000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fa00000, 0x7fc00000,
  0x7fc12345, 0x7fffffff,
].flatMap((bits) => [bits, (bits | SIGN) >>> 0]);

/** Half-widths of the intervals around zero that are sampled evenly: where activations bend, saturate and underflow. */
const INTERVALS = [1, 4, 16, 110];

export interface SampleOptions {
  /** Kinks, roots and thresholds: their neighbourhoods are sampled number by number. */
  readonly points?: readonly number[];
  readonly count?: number;
  readonly seed?: number;
}

/**
 * A stratified sample of the float32 numbers: every special one, the neighbourhoods of the points, then one half spread
 * over all signs and exponents (subnormals included) and one half over intervals around zero.
 */
export function sampleInputs({ points = [], count = 2 ** 20, seed = 1 }: SampleOptions = {}): Float32Array {
  const inputs = new Float32Array(count);
  // Written as bits: a float32 on its way through JavaScript's numbers would lose a NaN's payload.
  const bits = new Uint32Array(inputs.buffer);
  const random = createRandom(seed);
  let filled = 0;
  const put = (value: number) => {
    if (filled < count) bits[filled++] = value;
  };

  for (const special of SPECIAL_BITS) put(special);
  for (let distance = 0; distance <= NEIGHBOURS; distance++) {
    for (const point of points) {
      put(neighbourBits(point, distance));
      if (distance > 0) put(neighbourBits(point, -distance));
    }
  }

  const strata = 2 * EXPONENTS;
  const perStratum = Math.floor((count - filled) / 2 / strata);
  for (let stratum = 0; stratum < strata; stratum++) {
    const upperBits = ((stratum % 2) * SIGN + (stratum >> 1) * 2 ** 23) >>> 0;
    for (let i = 0; i < perStratum; i++) put(upperBits + significandBits(i, perStratum, random()));
  }
  for (; filled < count; filled++) {
    const halfWidth = INTERVALS[filled % INTERVALS.length]!;
    inputs[filled] = (random() / 2 ** 31 - 1) * halfWidth;
  }
  return inputs;
}

/** Standard normal numbers, as activations meet them (Box & Muller 1958). */
export function normalInputs(count: number, seed = 1): Float32Array {
  const inputs = new Float32Array(count);
  const random = createRandom(seed);
  for (let i = 0; i < count; i += 2) {
    // Half a step above zero, whose logarithm would be −∞.
    const radius = Math.sqrt(-2 * Math.log((random() + 0.5) / 2 ** 32));
    const angle = ((2 * Math.PI) / 2 ** 32) * random();
    inputs[i] = radius * Math.cos(angle);
    if (i + 1 < count) inputs[i + 1] = radius * Math.sin(angle);
  }
  return inputs;
}

/** Whole numbers in [0, 2³²): a counter (Steele, Lea & Flood 2014) through the finaliser of MurmurHash3. */
export function createRandom(seed: number): () => number {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    let hash = counter;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The float32 that many numbers above the one nearest to x, ±∞ at most. */
function neighbourBits(x: number, distance: number): number {
  float[0] = x;
  const magnitude = floatBits[0]! & ~SIGN;
  const rank = Math.max(
    -INFINITY_BITS,
    Math.min((floatBits[0]! >= SIGN ? -magnitude : magnitude) + distance, INFINITY_BITS),
  );
  return rank < 0 ? SIGN - rank : rank;
}

/** The i-th of n parts of the significands, a random one of it; the first and the last significand are always among them. */
function significandBits(i: number, n: number, random: number): number {
  if (i === 0) return 0;
  if (i === n - 1) return 0x7fffff;
  return Math.floor(((i + random / 2 ** 32) / n) * 2 ** 23);
}
