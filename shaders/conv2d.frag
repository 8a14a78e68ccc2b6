// y[p, 4f..4f+3] = act(sum over taps and channels of x * filters * scale + offset + skip)
//
// One fragment: 2x2 pixels, OUT_GROUPS groups of four output channels, one target each.
// filters: texel ((k * KERNEL + kx) * OUT_GROUPS + g, tile * KERNEL + ky) is the 4x4 matrix from
// input group k to output group g: component i is input i, byte j output j; with 16 BITS two texels
// of two outputs each. Unpacked without shifts, which are slow, so number j of an int comes out
// times 2^(BITS j); `channels` divides that out.
// channels: rows for scale and offset, a third whose first texel is what those numbers count
// from, times 2^(BITS j), and with PRELU alpha.
// With POOL the fragment computes four such blocks, one after the other, and writes the maximum of
// each: a 2x2 max pool with stride 2. IMAGE: x has at most three channels, so one group.
// UNROLL: input groups per turn of the loop, whose number it must divide (even with IN_GROUPS 2).
// defines: KERNEL STRIDE PAD_X PAD_Y IN_GROUPS OUT_GROUPS BITS (8, 16) POOL IMAGE
//          UNROLL MASKED (cells outside the map count as zero) + epilogue's
@include lib/layout.glsl
@include lib/sizes.glsl
@include lib/patch.glsl
@set VEC = "vec3" if IMAGE else "vec4"
@set XYZ = ".xyz" if IMAGE else ""
@set HOIST = IMAGE and POOL
uniform sampler2DArray x;
uniform sampler2DArray skip;
uniform sampler2D channels;
uniform isampler2D filters;
@for n in range(4 * OUT_GROUPS)
layout(location = ${n}) out vec4 y${n};
@end

void main() {
  Place o = place(y_layout);
  float first_tile = 0.0;
  vec2 filter_size = 1.0 / vec2(textureSize(filters, 0));
  vec2 filter_at = vec2(0.5, o.tile * ${KERNEL}.0 + 0.5) * filter_size;
  vec2 channel_size = 1.0 / vec2(textureSize(channels, 0));
  vec4 zero = texture(channels, vec2(0.5, rows.x + 2.5) * channel_size);
@for g in range(OUT_GROUPS)
  vec2 channels_at${g} = vec2(o.tile * ${OUT_GROUPS}.0 + ${g + 0.5}, rows.x + 0.5) * channel_size;
  vec4 scale${g} = texture(channels, channels_at${g});
  vec4 offset${g} = texture(channels, channels_at${g} + vec2(0, channel_size.y));
@if PRELU
  vec4 alpha${g} = texture(channels, channels_at${g} + vec2(0, 3.0 * channel_size.y));
@end
@end
@if HOIST
  // The filters of the only group serve all four blocks.
@for ky in range(KERNEL)
@for kx in range(KERNEL)
@for g in range(OUT_GROUPS)
@set R = "%d_%d_%d" % (ky, kx, g)
@include lib/filter.glsl
@end
@end
@end
@end
@if POOL
  Place home = o;
  for (int block = 0; block < 4; block++) {
  o.column = home.column * 2.0 + float(block & 1);
  o.row = home.row * 2.0 + float(block >> 1);
  filter_at.x = 0.5 * filter_size.x;
@end
@include lib/patch_at.glsl
@for p in range(4)
@for g in range(OUT_GROUPS)
  vec4 acc${p}_${g} = vec4(0);
@end
@end
@set TURNING = IN_GROUPS == 2 and UNROLL == 1
@if TURNING
  float half_tile = 0.0;
@end
@if not IMAGE
  int turns = int(x_size.z) / ${UNROLL};
  for (int turn = 0; turn < turns; turn++) {
@end
@for u in range(UNROLL)
  {
@for j in range(N)
@for i in range(N)
@set BX = (i - PAD_X) // 2 - FIRST_X
@set BY = (j - PAD_Y) // 2 - FIRST_Y
@set LAYER = ((j - PAD_Y) % 2 * 2 + (i - PAD_X) % 2) * IN_GROUPS + (0 if TURNING else u % IN_GROUPS)
@set HALF = " + half_tile" if TURNING else ""
@set EDGE = " * in%d_%d" % (BX, BY) if MASKED and (BX + FIRST_X or BY + FIRST_Y) else ""
    ${VEC} v${j}_${i} = texture(x, vec3(at_x${BX}, at_y${BY}, ${LAYER}.0${HALF}))${XYZ}${EDGE};
@end
@end
@for ky in range(KERNEL)
@for kx in range(KERNEL)
@for g in range(OUT_GROUPS)
    {
@set R = "%d_%d_%d" % (ky, kx, g)
@if not HOIST
@include lib/filter.glsl
@end
@for p in range(4)
@set V = "v%d_%d" % (p // 2 * STRIDE + ky, p % 2 * STRIDE + kx)
      acc${p}_${g} += vec4(dot(r0_${R}, ${V}), dot(r1_${R}, ${V}), dot(r2_${R}, ${V}), dot(r3_${R}, ${V}));
@end
    }
@end
@end
@end
@if not IMAGE
    filter_at.x += ${KERNEL * OUT_GROUPS * (BITS // 8)}.0 * filter_size.x;
@if TURNING
    vec2 onward = half_tile * next_tile;
    half_tile = 1.0 - half_tile;
@else
@set STEPS = u % IN_GROUPS == IN_GROUPS - 1
@if STEPS
    vec2 onward = next_tile;
@end
@end
@if TURNING or STEPS
@for b in BLOCKS_X
    at_x${b - FIRST_X} += onward.x;
@end
@for b in BLOCKS_Y
    at_y${b - FIRST_Y} += onward.y;
@end
@end
@end
  }
@end
@if not IMAGE
  }
@end
@include lib/edges.glsl
@for g in range(OUT_GROUPS)
  {
@for p in range(4)
    vec4 v${p} = acc${p}_${g} * scale${g} + offset${g};
@end
@if POOL
@if PRELU
@for p in range(4)
    v${p} = max(v${p}, 0.0) + alpha${g} * min(v${p}, 0.0);
@end
@end
    // Any other activation rises, so it can follow the maximum.
    vec4 top = computed0 ? v0 : vec4(-3e38);
@for p in (1, 2, 3)
    top = computed${p} ? max(top, v${p}) : top;
@end
    top = min(max(top, activate.x * top), activate.y);
    // Each block of the map makes one pixel of y.
    if (o.column > y_size.x - 0.5 || o.row > y_size.y - 0.5) top = vec4(0);
@for p in range(4)
    if (block == ${p}) y${p * OUT_GROUPS + g} = top;
@end
@else
    float group = o.tile * ${OUT_GROUPS}.0 + ${g}.0;
@include lib/epilogue.glsl
@end
  }
@end
@if POOL
  }
@end
}
