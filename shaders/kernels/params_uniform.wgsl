@group(0) @binding(15) var<uniform> params: Params;
