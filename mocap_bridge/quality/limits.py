"""How far the joints of a body go, generously: a pose beyond these is broken, not bold.

Ranges of motion as physiotherapists measure them (elbow 0-150 degrees, knee 0-150, neck 80 to each side, and so on),
widened, since a rig gives a joint's turn to several bones in fixed shares. Each bone's turn is split into a twist
about its own length and a swing of that length.
"""

from dataclasses import dataclass

import numpy as np

from ..records import Array
from ..rotations import inverse, multiply, normalized
from ..skeleton import BONE, BONES


@dataclass(frozen=True)
class Limit:
    """Degrees from the T-pose."""

    along: tuple[float, float, float]
    twist_deg: float
    swing_deg: float
    hinge: tuple[float, float, float] | None = None
    """Where given, the swing goes about this axis, from ``least_deg`` to ``swing_deg``, and little about any other."""
    least_deg: float = -8.0
    aside_deg: float = 12.0


_X, _Y, _DOWN, _Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)

_MIDDLE = {
    "Spine": Limit(_Y, 35, 45),
    "Chest": Limit(_Y, 40, 55),
    "UpperChest": Limit(_Y, 35, 45),
    "Neck": Limit(_Y, 45, 45),
    "Head": Limit(_Y, 60, 60),
}
_LIMB = {
    "Shoulder": Limit(_X, 30, 45),
    "UpperArm": Limit(_X, 130, 150),
    "LowerArm": Limit(_X, 100, 158, hinge=_DOWN),
    "Hand": Limit(_X, 60, 100),
    "UpperLeg": Limit(_DOWN, 90, 145),  # cross-legged, most of it is twist
    "LowerLeg": Limit(_DOWN, 40, 165, hinge=_X),
    "Foot": Limit(_Z, 45, 65),
    "Toes": Limit(_Z, 30, 75),
}
LIMITS = _MIDDLE | {f"{side}{bone}": limit for side in ("Left", "Right") for bone, limit in _LIMB.items()}
"""By bone; the hips have none. Axes are those of the left side; the right is its mirror image."""


def beyond_rad(rotations_xyzw: Array) -> Array:
    """How far each bone (..., 22, 4) is beyond what a body can do, (..., 22); 0 within."""
    beyond = np.zeros(rotations_xyzw.shape[:-1])
    for name, limit in LIMITS.items():
        rotation = rotations_xyzw[..., BONE[name], :]
        if name.startswith("Right"):  # mirrored at x: a left limb's limits serve both
            rotation = rotation * np.array([1.0, -1.0, -1.0, 1.0])
        beyond[..., BONE[name]] = _excess_rad(rotation, limit)
    return np.where(np.isfinite(rotations_xyzw).all(axis=-1), beyond, np.nan)


def _excess_rad(rotation: Array, limit: Limit) -> Array:
    along = np.array(limit.along)
    twist = np.concatenate([np.sum(rotation[..., :3] * along, axis=-1, keepdims=True) * along, rotation[..., 3:]], -1)
    twist = normalized(twist)
    swing = multiply(rotation, inverse(twist))
    over = [np.abs(_angle_rad(twist, along)) - np.radians(limit.twist_deg)]
    if limit.hinge is None:
        over.append(2 * np.arctan2(np.linalg.norm(swing[..., :3], axis=-1), np.abs(swing[..., 3])))
        over[-1] = over[-1] - np.radians(limit.swing_deg)
    else:
        bend = _angle_rad(swing, np.array(limit.hinge))
        aside = np.cross(along, np.array(limit.hinge))
        over += [bend - np.radians(limit.swing_deg), np.radians(limit.least_deg) - bend]
        over.append(np.abs(_angle_rad(swing, aside)) - np.radians(limit.aside_deg))
    return np.asarray(np.maximum(0.0, np.max(over, axis=0)))


def _angle_rad(rotation: Array, axis: Array) -> Array:
    """The turn about an axis, -pi..pi."""
    sign = np.where(rotation[..., 3] < 0, -1.0, 1.0)
    return np.asarray(2 * np.arctan2(sign * np.sum(rotation[..., :3] * axis, axis=-1), np.abs(rotation[..., 3])))


assert {*LIMITS, "Hips"} == set(BONES)
