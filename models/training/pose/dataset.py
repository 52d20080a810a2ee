"""Batches of training crops, composed anew at every step by one background thread.

Half of each batch are real pictures (2D and visibility only), half renders (everything known). Renders may still
be appearing while the training runs: the folder is looked at again every few minutes.
"""

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Image
from models.training.material.pictures import unpacked
from models.training.material.splits import backgrounds_of, held_out
from models.training.pose.augment import Crop, Person, crop_of, empty_crop

EMPTY_SHARE, NEIGHBOUR_SHARE, CUT_OUT_SHARE = 0.12, 0.15, 0.5
RESCAN_S = 180.0


@dataclass(frozen=True, eq=False)
class Batch:
    """B crops as arrays; see ``augment.Crop``."""

    images: npt.NDArray[np.uint8]  # (B, P, P, 3)
    joints: npt.NDArray[np.float32]  # (B, 30, 2)
    depth_m: npt.NDArray[np.float32]  # (B, 30)
    known: npt.NDArray[np.float32]  # (B, 30)
    depth_known: npt.NDArray[np.float32]  # (B,)
    visible: npt.NDArray[np.float32]  # (B, 30)
    visible_known: npt.NDArray[np.float32]  # (B, 30)
    presence: npt.NDArray[np.float32]  # (B,)


class People:
    """Decoded people of some files of ``pictures.save_people`` or of the renderer, and how often to draw each."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self._weights_so_far: npt.NDArray[np.float64] = np.zeros(0)
        self._read: set[tuple[Path, float]] = set()

    def __len__(self) -> int:
        return len(self.people)

    def look_again(self, files: list[Path]) -> None:
        """Add what is new; a file that was written anew replaces everything (its people only grow)."""
        fresh = [(path, path.stat().st_mtime) for path in sorted(files)]
        for path, changed_s in fresh:
            if (path, changed_s) in self._read:
                continue
            if any(known == path for known, _ in self._read):
                self.__init__()  # type: ignore[misc]  # begin again from nothing
                return self.look_again(files)
            people, weights = read_people(path)
            self.people += people
            before = self._weights_so_far[-1:].sum()
            self._weights_so_far = np.concatenate([self._weights_so_far, before + np.cumsum(weights)])
            self._read.add((path, changed_s))
        return None

    def draw(self, rng: np.random.Generator) -> Person:
        drawn = rng.random() * self._weights_so_far[-1]
        return self.people[int(np.searchsorted(self._weights_so_far, drawn, side="right"))]


def read_people(path: Path) -> tuple[list[Person], npt.NDArray[np.float64]]:
    """Everybody in a file, pictures decoded, and their weights; real people for the calibration have none."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    count, joints = arrays["joints_px"].shape[:2]
    ones = np.ones((count, joints), np.float32)
    known, visible_known = arrays.get("known", ones), arrays.get("visible_known", ones)
    depth_m = arrays.get("depth_m", 0 * ones)
    good = arrays.get("alpha_good", np.ones(count))
    people = [
        Person(
            rgb=unpacked(arrays, "rgb", index),
            alpha=unpacked(arrays, "alpha", index) if good[index] else None,
            joints_px=arrays["joints_px"][index],
            depth_m=depth_m[index].astype(np.float32),
            known=known[index].astype(np.float32),
            depth_known=float("depth_m" in arrays),
            visible=arrays["visible"][index].astype(np.float32),
            visible_known=visible_known[index].astype(np.float32),
            box_px=arrays["box_px"][index],
        )
        for index in range(count)
    ]
    weights = np.array(arrays.get("weight", np.ones(count)), np.float64)
    if "known" in arrays:  # of real people only
        at = arrays["rgb_at"]
        weights[[held_out(arrays["rgb"][at[k] : at[k + 1]].tobytes()) for k in range(count)]] = 0.0
    return people, weights


def read_scenery(data: Path, longest_px: int = 512) -> list[Image]:
    """Every background picture for training, made small."""
    pictures = []
    for path in backgrounds_of(data, "train"):
        picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        scale = min(1.0, longest_px / max(picture.shape[:2]))
        copies = 3 if "pano" in str(path) or "budgie" in str(path) else 1  # rooms and landscapes before shelves
        pictures += [cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)] * copies
    return pictures


def batches(data: Path, runs: Path, size: int, crop_px: "CropSize", seed: int) -> Iterator[Batch]:
    """Endless batches of ``size`` crops of ``crop_px.now`` pixels."""
    ready: queue.Queue[Batch] = queue.Queue(4)
    thread = threading.Thread(target=_fill, args=(ready, data, runs, size, crop_px, seed), daemon=True)
    thread.start()
    while True:
        while ready.empty():
            if not thread.is_alive():
                raise RuntimeError("the thread that composes batches has died; its error stands above")
            time.sleep(0.005)
        yield ready.get()


@dataclass
class CropSize:
    """What the trainer asks of the batches to come: it changes while they are made."""

    now: int
    strength: float = 0.75
    real_share: float = 0.5


def compose(real: People, renders: People, scenery: list[Image], asked: CropSize, rng: np.random.Generator) -> Crop:
    """One crop, of a real person or a rendered one, or of nobody."""
    view = scenery[int(rng.integers(len(scenery)))]
    pools = [pool for pool in (real, renders) if len(pool)]
    neighbour = None
    if rng.random() < NEIGHBOUR_SHARE + EMPTY_SHARE:
        neighbour = pools[int(rng.integers(len(pools)))].draw(rng)
        neighbour = neighbour if neighbour.alpha is not None else None
    if rng.random() < EMPTY_SHARE:
        return empty_crop(asked.now, rng, view, neighbour, asked.strength)
    pool = real if not len(renders) or (len(real) and rng.random() < asked.real_share) else renders
    person = pool.draw(rng)
    if pool is real and person.alpha is not None and rng.random() > CUT_OUT_SHARE:
        person = Person(**{**vars(person), "alpha": None})
    return crop_of(person, asked.now, rng, view, neighbour, asked.strength)


def stacked(crops: list[Crop]) -> Batch:
    fields = ("joints", "depth_m", "known", "depth_known", "visible", "visible_known", "presence")
    return Batch(
        images=np.stack([crop.image for crop in crops]),
        **{name: np.array([getattr(crop, name) for crop in crops], np.float32) for name in fields},
    )


def _fill(ready: "queue.Queue[Batch]", data: Path, runs: Path, size: int, asked: CropSize, seed: int) -> None:
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    scenery, real, renders = read_scenery(data), People(), People()
    next_look_s = 0.0
    while True:
        if time.monotonic() >= next_look_s:
            real.look_again(sorted((runs / "real").glob("real*.npz")))
            renders.look_again(sorted((runs / "renders").glob("train-*.npz")))
            print(f"{len(real)} real people, {len(renders)} renders, {len(scenery)} backgrounds", flush=True)
            next_look_s = time.monotonic() + RESCAN_S
        ready.put(stacked([compose(real, renders, scenery, asked, rng) for _ in range(size)]))
