// Functions of rows that are 0 below a threshold of the row. A team has a row of any length, and reads it again where it keeps
// none of it. Joined with it: row_share.wgsl, row_total.wgsl, source and upstream, and the function's row_value, row_gradient.
//
// The threshold τ of differences x - m is (Σ - 1) / count over those above τ itself (Michelot, "A finite algorithm for finding the
// projection of a point onto the canonical simplex", 1986): from those above -1 on, which no threshold is below, each step's
// threshold leaves fewer, until none is left out. Sums and τ are in two floats.
override from_x: bool = false;  // backward computes y from x, instead of reading it

var<workgroup> waiting: atomic<u32>;
var<workgroup> is_waiting: u32;

// Whether any thread of the workgroup says so, the same for all of them.
fn any_of(thread: u32, own: bool) -> bool {
  if (thread == 0u) { atomicStore(&waiting, 0u); }
  workgroupBarrier();
  if (own) { atomicStore(&waiting, 1u); }
  workgroupBarrier();
  if (thread == 0u) { is_waiting = atomicLoad(&waiting); }
  return workgroupUniformLoad(&is_waiting) != 0u;
}

// x - m; no threshold is below -1, so that what is far below has no second part
fn difference_of(x: real, maximum: f32) -> Sum {
  let difference = x - maximum;
  let low = two_sum_error(x, real(-maximum), difference);
  return Sum(difference, select(real(0.0), low, difference > real(-2.0)));
}

struct Threshold { maximum: f32, value: Total, special: u32 }

fn value_of(x_i: real, threshold: Threshold) -> real {
  let value = row_value(difference_of(x_i, threshold.maximum), threshold.value);
  return bitcast<real>(bitcast<bits>(value) | bits(threshold.special));
}

fn x_at(i: u32, k: u32, kept: ptr<function, array<real, KEPT>>) -> real {
  if (streams) { return input_at(i); }
  return (*kept)[k];
}

// Σ(x - m) and the count of what is above the threshold, of a thread's share.
struct Support { sum: Sum, count: Sum }

fn support_of(place: Place, maximum: f32, value: Total, kept: ptr<function, array<real, KEPT>>) -> Support {
  var support: Support;
  for (var k = 0u; streams || (k < groups); k++) {
    let i = place.first + k * team_step();
    if (i >= place.end) { break; }
    let difference = difference_of(x_at(i, k, kept), maximum);
    let is_above = row_value(difference, value) > real(0.0);
    support.sum = add(support.sum, select(real(0.0), difference.high, is_above));
    support.sum.low += select(real(0.0), difference.low, is_above);
    support.count.high += select(real(0.0), real(1.0), is_above);
  }
  return support;
}

// (sum - 1) / count
fn threshold_of(sum: Total, count: Total) -> Total {
  let excess = total_normal(total_sum(sum, Total(-1.0, 0.0)));
  let share = total_inverse(total_normal(count));
  let value = excess.high * share.high;
  let error = lane_real(two_product_error(real(excess.high), real(share.high), real(value)), 0u);
  return total_normal(Total(value, error + (excess.high * share.low + excess.low * share.high)));
}

fn find_threshold(place: Place, kept: ptr<function, array<real, KEPT>>) -> Threshold {
  let key = read_x(place, kept);
  let maximum = value_of_key(key);
  let special = select(0u, 0x7fc00000u, abs(key) >= INFINITE_KEY);
  var value = Total(-1.0, 0.0);
  var least = 0x1p126;
  if (team == 1u) {
    loop {
      let support = support_of(place, maximum, value, kept);
      let count = folded_sum(support.count);
      if (!(count.high + count.low < least)) { break; }
      least = count.high + count.low;
      value = threshold_of(folded_sum(support.sum), count);
    }
    return Threshold(maximum, value, special);
  }
  loop {
    let support = support_of(place, maximum, value, kept);
    let count = team_total(place.thread, folded_sum(support.count));
    workgroupBarrier();
    let sum = team_total(place.thread, folded_sum(support.sum));
    let is_less = count.high + count.low < least;
    if (is_less) {
      least = count.high + count.low;
      value = threshold_of(sum, count);
    }
    if (!any_of(place.thread, is_less)) { break; }
  }
  return Threshold(maximum, value, special);
}

@compute @workgroup_size(workgroup_size)
fn forward(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  let threshold = find_threshold(place, &kept);
  for (var k = 0u; streams || (k < groups); k++) {
    let i = place.first + k * team_step();
    if (i >= place.end) { break; }
    store_y(i, value_of(x_at(i, k, &kept), threshold));
  }
}

fn saved_at(i: u32, k: u32, threshold: Threshold, kept: ptr<function, array<real, KEPT>>) -> real {
  if (from_x) { return value_of(x_at(i, k, kept), threshold); }
  return source(i);
}

@compute @workgroup_size(workgroup_size)
fn backward(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  var threshold: Threshold;
  if (from_x) {
    threshold = find_threshold(place, &kept);
    workgroupBarrier();
  }
  var sums: Pair;
  var count: Sum;
  for (var round = 0u; round < 2u; round++) {
    for (var k = 0u; streams || (k < groups); k++) {
      let i = place.first + k * team_step();
      if (i >= place.end) { break; }
      let is_above = saved_at(i, k, threshold, &kept) > real(0.0);
      let dy_i = select(real(0.0), upstream(i), is_above);
      if (round == 0u) {
        sums = add_usual(sums, dy_i, real(1.0));
        count.high += select(real(0.0), real(1.0), is_above);
      } else {
        sums = add_product(sums, dy_i, real(1.0));
      }
    }
    if ((round == 1u) || !is_overflown(sums)) { break; }
    sums = Pair();
  }
  let above = team_total(place.thread, folded_sum(count));
  if (team > 1u) { workgroupBarrier(); }
  let first = team_total(place.thread, folded_sum(sums.first));
  if (team > 1u) { workgroupBarrier(); }
  let total = row_total(first, team_total(place.thread, folded_sum(sums.second)));
  let share = 1.0 / (above.high + above.low);
  for (var k = 0u; streams || (k < groups); k++) {
    let i = place.first + k * team_step();
    if (i >= place.end) { break; }
    let dx_i = row_gradient(saved_at(i, k, threshold, &kept), upstream(i), total, share);
    if (accumulate) { store_dx(i, load_dx(i) + dx_i); } else { store_dx(i, dx_i); }
  }
}
