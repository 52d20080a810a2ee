"""Crops to calibrate on: renders, places and real people that the training leaves out, and the evaluation too.

The renders come from ``python -m models.training.renders --out runs/calibration --count 2000 --seed 5``: other bodies
and clothes than those of the training, in poses of its kind. The real people are the sixteenth of the teacher's crops
that ``splits.held_out`` keeps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mocap_bridge.decode import around_peak
from mocap_bridge.records import Array, Image
from mocap_bridge.skeleton import JOINTS
from models.training.evaluation.crops import CROP_PX, cut_around
from models.training.evaluation.synthetic import empty_crops, places, synthetic_crops
from models.training.pose.calibrate import Observations
from models.training.pose.dataset import read_people

SEED, PATTERN = 40, "train-*.npz"
RENDERED, EMPTY = 2000, 700

Ask = Callable[[Image], list[Array]]
"""A crop -> xy_map, z_line, visibility, sigma, presence, without the batch axis."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """A crop, and what is true of it; NaN where nobody knows."""

    image: Image
    joints: Array  # (30, 2) in crop sides
    visible: Array  # (30,)
    person: float


def observed(ask: Ask, data: Path, renders: Path, real: Path, most: int = RENDERED) -> Observations:
    """What a network says of all crops. Raises FileNotFoundError where ``renders`` has no shards."""
    views = places(data, "calibrate")
    rows = [_row(ask(crop.image), crop) for crop in (*rendered(renders, views, most), *teachers(real))]
    nobody = empty_crops(renders, PATTERN, views, SEED, min(EMPTY, most))
    rows += [_row(ask(image), Labelled(image, np.full((len(JOINTS), 2), np.nan), _UNKNOWN, 0.0)) for image in nobody]
    return Observations(**{name: np.array([row[name] for row in rows]) for name in rows[0]})


def rendered(folder: Path, views: list[Image], count: int) -> Iterator[Labelled]:
    """Rendered people; a joint that lies outside the picture has no place."""
    for crop in synthetic_crops(folder, PATTERN, views, SEED, count):
        assert crop.visible is not None
        assert crop.in_picture is not None
        joints = np.where(crop.in_picture[:, None] > 0, crop.joints, np.nan)
        yield Labelled(crop.image, joints, crop.visible, 1.0)


def teachers(path: Path) -> Iterator[Labelled]:
    """The real people that the training leaves out; none where the teacher has made no file."""
    if not path.is_file():
        return
    people, weights = read_people(path)
    for person, weight in zip(people, weights, strict=True):
        if weight == 0:
            image, matrix = cut_around(person.rgb, np.asarray(person.box_px, np.float64))
            joints = (person.joints_px * matrix[0, 0] + matrix[:, 2]) / CROP_PX
            joints[person.known == 0] = np.nan
            yield Labelled(image, joints, np.where(person.visible_known > 0, person.visible, np.nan), 1.0)


_UNKNOWN = np.full(len(JOINTS), np.nan)


def _row(outputs: list[Array], crop: Labelled) -> dict[str, Array]:
    xy_map, _, visibility, _, presence = (np.asarray(output, np.float64) for output in outputs)
    return {
        "visibility": visibility,
        "presence": presence[0],
        "concentration": (xy_map**2).sum(axis=(1, 2)),
        "visible": crop.visible,
        "off": np.linalg.norm(around_peak(xy_map) - crop.joints, axis=1),
        "person": np.asarray(crop.person),
    }
