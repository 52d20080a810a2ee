"""Where crops are cut from labelled pictures, many at once on the graphics card; after ``augment.random_view``.

A view is a matrix (2, 3) from continuous positions in the picture to positions in the crop, both in pixels.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from torch import Tensor

from models.training.pose.augment import CROP_PER_BOX

TRUNCATED_SHARE = 0.4
"""Crops that cut off a part of the box; as many again lose a hand or a foot to the jitter."""


class Dice:
    """Random numbers on one device."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self.device = device
        self.rng = torch.Generator(device)
        self.rng.manual_seed(seed)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(shape, device=self.device, generator=self.rng) * (high - low) + low

    def normal(self, spread: float, *shape: int) -> Tensor:
        return torch.randn(shape, device=self.device, generator=self.rng) * spread

    def chance(self, share: float, *shape: int) -> Tensor:
        """True in this share of cases."""
        return torch.rand(shape, device=self.device, generator=self.rng) < share

    def some(self, share: float, count: int) -> Tensor:
        """Rows of a random subset; its size is fixed, so that nobody waits for the card to count."""
        return torch.randperm(count, device=self.device, generator=self.rng)[: round(share * count)]


def random_views(box_px: Tensor, size_px: int, dice: Dice, strength: float) -> Tensor:
    """(N, 2, 3) around boxes (N, 4): where a tracker might cut, how a camera might be held."""
    count = len(box_px)
    low, high = _cut_boxes(box_px, dice, strength)
    side = (high - low).amax(1) * CROP_PER_BOX
    side = side * dice.normal(0.15 * strength, count).clamp(math.log(0.75), math.log(1.4)).exp()
    center = (low + high) / 2 + dice.normal(0.04 * strength, count, 2) * side[:, None]
    degrees = dice.normal(26 * strength, count) * dice.chance(0.7, count)
    degrees = torch.where(dice.chance(0.06 * strength, count), dice.uniform(-180, 180, count), degrees)
    turn = _turn(torch.deg2rad(degrees)) * (size_px / side)[:, None, None]
    return torch.cat([turn, size_px / 2 - turn @ center[:, :, None]], 2)


def mirrored(views: Tensor, which: Tensor, size_px: int) -> Tensor:
    """The views, left and right exchanged where ``which`` (N,) says so."""
    flip = torch.where(which, -1.0, 1.0)
    x = views[:, 0] * flip[:, None]
    x = torch.cat([x[:, :2], x[:, 2:] + (which * size_px)[:, None]], 1)
    return torch.stack([x, views[:, 1]], 1)


def moved(views: Tensor, step_px: Tensor) -> Tensor:
    """The views with what they show moved by (N, 2) pixels of the crop."""
    return torch.cat([views[:, :, :2], views[:, :, 2:] + step_px[:, :, None]], 2)


def through(views: Tensor, points_px: Tensor) -> Tensor:
    """Points (N, K, 2) of the pictures, in the crops."""
    return points_px @ views[:, :, :2].transpose(1, 2) + views[:, None, :, 2]


def grids(views: Tensor, side_px: int, size_px: int) -> Tensor:
    """(N, P, P, 2) for ``grid_sample`` (align_corners=False) from pictures of ``side_px`` to crops of ``size_px``."""
    turn = torch.linalg.inv(views[:, :, :2])
    shift = -turn @ views[:, :, 2:]
    # From the crop's -1..1 to its pixels, through the view, to the picture's -1..1.
    scaled = turn * (size_px / side_px)
    center = (turn @ views.new_full((len(views), 2, 1), size_px / 2) + shift) * (2 / side_px) - 1
    return F.affine_grid(torch.cat([scaled, center], 2), [len(views), 1, size_px, size_px], align_corners=False)


def folded(grid: Tensor) -> Tensor:
    """A grid that runs back into the picture where it left it."""
    away = torch.remainder((grid + 1) / 2, 2.0)
    return (1 - (away - 1).abs()) * 2 - 1


def _cut_boxes(box_px: Tensor, dice: Dice, strength: float) -> tuple[Tensor, Tensor]:
    """Corners of the boxes; some lose their lower part, as before a webcam, fewer their upper one."""
    count = len(box_px)
    low, high = box_px[:, :2], box_px[:, 2:]
    height = (high - low)[:, 1] * dice.uniform(0.25, 0.6, count) * dice.chance(TRUNCATED_SHARE * strength, count)
    from_below = dice.chance(0.75, count)
    low = torch.stack([low[:, 0], low[:, 1] + height * ~from_below], 1)
    high = torch.stack([high[:, 0], high[:, 1] - height * from_below], 1)
    return low, high


def _turn(angle_rad: Tensor) -> Tensor:
    cosine, sine = angle_rad.cos(), angle_rad.sin()
    return torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
