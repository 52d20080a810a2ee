"""Labelled people whose pictures stay on the graphics card: as many as there is room for, the oldest leave first.

Positions are continuous: the first pixel of a picture reaches from 0 to 1.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mocap_bridge.skeleton import JOINTS
from models.training.pose.augment import Person
from models.training.pose.dataset import read_people


@dataclass(frozen=True, eq=False)
class Block:
    """N people on their way to the card."""

    rgba: npt.NDArray[np.uint8]  # (N, S, S, 4); alpha is 255 everywhere where the person cannot be cut out
    joints_px: npt.NDArray[np.float32]  # (N, 30, 2)
    depth_m: npt.NDArray[np.float32]  # (N, 30)
    known: npt.NDArray[np.float32]  # (N, 30)
    visible: npt.NDArray[np.float32]  # (N, 30)
    visible_known: npt.NDArray[np.float32]  # (N, 30)
    depth_known: npt.NDArray[np.float32]  # (N,)
    cut_out: npt.NDArray[np.float32]  # (N,) 1 where alpha is the person's
    box_px: npt.NDArray[np.float32]  # (N, 4)
    weight: npt.NDArray[np.float32]  # (N,) how often to draw

    def __len__(self) -> int:
        return len(self.rgba)


@dataclass(frozen=True, eq=False)
class Drawn:
    """N people on the card; as in ``Block``."""

    rgba: Tensor
    joints_px: Tensor
    depth_m: Tensor
    known: Tensor
    visible: Tensor
    visible_known: Tensor
    depth_known: Tensor
    cut_out: Tensor
    box_px: Tensor


class Cast:
    """Everybody who can be drawn."""

    def __init__(self, capacity: int, side_px: int, device: torch.device) -> None:
        self.side_px, self._capacity, self._next, self._count = side_px, capacity, 0, 0
        joints = len(JOINTS)
        shapes = {"joints_px": (joints, 2), "box_px": (4,), "weight": ()}
        shapes |= dict.fromkeys(("depth_m", "known", "visible", "visible_known"), (joints,))
        shapes |= dict.fromkeys(("depth_known", "cut_out"), ())
        self._table = {name: torch.zeros(capacity, *shape, device=device) for name, shape in shapes.items()}
        self._table["rgba"] = torch.zeros(capacity, side_px, side_px, 4, dtype=torch.uint8, device=device)

    def __len__(self) -> int:
        return self._count

    def add(self, block: Block) -> None:
        """Take people in; beyond the capacity they replace those who came first."""
        rows = (self._next + np.arange(len(block))) % self._capacity
        at = torch.from_numpy(rows).to(self._table["rgba"].device)
        for name, column in self._table.items():
            column[at] = torch.from_numpy(np.ascontiguousarray(getattr(block, name))).to(column.device)
        self._next = int((rows[-1] + 1) % self._capacity)
        self._count = min(self._count + len(block), self._capacity)

    def draw(self, count: int, rng: torch.Generator, cut_out: bool = False) -> Drawn:
        """``count`` people by their weights; with ``cut_out`` only such as can be."""
        weights = self._table["weight"][: self._count]
        if cut_out:
            weights = weights * self._table["cut_out"][: self._count]
        # torch.multinomial takes 2**24 categories at most and is slow for many; a search in the sums is neither.
        sums = weights.double().cumsum(0)
        drawn = torch.rand(count, dtype=torch.float64, device=sums.device, generator=rng) * sums[-1]
        rows = torch.searchsorted(sums, drawn, right=True).clamp(max=self._count - 1)
        return Drawn(**{field.name: self._table[field.name][rows] for field in fields(Drawn)})


def block_of(people: list[Person], weights: npt.NDArray[np.float64], side_px: int) -> Block:
    """Decoded people as a block; pictures of another size are scaled with their labels."""
    scale = np.array([side_px / person.rgb.shape[0] for person in people], np.float32)
    labels = {
        name: np.array([getattr(person, name) for person in people], np.float32)
        for name in ("depth_m", "known", "visible", "visible_known", "depth_known")
    }
    return Block(
        rgba=np.stack([_rgba(person, side_px) for person in people]),
        joints_px=np.array([person.joints_px for person in people], np.float32) * scale[:, None, None],
        box_px=np.array([person.box_px for person in people], np.float32) * scale[:, None],
        cut_out=np.array([person.alpha is not None for person in people], np.float32),
        weight=np.asarray(weights, np.float32),
        **labels,
    )


def split_people(files: list[Path], side_px: int, kept_back: int) -> tuple[Block, Block]:
    """Everybody in some files, and every ``kept_back``-th of them apart, to judge by."""
    people: list[Person] = []
    weights: list[float] = []
    for path in files:
        found, weight = read_people(path)
        people += found
        weights += weight.tolist()
    # Neighbours in a file may be frames of one video: judge by whole stretches, not by every n-th frame.
    apart = np.arange(len(people)) // 16 % kept_back == kept_back - 1
    parts = []
    for chosen in (~apart, apart):
        rows = np.flatnonzero(chosen)
        parts.append(block_of([people[row] for row in rows], np.array([weights[row] for row in rows]), side_px))
    return parts[0], parts[1]


def _rgba(person: Person, side_px: int) -> npt.NDArray[np.uint8]:
    alpha = np.full(person.rgb.shape[:2], 255, np.uint8) if person.alpha is None else person.alpha
    picture = np.dstack([person.rgb, alpha])
    if picture.shape[0] != side_px:
        picture = np.asarray(cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA))
    return picture
