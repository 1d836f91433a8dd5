// What a backward pass sums in the same read of x and dy: the gradients of learned tensors and of the bias. Joined with it:
// backward_group, slope_at, term_0 to term_3 (what a group adds to each sum).
override sums: u32 = 1;  // how many of the four
// A gradient lies where an input did, so that this cannot be read again.
override overwrites: bool = false;

@group(0) @binding(6) var<storage, read_write> partial: array<real>;  // [slabs, sums, first and second as high and low, width]

var<private> sum_0: Pair;
var<private> sum_1: Pair;
var<private> sum_2: Pair;
var<private> sum_3: Pair;

fn visit_group(i: u32, lane: u32) {
  let slope = backward_group(i);
  if (overwrites) {
    add_terms(slope, i);
    return;
  }
  sum_0 = add_usual_term(sum_0, term_0(slope, i));
  if (sums > 1u) { sum_1 = add_usual_term(sum_1, term_1(slope, i)); }
  if (sums > 2u) { sum_2 = add_usual_term(sum_2, term_2(slope, i)); }
  if (sums > 3u) { sum_3 = add_usual_term(sum_3, term_3(slope, i)); }
}

fn add_usual_term(sum: Pair, term: Term) -> Pair { return add_usual(sum, term.first, term.second); }

fn add_term(sum: Pair, term: Term) -> Pair { return add_product(sum, term.first, term.second); }

fn add_terms(slope: Slope, i: u32) {
  sum_0 = add_term(sum_0, term_0(slope, i));
  if (sums > 1u) { sum_1 = add_term(sum_1, term_1(slope, i)); }
  if (sums > 2u) { sum_2 = add_term(sum_2, term_2(slope, i)); }
  if (sums > 3u) { sum_3 = add_term(sum_3, term_3(slope, i)); }
}

fn begins_again() -> bool {
  if (overwrites) { return false; }
  // sums that are not wanted stay 0
  if (!(is_overflown(sum_0) || is_overflown(sum_1) || is_overflown(sum_2) || is_overflown(sum_3))) { return false; }
  sum_0 = Pair();
  sum_1 = Pair();
  sum_2 = Pair();
  sum_3 = Pair();
  return true;
}

fn visit_group_again(i: u32) { add_terms(slope_at(i), i); }

fn write_sum(slab: u32, column: u32, index: u32, sum: Pair) {
  let row = 4u * ((params.slab + slab) * sums + index) * params.width + column;
  partial[row] = sum.first.high;
  partial[row + params.width] = sum.first.low;
  partial[row + 2u * params.width] = sum.second.high;
  partial[row + 3u * params.width] = sum.second.low;
}

fn write_workgroup_sum(lane: u32, slab: u32, channel: u32, index: u32, own: Pair) {
  let sum = workgroup_sums(lane, own);
  if (lane == 0u) { write_sum(slab, channel, index, sum); }
}

fn finish_row(lane: u32, slab: u32, channel: u32) {
  write_workgroup_sum(lane, slab, channel, 0u, sum_0);
  if (sums > 1u) { write_workgroup_sum(lane, slab, channel, 1u, sum_1); }
  if (sums > 2u) { write_workgroup_sum(lane, slab, channel, 2u, sum_2); }
  if (sums > 3u) { write_workgroup_sum(lane, slab, channel, 3u, sum_3); }
}

fn finish_column(lane: u32, slab: u32, column: u32) {
  write_sum(slab, column, 0u, sum_0);
  if (sums > 1u) { write_sum(slab, column, 1u, sum_1); }
  if (sums > 2u) { write_sum(slab, column, 2u, sum_2); }
  if (sums > 3u) { write_sum(slab, column, 3u, sum_3); }
}
