// What is added to a row's logits: rows of a mask, of which each `block` rows of x take `each`, from the first again after the last.
// Joined with it: load_mask.
struct MaskLayout { rows: u32, block: u32, each: u32, first_row: u32 }
@group(0) @binding(16) var<uniform> mask_layout: MaskLayout;

const HAS_MASK = true;

fn mask_at(i: u32) -> real {
  let cell = cell_of(i);
  let row = mask_layout.first_row + cell.row;
  let own = (row / mask_layout.block) * mask_layout.each + row % mask_layout.each;
  return load_mask((own % mask_layout.rows) * params.inner + cell.column);
}
