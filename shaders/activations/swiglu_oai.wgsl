// swiglu_oai(x, alpha, limit) = g·σ(alpha·g), g = min(x, limit), of the gate; derivative 0 where x > limit.
// Of up: min(max(x, -limit), limit) + 1; derivative 1, 0 beyond ±limit.
// Method: swish.wgsl.
fn swiglu_oai(x: real, alpha: parameter, limit: vec2<f32>) -> real {
  return swiglu_oai_with_derivative(x, alpha, limit).value;
}

fn swiglu_oai_derivative(x: real, alpha: parameter, limit: vec2<f32>) -> real {
  return swiglu_oai_with_derivative(x, alpha, limit).derivative;
}

fn swiglu_oai_with_derivative(x: real, alpha: parameter, limit: vec2<f32>) -> Both {
  let inner = swish_with_derivative(limited_above(x, limit), alpha);
  return both(inner.value, propagate_nan(x, select(inner.derivative, real(0.0), is_above(x, limit))));
}

fn swiglu_oai_up(x: real, alpha: parameter, limit: vec2<f32>) -> real {
  // the limit's low part shows where its high part and 1 cancel
  let low = select(real(0.0), real(limit.y), is_above(x, limit)) - select(real(0.0), real(limit.y), is_below(x, limit));
  return propagate_nan(x, barrier(limited(x, limit) + 1.0) + low);
}

fn swiglu_oai_up_derivative(x: real, alpha: parameter, limit: vec2<f32>) -> real {
  return limited_derivative(x, limit);
}
