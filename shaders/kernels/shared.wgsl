// The tensors of tensors.wgsl, two elements of 16 bits a word, of which a thread has one: the other may be another
// thread's, or lie past the tensor's end. A store flips the bits of its own half that differ, in one atomic operation, so
// the other half keeps what it holds and what another thread stores there meanwhile.
@group(0) @binding(1) var<storage, read_write> y: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read_write> dx: array<atomic<u32>>;

fn half_of(word: u32, i: u32) -> u32 { return select(word << 16u, word & 0xffff0000u, i % 2u == 1u); }
// What to flip in a word for its half of element i to become `value`.
fn flips(word: u32, i: u32, value: u32) -> u32 {
  let change = half_of(word, i) ^ value;
  return select(change >> 16u, change, i % 2u == 1u);
}

fn load_x(i: u32) -> real { return decode(half_of(x[i / 2u], i)); }
fn load_y(i: u32) -> real { return decode(half_of(atomicLoad(&y[i / 2u]), i)); }
fn load_dy(i: u32) -> real { return decode(half_of(dy[i / 2u], i)); }
fn load_dx(i: u32) -> real { return decode(half_of(atomicLoad(&dx[i / 2u]), i)); }

fn store_y(i: u32, value: real) { atomicXor(&y[i / 2u], flips(atomicLoad(&y[i / 2u]), i, encode(value))); }
fn store_dx(i: u32, value: real) { atomicXor(&dx[i / 2u], flips(atomicLoad(&dx[i / 2u]), i, encode(value))); }
