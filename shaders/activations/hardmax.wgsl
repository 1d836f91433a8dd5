// hardmax: y = 1 at the first maximum of a row, else 0; derivative 0.
// Exact. A row with a NaN is NaN.
fn hardmax(is_first: logic) -> real { return select(real(0.0), real(1.0), is_first); }

fn hardmax_derivative_from_y(y: real) -> real { return propagate_nan(y, real(0.0)); }
