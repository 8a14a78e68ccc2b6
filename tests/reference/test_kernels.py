"""Every NumPy kernel against a literal loop."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.engine.reference.kernels import KERNELS
from pyface_web.engine.webgl import kernels as webgl_kernels
from pyface_web.graph import ops
from tests.reference import loops

# float32 against sums in double precision, at most 7 * 7 * 3 products of order 1
CLOSE = {"rtol": 1e-5, "atol": 2e-5}


def spec(value: object) -> str:
    """Id of a test: a shape as 1x5x4x3, anything else as it prints."""
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


def cases(*rows: tuple[object, ...], names: str) -> pytest.MarkDecorator:
    """Parametrise with ids such as `x=1x5x4x3 k=3 s=2 same`."""
    short = {"kernel": "k=", "size": "k=", "stride": "s=", "padding": "", "outputs": "out="}
    labels = names.split()

    def label(row: tuple[object, ...]) -> str:
        parts = (
            short.get(n, f"{n}=") + spec(v) for n, v in zip(labels, row, strict=True) if v != ""
        )
        return " ".join(parts)

    return pytest.mark.parametrize(labels, [pytest.param(*row, id=label(row)) for row in rows])


def values(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(np.float32)


def compare(got: np.ndarray, want: np.ndarray) -> None:
    assert got.dtype == np.float32
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, **CLOSE)


def test_every_op_has_every_kernel():
    assert set(KERNELS) | {ops.Input} == set(webgl_kernels.KERNELS) | {ops.Input} == ops.ALL


def test_ops_all_is_every_op():
    assert set(ops.Op.__subclasses__()) == ops.ALL


WINDOWS = (
    ((1, 5, 4, 3), 3, 1, "same"),
    ((1, 5, 4, 3), 3, 2, "same"),
    ((1, 4, 6, 2), 3, 2, "same"),
    ((1, 5, 4, 3), 3, 1, "valid"),
    ((1, 7, 6, 2), 3, 2, "valid"),
    ((1, 1, 1, 5), 3, 2, "same"),
    ((2, 3, 5, 3), 1, 1, "same"),
    ((1, 5, 5, 2), 1, 2, "valid"),
    ((1, 9, 8, 1), 7, 2, "valid"),
    ((1, 6, 5, 1), 7, 1, "same"),
    ((1, 5, 3, 2), 2, 2, "same"),
    ((1, 5, 3, 2), 2, 1, "same"),
)


@cases(*WINDOWS, names="x kernel stride padding")
def test_conv2d(x, kernel, stride, padding):
    image, filters = values(*x), values(kernel, kernel, x[3], 3, seed=1)
    op = ops.Conv2d(3, kernel, stride, padding)
    got = KERNELS[ops.Conv2d](op, [image], {"filters": filters})
    compare(got, loops.conv2d(image, filters, stride, padding))
    assert op.out_shape(x) == got.shape


@cases(*WINDOWS, names="x kernel stride padding")
def test_depthwise_conv2d(x, kernel, stride, padding):
    image, filters = values(*x), values(kernel, kernel, x[3], 1, seed=1)
    op = ops.DepthwiseConv2d(kernel, stride, padding)
    got = KERNELS[ops.DepthwiseConv2d](op, [image], {"filters": filters})
    compare(got, loops.depthwise(image, filters, stride, padding))
    assert op.out_shape(x) == got.shape


@cases(
    ((1, 6, 4, 3), 2, 2, "same"),
    ((1, 5, 7, 3), 2, 2, "same"),
    ((2, 4, 5, 2), 2, 1, "same"),
    ((1, 7, 8, 2), 3, 2, "valid"),
    ((1, 5, 5, 1), 3, 1, "same"),
    ((1, 1, 1, 2), 2, 2, "same"),
    names="x size stride padding",
)
def test_max_pool(x, size, stride, padding):
    image = values(*x) - 5  # all negative, so that a padding cell of zero would win
    op = ops.MaxPool(size, stride, padding)
    got = KERNELS[ops.MaxPool](op, [image], {})
    compare(got, loops.pool(image, size, stride, padding, "max"))
    assert op.out_shape(x) == got.shape
    assert (got < 0).all()


@cases(
    ((1, 6, 4, 3), 2, 2), ((2, 5, 7, 2), 2, 2), ((1, 5, 6, 2), 3, 2), names="x size stride"
)  # fmt: skip
def test_avg_pool(x, size, stride):
    image = values(*x)
    op = ops.AvgPool(size, stride)
    got = KERNELS[ops.AvgPool](op, [image], {})
    compare(got, loops.pool(image, size, stride, "valid", "mean"))
    assert op.out_shape(x) == got.shape


@cases(((1, 1, 1, 5), 3), ((3, 1, 1, 4), 7), names="x outputs")
def test_dense(x, outputs):
    image, weights = values(*x), values(x[3], outputs, seed=1)
    op = ops.Dense(outputs)
    got = KERNELS[ops.Dense](op, [image], {"weights": weights})
    compare(got, loops.dense(image, weights))
    assert op.out_shape(x) == got.shape


@cases(((1, 5, 3, 4),), ((3, 1, 1, 2),), ((2, 4, 4, 3),), names="x")
def test_global_mean(x):
    op = ops.GlobalMean()
    got = KERNELS[ops.GlobalMean](op, [values(*x)], {})
    compare(got, loops.global_mean(values(*x)))
    assert op.out_shape(x) == got.shape


@cases((True, True), (True, False), (False, True), names="scale offset")
def test_affine(scale, offset):
    image, factors, shifts = values(2, 3, 2, 5), values(5, seed=1), values(5, seed=2)
    params = {"scale": factors} if scale else {}
    params |= {"offset": shifts} if offset else {}
    got = KERNELS[ops.Affine](ops.Affine(scale, offset), [image], params)
    compare(got, loops.affine(image, params.get("scale"), params.get("offset")))


def test_batch_norm():
    image = values(2, 3, 2, 5)
    params = {role: values(5, seed=i) for i, role in enumerate(("gamma", "beta", "mean"), 1)}
    params["variance"] = np.abs(values(5, seed=4)) * np.float32([0, 0.01, 1, 1, 1])
    op = ops.BatchNorm()
    got = KERNELS[ops.BatchNorm](op, [image], params)
    want = loops.batch_norm(image, **params, epsilon=op.epsilon)
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-3)  # a variance of 0 scales by 32


def test_folded_norm():
    image = values(2, 3, 2, 5)
    params = {role: values(5, seed=i) for i, role in enumerate(("sub", "truediv", "bias"), 1)}
    got = KERNELS[ops.FoldedNorm](ops.FoldedNorm(), [image], params)
    compare(got, loops.folded_norm(image, **params))


@pytest.mark.parametrize("kind", ["none", "relu", "relu6", "leaky"])
def test_activation(kind):
    image = values(1, 4, 3, 5) * 6
    got = KERNELS[ops.Activation](ops.Activation(kind), [image], {})
    compare(got, loops.activation(image, kind))


def test_add():
    x, y = values(2, 3, 2, 5), values(2, 3, 2, 5, seed=1)
    compare(KERNELS[ops.Add](ops.Add(), [x, y], {}), loops.add(x, y))


@cases((1, 0, 0), (0, 1, 0), (0, 0, 3), (1, 1, 2), names="bottom right channels")
def test_pad(bottom, right, channels):
    image = values(2, 3, 4, 3)
    op = ops.Pad(bottom, right, channels)
    got = KERNELS[ops.Pad](op, [image], {})
    compare(got, loops.pad(image, bottom, right, channels))
    assert op.out_shape(image.shape) == got.shape


def test_no_kernel_writes_to_its_inputs():
    """Other nodes may read them, and the caller's arrays are not ours."""
    image, skip = values(1, 4, 4, 3), values(1, 8, 8, 2, seed=1)
    keep = image.copy(), skip.copy()
    filters = {"filters": values(1, 1, 3, 3, seed=2)}
    op = ops.Fused(ops.Conv2d(3, 1), skip="pool", activation="relu", pre="none")
    KERNELS[ops.Fused](op, [image, skip], filters)
    for kind in ("none", "relu", "leaky"):
        KERNELS[ops.Activation](ops.Activation(kind), [image], {})
    np.testing.assert_array_equal(image, keep[0])
    np.testing.assert_array_equal(skip, keep[1])


@cases(*((shape,) for shape in ((1, 3, 4, 5), (2, 1, 1, 3))), names="x")
def test_prelu(x):
    image, alpha = values(*x), values(x[3], seed=1)
    compare(KERNELS[ops.PRelu](ops.PRelu(), [image], {"alpha": alpha}), loops.prelu(image, alpha))


@cases(
    ((1, 6, 4, 3), 3, 2),
    ((2, 5, 7, 2), 4, 3),
    ((1, 3, 3, 1), 7, 8),
    ((1, 4, 5, 2), 4, 5),
    ((1, 9, 1, 2), 1, 1),
    names="x rows columns",
)
def test_resize_bilinear(x, rows, columns):
    image, op = values(*x), ops.ResizeBilinear(rows, columns)
    got = KERNELS[ops.ResizeBilinear](op, [image], {})
    compare(got, loops.resize_bilinear(image, rows, columns))
    assert op.out_shape(x) == got.shape


def test_dense_takes_a_map_as_row_column_channel():
    image, weights = values(2, 3, 3, 4), values(36, 5, seed=1)
    got = KERNELS[ops.Dense](ops.Dense(5), [image], {"weights": weights})
    want = np.zeros((2, 1, 1, 5))
    for b, i, j, c in np.ndindex(image.shape):
        want[b, 0, 0] += image[b, i, j, c].astype(float) * weights[(i * 3 + j) * 4 + c]
    compare(got, want)
