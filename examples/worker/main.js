const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
const output = document.querySelector('pre');

worker.onmessage = ({ data }) => {
  const { y, dx, error } = data;
  output.textContent = error ?? `y ${y.join(' ')}\ndx ${dx.join(' ')}`;
};
worker.onerror = ({ message }) => {
  output.textContent = message;
};

const x = new Float32Array([-3, -0.5, 0, 0.5, 3]);
const dy = new Float32Array([1, 2, 3, 4, 5]);
// the arrays move to the worker without a copy; here they are empty from now on
worker.postMessage({ name: 'mish', x, dy }, [x.buffer, dy.buffer]);
