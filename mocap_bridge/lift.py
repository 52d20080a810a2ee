"""From one picture's joints to metres in the world: how far away is this body?

A pose in metres and its picture fix the distance: the body must shrink to what was seen. The depth of the root
is therefore a least-squares fit over all confident joints, with no network and nothing learned.
"""

from typing import Annotated, Literal

import msgspec
import numpy as np

from .camera import rays, world_from_camera
from .records import Array, BodyJoints, Camera, JointEstimate
from .skeleton import BONE, HEIGHT_M, JOINT, PARENTS, REST_OFFSETS_M

_Positive = Annotated[float, msgspec.Meta(gt=0)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

_NOISE = 0.002  # of a ray, about one pixel of a webcam: a joint this near its ray is not an outlier
_MIN_SPREAD = 0.004  # of the rays about their mean: less than a body 1.70 m tall shows 50 m away
_MIN_JOINTS = 3.0  # sum of confidence below which a distance would be a guess
_NEAREST_JOINT_M = 0.05  # no joint is behind the lens


class LiftSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one camera cannot know, and how far the picture overrules the 3D pose."""

    height_m: _Positive = HEIGHT_M
    """Height of the performers. One camera cannot tell a tall person from a near one: 10 % here are 10 % of depth."""
    pull: _Share = 0.5
    """Share by which a confident joint is moved onto its own line of sight: 0 keeps the 3D pose, 1 the picture."""
    first_depth_m: _Positive = 2.5
    """Distance of a body that has never been seen well enough to tell: a desk-to-room webcam distance."""
    floor: Literal["camera", "feet"] = "feet"
    """How the camera stands: as it is said to, or as the people before it show, by their feet and how they stand."""


class Placer:
    """Places one person; remembers the last root for frames that cannot tell the distance."""

    MIN_DEPTH_M, MAX_DEPTH_M = 0.3, 20.0

    def __init__(self, settings: LiftSettings) -> None:
        self._settings = settings
        self._depth_m = settings.first_depth_m

    def __call__(self, estimate: JointEstimate, relative_m: Array, camera: Camera, box_px: Array) -> BodyJoints:
        """The body in the world. ``relative_m`` (30, 3) is pelvis-relative in camera axes for an average body."""
        usable = np.asarray(np.isfinite(np.column_stack([relative_m, estimate.joints_px])).all(axis=1))
        confidence = np.where(usable, np.clip(np.nan_to_num(estimate.confidence), 0.0, 1.0), 0.0)
        relative_m = np.where(usable[:, None], relative_m, 0.0) * (self._settings.height_m / HEIGHT_M)
        box_center_px = (box_px[:2] + box_px[2:]) / 2
        joints_px = np.where(usable[:, None], estimate.joints_px, box_center_px)
        sight = rays(joints_px, camera)

        root_m = fit_root_m(relative_m, sight, confidence)
        depth_m = self._depth_m if root_m is None else float(np.clip(root_m[2], self.MIN_DEPTH_M, self.MAX_DEPTH_M))
        if root_m is None or root_m[2] != depth_m:
            root_m = _root_at(depth_m, relative_m, sight, confidence, rays(box_center_px, camera))
        self._depth_m = depth_m

        joints_m = relative_m + root_m
        joints_m[:, 2] = np.maximum(joints_m[:, 2], _NEAREST_JOINT_M)
        share = self._settings.pull * confidence[:, None]
        joints_m[:, :2] += share * (sight * joints_m[:, 2:] - joints_m[:, :2])
        return BodyJoints(
            estimate.person_id, estimate.time_s, world_from_camera(joints_m, camera), confidence, joints_px, box_px
        )


def fit_root_m(relative_m: Array, sight: Array, weight: Array) -> Array | None:
    """Translation (3,) that brings joints (N, 3) onto their lines of sight (N, 2) x/z, y/z; None if that is unclear.

    With joint + root on the ray, x + tx = u (z + tz): linear, and tz has a closed form. Two more rounds weigh
    joints down by their own miss (Geman-McClure), so that one lost wrist does not push the body away.
    """
    trust = weight
    for _ in range(3):
        if trust.sum() < 1e-9 or weight.sum() < _MIN_JOINTS:
            return None
        share = (trust / trust.sum())[:, None]
        target_m = sight * relative_m[:, 2:] - relative_m[:, :2]  # = (tx, ty) - ray * tz
        mean_sight, mean_target_m = (share * sight).sum(axis=0), (share * target_m).sum(axis=0)
        spread = (share * (sight - mean_sight) ** 2).sum()
        if spread < _MIN_SPREAD**2:
            return None
        depth_m = -(share * (sight - mean_sight) * (target_m - mean_target_m)).sum() / spread
        root_m = np.append(mean_target_m + mean_sight * depth_m, depth_m)
        in_front_m = np.maximum(relative_m[:, 2:] + depth_m, _NEAREST_JOINT_M)
        miss = np.linalg.norm((relative_m[:, :2] + root_m[:2]) / in_front_m - sight, axis=-1)
        usual = max(2.0 * weighted_median(miss, weight), _NOISE)
        trust = weight / (1 + (miss / usual) ** 2) ** 2
    return root_m


def _root_at(depth_m: float, relative_m: Array, sight: Array, weight: Array, box_sight: Array) -> Array:
    """The root (3,) when its depth is given: where the joints are seen, or else the middle of the box."""
    if weight.sum() < 1e-9:
        return np.append(box_sight * depth_m, depth_m)
    share = (weight / weight.sum())[:, None]
    in_front_m = np.maximum(relative_m[:, 2:] + depth_m, _NEAREST_JOINT_M)
    return np.append((share * (sight * in_front_m - relative_m[:, :2])).sum(axis=0), depth_m)


def weighted_median(values: Array, weight: Array) -> float:
    """The value with half of the weight below it."""
    order = np.argsort(values)
    below = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(below, below[-1] / 2)])


_BONE_AT = {"Shoulder": "UpperArm", "Elbow": "LowerArm", "Wrist": "Hand", "Hip": "UpperLeg", "Knee": "LowerLeg"}
_BONE_AT |= {"Ankle": "Foot"}
_SPANS = [
    (f"{side}_{near}", f"{side}_{far}")
    for side in "LR"
    for near, far in zip("Shoulder Elbow Hip Knee Hip".split(), "Elbow Wrist Knee Ankle Shoulder".split(), strict=True)
] + [("L_Shoulder", "R_Shoulder"), ("L_Hip", "R_Hip")]


def _rest_m(joint: str) -> Array:
    side, name = joint.split("_")
    bone, position_m = BONE[{"L": "Left", "R": "Right"}[side] + _BONE_AT[name]], np.zeros(3)
    while bone >= 0:
        position_m, bone = position_m + REST_OFFSETS_M[bone], PARENTS[bone]
    return position_m


_SPAN_ENDS = np.array([(JOINT[a], JOINT[b]) for a, b in _SPANS]).T
_SPAN_LENGTHS_M = np.array([float(np.linalg.norm(_rest_m(a) - _rest_m(b))) for a, b in _SPANS])


def flat_relative_m(estimate: JointEstimate, camera: Camera) -> Array:
    """Pelvis-relative joints (30, 3), camera axes, metres of an average body, from the network's own depth.

    Each limb of known length says how far away the body is: as far as makes its two ends, moved along their lines
    of sight by their depth, that long. The weighted median of these distances forgives a few wrong limbs.
    """
    sight, depth_m = rays(estimate.joints_px, camera), estimate.depth_m - estimate.depth_m[JOINT["Pelvis"]]
    a, b = _SPAN_ENDS
    across_m2 = np.maximum(_SPAN_LENGTHS_M**2 - (depth_m[a] - depth_m[b]) ** 2, (0.3 * _SPAN_LENGTHS_M) ** 2)
    # |ray_a (z + depth_a) - ray_b (z + depth_b)| = across, a quadratic in the distance z; its farther root.
    apart, shift_m = sight[a] - sight[b], sight[a] * depth_m[a, None] - sight[b] * depth_m[b, None]
    seen2, dot_m = (apart**2).sum(axis=1), (apart * shift_m).sum(axis=1)
    root_m = np.sqrt(np.maximum(dot_m**2 - seen2 * ((shift_m**2).sum(axis=1) - across_m2), 0.0))
    # A limb that points at the camera says little: weigh by the length that is left to see.
    weight = estimate.confidence[a] * estimate.confidence[b] * np.sqrt(across_m2) * (seen2 > 1e-12)
    if weight.sum() < 1e-9:
        return np.zeros((len(depth_m), 3))
    distance_m = weighted_median((root_m - dot_m) / np.maximum(seen2, 1e-12), weight)
    in_front_m = np.maximum(distance_m + depth_m, _NEAREST_JOINT_M)
    joints_m = np.column_stack([sight * in_front_m[:, None], in_front_m])
    return np.asarray(joints_m - joints_m[JOINT["Pelvis"]])
