"""Short films of people nobody trained on: who plays what, before which place, seen by which camera.

Motions are those of ``bench.truth``, places are backgrounds kept for validation, bodies and clothes are made up anew
from the wardrobe that training uses too. No film has a clip's whole motion: ``first`` says where it begins.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import BONE
from models.training.bench.truth import recorded, truth
from models.training.figures.rig import Rig, average_body_m
from models.training.motions import Motions

FILMS = Path("runs/films")
_UP = np.array([0.0, 1.0, 0.0])
FRAMES = 75
"""Of each film, 30 a second: enough for whatever the bridge remembers to have settled."""


@dataclass(frozen=True)
class Part:
    """One person's part."""

    seed: int  # of body and clothes
    motion: str  # a name of bench.truth
    first: int  # frame of it
    heading_deg: float  # at the first frame: 0 faces the camera, 90 walks to the right
    start_m: tuple[float, float]  # x and z in the world


@dataclass(frozen=True)
class Film:
    """What is filmed, and from where."""

    parts: tuple[Part, ...]
    place: str  # a panorama kept for validation
    place_yaw_rad: float
    camera_height_m: float
    pitch_deg: float


_STUDIO, _WORKSHOP = "brown_photostudio_01_1k.jpg", "aerodynamics_workshop_1k.jpg"

ALL = {
    "walk": Film((Part(101, "07_07", 10, 25, (-0.6, -5.3)),), _STUDIO, 0.4, 1.3, 4),
    "walk across": Film(
        (Part(102, "16_15", 20, 75, (-1.5, -3.7)), Part(103, "35_14", 10, -80, (1.5, -4.6))), _WORKSHOP, 1.0, 1.5, 8
    ),
    "dance": Film(
        (Part(104, "lambada", 210, 10, (-0.9, -3.7)), Part(105, "salsa_21", 190, -30, (0.9, -4.2))),
        _STUDIO, 2.2, 1.2, 2,
    ),
    "dance alone": Film((Part(106, "indian_06", 60, 15, (0.2, -3.6)),), _WORKSHOP, 2.8, 1.1, 0),
    "kick": Film((Part(107, "kick", 50, 35, (-0.2, -4.2)),), _WORKSHOP, 1.9, 1.4, 5),
    "sit down low": Film((Part(108, "01_11", 470, -70, (0.0, -3.6)),), _WORKSHOP, 4.0, 1.2, 6),
    "crouch": Film((Part(109, "jump and squat", 95, -20, (0.1, -3.8)),), _STUDIO, 3.4, 1.3, 6),
    "turn": Film((Part(110, "03_03", 945, -60, (0.0, -4.0)),), _STUDIO, 5.2, 1.3, 4),
    "jump": Film((Part(111, "02_04", 0, 30, (0.0, -4.4)),), _WORKSHOP, 5.0, 1.2, 3),
    "wave": Film(
        (
            Part(112, "wave", 0, 10, (-1.3, -4.0)),
            Part(113, "signal", 480, -15, (0.1, -3.6)),
            Part(114, "wash a window", 60, 160, (1.5, -4.6)),
        ),
        _WORKSHOP, 3.3, 1.5, 7,
    ),
}  # fmt: skip
"""By name. Nothing kept for validation sits on a chair: one comes down to the floor while climbing."""


class Library:
    """Whole motions on the rig, each read once, with the bones that an avatar should show."""

    def __init__(self, data: Path, motions: Motions, rig: Rig) -> None:
        self._data, self._motions, self._rig = data, motions, rig
        shape_m = average_body_m(rig, data)
        self._body_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
        self._known: dict[str, tuple[Array, Array]] = {}

    def __call__(self, part: Part) -> tuple[Array, Array]:
        """What a part does, on the rig (FRAMES, B, 3, 3) and as an avatar's local rotations (FRAMES, 22, 4).

        KeyError if there is no such motion, ValueError if it ends too soon.
        """
        if part.motion not in self._known:
            whole = recorded(part.motion, self._data, self._motions, self._rig)
            # An avatar's T-pose hangs on the axes that elbows and knees bend about: the whole clip tells them best.
            self._known[part.motion] = whole, truth("", whole, self._rig, *self._body_m).rotations_xyzw
        whole, bones = (turns[part.first : part.first + FRAMES] for turns in self._known[part.motion])
        if len(whole) < FRAMES:
            raise ValueError(f"{part.motion} has {len(whole)} frames from {part.first} on; {FRAMES} are needed")
        ahead = whole[0, self._rig.bones.index("Hips"), :, 2]
        turn = quaternions.about(_UP, np.radians(part.heading_deg) - np.arctan2(ahead[0], ahead[2]))
        bones = bones.copy()
        bones[:, BONE["Hips"]] = quaternions.multiply(turn, bones[:, BONE["Hips"]])
        return np.asarray(quaternions.to_matrix(turn) @ whole), bones
