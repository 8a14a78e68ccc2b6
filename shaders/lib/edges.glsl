// Declares in_map0 ... in_map3, whether the pixels of block `o` lie in the map of y, and with PADDED
// or POOL computed0 ... computed3, whether they lie in its computed part.
// needs: o (Place)
vec2 corner = vec2(o.column, o.row) * 2.0;
@for p in range(4)
@if not POOL
bool in_map${p} = corner.x < y_size.x - ${p % 2 + 0.5} && corner.y < y_size.y - ${p // 2 + 0.5};
@end
@if PADDED or POOL
bool computed${p} = corner.x < y_size.z - ${p % 2 + 0.5} && corner.y < y_size.w - ${p // 2 + 0.5};
@end
@end
