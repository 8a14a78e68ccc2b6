"""A graph as draws: what a plan prints, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyface_web.engine.webgl.draws import MAX_OUTPUTS, Program
from pyface_web.engine.webgl.plan import plan
from pyface_web.errors import BackendError
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import macs
from tests.plan.plans import plan_of
from tests.reference.nets import ALL, name_of


def small_net():
    """One of each: convolution, pool, separable convolution with a residual, mean, dense."""
    x = nn.image((1, 10, 10, 3))
    x = nn.activation(nn.bias(nn.conv2d(x, "conv/filters", 8, 3, 2), "conv/bias"), "leaky")
    x = nn.max_pool(x, 2, stride=1, padding="same")
    y = nn.conv2d(nn.depthwise(x, "sep/depthwise"), "sep/pointwise", 8, kernel=1)
    x = nn.activation(nn.add(nn.bias(y, "sep/bias"), x), "relu")
    return fuse({"map": x, "scores": nn.dense(nn.global_mean(x), "fc", 3)})


PRINTED = """\
conv/filters: conv2d KERNEL=3 STRIDE=2 PAD_Y=0 PAD_X=0 MASKED=1 IN_GROUPS=1 OUT_GROUPS=2 \
BITS=8 POOL=0 IMAGE=1 UNROLL=1 SKIP=none SKIP_GROUPS=1 PADDED=0 PRELU=0 \
| x=t0 channels=channels filters=filters0 -> t1 (5, 5, 8)
max_pool: max_pool KERNEL=2 STRIDE=1 PAD_Y=0 PAD_X=0 OUT_GROUPS=2 | x=t1 -> t2 (5, 5, 8)
sep/depthwise: depthwise KERNEL=3 STRIDE=1 PAD_Y=1 PAD_X=1 MASKED=1 IN_GROUPS=2 PRE=none \
SKIP=none SKIP_GROUPS=1 PADDED=0 PRELU=0 | x=t2 channels=channels -> t3 (5, 5, 8)
sep/pointwise: conv2d KERNEL=1 STRIDE=1 PAD_Y=0 PAD_X=0 MASKED=0 IN_GROUPS=1 OUT_GROUPS=2 \
BITS=16 POOL=0 IMAGE=0 UNROLL=1 SKIP=add SKIP_GROUPS=2 PADDED=0 PRELU=0 \
| x=t3 channels=channels skip=t2 filters=filters1 -> t4 (5, 5, 8)
mean: mean IN_GROUPS=2 | x=t4 -> t5 (1, 1, 8)
fc: conv2d KERNEL=1 STRIDE=1 PAD_Y=0 PAD_X=0 MASKED=0 IN_GROUPS=1 OUT_GROUPS=1 \
BITS=16 POOL=0 IMAGE=0 UNROLL=1 SKIP=none SKIP_GROUPS=1 PADDED=0 PRELU=0 \
| x=t5 channels=channels filters=filters2 -> t6 (1, 1, 3)
pack: pack OUTPUTS=2 GROUPS=21 WIDTH=64 | x0=t4 x1=t6 -> packed (1, 64, 4)"""


def test_a_plan_prints_one_line_per_draw():
    made = plan("small", small_net(), {"conv/filters"}, targets=8)
    assert "\n".join(map(str, made.draws)) == PRINTED


def test_constants_of_a_plan():
    made = plan("small", small_net(), {"conv/filters"}, targets=8)
    assert [(f.path, f.shape, f.out_groups, f.bits) for f in made.filters] == [
        ("conv/filters", (3, 3, 3, 8), 2, 8),
        ("sep/pointwise", (1, 1, 8, 8), 2, 16),
        ("fc", (1, 1, 8, 3), 1, 16),
    ]
    # an epilogue of two rows for each of four kernels, a third row for the three that have filter
    # textures, nine rows of depthwise filters
    assert (made.channel_rows, made.channel_width) == (4 * 2 + 3 + 9, 2)


def test_outputs_lie_one_after_the_other_in_what_is_read():
    made = plan("small", small_net(), (), targets=8)
    spans = {key: (span.first, span.texels) for key, span in made.outputs.items()}
    assert spans == {"map": (0, 5 * 5 * 2), "scores": (50, 1)}
    assert made.pack_size == (64, 1)


def test_equal_draws_share_a_program():
    x = nn.image((1, 32, 32, 8))
    for i in range(4):  # sizes are uniforms, so maps of 32, 16, 8 and 4 need one program
        x = nn.max_pool(x, 3, stride=2, padding="same")
        x = nn.activation(nn.bias(nn.conv2d(x, f"{i}/filters", 8, 3), f"{i}/bias"), "relu")
    made = plan("same", fuse({"y": x}), (), targets=4)
    assert len(made.draws) == 9
    assert sorted(program.shader for program in made.programs.values()) == [
        "conv2d",
        "max_pool",
        "pack",
    ]


def test_activations_and_bias_are_no_programs_of_their_own():
    x = nn.image((1, 8, 8, 3))
    outputs = {
        kind: nn.activation(nn.conv2d(x, kind, 4, kernel=3), kind)
        for kind in ("none", "relu", "relu6", "leaky")
    }
    assert len(plan("kinds", fuse(outputs), (), targets=8).programs) == 2  # with pack


@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_every_tensor_is_made_before_it_is_read(network):
    made = plan_of(network)
    ready = {made.image, "channels", *(spec.name for spec in made.filters)}
    for draw in made.draws:
        assert {name for _, name in draw.inputs} <= ready, draw
        ready.add(draw.output)
    assert made.draws[-1].output == "packed"


@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_block_of_uniforms_is_whole_vectors(network):
    for draw in plan_of(network).draws:
        assert len(draw.block) % 4 == 0
        assert len(draw.block) == 7 * 4 or draw.program.shader == "pack"


def test_too_many_outputs_are_refused():
    x = nn.image((1, 8, 8, 3))
    outputs = {str(i): nn.conv2d(x, str(i), 4, kernel=1) for i in range(MAX_OUTPUTS + 1)}
    with pytest.raises(BackendError, match="many: 13 outputs, at most 12 can be read"):
        plan("many", outputs, (), targets=8)


def test_multiply_adds_are_counted():
    x = nn.image((1, 10, 10, 3))
    conv = nn.conv2d(x, "filters", 8, kernel=3, stride=2)
    assert macs(conv) == 5 * 5 * 3 * 3 * 3 * 8
    assert macs(nn.dense(nn.global_mean(conv), "fc", 7)) == 8 * 7
    assert macs(nn.max_pool(x, 2, 2)) == 0


def test_a_program_is_named_by_its_defines():
    program = Program("mean", (("IN_GROUPS", 1),))
    assert program.key == "mean IN_GROUPS=1"
    assert replace(program, defines=(("IN_GROUPS", 2),)).glsl() != program.glsl()
