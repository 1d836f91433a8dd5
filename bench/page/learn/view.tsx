/** Learn: what an activation does to a gradient, and to a network that trains. */
import { Training } from './training.js';
import { Vanishing } from './vanishing.js';

export default function Learn() {
  return (
    <>
      <h2>Learn</h2>
      <Vanishing />
      <Training />
    </>
  );
}
