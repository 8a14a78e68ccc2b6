// y[p, c] = act(sum over taps of pre(x) * filter * scale + offset + skip), one filter per channel
//
// One fragment: 2x2 pixels of one channel group. channels: KERNEL^2 rows of filters, and
// those of conv2d's epilogue.
// defines: KERNEL STRIDE PAD_X PAD_Y IN_GROUPS PRE (none, relu) MASKED + epilogue's
@include lib/layout.glsl
@include lib/sizes.glsl
@include lib/patch.glsl
@set OUT_GROUPS = 1
@set POOL = 0
@set g = 0
uniform sampler2DArray x;
uniform sampler2DArray skip;
uniform sampler2D channels;
@for n in range(4)
layout(location = ${n}) out vec4 y${n};
@end

void main() {
  Place o = place(y_layout);
  float group = o.tile;
  // Channels beyond those of x (a Pad) have zero filters; they read its last tile.
  float first_tile = min(floor((group + 0.5) / ${IN_GROUPS}.0), x_layout.x - 1.0);
@if IN_GROUPS == 2
  float half_tile = group - first_tile * 2.0 > 0.5 ? 1.0 : 0.0;
@end
@include lib/patch_at.glsl
  vec2 filter_size = 1.0 / vec2(textureSize(channels, 0));
  vec2 filter_at = vec2(group + 0.5, rows.y + 0.5) * filter_size;
@for k in range(KERNEL * KERNEL)
  vec4 w${k} = texture(channels, filter_at + vec2(0, ${k}) * filter_size);
@end
@for p in range(4)
  vec4 acc${p} = vec4(0);
@end
@for j in range(N)
@for i in range(N)
@set TAPS = [(p, j - p // 2 * STRIDE, i - p % 2 * STRIDE) for p in range(4)]
@set USED = [t for t in TAPS if 0 <= t[1] < KERNEL and 0 <= t[2] < KERNEL]
@if USED
@set BX = (i - PAD_X) // 2 - FIRST_X
@set BY = (j - PAD_Y) // 2 - FIRST_Y
@set LAYER = ((j - PAD_Y) % 2 * 2 + (i - PAD_X) % 2) * IN_GROUPS
@set EDGE = " * in%d_%d" % (BX, BY) if MASKED and (BX + FIRST_X or BY + FIRST_Y) else ""
@set HALF = " + half_tile" if IN_GROUPS == 2 else ""
  {
    vec4 v = texture(x, vec3(at_x${BX}, at_y${BY}, ${LAYER}.0${HALF}))${EDGE};
@if PRE == "relu"
    v = max(v, 0.0);
@end
@for t in USED
    acc${t[0]} += w${t[1] * KERNEL + t[2]} * v;
@end
  }
@end
@end
@end
  vec2 channels_at = vec2(group + 0.5, rows.x + 0.5) * filter_size;
  vec4 scale = texture(channels, channels_at);
  vec4 offset = texture(channels, channels_at + vec2(0, filter_size.y));
@if PRELU
  vec4 alpha0 = texture(channels, channels_at + vec2(0, 2.0 * filter_size.y));
@end
@for p in range(4)
  vec4 v${p} = acc${p} * scale + offset;
@end
@include lib/edges.glsl
@include lib/epilogue.glsl
}
