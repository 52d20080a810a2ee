"""The compiled 7x7 convolution and its gradients are PyTorch's own, within bfloat16's rounding."""

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from models.training.layers.wide_depthwise import DepthWise, compiled  # noqa: E402


@pytest.mark.parametrize("shape", [(2, 32, 9, 11), (1, 16, 3, 2), (3, 48, 12, 16)])
def test_the_compiled_convolution_learns_what_pytorch_would(shape: tuple[int, int, int, int]) -> None:
    if compiled() is None:
        pytest.skip("needs a C++ compiler")
    torch.manual_seed(1)
    channels = shape[1]
    layer = DepthWise(channels, channels, 7, padding=3, groups=channels, bias=False)
    x = torch.randn(shape).bfloat16().contiguous(memory_format=torch.channels_last).requires_grad_()
    wanted_change = torch.randn(shape).bfloat16()
    found = []
    for training in (True, False):
        x.grad = layer.weight.grad = None
        y = layer.train(training)(x)
        y.backward(wanted_change.to(y.dtype))
        assert x.grad is not None
        assert layer.weight.grad is not None
        found.append([y.detach().float(), x.grad.float(), layer.weight.grad])
    for fast, slow in zip(*found, strict=True):
        assert torch.allclose(fast, slow, atol=0.01 * float(slow.abs().max()))


def test_a_layer_that_does_not_train_stays_in_full_precision() -> None:
    layer = DepthWise(16, 16, 7, padding=3, groups=16, bias=False).eval()
    with torch.autocast("cpu", torch.bfloat16):
        assert layer(torch.randn(1, 16, 4, 4).bfloat16()).dtype == torch.float32
