"""Weights in the form that the shaders read: filter textures and the channel texture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pyface_web.graph.ops import Affine, BatchNorm
from pyface_web.webgl.plan import EpilogueSpec, FilterSpec, Plan
from pyface_web.weights.shards import Tensor

Array = NDArray[np.float32]
_BYTES = 256.0 ** np.arange(4)


def filter_texture(spec: FilterSpec, tensor: Tensor) -> NDArray[np.int32] | Array:
    """(rows, width, 4) texels for conv2d.frag: int32 with four uint8 each, or float32."""
    kh, kw, inputs, outputs = spec.shape
    groups, tiles = -(-inputs // 4), -(-outputs // (4 * spec.out_groups))
    values = (tensor.values if spec.quantised else tensor.array()).reshape(spec.shape)
    whole = (kh, kw, groups * 4, tiles * spec.out_groups * 4)
    if values.shape == whole:
        full = np.ascontiguousarray(values)
    else:
        full = np.zeros(whole, values.dtype)
        full[:, :, :inputs, :outputs] = values
    if spec.quantised:
        # Four outputs are the bytes of one int, moved as one. (tile, ky, k, kx, g, input)
        words = full.view("<u4").reshape(kh, kw, groups, 4, tiles, spec.out_groups)
        words = words.transpose(4, 0, 2, 1, 5, 3).copy()
        words ^= np.uint32(0x80000000)  # byte 3 less 128, in two's complement
        return words.view("<i4").reshape(tiles * kh, -1, 4)
    cells = full.reshape(kh, kw, groups, 4, tiles, spec.out_groups, 4)
    # (tile, ky, k, kx, g, output, input): one texel per row of the matrix
    cells = cells.transpose(4, 0, 2, 1, 5, 6, 3)
    return np.ascontiguousarray(cells).reshape(tiles * kh, -1, 4)


def channel_texture(plan: Plan, tensors: Mapping[str, Tensor]) -> Array:
    """(rows, width, 4) texels: depthwise filters and the epilogues of all layers of a plan."""
    texture = np.zeros((max(plan.channel_rows, 1), plan.channel_width * 4), np.float32)
    for spec in plan.depthwise:
        rows = texture[spec.row : spec.row + spec.kernel**2]
        if spec.path is None:
            rows[:, : spec.channels] = spec.fill
        else:
            rows[:, : spec.channels] = tensors[spec.path].array().reshape(-1, spec.channels)
    for epilogue in plan.epilogues:
        rows = texture[epilogue.row : epilogue.row + 3]
        rows[:, : epilogue.channels] = _epilogue(epilogue, tensors)
        if epilogue.filters is not None:
            zero = _zero_byte(tensors[epilogue.filters])
            # byte 3 is stored less 128
            texture[epilogue.row + 3, :4] = np.array([zero, zero, zero, zero - 128]) * _BYTES
    return texture.reshape(len(texture), plan.channel_width, 4)


def _epilogue(spec: EpilogueSpec, tensors: Mapping[str, Tensor]) -> NDArray[np.float64]:
    """(3, channels): factors of sum(x q) and sum(x), and the offset; folded in float64."""
    scale, offset = np.ones(spec.channels), np.zeros(spec.channels)

    def value(i: int, role: str) -> NDArray[np.float64]:
        return tensors[spec.params[f"{i}.{role}"]].array().astype(np.float64)

    for i, op in enumerate(spec.fused.epilogue if spec.fused else ()):
        if isinstance(op, BatchNorm):
            factor = value(i, "gamma") / np.sqrt(value(i, "variance") + op.epsilon)
            scale, offset = scale * factor, (offset - value(i, "mean")) * factor + value(i, "beta")
        elif isinstance(op, Affine):
            factor = value(i, "scale") if op.scale else np.ones(spec.channels)
            shift = value(i, "offset") if op.offset else np.zeros(spec.channels)
            scale, offset = scale * factor, offset * factor + shift
    if spec.filters is None:
        return np.stack([scale, np.zeros_like(scale), offset])
    # y = q_scale * sum((q - zero) x) + rest * sum(x); byte j comes out of the shader times 256^j.
    stored = tensors[spec.filters]
    byte = np.arange(spec.channels) % 4
    rest = stored.minimum + _zero_byte(stored) * stored.scale
    return np.stack([scale * stored.scale / 256.0**byte, scale * rest, offset])


def _zero_byte(tensor: Tensor) -> int:
    """The byte whose value is nearest to zero."""
    return round(min(max(-tensor.minimum / tensor.scale, 0), 255)) if tensor.scale else 0
