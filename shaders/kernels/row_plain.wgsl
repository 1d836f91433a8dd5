// A row's exponents are x - m, of one float each.
alias Origin = ExpOrigin;
fn origin_of(maximum: f32) -> Origin { return exp_origin(maximum); }
fn row_parts(x: real, origin: Origin) -> ExpParts { return exp_difference_parts(x, origin); }
fn row_scaled(gradient: real, logit: Logit) -> real { return gradient; }

// m itself as an exponent
fn row_exponent(maximum: f32) -> Total { return Total(maximum, 0.0); }

// x - m - logarithm, from the sum of both: exact where x is near to it, and so as right as the difference can be.
fn row_offset(maximum: f32, logarithm: Total) -> Total { return total_sum(row_exponent(maximum), logarithm); }
fn row_logarithm(x: real, maximum: f32, offset: vec2<f32>) -> real { return (x - offset.x) - offset.y; }
