// What a thread found in its lanes, as one value: with one lane, that lane's.
fn folded_sum(sum: Sum) -> Total { return Total(sum.high, sum.low); }
