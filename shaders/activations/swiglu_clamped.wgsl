// swiglu_clamped(x, limit) = silu(min(x, limit)), of the gate; derivative 0 where x > limit.
// Of up: min(max(x, -limit), limit); derivative 1, 0 beyond ±limit.
// Method: silu.wgsl.
fn swiglu_clamped(x: real, limit: vec2<f32>) -> real {
  return swiglu_clamped_with_derivative(x, limit).value;
}

fn swiglu_clamped_derivative(x: real, limit: vec2<f32>) -> real {
  return swiglu_clamped_with_derivative(x, limit).derivative;
}

fn swiglu_clamped_with_derivative(x: real, limit: vec2<f32>) -> Both {
  let inner = silu_with_derivative(limited_above(x, limit));
  return both(inner.value, propagate_nan(x, select(inner.derivative, real(0.0), is_above(x, limit))));
}

fn swiglu_clamped_up(x: real, limit: vec2<f32>) -> real { return limited(x, limit); }
fn swiglu_clamped_up_derivative(x: real, limit: vec2<f32>) -> real { return limited_derivative(x, limit); }
