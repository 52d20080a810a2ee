"""Films in which people come, go, cross, stand close and hide, for choosing how people are found and followed.

As ``bench.films``, with more that goes wrong: furniture, coats and posters behind, things in front, shade across
the place, bystanders far away. Who leaves and comes back is one person, by the seed of body and clothes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.training.bench.films import Part

CROWDS = Path("runs/crowds")


@dataclass(frozen=True)
class Role:
    """A part that is played from a frame of the film on, for so many frames."""

    part: Part
    begin: int = 0
    frames: int = 95


@dataclass(frozen=True)
class Prop:
    """A thing at a place of the picture, in shares of its sides."""

    kind: Literal["furniture", "coat", "poster"]
    seed: int
    middle: tuple[float, float]
    height: float


@dataclass(frozen=True)
class Crowd:
    """What is filmed, and from where."""

    roles: tuple[Role, ...]
    place: str  # a panorama
    place_yaw_rad: float
    camera_height_m: float
    pitch_deg: float
    behind: tuple[Prop, ...] = ()
    before: tuple[Prop, ...] = ()
    shade: float = 1.0  # how much light is left in the right part of the picture


def _walk(seed: int, motion: str, heading_deg: float, x_m: float, z_m: float, begin: int = 0, frames: int = 90) -> Role:
    return Role(Part(seed, motion, 3, heading_deg, (x_m, z_m)), begin, frames)


def _play(seed: int, motion: str, first: int, heading_deg: float, x_m: float, z_m: float, frames: int = 95) -> Role:
    return Role(Part(seed, motion, first, heading_deg, (x_m, z_m)), 0, frames)


_STUDIO, _WORKSHOP = "brown_photostudio_01_1k.jpg", "aerodynamics_workshop_1k.jpg"
_STREET, _ARENA, _PARK = "modern_buildings_2_1k.jpg", "circus_arena_1k.jpg", "rooitou_park_1k.jpg"
_ROOM = (
    Prop("furniture", 11, (0.12, 0.66), 0.42),
    Prop("coat", 12, (0.86, 0.42), 0.36),
    Prop("poster", 13, (0.3, 0.28), 0.26),
)
_HALL = (
    Prop("poster", 21, (0.75, 0.3), 0.3),
    Prop("furniture", 22, (0.5, 0.62), 0.36),
    Prop("coat", 23, (0.2, 0.45), 0.4),
)

ALL = {
    "enters and leaves": Crowd((_walk(201, "16_15", 90, -1.5, -2.6),), _STUDIO, 0.9, 1.3, 4, _ROOM),
    "comes back": Crowd(
        (_walk(202, "07_07", 90, -1.0, -3.0), _walk(202, "39_01", -90, 2.4, -3.2, 165)), _STREET, 2.0, 1.4, 5
    ),
    "two cross": Crowd(
        (_walk(203, "35_14", 88, -1.6, -3.1), _walk(204, "39_05", -88, 1.5, -3.9)), _ARENA, 1.2, 1.4, 5
    ),
    "two cross again": Crowd(
        (_walk(205, "06_01", 80, -1.7, -3.6), _walk(206, "16_15", -94, 1.6, -3.2)), _WORKSHOP, 3.0, 1.5, 6, _HALL
    ),
    "three": Crowd(
        (
            _walk(207, "39_01", 85, -2.0, -3.4),
            _walk(208, "07_07", -85, 2.1, -4.4),
            _play(209, "lambada", 250, 10, 0.1, -3.9),
        ),
        _STUDIO, 3.9, 1.6, 8,
    ),
    "close together": Crowd(
        (_play(210, "salsa_21", 150, 70, -0.3, -3.1, 130), _play(211, "salsa_03", 200, -80, 0.25, -3.4, 130)),
        _ARENA, 4.0, 1.3, 4,
    ),
    "one walks behind another": Crowd(
        (_play(212, "signal", 300, 5, 0.1, -2.8, 90), _walk(213, "35_14", 90, -1.6, -3.9)), _STREET, 5.1, 1.4, 5
    ),
    "bystanders": Crowd(
        (
            _play(214, "indian_06", 200, 0, 0.0, -2.9, 130),
            _play(215, "signal", 100, 20, -2.3, -7.0, 130),
            _play(216, "wash a window", 300, 150, 2.2, -6.4, 130),
        ),
        _PARK, 0.4, 1.4, 2,
    ),
    "into the shade": Crowd(
        (_walk(217, "16_15", 80, -1.6, -4.2), _play(218, "wave", 300, -10, 1.1, -4.6, 90)),
        _STREET, 0.5, 1.4, 3, shade=0.3,
    ),
    "in the shade": Crowd(
        (_play(219, "salsa_03", 60, 30, 0.9, -5.2, 110), _play(220, "dribble", 10, 175, 1.9, -4.4, 110)),
        _PARK, 2.2, 1.5, 3, shade=0.28,
    ),
    "behind a table": Crowd(
        (_play(221, "wave", 100, 0, -0.3, -2.4, 100), _play(222, "signal", 500, -10, 0.9, -2.9, 100)),
        _STUDIO, 2.6, 1.3, 0, _ROOM, (Prop("furniture", 31, (0.42, 0.86), 0.45),),
    ),
    "behind a pillar": Crowd(
        (_walk(223, "06_01", 90, -1.6, -3.4), _play(224, "lambada", 100, -20, 1.3, -4.2, 90)),
        _WORKSHOP, 1.2, 1.4, 5, (), (Prop("coat", 32, (0.5, 0.55), 1.0),),
    ),
    "near the camera": Crowd(
        (_play(225, "signal", 20, 0, 0.0, -1.5, 100), _walk(226, "39_05", 90, -2.2, -4.4)),
        _WORKSHOP, 4.4, 1.5, 2, _HALL,
    ),
    "runs and jumps": Crowd(
        (_play(227, "jump and squat", 300, 30, -0.8, -3.9, 130), _play(228, "kick", 10, -60, 1.2, -4.8, 130)),
        _ARENA, 5.5, 1.3, 4,
    ),
}  # fmt: skip
"""By name. The places of the street, the arena and the studio show in no negative of the people finder."""
