import { createActivations, createDeadUnitMonitor } from 'webgpu-activations';
import { CLASSES, createRandom, loadDigits, PIXELS, WIDTH } from './digits.js';
import { createProduct, createStep } from './kernels.js';

const BATCH = 64;
const HIDDEN = 128;
const EPOCHS = 5;
const RATE = 0.15;
const HELD_OUT_BATCHES = 32;

const output = document.querySelector('pre');
const print = (line) => output.append(`${line}\n`);

const gpu = await createActivations();
const { device } = gpu;
const random = createRandom(1);
const { images, labels, startOf } = await loadDigits(random);
const batches = Math.floor(labels.length / BATCH) - HELD_OUT_BATCHES;

function createBuffer(length, extra = 0) {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | extra;
  return device.createBuffer({ size: length * 4, usage });
}
function createFilled(values) {
  const buffer = createBuffer(values.length);
  device.queue.writeBuffer(buffer, 0, values);
  return buffer;
}
/** A parameter of the network with what its training needs. Weights after He: normal, of variance 2 / inputs. */
function createParameter(length, inputs = Infinity) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const weight = createFilled(Float32Array.from({ length }, () => normal() * Math.sqrt(2 / inputs)));
  return { weight, gradient: createBuffer(length), velocity: createBuffer(length), rate };
}

const rate = createBuffer(1, GPUBufferUsage.UNIFORM);
const weight1 = createParameter(PIXELS * HIDDEN, PIXELS);
const bias1 = createParameter(HIDDEN);
const weight2 = createParameter(HIDDEN * CLASSES, HIDDEN);
const bias2 = createParameter(CLASSES);

// of one batch
const x = createBuffer(BATCH * PIXELS);
const label = createBuffer(BATCH);
const sums1 = createBuffer(BATCH * HIDDEN); // x · weight1
const hidden = createBuffer(BATCH * HIDDEN); // relu(sums1 + bias1)
const sums2 = createBuffer(BATCH * CLASSES); // hidden · weight2
const logits = createBuffer(BATCH * CLASSES); // sums2 + bias2
const loss = createBuffer(BATCH);
const dLoss = createFilled(new Float32Array(BATCH).fill(1 / BATCH)); // the mean's gradient
const dLogits = createBuffer(BATCH * CLASSES);
const dHidden = createBuffer(BATCH * HIDDEN);

const sizes1 = { rows: BATCH, inner: PIXELS, columns: HIDDEN };
const sizes2 = { rows: BATCH, inner: HIDDEN, columns: CLASSES };
const multiply1 = createProduct(device, [x, weight1.weight, sums1], sizes1);
const multiply2 = createProduct(device, [hidden, weight2.weight, sums2], sizes2);
// the gradients of a product are products: by the weights xᵀ · dy, by the inputs dy · weightsᵀ
const sizesX1 = { rows: PIXELS, inner: BATCH, columns: HIDDEN, transposed: 'a' };
const sizesX2 = { rows: HIDDEN, inner: BATCH, columns: CLASSES, transposed: 'a' };
const sizesBack2 = { rows: BATCH, inner: CLASSES, columns: HIDDEN, transposed: 'b' };
const gradient1 = createProduct(device, [x, dHidden, weight1.gradient], sizesX1);
const gradient2 = createProduct(device, [hidden, dLogits, weight2.gradient], sizesX2);
const back2 = createProduct(device, [dLogits, weight2.weight, dHidden], sizesBack2);
const steps = [weight1, bias1, weight2, bias2].map((parameter) => createStep(device, parameter));
const monitor = createDeadUnitMonitor(gpu, { channels: HIDDEN, window: batches });

const ofHidden = { length: BATCH * HIDDEN };
const ofLogits = { length: BATCH * CLASSES };

function forward(pass) {
  multiply1(pass);
  gpu.encodeForward(pass, 'relu', { x: sums1, bias: bias1.weight, y: hidden, ...ofHidden }, { channels: HIDDEN });
  multiply2(pass);
  gpu.encodeForward(pass, 'identity', { x: sums2, bias: bias2.weight, y: logits, ...ofLogits }, { channels: CLASSES });
}

function backward(pass) {
  const rows = { columns: CLASSES };
  gpu.encodeForward(pass, 'crossEntropy', { x: logits, labels: label, loss, ...ofLogits }, rows);
  gpu.encodeBackward(pass, 'crossEntropy', { x: logits, labels: label, dy: dLoss, dx: dLogits, ...ofLogits }, rows);
  const tensors2 = { x: sums2, bias: bias2.weight, dy: dLogits, dx: dLogits, dBias: bias2.gradient, ...ofLogits };
  gpu.encodeBackward(pass, 'identity', tensors2, { channels: CLASSES });
  gradient2(pass);
  back2(pass);
  const tensors1 = { x: sums1, bias: bias1.weight, dy: dHidden, dx: dHidden, dBias: bias1.gradient, ...ofHidden };
  gpu.encodeBackward(pass, 'relu', tensors1, { channels: HIDDEN });
  gradient1(pass);
}

/** Uploads a batch, records the passes, submits. Digits have blank margins, so one reads them shifted by starting elsewhere. */
function run(batch, record, shift = 0, finish = () => {}) {
  device.queue.writeBuffer(x, 0, images, startOf(batch * BATCH) + shift, BATCH * PIXELS);
  device.queue.writeBuffer(label, 0, labels, batch * BATCH, BATCH);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  finish(encoder);
  device.queue.submit([encoder.finish()]);
}

async function read(buffer) {
  await buffer.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(buffer.getMappedRange().slice(0));
  buffer.unmap();
  return values;
}

const createReadback = (length) =>
  device.createBuffer({ size: length * 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
const losses = createReadback(BATCH * batches);

/** −1, 0 or 1. */
const randomStep = () => Math.floor(random() * 3) - 1;

const start = performance.now();
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  for (let batch = 0; batch < batches; batch++) {
    const done = (epoch + batch / batches) / EPOCHS;
    device.queue.writeBuffer(rate, 0, new Float32Array([RATE * (1 - done)]));
    const shift = randomStep() * WIDTH + randomStep();
    const train = (pass) => {
      forward(pass);
      monitor.encode(pass, { y: hidden, ...ofHidden });
      backward(pass);
      for (const step of steps) step(pass);
    };
    run(batch, train, shift, (encoder) => encoder.copyBufferToBuffer(loss, 0, losses, batch * BATCH * 4, BATCH * 4));
  }
  const values = await read(losses);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const { deadShare, verdict } = await monitor.report();
  print(`epoch ${epoch + 1}: loss ${mean.toFixed(4)}, dead units ${(100 * deadShare).toFixed(0)} % (${verdict})`);
}
const seconds = (performance.now() - start) / 1000;

const answers = createReadback(HELD_OUT_BATCHES * BATCH * CLASSES);
for (let batch = 0; batch < HELD_OUT_BATCHES; batch++)
  run(batches + batch, forward, 0, (encoder) =>
    encoder.copyBufferToBuffer(logits, 0, answers, batch * logits.size, logits.size),
  );
const scores = await read(answers);
let right = 0;
for (let index = 0; index < HELD_OUT_BATCHES * BATCH; index++) {
  const row = scores.subarray(index * CLASSES, (index + 1) * CLASSES);
  if (row.indexOf(Math.max(...row)) === labels[batches * BATCH + index]) right++;
}
print(
  `${((100 * right) / (HELD_OUT_BATCHES * BATCH)).toFixed(2)} % of the held-out digits, after ${seconds.toFixed(1)} s`,
);
