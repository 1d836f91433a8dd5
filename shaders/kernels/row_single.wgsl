// A row's logits are its x, one float each: the counterpart of row_logits.wgsl.
alias Logit = real;
const HAS_MASK = false;
fn logit_of(x: real) -> Logit { return x; }
fn number_of(logit: Logit) -> real { return logit; }
fn with_number(logit: Logit, number: real) -> Logit { return number; }
fn saved_logit(i: u32, y_i: real) -> Logit { return y_i; }
fn is_hidden(logit: Logit) -> logic { return logic(false); }
