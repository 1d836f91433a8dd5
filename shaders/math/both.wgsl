// What a function and its derivative are at x: of one exponential, for passes that need both.
struct Both { value: real, derivative: real }

fn both(value: real, derivative: real) -> Both {
  return Both(value, derivative);
}
