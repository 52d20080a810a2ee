"""Labelled pictures of people who do not exist, for training.

    python -m models.training.renders --data DATA --out runs/renders --count 30000 --seed 1
    python -m models.training.renders --data DATA --out runs/renders --count 5000 --seed 9 --val
    python -m models.training.renders --data DATA --out runs/acrobats --count 8000 --seed 3 --acrobats
    python -m models.training.renders --data DATA --sheet runs/sheet.png

Writes ``train-000.npz`` and so on, about a thousand people each, one by one; shards that exist are kept, so a run
that was stopped goes on where it was. Poses come from ``runs/poses.npz`` (``models.training.motions``).

A shard holds, for N pictures of 224x224 px: ``rgb`` and ``rgb_at`` (N+1,), JPEGs one after the other; ``alpha`` and
``alpha_at``, PNGs of the person's mask; ``joints_px`` (N, 30, 2); ``depth_m`` (N, 30) from the pelvis, + away from
the camera, for a body of average size; ``visible`` (N, 30); ``box_px`` (N, 4) around what is seen; ``joints_m``
(N, 30, 3) from the pelvis in the camera's axes (x right, y down, z forward), for a body of average size; and ``view``
(N, 3), the tangents x and y of the picture's middle, and of half its side, off the lens's axis. Around the person
the colours run on into the grey, so that cutting out along the mask leaves no rim.
"""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array, Image
from mocap_bridge.skeleton import JOINT, JOINT_PARENTS
from models.training.figures.bodies import Closet, Person, open_closet
from models.training.figures.contortions import composed, stretched
from models.training.figures.dyes import random_dyes, random_light
from models.training.figures.looks import eye_picture, fabric, print_picture
from models.training.figures.outfits import random_person
from models.training.figures.painter import GREY, Model, Painter
from models.training.figures.staging import body_size, random_stage, seen
from models.training.material.backgrounds import read_photos

SIZE_PX = 224
SHARD = 1000
CROWD = 16
"""People on the card at a time."""
PICTURES_PER_PERSON = 35
FABRICS, PRINTS = 160, 48
COMPOSED_SHARE, STRETCHED_SHARE, TUMBLING_SHARE = 0.35, 0.15, 0.12
"""Of the pictures with acrobats: limbs of several recordings; joints turned far; bodies turned any way."""
POSES = Path("runs/poses.npz")

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled picture."""

    rgb: Image  # (S, S, 3) over grey
    alpha: Image  # (S, S)
    joints_px: Array  # (30, 2)
    depth_m: Array  # (30,)
    visible: npt.NDArray[np.uint8]  # (30,)
    box_px: npt.NDArray[np.float32]  # (4,)
    joints_m: Array  # (30, 3) from the pelvis, camera axes, average body
    view: Array  # (3,) x and y of the picture's middle, and half its side, as tangents


class Photographer:
    """Draws endless samples; a new person replaces an old one every ``PICTURES_PER_PERSON`` pictures."""

    def __init__(self, closet: Closet, poses: Array, seed: int, acrobats: bool = False) -> None:
        self._closet, self._poses, self._acrobats = closet, poses, acrobats
        self._rng = np.random.default_rng(seed)
        photos = read_photos(closet.data)
        self._painter = Painter(
            (SIZE_PX, SIZE_PX),
            [fabric(self._rng, photos) for _ in range(FABRICS)],
            [print_picture(self._rng, photos) for _ in range(PRINTS)],
            eye_picture(self._rng),
        )
        self._crowd: list[tuple[Person, Model]] = []
        self._taken = 0

    def sample(self) -> Sample:
        """The next picture in which a person can be seen at all."""
        rng = self._rng
        while True:
            person, model = self._somebody()
            tumbling = TUMBLING_SHARE if self._acrobats else 0.0
            stage = random_stage(person, self._closet.rig, self._pose(), rng, tumbling)
            skin = self._closet.rig.skin_matrices(stage.rotations, person.heads_m)
            light = random_light(stage.view.camera_from_body, rng)
            self._painter.clear()
            dyes = random_dyes(person, FABRICS, PRINTS, rng)
            self._painter.draw(model, dyes, skin, stage.view, light, person.waist_m)
            soft, distance_m = self._painter.read()
            box_px = silhouette_box(soft[..., 3])
            if box_px is not None:
                visible = seen(stage.joints_view, stage.joints_camera_m, distance_m, body_size(person))
                rgb, alpha = over_grey(soft)
                joints_m = stage.joints_camera_m - stage.joints_camera_m[JOINT["Pelvis"]]
                return Sample(
                    rgb,
                    alpha,
                    stage.joints_view * SIZE_PX,
                    stage.depth_m,
                    visible,
                    box_px,
                    joints_m * person.average_scale,
                    np.append(stage.view.center, stage.view.half),
                )

    def _pose(self) -> Array:
        pose: Array = self._poses[self._rng.integers(len(self._poses))]
        if self._acrobats and self._rng.random() < COMPOSED_SHARE:
            pose = composed(self._closet.rig, pose, self._poses, self._rng)
        if self._acrobats and self._rng.random() < STRETCHED_SHARE:
            pose = stretched(self._closet.rig, pose, self._rng)
        return pose

    def _somebody(self) -> tuple[Person, Model]:
        if len(self._crowd) < CROWD or self._taken % PICTURES_PER_PERSON == 0:
            if len(self._crowd) >= CROWD:
                self._crowd.pop(0)[1].release()
            person = random_person(self._closet, self._rng)
            self._crowd.append((person, self._painter.upload(person.parts)))
        self._taken += 1
        return self._crowd[self._rng.integers(len(self._crowd))]


def over_grey(soft: npt.NDArray[np.float32]) -> tuple[Image, Image]:
    """A picture and its mask from colour times alpha and alpha (H, W, 4); colours run on beyond the edge."""
    wide = cv2.blur(soft, (5, 5))
    rgb = soft[..., :3].copy()
    alpha = soft[..., 3]
    rgb[(alpha == 0) & (wide[..., 3] == 0)] = GREY
    rim = (alpha < 255) & (wide[..., 3] > 0)
    beyond = wide[rim, :3] * (255 / wide[rim, 3:])
    rgb[rim] += beyond * (1 - alpha[rim, None] / 255)
    return np.clip(rgb, 0, 255).astype(np.uint8), alpha.astype(np.uint8)


def silhouette_box(alpha: npt.NDArray[np.float32]) -> npt.NDArray[np.float32] | None:
    """(4,) box around what is at least half covered; None if there is next to nothing."""
    solid = alpha > 127
    if solid.sum() < 400:
        return None
    columns, rows = np.flatnonzero(solid.any(axis=0)), np.flatnonzero(solid.any(axis=1))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float32)


def save_shard(path: Path, samples: list[Sample]) -> None:
    """Write a shard so that a reader never sees half of it."""
    arrays: dict[str, Any] = {
        "joints_px": np.array([sample.joints_px for sample in samples], np.float32),
        "depth_m": np.array([sample.depth_m for sample in samples], np.float32),
        "visible": np.array([sample.visible for sample in samples], np.uint8),
        "box_px": np.array([sample.box_px for sample in samples], np.float32),
        "joints_m": np.array([sample.joints_m for sample in samples], np.float32),
        "view": np.array([sample.view for sample in samples], np.float32),
    }
    quality = [cv2.IMWRITE_JPEG_QUALITY, 92]
    packed = {
        "rgb": [cv2.imencode(".jpg", sample.rgb[..., ::-1], quality)[1] for sample in samples],
        "alpha": [cv2.imencode(".png", sample.alpha, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1] for sample in samples],
    }
    for name, files in packed.items():
        arrays[name] = np.concatenate(files)
        arrays[f"{name}_at"] = np.cumsum([0, *(len(file) for file in files)])
    half = path.with_suffix(".half")
    with half.open("wb") as file:
        np.savez(file, **arrays)
    os.replace(half, path)


def sheet(samples: list[Sample], columns: int = 6, scale: int = 2) -> Image:
    """Samples beside each other with their joints: left red, right blue, middle green; hollow where hidden."""
    tiles = [_drawn(sample, scale) for sample in samples[: len(samples) // columns * columns]]
    rows = [np.hstack(tiles[k : k + columns]) for k in range(0, len(tiles), columns)]
    return np.vstack(rows)


def _drawn(sample: Sample, scale: int) -> Image:
    picture = cv2.resize(sample.rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    at = np.round(sample.joints_px * scale).astype(int)
    for name, row in JOINT.items():
        colour = {"L_": (255, 40, 40), "R_": (60, 90, 255)}.get(name[:2], (40, 230, 60))
        if JOINT_PARENTS[row] >= 0:
            cv2.line(picture, at[row].tolist(), at[JOINT_PARENTS[row]].tolist(), colour, 1, cv2.LINE_AA)
        cv2.circle(picture, at[row].tolist(), 3, colour, -1 if sample.visible[row] else 1, cv2.LINE_AA)
    x0, y0, x1, y1 = (int(v * scale) for v in sample.box_px)
    cv2.rectangle(picture, (x0, y0), (x1, y1), (255, 255, 0), 1)
    return np.asarray(picture)


def load_poses(val: bool, path: Path = POSES) -> Array:
    """(N, B, 3, 3) poses to draw, or those kept for validation."""
    with np.load(path) as file:
        return np.asarray(file["rotations"][file["is_val"] == val], np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description="Render labelled people for training.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/")
    parser.add_argument("--out", type=Path, default=Path("runs/renders"), help="folder of the shards")
    parser.add_argument("--count", type=int, default=SHARD, help="how many pictures")
    parser.add_argument("--seed", type=int, default=0, help="other seeds give other people and clothes")
    parser.add_argument("--val", action="store_true", help="draw the poses kept for validation")
    parser.add_argument("--acrobats", action="store_true", help="also poses that nobody recorded, and somersaults")
    parser.add_argument("--sheet", type=Path, help="write one picture of samples with their labels instead")
    args = parser.parse_args()
    if args.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    cv2.setNumThreads(1)
    closet, poses = open_closet(Path(args.data)), load_poses(args.val)
    if args.sheet is not None:
        photographer = Photographer(closet, poses, args.seed, args.acrobats)
        cv2.imwrite(str(args.sheet), sheet([photographer.sample() for _ in range(24)])[..., ::-1])
        return
    args.out.mkdir(parents=True, exist_ok=True)
    for number, first in enumerate(range(0, args.count, SHARD)):
        path = args.out / f"{'val' if args.val else 'train'}-{number:03d}.npz"
        if path.exists():
            continue
        began_s = time.perf_counter()
        photographer = Photographer(closet, poses, 1000 * args.seed + number, args.acrobats)
        samples = [photographer.sample() for _ in range(min(SHARD, args.count - first))]
        save_shard(path, samples)
        print(f"{path.name}: {len(samples) / (time.perf_counter() - began_s):.1f} pictures/s", flush=True)


if __name__ == "__main__":
    main()
