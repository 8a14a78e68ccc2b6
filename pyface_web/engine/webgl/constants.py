"""Weights in the form that shaders read them: filter textures and the channel texture of a plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.webgl.draws import EpilogueSpec, FilterSpec, Plan
from pyface_web.graph.ops import Affine, BatchNorm, FoldedNorm
from pyface_web.values.arrays import Array
from pyface_web.weights.shards import Tensor


def filter_texture(spec: FilterSpec, tensor: Tensor) -> NDArray[np.int32]:
    """(rows, width, 4) texels for conv2d.frag: each int32 holds four uint8 or two uint16.

    tensor: as `stored` gives it.
    """
    kh, kw, inputs, outputs = spec.shape
    groups, tiles = -(-inputs // 4), -(-outputs // (4 * spec.out_groups))
    values = tensor.values.reshape(spec.shape)
    whole = (kh, kw, groups * 4, tiles * spec.out_groups * 4)
    if values.shape == whole:
        full = np.ascontiguousarray(values)
    else:
        full = np.zeros(whole, values.dtype)
        full[:, :, :inputs, :outputs] = values
    # The outputs of one int are moved as one. (tile, ky, k, kx, g, texel, input)
    words = full.view("<u4").reshape(kh, kw, groups, 4, tiles, spec.out_groups, spec.bits // 8)
    words = words.transpose(4, 0, 2, 1, 5, 6, 3).copy()
    words ^= np.uint32(0x80000000)  # the last of them less half its range, in two's complement
    return words.view("<i4").reshape(tiles * kh, -1, 4)


def stored(tensor: Tensor) -> Tensor:
    """Filters as the GPU holds them: the bytes of the weight file, or else 16-bit numbers.

    Those have steps of 1/65535 of the range from the least to the greatest weight (and 0), so they
    hold what once was 8 bits exactly, and other weights to 8e-6 of that range. float32 texels would
    take twice the fetches: the 3x3 layers of the recognition net that were never quantised run at
    5.3 GMAC/s with them, at 6.7 with 16 bits.
    """
    if tensor.quantised:
        return tensor
    array = tensor.array().astype(np.float64)
    low, high = min(array.min(), 0.0), max(array.max(), 0.0)
    step = (high - low) / 65535 or 1.0
    return Tensor(tensor.name, np.round((array - low) / step).astype("<u2"), step, low)


def channel_texture(plan: Plan, tensors: Mapping[str, Tensor]) -> Array:
    """(rows, width, 4) texels: depthwise filters and the epilogues of all layers of a plan.

    tensors: those with a filter texture as `stored` gives them.
    """
    texture = np.zeros((max(plan.channel_rows, 1), plan.channel_width * 4), np.float32)
    for spec in plan.depthwise:
        rows = texture[spec.row : spec.row + spec.kernel**2]
        if spec.path is None:
            rows[:, : spec.channels] = spec.fill
        else:
            rows[:, : spec.channels] = tensors[spec.path].array().reshape(-1, spec.channels)
    filters = {spec.path: spec for spec in plan.filters}
    for epilogue in plan.epilogues:
        scale, offset = _epilogue(epilogue, tensors)
        filter = filters.get(epilogue.filters or "")
        if filter is not None:
            held = tensors[filter.path]
            # sum((q - zero) x) is in steps of the quantisation, number j of an int 2^(bits j) times
            per_int = 32 // filter.bits
            factors = 2.0 ** (filter.bits * np.arange(per_int))
            scale = scale * held.scale / factors[np.arange(len(scale)) % per_int]
            zeros = np.full(per_int, -held.minimum / held.scale)
            zeros[-1] -= 1 << (filter.bits - 1)
            texture[epilogue.row + 2, :per_int] = zeros * factors
        if epilogue.alpha is not None:
            alpha = tensors[epilogue.alpha].array()
            texture[epilogue.row + epilogue.rows - 1, : len(alpha)] = alpha
        texture[epilogue.row, : epilogue.channels] = scale
        texture[epilogue.row + 1, : epilogue.channels] = offset
    return texture.reshape(len(texture), plan.channel_width, 4)


def _epilogue(
    spec: EpilogueSpec, tensors: Mapping[str, Tensor]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scale and offset of each channel, folded in float64."""
    scale, offset = np.ones(spec.channels), np.zeros(spec.channels)

    def value(i: int, role: str) -> NDArray[np.float64]:
        return tensors[spec.params[f"{i}.{role}"]].array().astype(np.float64)

    for i, op in enumerate(spec.fused.epilogue if spec.fused else ()):
        if isinstance(op, BatchNorm):
            factor = value(i, "gamma") / np.sqrt(value(i, "variance") + op.epsilon)
            scale, offset = scale * factor, (offset - value(i, "mean")) * factor + value(i, "beta")
        elif isinstance(op, FoldedNorm):
            factor = value(i, "truediv")
            scale, offset = scale * factor, (offset - value(i, "sub")) * factor + value(i, "bias")
        elif isinstance(op, Affine):
            factor = value(i, "scale") if op.scale else np.ones(spec.channels)
            shift = value(i, "offset") if op.offset else np.zeros(spec.channels)
            scale, offset = scale * factor, offset * factor + shift
    return scale, offset
