/** What training needs beside activations: products of matrices, and steps of gradient descent with momentum. */

const WORKGROUP = 64;

// A thread computes 4 × 4 elements of c. Steps say how far neighbours lie apart in memory, so a matrix may be meant transposed.
// Reads beyond a matrix give some element of it, of sums that are not written.
const product = `
override rows: u32;
override columns: u32;
override inner: u32;
override a_row_step: u32;
override a_inner_step: u32;
override b_inner_step: u32;
override b_column_step: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let blocks = (columns + 3) / 4;
  let row = id.x / blocks * 4;
  let column = id.x % blocks * 4;
  if (row >= rows) { return; }
  var first = vec4<f32>();
  var second = vec4<f32>();
  var third = vec4<f32>();
  var fourth = vec4<f32>();
  for (var k = 0u; k < inner; k++) {
    let i = row * a_row_step + k * a_inner_step;
    let j = column * b_column_step + k * b_inner_step;
    let b_values = vec4(b[j], b[j + b_column_step], b[j + 2 * b_column_step], b[j + 3 * b_column_step]);
    first += a[i] * b_values;
    second += a[i + a_row_step] * b_values;
    third += a[i + 2 * a_row_step] * b_values;
    fourth += a[i + 3 * a_row_step] * b_values;
  }
  let sums = array(first, second, third, fourth);
  for (var r = 0u; r < min(4, rows - row); r++) {
    for (var s = 0u; s < min(4, columns - column); s++) {
      c[(row + r) * columns + column + s] = sums[r][s];
    }
  }
}`;

const step = `
@group(0) @binding(0) var<storage, read> gradients: array<f32>;
@group(0) @binding(1) var<storage, read_write> velocities: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<uniform> rate: f32;

@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= arrayLength(&weights)) { return; }
  velocities[i] = 0.9 * velocities[i] + gradients[i];
  weights[i] -= rate * velocities[i];
}`;

/** A function that records a kernel: `threads` of them, over the buffers in the order of their bindings. */
function createKernel(device, code, threads, buffers, constants = {}) {
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, constants } });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return (pass) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(threads / WORKGROUP));
  };
}

/** c = a·b, [rows, columns] = [rows, inner] · [inner, columns], all row-major; `transposed` is the name of the one stored otherwise. */
export function createProduct(device, [a, b, c], { rows, inner, columns, transposed }) {
  const threads = Math.ceil(rows / 4) * Math.ceil(columns / 4);
  const [a_row_step, a_inner_step] = transposed === 'a' ? [1, rows] : [inner, 1];
  const [b_inner_step, b_column_step] = transposed === 'b' ? [1, inner] : [columns, 1];
  const constants = { rows, inner, columns, a_row_step, a_inner_step, b_inner_step, b_column_step };
  return createKernel(device, product, threads, [a, b, c], constants);
}

export const createStep = (device, { gradient, velocity, weight, rate }) =>
  createKernel(device, step, weight.size / 4, [gradient, velocity, weight, rate]);
