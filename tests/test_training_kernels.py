"""The compiled training functions say what PyTorch's own say, up to bfloat16's rounding."""

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra [train]")
import torch.nn.functional as F  # noqa: E402, N812

from models.training.layers import kernels  # noqa: E402
from models.training.layers.kernels import DepthwiseConv, NormLeaky, log_sums  # noqa: E402

ROUNDING = 0.004
"""Half the spacing of bfloat16, and some for sums of rounded gradients."""


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    if kernels.compiled() is None:
        pytest.skip("no C++ compiler or no ninja here")


def half(*shape: int) -> Any:
    return torch.randn(*shape).bfloat16().contiguous(memory_format=torch.channels_last)


def off(found: Any, wanted: Any) -> float:
    """Length of the difference, of the length of what was wanted."""
    return float((found.detach().float() - wanted.detach()).norm() / wanted.detach().norm())


@pytest.mark.parametrize(
    ("channels", "height", "width", "stride"),
    [(24, 16, 16, 1), (192, 16, 16, 2), (40, 13, 9, 2), (144, 7, 5, 1), (192, 1, 1, 1), (8, 2, 3, 2)],
)
def test_depthwise_convolution_and_both_its_gradients(channels: int, height: int, width: int, stride: int) -> None:
    layer = DepthwiseConv(channels, channels, 3, stride, 1, groups=channels, bias=False)
    x = half(3, channels, height, width)
    mine, theirs = x.clone().requires_grad_(), x.float().requires_grad_()
    assert kernels.fits(mine)
    y = layer(mine)
    gradient = torch.randn_like(y)
    y.backward(gradient)
    assert layer.weight.grad is not None
    assert mine.grad is not None
    assert theirs.grad is None
    weight_grad, layer.weight.grad = layer.weight.grad, None
    wanted = F.conv2d(theirs, layer.weight, None, stride, 1, 1, channels)
    wanted.backward(gradient.float())
    assert layer.weight.grad is not None
    assert theirs.grad is not None
    assert off(y, wanted) < ROUNDING
    assert off(mine.grad, theirs.grad) < ROUNDING
    assert off(weight_grad, layer.weight.grad) < ROUNDING


@pytest.mark.parametrize("slope", [0.1, 1.0])
def test_batch_norm_with_its_leaky_relu_and_what_it_remembers(slope: float) -> None:
    mine, theirs = NormLeaky(40, slope), torch.nn.BatchNorm2d(40)
    torch.nn.init.uniform_(mine.weight, 0.5, 1.5)
    torch.nn.init.normal_(mine.bias)
    theirs.load_state_dict(mine.state_dict())
    x = (half(3, 40, 8, 8) * 3 + 1).contiguous(memory_format=torch.channels_last)
    x_mine, x_theirs = x.clone().requires_grad_(), x.float().requires_grad_()
    y, wanted = mine(x_mine), F.leaky_relu(theirs(x_theirs), slope)
    gradient = torch.randn_like(wanted)
    y.backward(gradient.bfloat16())
    wanted.backward(gradient)
    pairs = [(y, wanted), (x_mine.grad, x_theirs.grad), (mine.weight.grad, theirs.weight.grad)]
    pairs += [(mine.bias.grad, theirs.bias.grad), (mine.running_mean, theirs.running_mean)]
    pairs += [(mine.running_var, theirs.running_var)]
    for found, meant in pairs:
        assert found is not None
        assert meant is not None
        assert off(found, meant) < ROUNDING


def test_the_sums_over_the_heat_volume_and_their_gradient() -> None:
    volume = (half(2, 30 * 32, 6, 6) * 4).contiguous(memory_format=torch.channels_last)
    mine, theirs = volume.clone().requires_grad_(), volume.float().requires_grad_()
    found, wanted = log_sums(mine, 30), log_sums(theirs, 30)
    towards = [torch.randn_like(part) for part in wanted]
    for parts in (found, wanted):
        sum((part * weight).sum() for part, weight in zip(parts, towards, strict=True)).backward()
    assert mine.grad is not None
    assert theirs.grad is not None
    assert max(off(a, b) for a, b in zip(found, wanted, strict=True)) < 1e-5
    assert off(mine.grad, theirs.grad) < ROUNDING


def test_a_volume_of_extremes_stays_finite() -> None:
    volume = torch.zeros(1, 30 * 32, 4, 4).bfloat16().contiguous(memory_format=torch.channels_last)
    volume[0, 0, 0, 0], volume[0, 1, 1, 1] = 3e4, -3e4
    volume.requires_grad_()
    xy, z = log_sums(volume, 30)
    (xy.sum() + z.sum()).backward()
    assert torch.isfinite(xy).all()
    assert torch.isfinite(z).all()
    assert volume.grad is not None
    assert torch.isfinite(volume.grad).all()


def test_evaluation_and_float32_go_the_ordinary_way() -> None:
    layer = NormLeaky(16, 0.1).eval()
    x = torch.randn(2, 16, 5, 5)
    assert not kernels.fits(x)
    assert off(layer(x), F.leaky_relu(F.batch_norm(x, layer.running_mean, layer.running_var), 0.1)) < 1e-5
