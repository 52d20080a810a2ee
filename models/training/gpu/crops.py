"""Training crops composed on the graphics card, a batch at a time; after ``augment`` and ``dataset``.

People and places stay on the card as bytes; each batch warps them anew, lays them over each other and lets a random
camera look at the result. Which crops get a neighbour, an occluder or nobody at all is a random subset of fixed size.
Layers are (N, 4, P, P): colour times alpha, 0..255, and alpha, 0..1.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from torch import Tensor

from mocap_bridge.skeleton import MIRROR_JOINTS
from models.training.gpu.camera import seen_by_cameras
from models.training.gpu.cast import Cast, Drawn
from models.training.gpu.views import Dice, folded, grids, mirrored, moved, random_views, through
from models.training.pose.dataset import CUT_OUT_SHARE, EMPTY_SHARE, NEIGHBOUR_SHARE, Batch

OCCLUDED_SHARE, IN_FRONT_SHARE, FOLDED_SHARE, FLAT_SHARE = 0.35, 0.35, 0.4, 0.4
_PER_JOINT = ("joints", "depth_m", "known", "visible", "visible_known")


@dataclass(frozen=True, eq=False)
class Stock:
    """What crops are made of."""

    real: Cast
    renders: Cast
    places: Tensor  # (G, 3, Q, Q) uint8


@dataclass(frozen=True)
class Asked:
    """What the crops should be like."""

    count: int
    size_px: int  # a multiple of 64
    strength: float = 0.75  # of every change, 0..1
    real_share: float = 0.5
    empty_share: float = EMPTY_SHARE


@dataclass(frozen=True, eq=False)
class Crops:
    """B crops on the card; ``labels`` are those of ``dataset.Batch``."""

    images: Tensor  # (B, P, P, 3) uint8 RGB
    labels: dict[str, Tensor]

    def batch(self) -> Batch:
        """The labels in main memory, where ``pose_loss`` looks for them; the pictures stay on the card."""
        host = {name: value.cpu().numpy() for name, value in self.labels.items()}
        return Batch(images=self.images[:0].cpu().numpy(), **host)


def compose(stock: Stock, asked: Asked, dice: Dice) -> Crops:
    """A batch of real and rendered people, and of nobody."""
    real = round(asked.count * asked.real_share) if len(stock.real) else 0
    shown = [
        _shown(cast.draw(count, dice.rng), cast.side_px, cut_out_share, asked, dice)
        for cast, count, cut_out_share in ((stock.real, real, CUT_OUT_SHARE), (stock.renders, asked.count - real, 1.0))
        if count
    ]
    people = torch.cat([layer for layer, _ in shown])
    labels = {name: torch.cat([part[name] for _, part in shown]) for name in shown[0][1]}
    present = torch.ones(asked.count, device=dice.device)
    present[dice.some(asked.empty_share, asked.count)] = 0.0
    image = places(stock.places, asked.count, asked.size_px, dice)
    beside, rows = _neighbours(stock.renders, asked, present, dice)
    in_front = dice.chance(IN_FRONT_SHARE, len(rows))[:, None, None, None]
    image = image.index_copy(0, rows, over(image[rows], beside * ~in_front))
    image = over(image, people * present[:, None, None, None])
    image = image.index_copy(0, rows, over(image[rows], beside * in_front))
    hidden = torch.zeros_like(image[:, 0]).index_copy(0, rows, (beside * in_front)[:, 3])
    image, hidden = _occluded(image, hidden, stock.places, asked, dice)
    image = seen_by_cameras(image, dice, asked.strength)
    final = _final(labels, hidden > 0.5, present, asked.size_px)
    return Crops(image.round().to(torch.uint8).permute(0, 2, 3, 1).contiguous(), final)


def over(image: Tensor, layer: Tensor) -> Tensor:
    """Pictures (N, 3, P, P) with layers laid over them."""
    return layer[:, :3] + image * (1 - layer[:, 3:])


def places(stock: Tensor, count: int, size_px: int, dice: Dice) -> Tensor:
    """(N, 3, P, P) parts of places, mirrored by chance."""
    side_px = stock.shape[-1]
    low = dice.uniform(0, 0.4, count, 2) * side_px
    boxes = torch.cat([low, low + dice.uniform(0.4, 0.6, count, 1) * side_px], 1)
    views = mirrored(random_views(boxes, size_px, dice, 0.3), dice.chance(0.5, count), size_px)
    chosen = stock[torch.randint(len(stock), (count,), device=dice.device, generator=dice.rng)]
    grid = folded(grids(views, side_px, size_px))
    return F.grid_sample(chosen.float(), grid, padding_mode="border", align_corners=False)


def _shown(
    people: Drawn, side_px: int, cut_out_share: float, asked: Asked, dice: Dice
) -> tuple[Tensor, dict[str, Tensor]]:
    """People as layers, and their labels; joints in crop sides. Whoever is not cut out fills the whole crop."""
    count, size_px = len(people.rgba), asked.size_px
    swapped = dice.chance(0.5, count)
    views = mirrored(random_views(people.box_px, size_px, dice, asked.strength), swapped, size_px)
    cut_out = (people.cut_out > 0) & dice.chance(cut_out_share, count)
    fold = (~cut_out & dice.chance(FOLDED_SHARE, count))[:, None, None, None]
    grid = grids(views, side_px, size_px)
    layer = warped(people.rgba, torch.where(fold, folded(grid), grid), cut_out)
    labels = {"joints": through(views, people.joints_px) / size_px}
    labels |= {name: getattr(people, name) for name in _PER_JOINT[1:]}
    mirror = list(MIRROR_JOINTS)
    for name, value in labels.items():
        which = swapped.reshape(-1, *[1] * (value.ndim - 1))
        labels[name] = torch.where(which, value[:, mirror], value)
    return layer, labels | {"depth_known": people.depth_known}


def warped(rgba: Tensor, grid: Tensor, cut_out: Tensor) -> Tensor:
    """Layers of pictures (N, S, S, 4) uint8 seen through grids; ``cut_out`` (N,): along the mask, else all of it."""
    picture = rgba.permute(0, 3, 1, 2).float()
    whole = ~cut_out[:, None, None, None]
    alpha = torch.where(whole, 1.0, picture[:, 3:] / 255)
    layer = F.grid_sample(torch.cat([picture[:, :3] * alpha, alpha], 1), grid, align_corners=False)
    # Beyond a photo's edge the program sees black, not another place.
    return torch.cat([layer[:, :3], torch.where(whole, 1.0, layer[:, 3:])], 1)


def _neighbours(cast: Cast, asked: Asked, present: Tensor, dice: Dice) -> tuple[Tensor, Tensor]:
    """Layers of other people, and the rows of the crops that they stand in; beside the place of nobody, farther off."""
    rows = dice.some(NEIGHBOUR_SHARE, asked.count)
    count, size_px = len(rows), asked.size_px
    people = cast.draw(count, dice.rng, cut_out=True)
    views = mirrored(random_views(people.box_px, size_px, dice, 0.5), dice.chance(0.5, count), size_px)
    aside = torch.where(dice.chance(0.5, count), -1.0, 1.0) * dice.uniform(0.25, 0.6, count)
    near = torch.stack([aside, dice.normal(0.08, count)], 1)
    angle, distance = dice.uniform(0, 2 * torch.pi, count), dice.uniform(0.65, 0.9, count)
    far = torch.stack([angle.cos(), angle.sin()], 1) * distance[:, None]
    views = moved(views, torch.where(present[rows, None] > 0, near, far) * size_px)
    return warped(people.rgba, grids(views, cast.side_px, size_px), torch.ones_like(people.cut_out) > 0), rows


def _occluded(image: Tensor, hidden: Tensor, stock: Tensor, asked: Asked, dice: Dice) -> tuple[Tensor, Tensor]:
    """Boxes and discs of any texture in front of some crops, two at most, and what lies behind them."""
    rows = dice.some(OCCLUDED_SHARE * asked.strength, asked.count)
    count, size_px = len(rows), asked.size_px
    if count == 0:
        return image, hidden
    axis = (torch.arange(size_px, device=dice.device) + 0.5) / size_px
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    for again in (False, True):
        turn = dice.uniform(0, torch.pi, count, 1, 1) * dice.chance(0.5, count, 1, 1)
        dx, dy = x - dice.uniform(0, 1, count, 1, 1), y - dice.uniform(0, 1, count, 1, 1)
        u = (dx * turn.cos() + dy * turn.sin()).abs() / dice.uniform(0.05, 0.25, count, 1, 1)
        v = (dy * turn.cos() - dx * turn.sin()).abs() / dice.uniform(0.05, 0.25, count, 1, 1)
        inside = torch.where(dice.chance(0.6, count, 1, 1), torch.maximum(u, v), torch.hypot(u, v)) < 1
        inside &= dice.chance(0.5 if again else 1.0, count, 1, 1)
        flat = dice.chance(FLAT_SHARE, count)[:, None, None, None]
        fill = torch.where(flat, dice.uniform(0, 255, count, 3, 1, 1), places(stock, count, size_px, dice))
        image = image.index_copy(0, rows, torch.where(inside[:, None], fill, image[rows]))
        hidden = hidden.index_copy(0, rows, torch.maximum(hidden[rows], inside.to(hidden.dtype)))
    return image, hidden


def _final(labels: dict[str, Tensor], hidden: Tensor, present: Tensor, size_px: int) -> dict[str, Tensor]:
    """Labels that know what was cut off and what was covered."""
    joints, known = labels["joints"], labels["known"]
    inside = ((joints >= 0) & (joints < 1)).all(2)
    cell = (joints * size_px).long().clamp(0, size_px - 1)
    covered = hidden.flatten(1).gather(1, cell[..., 1] * size_px + cell[..., 0]) & inside
    there = present[:, None]
    return {
        "joints": joints,
        "depth_m": labels["depth_m"],
        "known": known * inside * there,
        "depth_known": labels["depth_known"] * present,
        "visible": labels["visible"] * inside * ~covered * there,
        # Whatever lies outside or under something is unseen, even where nobody said what was seen before.
        "visible_known": torch.maximum(labels["visible_known"], known * (covered | ~inside)) * there,
        "presence": present,
    }
