// What every kernel shares.

// What one dispatch needs besides its tensors: 64 bytes, the least a device offers for immediate data.
// Counts and sizes are in groups of LANES elements.
struct Params {
  first: u32,        // the first group this dispatch handles, within the bound range
  count: u32,        // the groups of the bound range
  zero: u32,         // always 0, which the compiler cannot know: see barrier()
  base: u32,         // index within the whole tensor of the bound range's first group
  channels: u32,     // [outer, channels, inner], row-major
  inner: u32,
  slabs: u32,        // partial sums a channel
  slab: u32,         // the first of them that this dispatch writes
  first_row: u32,    // rows of `outer` that the bound range touches
  last_row: u32,
  width: u32,        // columns of one slab's partial sums
  half: u32,         // half a row, where gate and up are the halves of x's rows
  // one or two hyper-parameters as high + low float32 each (.xy, .zw), three or four as one float32 each
  parameters: vec4<f32>,
}

// The identity, opaque to the optimiser: keeps exact steps (two-sums, Cody-Waite) from being regrouped. `|` and not `^`,
// since a compiler cancels two `^ zero` in a row.
fn barrier(value: real) -> real {
  return bitcast<real>(bitcast<bits>(value) | bits(params.zero));
}

// Gradients are added to what their tensor holds instead of replacing it.
override accumulate: bool = false;
// f′ is 0 by a branch of the function.
override flat: bool = false;

// A gradient as a product whose factors are in float32's range where it is.
struct Term { first: real, second: real }

// What a backward group computes: the input of the activation, by what its gradients are multiplied (dy, in a gate dy and up,
// the larger first), the gradient of that input, and in a gate that of up.
struct Slope { input: real, larger: real, smaller: real, gradient: Term, d_up: real }

// dy, but 0 where a derivative is 0 by a branch: 0 for every dy, NaN and ∞ included.
fn flattened(dy: real, derivative: real, is_flat: bool) -> real {
  if (!is_flat) { return dy; }
  return select(dy, real(0.0), bitcast<bits>(derivative) == bits(0u));
}
