"""Fast training on a CPU: ``kernels.cpp``, compiled once on first use, as differentiable functions.

Each function falls back on PyTorch's own operators where the compiled ones do not apply (a GPU, float32, evaluation)
or cannot be built (no C++ compiler, no ninja), which is said once. Results differ by bfloat16's rounding only.
"""

# mypy: allow-untyped-decorators, allow-subclassing-any

import functools
import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from torch import Tensor, nn
from torch.utils import cpp_extension


class DepthwiseConv(nn.Conv2d):
    """3x3, one filter per channel, padded by one; bfloat16 under autocast with float32 sums."""

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu":
            return super().forward(x)
        if self.training and fits(x):
            y: Tensor = _Depthwise.apply(x, self.weight, self.stride[0])
            return y
        if x.dtype == torch.float32 and not torch.is_autocast_enabled("cpu"):
            return super().forward(x)
        with torch.autocast("cpu", enabled=False):  # oneDNN's own bfloat16 kernels are several times slower
            return super().forward(x.float()).to(x.dtype)


class NormLeaky(nn.BatchNorm2d):
    """Batch norm and LeakyReLU in one; a slope of 1 is batch norm alone."""

    def __init__(self, channels: int, slope: float) -> None:
        super().__init__(channels)
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        if not (self.training and fits(x)):
            y = super().forward(x)
            return y if self.slope == 1.0 else F.leaky_relu(y, self.slope, inplace=True)
        normed, mean, variance = _Norm.apply(x, self.weight, self.bias, self.eps, self.slope)
        self._remember(mean, variance, x.numel() // x.shape[1])
        return normed

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, count: int) -> None:
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.momentum is not None
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * (count / max(count - 1, 1)), self.momentum)
        if self.num_batches_tracked is not None:
            self.num_batches_tracked += 1


def log_sums(volume: Tensor, joints: int) -> tuple[Tensor, Tensor]:
    """Logits (B, joints * D, H, W) -> log shares of the cells (B, joints, H * W) and of the depths (B, joints, D)."""
    if fits(volume):
        xy, z, _ = _VolumeSums.apply(volume, joints)
        return xy, z
    split = volume.float().reshape(len(volume), joints, volume.shape[1] // joints, -1)
    over_z = split.logsumexp(2)
    whole = over_z.logsumexp(2, keepdim=True)
    return over_z - whole, split.logsumexp(3) - whole


def fits(x: Tensor) -> bool:
    """Whether the compiled functions can take it."""
    return (
        x.device.type == "cpu"
        and x.dtype == torch.bfloat16
        and x.is_contiguous(memory_format=torch.channels_last)
        and compiled() is not None
    )


@functools.cache
def compiled() -> Any | None:
    """The compiled functions; None, said once, where they cannot be built."""
    return built(Path(__file__).with_suffix(".cpp"))


def built(source: Path) -> Any | None:
    """A C++ file as a module, compiled for this machine when it is new or has changed; None where that fails."""
    name = f"mocap_bridge_{source.stem}"
    flags = ["-O3", "-march=native", "-fno-math-errno", "-fopenmp", "-std=c++20", "-Wno-psabi"]
    try:
        _forget_a_killed_build(Path(cpp_extension._get_build_directory(name, verbose=False)) / "lock")
        return cpp_extension.load(name, [str(source)], extra_cflags=flags)
    except (OSError, RuntimeError, ImportError) as error:
        print(f"trains without {source.name}, at half the speed: {str(error).splitlines()[0]}", flush=True)
        return None


def _forget_a_killed_build(lock: Path) -> None:
    """PyTorch waits for ever on the lock of a build that was killed; no build takes ten minutes."""
    if lock.exists() and time.time() - lock.stat().st_mtime > 600:
        lock.unlink()


class _Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride = stride
        return _kernels().depthwise(x, weight, stride)

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor, Tensor, None]:
        x, weight = ctx.saved_tensors
        dx, dweight = _kernels().depthwise_backward(x, weight, _last(dy), ctx.stride)
        return dx, dweight, None


class _Norm(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor, eps: float, slope: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        y, mean, variance = _kernels().norm(x, gamma, beta, eps, slope)
        ctx.save_for_backward(x, gamma, beta, mean, variance)
        ctx.eps, ctx.slope = eps, slope
        ctx.mark_non_differentiable(mean, variance)
        return y, mean, variance

    @staticmethod
    def backward(ctx: Any, dy: Tensor, *_: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        x, gamma, beta, mean, variance = ctx.saved_tensors
        gradients = _kernels().norm_backward(x, _last(dy), gamma, beta, mean, variance, ctx.eps, ctx.slope)
        return *gradients, None, None


class _VolumeSums(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, volume: Tensor, joints: int) -> tuple[Tensor, Tensor, Tensor]:
        xy, z, whole = _kernels().volume_sums(volume, joints)
        ctx.save_for_backward(volume, xy, z, whole)
        ctx.mark_non_differentiable(whole)
        return xy, z, whole

    @staticmethod
    def backward(ctx: Any, dxy: Tensor, dz: Tensor, _: Tensor) -> tuple[Tensor, None]:
        return _kernels().volume_sums_backward(*ctx.saved_tensors, dxy, dz), None


def _last(x: Tensor) -> Tensor:
    return x.to(torch.bfloat16).contiguous(memory_format=torch.channels_last)


def _kernels() -> Any:
    kernels = compiled()
    assert kernels is not None, "fits() was asked before"
    return kernels
