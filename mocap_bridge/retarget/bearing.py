"""Whether a leg carries the body: not while its owner sits, kneels or lies, even if the foot rests on the floor."""

import math

from ..skeleton import CONTACTS, JOINT
from .floats import Vec, smoothstep

_CROUCHED, _UPRIGHT = (
    0.65,
    0.8,
)  # height of the hips above the feet in lengths of the leg; 1.1 when standing, 0.57 on a chair
_OVER, _BESIDE = 0.22, 0.36  # how far the trunk's middle is from above the feet, likewise; 0.5 on a chair
_KNEELING, _STANDING = 0.1, 0.35  # how far a knee is above its ankle, in lengths of the shin; 0.64 at a walk's toe-off


def bearing(joints: list[Vec]) -> tuple[float, float]:
    """Shares 0..1 to which the left and the right leg carry the body of joints (30)."""
    pelvis, thorax = joints[JOINT["Pelvis"]], joints[JOINT["Thorax"]]
    leg_m = max(0.1, (_leg_m(joints, "L") + _leg_m(joints, "R")) / 2)
    lowest_m = min(joints[JOINT[name]][1] for name in CONTACTS)
    upright = smoothstep(_CROUCHED, _UPRIGHT, (pelvis[1] - lowest_m) / leg_m)
    # Who squats is balanced above the feet; who sits would fall over if the chair went.
    middle = (pelvis[0] + thorax[0]) / 2, (pelvis[2] + thorax[2]) / 2
    aside_m = _from_line_m(middle, _foot(joints, "L"), _foot(joints, "R"))
    balanced = 1 - smoothstep(_OVER, _BESIDE, aside_m / leg_m)
    carried = max(upright, balanced)
    return carried * _shin_upright(joints, "L"), carried * _shin_upright(joints, "R")


def _shin_upright(joints: list[Vec], side: str) -> float:
    knee, ankle = joints[JOINT[f"{side}_Knee"]], joints[JOINT[f"{side}_Ankle"]]
    return smoothstep(_KNEELING, _STANDING, (knee[1] - ankle[1]) / max(0.05, math.dist(knee, ankle)))


def _leg_m(joints: list[Vec], side: str) -> float:
    hip, knee, ankle = (joints[JOINT[f"{side}_{name}"]] for name in ("Hip", "Knee", "Ankle"))
    return math.dist(hip, knee) + math.dist(knee, ankle)


def _foot(joints: list[Vec], side: str) -> tuple[float, float]:
    heel, toe = joints[JOINT[f"{side}_Heel"]], joints[JOINT[f"{side}_Toe"]]
    return (heel[0] + toe[0]) / 2, (heel[2] + toe[2]) / 2


def _from_line_m(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance on the floor from a point to the line between a and b."""
    along = b[0] - a[0], b[1] - a[1]
    length2 = along[0] * along[0] + along[1] * along[1]
    share = ((point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]) / length2 if length2 > 1e-12 else 0.0
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - a[0] - share * along[0], point[1] - a[1] - share * along[1])
