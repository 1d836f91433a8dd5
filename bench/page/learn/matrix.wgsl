// The arithmetic between the activations of a small network. One thread an element, because the matrices are tiny: what is
// shown is the activations, not how fast a product can be.

struct Settings {
  rows: u32,
  columns: u32,
  depth: u32, // terms of each sum
  a_row: u32, // steps from one element to the next along each axis: a transposed matrix only walks differently
  a_depth: u32,
  b_depth: u32,
  b_column: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// c = a · b
@compute @workgroup_size(64)
fn multiply(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= settings.rows * settings.columns) { return; }
  let row = id.x / settings.columns;
  let column = id.x % settings.columns;
  var sum = 0.0;
  for (var k = 0u; k < settings.depth; k++) {
    sum += a[row * settings.a_row + k * settings.a_depth] * b[k * settings.b_depth + column * settings.b_column];
  }
  c[id.x] = sum;
}

// c = (a − b) · scale: the gradient of the mean cross-entropy of σ(z), with respect to z
@compute @workgroup_size(64)
fn subtract(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= settings.rows * settings.columns) { return; }
  c[id.x] = (a[id.x] - b[id.x]) * settings.scale;
}

// A gradient's components are clipped, as is usual in training: else a rate that is too large ends in ∞ and not in dead units.
const CLIP = 0.1;

// c = c − a · scale: a step of gradient descent; b is not read
@compute @workgroup_size(64)
fn descend(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= settings.rows * settings.columns) { return; }
  c[id.x] -= clamp(a[id.x], -CLIP, CLIP) * settings.scale;
}
