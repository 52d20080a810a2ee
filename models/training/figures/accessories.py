"""Things that people wear on the head, hold in the hand or carry on the back, as plain solids that hang on one bone.

No assets are needed. Networks that never saw glasses, caps, phones or bags take them for something else.
"""

import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.figures.bodies import Closet, Part
from models.training.figures.meshes import corners

Random = np.random.Generator
Triangles = npt.NDArray[np.int32]

GLASSES_SHARE, CAP_SHARE, HELD_SHARE, BAG_SHARE = 0.15, 0.1, 0.15, 0.06
_KIND = "shoes"  # leather, felt and plastic take any dye, with or without gloss
_AXES = np.eye(3)


def random_things(closet: Closet, shape_m: Array, rng: Random) -> list[Part]:
    """Glasses, something in a hand, a bag; mostly nothing."""
    parts = []
    joints_m = closet.rig.joints_rest_m(shape_m)
    if rng.random() < GLASSES_SHARE:
        parts.append(glasses(closet, shape_m, joints_m, rng))
    if rng.random() < HELD_SHARE:
        parts.append(held(closet, joints_m, "L" if rng.random() < 0.5 else "R", rng))
    if rng.random() < BAG_SHARE:
        parts.append(bag(closet, shape_m, joints_m, rng))
    return parts


def cap(closet: Closet, shape_m: Array, rng: Random) -> list[Part]:
    """A beanie or, with a brim, a cap: the skull's own skin, a finger's breadth farther out."""
    mesh, eyes_m = closet.body, eyes(closet, shape_m)
    head = closet.rig.weights[:, closet.rig.bones.index("Head")] > 0.5
    up_m, forward_m = shape_m[:, 1] - eyes_m[:, 1].mean(), shape_m[:, 2] - eyes_m[:, 2].mean()
    reached = head & (up_m > 0.035 + 0.3 * np.minimum(forward_m + 0.02, 0.0) - rng.uniform(0, 0.01))
    normals = mesh.normals(shape_m)
    rows = corners(mesh, shape_m + normals * rng.uniform(0.008, 0.016), closet.influences, normals)
    parts = [Part("cloth", rows, mesh.triangles[(mesh.groups == "body") & mesh.with_all(reached)], None)]
    if rng.random() < 0.6:
        middle_m = eyes_m.mean(axis=0) + np.array([0.0, 0.045, rng.uniform(0.03, 0.05)])
        parts.append(_solid(closet, prism(middle_m, _AXES, (0.075, 0.003, 0.085), 14), "Head"))
    return parts


def glasses(closet: Closet, shape_m: Array, joints_m: Array, rng: Random) -> Part:
    """Two rims, or dark discs, a bridge and temples."""
    eyes_m = eyes(closet, shape_m) + np.array([0.0, 0.0, 0.02])
    radius_m, thick_m = rng.uniform(0.019, 0.027), rng.uniform(0.0015, 0.004)
    dark = rng.random() < 0.5
    facing = _AXES[[0, 2, 1]]  # a prism stands on its second axis; lenses look forward
    pieces = []
    for side, eye_m in zip("LR", eyes_m, strict=True):
        outwards = 1.0 if side == "L" else -1.0
        if dark:
            pieces.append(prism(eye_m, facing, (radius_m, 0.0015, 0.8 * radius_m), 14))
        else:
            pieces.append(ring(eye_m, radius_m, thick_m))
        hinge_m = eye_m + np.array([outwards * radius_m, 0.005, 0.0])
        pieces.append(rod(hinge_m, joints_m[JOINT[f"{side}_Ear"]] + _AXES[1] * 0.02, thick_m))
    inner_m = [eye_m - (sign * radius_m, 0.0, 0.0) for sign, eye_m in zip((1.0, -1.0), eyes_m, strict=True)]
    pieces.append(rod(inner_m[0], inner_m[1], thick_m))
    return _solid(closet, _joined(pieces), "Head")


def held(closet: Closet, joints_m: Array, side: str, rng: Random) -> Part:
    """A phone, book, cup, bottle or stick in one hand."""
    hand_m, index_m, pinky_m = (joints_m[JOINT[f"{side}_{part}"]] for part in ("Hand", "Index", "Pinky"))
    across = (index_m - pinky_m) / np.linalg.norm(index_m - pinky_m)
    along = hand_m - joints_m[JOINT[f"{side}_Wrist"]]
    along = along - across * (along @ across)
    along /= np.linalg.norm(along)
    palm = np.cross(across, along) * (1.0 if side == "L" else -1.0)
    axes = np.stack([along, across, palm])
    half_m, sides = (
        ((0.038, 0.075, 0.005), 4),  # phone
        ((rng.uniform(0.07, 0.12), rng.uniform(0.1, 0.15), rng.uniform(0.006, 0.02)), 4),  # book, tablet
        ((0.04, rng.uniform(0.045, 0.06), 0.04), 12),  # cup
        ((0.034, rng.uniform(0.09, 0.13), 0.034), 12),  # bottle
        ((0.014, rng.uniform(0.2, 0.5), 0.014), 8),  # stick
    )[rng.integers(5)]
    middle_m = hand_m + palm * (0.025 + half_m[2]) + across * half_m[1] * rng.uniform(-0.5, 0.7)
    return _solid(closet, prism(middle_m, axes, half_m, sides), f"{'Left' if side == 'L' else 'Right'}Hand")


def bag(closet: Closet, shape_m: Array, joints_m: Array, rng: Random) -> Part:
    """A backpack without straps in view, as from the side or behind."""
    spine_m = (joints_m[JOINT["Thorax"]] + joints_m[JOINT["Spine"]]) / 2
    trunk = np.abs(shape_m - spine_m)[:, :2].max(axis=1) < 0.12
    back_m = shape_m[trunk, 2].min()
    half_m = rng.uniform((0.1, 0.13, 0.04), (0.17, 0.24, 0.1))
    middle_m = np.array([0.0, spine_m[1] - 0.03, back_m - half_m[2] - 0.015])
    return _solid(closet, prism(middle_m, _AXES, tuple(half_m), 4), "Spine1")


def eyes(closet: Closet, shape_m: Array) -> Array:
    """(2, 3) middles of the left and the right eyeball."""
    mesh = closet.body
    return np.array(
        [shape_m[mesh.corner_vertex[mesh.triangles[mesh.groups == f"helper-{side}-eye"]]].mean((0, 1)) for side in "lr"]
    )


def prism(middle_m: Array, axes: Array, half_m: tuple[float, ...], sides: int) -> Array:
    """(T, 3, 3) triangles of a prism that stands on its second axis; 4 sides make a box, many a cylinder."""
    angle = (np.arange(sides) + 0.5) * 2 * np.pi / sides
    wide = np.sqrt(2.0) if sides == 4 else 1.0
    flat = wide * np.stack([np.cos(angle) * half_m[0], np.zeros(sides), np.sin(angle) * half_m[2]], axis=1)
    low, high = (middle_m + (flat + y * _AXES[1]) @ axes for y in (-half_m[1], half_m[1]))
    triangles = []
    for k in range(sides):
        n = (k + 1) % sides
        triangles += [[low[k], high[k], high[n]], [low[k], high[n], low[n]]]
        triangles += [[low.mean(axis=0), low[k], low[n]], [high.mean(axis=0), high[n], high[k]]]
    return np.array(triangles)


def ring(middle_m: Array, radius_m: float, thick_m: float) -> Array:
    """(T, 3, 3) triangles of a rim that looks forward."""
    angle = np.arange(17) * 2 * np.pi / 16
    points = middle_m + radius_m * np.stack([np.cos(angle), 0.8 * np.sin(angle), np.zeros(17)], axis=1)
    return _joined([rod(points[k], points[k + 1], thick_m) for k in range(16)])


def rod(start_m: Array, end_m: Array, thick_m: float) -> Array:
    """(T, 3, 3) triangles of a straight piece of wire."""
    along = (end_m - start_m) / np.linalg.norm(end_m - start_m)
    aside = np.cross(along, _AXES[np.argmin(np.abs(along))])
    aside /= np.linalg.norm(aside)
    axes = np.stack([aside, along, np.cross(aside, along)])
    half_m = float(np.linalg.norm(end_m - start_m)) / 2
    return prism((start_m + end_m) / 2, axes, (thick_m, half_m, thick_m), 4)


def _joined(pieces: list[Array]) -> Array:
    return np.concatenate(pieces)


def _solid(closet: Closet, triangles_m: Array, bone: str) -> Part:
    """A part whose triangles (T, 3, 3) are lit one by one and follow one bone."""
    normals = np.cross(triangles_m[:, 1] - triangles_m[:, 0], triangles_m[:, 2] - triangles_m[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    points = triangles_m.reshape(-1, 3)
    rows = np.zeros((len(points), 16), np.float32)
    rows[:, :3], rows[:, 3:6] = points, np.repeat(normals, 3, axis=0)
    rows[:, 8], rows[:, 12] = closet.rig.bones.index(bone), 1.0
    return Part(_KIND, rows, np.arange(len(points), dtype=np.int32).reshape(-1, 3), None)
