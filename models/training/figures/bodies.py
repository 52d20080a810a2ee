"""People made up at random: a body shape of any build, skin, hair, eyes, and clothes on top.

A ``Person`` is ready for the renderer: parts with their corners at rest, and the bones and joints of this body.
Colours are not part of it: the renderer dyes skin, hair and cloth anew for every picture.
"""

import itertools
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array
from models.training.figures.garments import Garment, load_garment
from models.training.figures.meshes import Float, Mesh, corners, read_mesh, skin_influences
from models.training.figures.rig import Rig, average_scale, load_rig, read_target

Random = np.random.Generator

BODY_VERTICES = 13380
"""The rest of the base mesh are helpers: tights, skirt, hair, cubes that mark joints."""

_ORIGINS = ("african", "asian", "caucasian")
_MALE_HAIR = ("short01", "short02", "short03", "short04", "afro01")
_FEMALE_HAIR = ("bob01", "bob02", "braid01", "long01", "ponytail01", "short02", "short04", "afro01")


@dataclass(frozen=True, eq=False)
class Part:
    """One piece of a person's surface at rest."""

    kind: str  # skin, eyes, hair, cloth or shoes
    corners: Float  # (C, 16) rows of meshes.CORNER_FORMAT
    triangles: npt.NDArray[np.int32]  # (T, 3)
    texture: Path | None  # None: a plain or patterned fabric


@dataclass(frozen=True, eq=False)
class Person:
    """A dressed body at rest, in metres."""

    parts: tuple[Part, ...]
    heads_m: Array  # (B, 3) bone heads
    joints_m: Array  # (30, 3)
    average_scale: float  # brings this body to the size of an average one
    waist_m: float  # height between upper and lower clothes
    chest_m: Array  # (3,) where a print on a shirt would sit


@dataclass(frozen=True, eq=False)
class Closet:
    """Everything that people are made of, read once."""

    data: Path
    rig: Rig
    body: Mesh
    influences: tuple[Float, Float]
    hair: dict[str, Garment]
    suits: dict[str, list[Garment]]  # by sex
    shoes: list[Garment]
    hats: list[Garment]

    def texture(self, garment: Garment) -> Path | None:
        """Its own picture, if the data has it; several are too large for the archives they came from."""
        found = sorted((self.data / "bodies" / "tex1024").glob(f"{garment.name}_diffuse.*"))
        return found[0] if found else None

    def skins(self, male: bool) -> list[Path]:
        ending = "_male_diffuse" if male else "_female_diffuse"
        return [path for path in sorted((self.data / "bodies" / "tex1024").glob("*skinned_*")) if ending in path.name]


def open_closet(data: Path) -> Closet:
    """Reads base mesh and all garments below ``data/bodies``."""
    rig = load_rig(data)
    assets = data / "bodies" / "assets"

    def some(pattern: str) -> list[Garment]:
        return [load_garment(path, rig) for path in sorted(assets.glob(pattern))]

    return Closet(
        data=data,
        rig=rig,
        body=read_mesh(data / "bodies" / "base" / "base.obj"),
        influences=skin_influences(rig.weights),
        hair={garment.name: garment for garment in some("hair/*/*.mhclo")},
        suits={sex: some(f"clothes/{sex}_*/*.mhclo") for sex in ("male", "female")},
        shoes=some("clothes/shoes*/*.mhclo"),
        hats=some("clothes/fedora01/fedora.mhclo"),
    )


def random_shape_m(closet: Closet, rng: Random) -> tuple[Array, bool]:
    """(V, 3) vertices of a body at rest, and whether it is a man's."""
    male = bool(rng.random() < 0.5)
    manly = float(np.clip(male + rng.normal() * 0.12, 0, 1))
    child = float(rng.uniform(0.2, 0.75)) if rng.random() < 0.06 else 0.0
    old = float(rng.random()) if not child and rng.random() < 0.4 else 0.0
    sexes = {"female": 1 - manly, "male": manly}
    ages = {"child": child, "young": 1 - child - old, "old": old}
    muscles = _between("minmuscle averagemuscle maxmuscle", float(np.clip(rng.normal(0.5, 0.22), 0, 1)))
    weights = _between("minweight averageweight maxweight", float(np.clip(rng.normal(0.52, 0.23), 0, 1)))
    tall, ideal = rng.uniform(-0.7, 0.7), rng.uniform(-0.5, 1)
    origins = dict(zip(_ORIGINS, rng.dirichlet([0.5] * 3), strict=True))
    moves: dict[str, float] = {}
    for (sex, a), (age, b) in itertools.product(sexes.items(), ages.items()):
        moves |= {f"{origin}-{sex}-{age}": a * b * share for origin, share in origins.items()}
        for (muscle, c), (weight, d) in itertools.product(muscles.items(), weights.items()):
            build, share = f"{sex}-{age}-{muscle}-{weight}", a * b * c * d
            moves[f"universal-{build}"] = share
            moves[f"height/{build}-{'max' if tall > 0 else 'min'}height"] = share * abs(tall)
            moves[f"proportions/{build}-{'ideal' if ideal > 0 else 'uncommon'}proportions"] = share * abs(ideal)
    shape_m = closet.rig.base_m.copy()
    for name, share in moves.items():
        path = closet.data / "bodies" / "targets" / "macrodetails" / f"{name}.target.gz"
        if share > 1e-3 and path.exists():  # some combinations have no morph of their own
            rows, steps_m = _target(path)
            shape_m[rows] += share * steps_m
    return shape_m * (_height_m(male, child, rng) / np.ptp(shape_m[:BODY_VERTICES, 1])), male


def dress_head(closet: Closet, shape_m: Array, male: bool, rng: Random) -> list[Part]:
    """Hair or a hat, seldom neither."""
    chance = rng.random()
    if chance > 0.93:
        return []
    if chance > 0.87:
        return [worn(closet, closet.hats[0], shape_m, "shoes")]  # felt takes any dye, as leather does
    styles = [name for name in (_MALE_HAIR if male or rng.random() < 0.08 else _FEMALE_HAIR) if name in closet.hair]
    return [worn(closet, closet.hair[styles[rng.integers(len(styles))]], shape_m, "hair")]


def worn(closet: Closet, garment: Garment, shape_m: Array, kind: str) -> Part:
    """A garment on a body."""
    rows = corners(garment.mesh, garment.fit_m(shape_m), garment.influences)
    return Part(kind, rows, garment.mesh.triangles, closet.texture(garment))


def naked(closet: Closet, shape_m: Array, male: bool, covered: npt.NDArray[np.bool_], rng: Random) -> list[Part]:
    """Skin that is not covered, and the eyes."""
    rows = corners(closet.body, shape_m, closet.influences)
    skins = closet.skins(male)
    bare = (closet.body.groups == "body") & ~closet.body.with_all(covered)
    eyes = (closet.body.groups == "helper-l-eye") | (closet.body.groups == "helper-r-eye")
    eye_rows = rows.copy()
    # Seen along the line of sight, an eyeball's normal says how far from the pupil a point lies.
    eye_rows[:, 6:8] = 0.5 + 0.5 * rows[:, 3:5]
    return [
        Part("skin", rows, closet.body.triangles[bare], skins[rng.integers(len(skins))]),
        Part("eyes", eye_rows, closet.body.triangles[eyes], None),
    ]


def finished(closet: Closet, shape_m: Array, parts: list[Part]) -> Person:
    """Parts and skeleton of one body."""
    joints_m = closet.rig.joints_rest_m(shape_m)
    chest_m = (closet.rig.marker_m(shape_m, "spine-1") + closet.rig.marker_m(shape_m, "neck")) / 2
    return Person(
        parts=tuple(parts),
        heads_m=closet.rig.bone_heads_m(shape_m),
        joints_m=joints_m,
        average_scale=float(average_scale(joints_m)),
        waist_m=float(closet.rig.marker_m(shape_m, "spine-3")[1]),
        chest_m=chest_m,
    )


def _height_m(male: bool, child: float, rng: Random) -> float:
    adult_m = float(np.clip(rng.normal(1.76 if male else 1.63, 0.075), 1.45, 2.0))
    return adult_m * (1 - 0.4 * child)


def _between(names: str, share: float) -> dict[str, float]:
    """Weights of three steps that stand at 0, 0.5 and 1."""
    low, middle, high = names.split()
    return {low: max(0.0, 1 - 2 * share), middle: 1 - abs(2 * share - 1), high: max(0.0, 2 * share - 1)}


@cache
def _target(path: Path) -> tuple[npt.NDArray[np.intp], Array]:
    return read_target(path)
