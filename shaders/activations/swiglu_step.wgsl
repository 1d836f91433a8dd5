// swiglu_step(x, limit) = min(silu(x), limit), of the gate, limit 1 at least; derivative 0 where silu(x) > limit.
// Of up: min(max(x, -limit), limit); derivative 1, 0 beyond ±limit.
// Method: silu.wgsl; silu(x) > limit is x - limit > limit·e^-x, whose left side is exact near the limit and whose right is small.
fn swiglu_step_is_beyond(x: real, limit: vec2<f32>) -> logic {
  let bounded = select(x, real(80.0), order(x) > order(real(80.0)));
  let parts = exp_parts(select(-bounded, real(0.0), is_minus(bounded)), real(0.0));
  let distance = barrier(x - limit.x) - limit.y;
  return is_above(x, limit) & (distance > limit.x * power_of_two(parts.power) * (1.0 + (parts.first + parts.rest)));
}

fn swiglu_step(x: real, limit: vec2<f32>) -> real {
  return swiglu_step_with_derivative(x, limit).value;
}

fn swiglu_step_derivative(x: real, limit: vec2<f32>) -> real {
  return swiglu_step_with_derivative(x, limit).derivative;
}

fn swiglu_step_with_derivative(x: real, limit: vec2<f32>) -> Both {
  let inner = silu_with_derivative(x);
  let beyond = swiglu_step_is_beyond(x, limit);
  return both(propagate_nan(x, select(inner.value, real(limit.x), beyond)), propagate_nan(x, select(inner.derivative, real(0.0), beyond)));
}

fn swiglu_step_up(x: real, limit: vec2<f32>) -> real { return limited(x, limit); }
fn swiglu_step_up_derivative(x: real, limit: vec2<f32>) -> real { return limited_derivative(x, limit); }
