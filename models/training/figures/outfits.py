"""What people wear: ready suits, and shirts, trousers, skirts and jackets cut from the helpers around the body.

MakeHuman's mesh carries a second, slightly wider skin ("tights") and a skirt. A garment is the part of it between
two cuts: sleeves by the share of the arm, legs and hems by height. Skin below a garment is left out, a hand's
breadth short of its edges so that no gap opens there.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array
from models.training.figures.accessories import CAP_SHARE, cap, random_things
from models.training.figures.bodies import Closet, Part, Person, dress_head, finished, naked, random_shape_m, worn
from models.training.figures.garments import hidden
from models.training.figures.meshes import corners

Random = np.random.Generator
Mask = npt.NDArray[np.bool_]

SUIT_SHARE = 0.4
_EDGE = 0.1
"""How far, as a share of arm or trunk, skin goes on below a garment."""
_TEXTURE_REPEATS = (1.0, 6.0)


@dataclass(frozen=True, eq=False)
class Places:
    """Where each vertex of the base mesh lies on the body."""

    arm: Array  # (V,) share of the way from shoulder (0) over elbow (0.5) to hand (1); -1 off the arms
    leg: Array  # (V,) height: 0 at the ankles, 1 at the hips
    trunk: Array  # (V,) height: 0 at the hips, 1 at the neck
    middle_m: Array  # (V,) distance from the body's middle plane
    front: Mask  # (V,)


@dataclass(frozen=True)
class Cut:
    """One garment's outline."""

    legs: float = 2.0  # trousers down to this height of the legs; 2 = no trousers
    waist: float = 0.0  # trousers up, or shirts down, to this height of the trunk
    sleeves: float = -0.2  # share of the arm; below 0 = none
    collar: float = -1.0  # height of the trunk; below 0 = no shirt
    open_m: float = 0.0  # half the width of the gap of an open jacket


def random_person(closet: Closet, rng: Random) -> Person:
    """Somebody new, dressed."""
    shape_m, male = random_shape_m(closet, rng)
    if rng.random() < SUIT_SHARE:
        parts, covered = _suit(closet, shape_m, male, rng)
    else:
        parts, covered = _cut_clothes(closet, shape_m, male, rng)
    if rng.random() < 0.8:
        shoes = closet.shoes[rng.integers(len(closet.shoes))]
        parts.append(worn(closet, shoes, shape_m, "shoes"))
        covered |= hidden([shoes], len(shape_m))
    capped = rng.random() < CAP_SHARE
    parts += naked(closet, shape_m, male, covered, rng)
    parts += cap(closet, shape_m, rng) if capped else dress_head(closet, shape_m, male, rng)
    parts += random_things(closet, shape_m, rng)
    return finished(closet, shape_m, parts)


def places(closet: Closet, shape_m: Array) -> Places:
    """Every vertex of the base mesh measured against the skeleton."""
    rig = closet.rig
    arm_bones = [k for k, bone in enumerate(rig.bones) if any(p in bone for p in ("Arm", "Hand", "Finger", "Thumb"))]
    on_arm = rig.weights[:, arm_bones].sum(axis=1) > 0.5
    arm = np.full(len(shape_m), -1.0)
    for side, here in (("l", shape_m[:, 0] > 0), ("r", shape_m[:, 0] <= 0)):
        shoulder, elbow, hand = (rig.marker_m(shape_m, f"{side}-{part}") for part in ("shoulder", "elbow", "hand"))
        rows = here & on_arm
        upper = _share(shape_m[rows], shoulder, elbow) / 2
        lower = 0.5 + _share(shape_m[rows], elbow, hand) / 2
        arm[rows] = np.where(upper < 0.5, np.maximum(upper, 0.0), np.maximum(lower, 0.4))
    hip, ankle, neck = (rig.marker_m(shape_m, name)[1] for name in ("pelvis", "l-ankle", "neck"))
    height = shape_m[:, 1]
    depth_m = shape_m[:, 2] - rig.marker_m(shape_m, "spine-2")[2]
    return Places(
        arm=arm,
        leg=(height - ankle) / (hip - ankle),
        trunk=(height - hip) / (neck - hip),
        middle_m=np.abs(shape_m[:, 0]),
        front=depth_m > 0,
    )


def inside(cut: Cut, where: Places, shrink: float = 0.0) -> Mask:
    """(V,) vertices that a garment reaches; ``shrink`` draws its edges in by a share of arm, leg or trunk."""
    off_arm = where.arm < 0
    legs = off_arm & (where.leg > cut.legs + shrink) & (where.trunk < cut.waist + 0.05 - shrink)
    shirt = off_arm & (where.trunk > cut.waist - 0.1 + shrink) & (where.trunk < cut.collar - shrink)
    sleeves = (where.arm >= 0) & (where.arm < cut.sleeves - shrink) & (cut.collar > 0)
    gap = where.front & (where.middle_m < cut.open_m) & off_arm
    return np.asarray((legs | shirt | sleeves) & ~gap)


def _suit(closet: Closet, shape_m: Array, male: bool, rng: Random) -> tuple[list[Part], Mask]:
    rack = closet.suits["male" if male else "female"]
    suit = rack[rng.integers(len(rack))]
    return [worn(closet, suit, shape_m, "cloth")], hidden([suit], len(shape_m))


def _cut_clothes(closet: Closet, shape_m: Array, male: bool, rng: Random) -> tuple[list[Part], Mask]:
    """A shirt and trousers or a skirt, sometimes a jacket over them, each as wide as chance wills."""
    where = places(closet, shape_m)
    waist = float(rng.choice([0.08, 0.15, 0.25]))
    trousers = Cut(legs=float(rng.choice([0.75, 0.6, 0.45, 0.12, -0.05, -0.05, -0.05, -0.05])), waist=waist)
    shirt = Cut(
        waist=waist + 0.05 - float(rng.choice([0.0, 0.1, 0.2])),
        sleeves=float(rng.choice([-0.2, 0.08, 0.22, 0.35, 0.35, 0.5, 0.95, 0.95, 0.95])),
        collar=float(rng.choice([0.85, 0.93, 1.0, 1.12])),
    )
    skirt = not male and rng.random() < 0.35
    topless = male and rng.random() < 0.08
    parts, covered = [], np.zeros(len(shape_m), bool)
    for cut, worn_at_all, loose_m in (
        (trousers, True, 0.002 + 0.014 * rng.random() ** 2),
        (shirt, not topless, 0.004 + 0.022 * rng.random() ** 2),
    ):
        if worn_at_all:
            parts.append(_sewn(closet, shape_m, inside(cut, where), loose_m, rng))
            covered |= inside(cut, where, _EDGE)
    if skirt:
        parts.append(_skirt(closet, shape_m, where, rng))
    if not topless and rng.random() < 0.2:
        jacket = Cut(waist=waist, sleeves=0.95, collar=1.05, open_m=float(rng.choice([0.0, 0.03, 0.06])))
        parts.append(_sewn(closet, shape_m, inside(jacket, where), 0.03 + 0.012 * rng.random(), rng))
    return parts, covered


def _sewn(closet: Closet, shape_m: Array, reached: Mask, loose_m: float, rng: Random) -> Part:
    mesh = closet.body
    triangles = mesh.triangles[(mesh.groups == "helper-tights") & mesh.with_all(reached)]
    normals = mesh.normals(shape_m)
    rows = corners(mesh, shape_m + normals * loose_m, closet.influences, normals)
    rows[:, 6:8] *= rng.uniform(*_TEXTURE_REPEATS)
    return Part("cloth", rows, triangles, None)


def _skirt(closet: Closet, shape_m: Array, where: Places, rng: Random) -> Part:
    mesh = closet.body
    hem = rng.uniform(0.1, 0.7)
    rows = corners(mesh, shape_m, closet.influences)
    rows[:, 6:8] *= rng.uniform(*_TEXTURE_REPEATS)
    return Part("cloth", rows, mesh.triangles[(mesh.groups == "helper-skirt") & mesh.with_all(where.leg > hem)], None)


def _share(points: Array, start: Array, end: Array) -> Array:
    """How far along the line from start to end each point lies, 0..1 between them."""
    along = end - start
    return np.asarray((points - start) @ along / (along @ along))
