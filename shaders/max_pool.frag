// y[p, c] = maximum of x over a window; cells outside the map never win
//
// One fragment: 2x2 pixels of OUT_GROUPS channel groups, which lie in x as they do in y.
// defines: KERNEL STRIDE PAD_X PAD_Y OUT_GROUPS
@include lib/layout.glsl
@include lib/sizes.glsl
@include lib/patch.glsl
@set MASKED = 0
uniform sampler2DArray x;
@for n in range(4 * OUT_GROUPS)
layout(location = ${n}) out vec4 y${n};
@end

void main() {
  Place o = place(y_layout);
  float first_tile = o.tile;
@include lib/patch_at.glsl
@for i in range(N)
  float pixel_x${i} = o.column * ${2 * STRIDE}.0 + ${i - PAD_X}.0;
  bool real_x${i} = pixel_x${i} > -0.5 && pixel_x${i} < x_size.x - 0.5;
  float pixel_y${i} = o.row * ${2 * STRIDE}.0 + ${i - PAD_Y}.0;
  bool real_y${i} = pixel_y${i} > -0.5 && pixel_y${i} < x_size.y - 0.5;
@end
@for g in range(OUT_GROUPS)
@for p in range(4)
  vec4 top${p}_${g} = vec4(-3e38);
@end
@for j in range(N)
@for i in range(N)
@set TAPS = [(p, j - p // 2 * STRIDE, i - p % 2 * STRIDE) for p in range(4)]
@set USED = [t for t in TAPS if 0 <= t[1] < KERNEL and 0 <= t[2] < KERNEL]
@if USED
@set BX = (i - PAD_X) // 2 - FIRST_X
@set BY = (j - PAD_Y) // 2 - FIRST_Y
@set LAYER = ((j - PAD_Y) % 2 * 2 + (i - PAD_X) % 2) * OUT_GROUPS + g
  {
    vec4 v = texture(x, vec3(at_x${BX}, at_y${BY}, ${LAYER}.0));
    v = real_x${i} && real_y${j} ? v : vec4(-3e38);
@for t in USED
    top${t[0]}_${g} = max(top${t[0]}_${g}, v);
@end
  }
@end
@end
@end
@for p in range(4)
  {
    bool real = o.column * 2.0 + ${p % 2}.0 < y_size.x - 0.5 && o.row * 2.0 + ${p // 2}.0 < y_size.y - 0.5;
    y${p * OUT_GROUPS + g} = real ? top${p}_${g} : vec4(0);
  }
@end
@end
}
