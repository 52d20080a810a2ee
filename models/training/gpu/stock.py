"""What a sprint draws its crops from, and the crops that it is judged by."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.training.gpu.cast import Block, Cast, split_people
from models.training.gpu.crops import Asked, Crops, Stock, compose
from models.training.gpu.renderers import Order, RenderError, Renderers
from models.training.gpu.score import concat
from models.training.gpu.views import Dice
from models.training.material.backgrounds import random_view, read_backgrounds
from models.training.material.splits import Part

REAL_PX, PLACE_PX, KEPT_BACK = 320, 320, 24
"""Side of a real person's picture and of a place; each n-th stretch of real people is kept back."""
JUDGE_STRENGTH = 0.3
START_S = 300.0
"""How long renderers may take until their first picture: they read the bodies, and compile shaders."""


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    renders: int  # that stay on the card
    places: int
    judged: int  # kept-back people per set


def open_stock(folder: Path, size: Size, seed: int, device: torch.device) -> tuple[Stock, Block]:
    """Real people and places of an unpacked pack, no renders yet; and the real people who are kept back."""
    learned, kept = split_people(sorted((folder / "runs" / "real").glob("*.npz")), REAL_PX, KEPT_BACK)
    real = Cast(len(learned), REAL_PX, device)
    real.add(learned)
    return Stock(
        real, Cast(size.renders, 224, device), places(folder / "data", "train", size.places, seed, device)
    ), kept


def places(data: Path, part: Part, count: int, seed: int, device: torch.device) -> Tensor:
    """(G, 3, Q, Q) uint8 places of one part: panoramas, photos, rooms made up at random."""
    rng, pictures = np.random.default_rng(seed), read_backgrounds(data, part)
    views = np.stack([random_view(pictures, rng, PLACE_PX, PLACE_PX) for _ in range(count)])
    return torch.from_numpy(views).permute(0, 3, 1, 2).contiguous().to(device)


def judging(folder: Path, kept: Block, size: Size, size_px: int, device: torch.device) -> dict[str, Crops]:
    """Crops of real people and of rendered poses that nobody trains on, before places that nobody trains on.

    The same in every call. RenderError if the renderer gives nothing.
    """
    unseen = places(folder / "data", "validate", max(4, size.places // 8), 1, device)
    rendered = Cast(size.judged, 224, device)
    renderers = Renderers(Order(folder / "data", folder / "runs" / "poses.npz", val=True, seed=99), 1)
    try:
        while renderers.rendered < size.judged:
            for block in renderers.ready(START_S):
                rendered.add(block)
    finally:
        renderers.close()
    real = Cast(len(kept), REAL_PX, device)
    real.add(kept)
    sets = {"real": (Stock(real, rendered, unseen), 1.0), "renders": (Stock(real, rendered, unseen), 0.0)}
    return {name: _crops(stock, share, size, size_px, device) for name, (stock, share) in sets.items()}


def wait_for_renders(stock: Stock, renderers: Renderers, count: int) -> None:
    """Take renders in until there are so many. RenderError if none comes."""
    while renderers.rendered < count:
        before = renderers.rendered
        for block in renderers.ready(START_S):
            stock.renders.add(block)
        if renderers.rendered == before:
            raise RenderError(f"no picture within {START_S:.0f} s; the renderers run, but draw nothing")


def _crops(stock: Stock, real_share: float, size: Size, size_px: int, device: torch.device) -> Crops:
    dice, parts, step = Dice(5, device), [], min(128, size.judged)
    for _ in range(size.judged // step):
        asked = Asked(step, size_px, JUDGE_STRENGTH, real_share, empty_share=0.0)
        parts.append(compose(stock, asked, dice))
    return concat(parts)
