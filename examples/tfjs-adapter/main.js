import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { gelu, register, unregister } from 'webgpu-activations/tfjs';

const output = document.querySelector('pre');
const print = async (label, tensor) => output.append(`${label} ${Array.from(await tensor.data()).join(' ')}\n`);

await tf.setBackend('webgpu');

const x = tf.tensor1d([-20, -1, 0, 1, 20]);
unregister();
await print('by-tfjs', tf.grad(tf.sigmoid)(x));
register();
await print('y', tf.sigmoid(x));
await print('dx', tf.grad(tf.sigmoid)(x));

// a model: gelu, then sigmoid
const inputs = tf.tensor2d([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
const targets = tf.tensor2d([0, 1, 1, 0], [4, 1]);
const weight1 = tf.variable(tf.randomNormal([2, 8], 0, 1, 'float32', 1));
const bias1 = tf.variable(tf.zeros([8]));
const weight2 = tf.variable(tf.randomNormal([8, 1], 0, 1, 'float32', 2));
const model = () => tf.sigmoid(tf.matMul(gelu(tf.add(tf.matMul(inputs, weight1), bias1)), weight2));
const loss = () => tf.mean(tf.squaredDifference(model(), targets));
const optimizer = tf.train.adam(0.1);
for (let step = 0; step < 80; step++) optimizer.minimize(loss);
await print('xor', model());
