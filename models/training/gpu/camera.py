"""What cameras do to pictures, for whole batches on the graphics card: the counterpart of ``augment.seen_by_a_camera``.

Pictures are floats (B, 3, P, P), 0..255 RGB. Each flaw falls on a random subset of fixed size.
"""

import functools
import math

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from torch import Tensor

from models.training.gpu.views import Dice

BLUR_TAPS = 9
_LUMA = (0.299, 0.587, 0.114)
_LUMA_TABLE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
"""Of the JPEG standard's annex K, quality 50; our stand-in uses it for colour too."""


def seen_by_cameras(images: Tensor, dice: Dice, strength: float) -> Tensor:
    """White balance, exposure, coarse pixels, blur, noise and JPEG, each now and then."""
    count = len(images)
    images = images.clamp(0, 255)
    for share, flaw in (
        (0.75, exposed),
        (0.08, grey),
        (0.2, coarse),
        (0.2, blurred),
        (0.25, noisy),
        (0.25, compressed),
    ):
        rows = dice.some(share * strength, count)
        if len(rows):
            images = images.index_copy(0, rows, flaw(images[rows], dice).clamp(0, 255).to(images.dtype))
    return images


def exposed(images: Tensor, dice: Dice) -> Tensor:
    """Another white balance, brightness and contrast."""
    shape = (len(images), 1, 1, 1)
    gain = dice.uniform(0.65, 1.4, *shape) * dice.uniform(0.88, 1.12, len(images), 3, 1, 1)
    curved = (images / 255) ** dice.uniform(0.7, 1.45, *shape)
    return (curved * gain + dice.uniform(-0.08, 0.08, *shape)) * 255


def grey(images: Tensor, dice: Dice) -> Tensor:
    """Without colour."""
    luma = (images * images.new_tensor(_LUMA)[:, None, None]).sum(1, keepdim=True)
    return luma.expand_as(images)


def coarse(images: Tensor, dice: Dice) -> Tensor:
    """Seen from far away, then enlarged; one scale per batch."""
    size_px = images.shape[-1]
    # Drawn on the CPU's side of things: the card's own numbers would have to be waited for.
    share = float(torch.rand(()) * 0.5 + 0.3)
    small = F.interpolate(images, size=max(8, int(size_px * share)), mode="area")
    return F.interpolate(small, size=size_px, mode="bilinear", align_corners=False)


def blurred(images: Tensor, dice: Dice) -> Tensor:
    """Moved along a line or out of focus, up to ``BLUR_TAPS`` pixels."""
    count, reach = len(images), (BLUR_TAPS - 1) / 2
    y, x = torch.meshgrid(*[torch.arange(BLUR_TAPS, device=images.device) - reach] * 2, indexing="ij")
    angle = dice.uniform(0, math.pi, count, 1, 1)
    along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    length = dice.uniform(0.5, reach, count, 1, 1)
    round_ = dice.chance(0.4, count, 1, 1)
    width = torch.where(round_, length / 2, torch.full_like(length, 0.45))
    kernel = torch.exp(-((along / length) ** 2) - (across / width) ** 2)
    kernel = (kernel / kernel.sum((1, 2), keepdim=True)).repeat_interleave(3, 0)[:, None]
    stacked = F.pad(images, [int(reach)] * 4, mode="replicate").reshape(
        1, count * 3, *[images.shape[-1] + BLUR_TAPS - 1] * 2
    )
    return F.conv2d(stacked, kernel, groups=count * 3).reshape(images.shape)


def noisy(images: Tensor, dice: Dice) -> Tensor:
    """As in the dark: each pixel and colour on its own."""
    return images + dice.normal(1, *images.shape) * dice.uniform(2, 14, len(images), 1, 1, 1)


def compressed(images: Tensor, dice: Dice) -> Tensor:
    """JPEG's loss: blocks of 8x8 pixels keep rounded frequencies. Sides must be multiples of 8."""
    count, size_px = len(images), images.shape[-1]
    quality = dice.uniform(15, 80, count)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)[:, None, None, None, None, None]
    waves, steps = _waves(str(images.device)), images.new_tensor(_LUMA_TABLE) * scale
    blocks = _ycc(images).reshape(count, 3, size_px // 8, 8, size_px // 8, 8).transpose(3, 4)
    kept = torch.round(waves @ (blocks - 128) @ waves.T / steps) * steps
    blocks = waves.T @ kept @ waves + 128
    return _rgb(blocks.transpose(3, 4).reshape(images.shape))


@functools.cache
def _waves(device: str) -> Tensor:
    """(8, 8) the orthonormal discrete cosine transform."""
    k = torch.arange(8, device=device, dtype=torch.float32)
    waves = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) / 2
    return waves * torch.where(k == 0, math.sqrt(0.5), 1.0)[:, None]


def _ycc(rgb: Tensor) -> Tensor:
    red, green, blue = rgb.unbind(1)
    luma = _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
    return torch.stack([luma, (blue - luma) / 1.772 + 128, (red - luma) / 1.402 + 128], 1)


def _rgb(ycc: Tensor) -> Tensor:
    luma, blue_off, red_off = ycc[:, 0], ycc[:, 1] - 128, ycc[:, 2] - 128
    red, blue = luma + 1.402 * red_off, luma + 1.772 * blue_off
    green = (luma - _LUMA[0] * red - _LUMA[2] * blue) / _LUMA[1]
    return torch.stack([red, green, blue], 1)
