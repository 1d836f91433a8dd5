// as swish's: no gate so far out is above the limit
fn swiglu_oai_tail(x: real, alpha: parameter, limit: vec2<f32>) -> Tail {
  let t = x * alpha.x;
  return Tail(t, select(real(0.0), product_error(x, alpha, t), abs(t) < real(-TAIL_END)), x, 1.0 + t);
}
