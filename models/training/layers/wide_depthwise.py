"""The people finder's 7x7 depth-wise convolution, fast in training on a CPU: ``wide_depthwise.cpp``, compiled once.

Where the compiled functions do not apply (a GPU, evaluation) or cannot be built (no C++ compiler, which is said
once), PyTorch's own are taken, in float32: on CPUs its bfloat16 gradient takes three times as long.
"""

# mypy: allow-subclassing-any

import functools
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from models.training.layers.kernels import built


class DepthWise(nn.Conv2d):
    """7x7, one kernel per channel, stride 1, the size kept; bfloat16 under autocast in training, else float32."""

    def forward(self, x: Tensor) -> Tensor:
        if self.training and fits(x):
            learning: Tensor = _Wide.apply(x, self.weight)
            return learning
        with torch.autocast("cpu", enabled=False):
            y: Tensor = super().forward(x.float())
        return y


def fits(x: Tensor) -> bool:
    """Whether the compiled functions can take it."""
    return (
        x.device.type == "cpu"
        and x.dtype == torch.bfloat16
        and x.shape[1] % 16 == 0
        and x.is_contiguous(memory_format=torch.channels_last)
        and compiled() is not None
    )


@functools.cache
def compiled() -> Any | None:
    """The compiled functions; None, said once, where they cannot be built."""
    return built(Path(__file__).with_suffix(".cpp"))


class _Wide(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor, weight: Tensor) -> Tensor:
        context.save_for_backward(x, weight)
        y: Tensor = _kernels().wide_depthwise(x, weight)
        return y

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        x, weight = context.saved_tensors
        dy = gradients[0].to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
        # A correlation's gradient is a correlation with the kernel turned by 180 degrees.
        return _kernels().wide_depthwise(dy, weight.flip(2, 3)), _kernels().wide_weight_gradient(x, dy)


def _kernels() -> Any:
    kernels = compiled()
    assert kernels is not None, "fits() was asked before"
    return kernels
