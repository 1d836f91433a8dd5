requires immediate_address_space;
var<immediate> params: Params;
