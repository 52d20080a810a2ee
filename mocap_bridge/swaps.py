"""Left and right exchanged by the network, put right before anything is lifted or smoothed.

Three witnesses. Motion: joints that are exchanged fly across the body in one frame, and exchanged back do not move.
Lengths: a shin from the left knee to the right ankle is too long for a shin. The face: who looks into the camera
has the left shoulder at the right of the picture. Arms and legs are judged each for themselves, in whole or from
the elbow, wrist, knee or ankle down.
"""

from collections import deque
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from .records import Array, JointEstimate
from .skeleton import JOINT, JOINT_BONES, JOINT_OFFSETS_M, JOINT_PARENTS, JOINTS, MIRROR_JOINTS, PARENTS, REST_OFFSETS_M

Rows = npt.NDArray[np.intp]
_ARM, _LEG = "Shoulder Elbow Wrist Hand Index Pinky".split(), "Hip Knee Ankle Heel Toe".split()
_PARTS = [[limb[start:] for start in range(3)] for limb in (_ARM, _LEG)]
"""For arms and for legs, what may be exchanged at once: from shoulder or hip, from elbow or knee, the end alone."""

SHORTEST_M = 0.12
"""Joints nearer than this to where they are expected are not questioned: hands touch, ankles pass."""
BETTER = 0.5
"""An exchange must bring the joints this much nearer to where they are expected."""
REMEMBERED = 3
"""Frames: after a single slip of the network, joints that are back where they were before it are not exchanged."""
LONGEST_S = 0.25
"""An exchange that lasts longer, with no face to say otherwise, is taken for the truth: what came before was wrong."""
FAR_M, FAR_S = 0.2, 0.1
"""Limbs (r.m.s.) farther than this from where they are expected, in any order, are not remembered, for so long."""
FACE_S = 0.25
"""A face that contradicts motion must do so this long: heads are small, and blurred ones are misread for a moment."""
_FORGET_S = 0.2  # after a gap this long the last positions tell nothing
_SLOW_DOWN = 0.5  # share of the last step that is expected again
_TOO_LONG = 1.3  # times what a bone can measure in the picture
_SURE = 0.3  # confidence below which a joint is no witness
_ENOUGH = 1.0  # confidence of the joints in question together
_EARS_M = 0.08  # apart in the picture: a head turned farther to the side tells nothing
_REVERSED_M = (0.14, 0.07)  # shoulders and hips this far the wrong way round are no twist of the neck or waist


def _rest_m() -> Array:
    heads_m = np.zeros((len(PARENTS), 3))
    for bone, parent in enumerate(PARENTS):
        heads_m[bone] = REST_OFFSETS_M[bone] + (heads_m[parent] if parent >= 0 else 0.0)
    return np.asarray(heads_m[list(JOINT_BONES)] + JOINT_OFFSETS_M)


_REST_M = _rest_m()
_CHILDREN = np.array([joint for joint, parent in enumerate(JOINT_PARENTS) if parent >= 0])
_PARENTS = np.array(JOINT_PARENTS)[_CHILDREN]
_LENGTHS_M = np.linalg.norm(_REST_M[_CHILDREN] - _REST_M[_PARENTS], axis=1)


def _order(names: list[str]) -> Rows:
    """Rows (30,) that exchange left and right of these parts and leave the rest."""
    order = np.arange(len(JOINTS))
    for name in names:
        for joint in (JOINT[f"L_{name}"], JOINT[f"R_{name}"]):
            order[joint] = MIRROR_JOINTS[joint]
    return order


_AS_THEY_ARE = _order([])
_ORDERS = [[_order(names) for names in parts] for parts in _PARTS]
_TOUCHED = [[np.flatnonzero(order != _AS_THEY_ARE) for order in orders] for orders in _ORDERS]


class Unswap:
    """Watches one person's estimates, one per frame."""

    def __init__(self) -> None:
        self._limbs = [_Limb(number) for number in range(2)]

    def __call__(self, estimate: JointEstimate) -> JointEstimate:
        """The same joints, with left and right as they were; without a reason, the very same estimate."""
        finite = np.asarray(np.isfinite(estimate.joints_px).all(axis=1))
        sure = np.where(finite & (np.nan_to_num(estimate.confidence) >= _SURE), estimate.confidence, 0.0)
        # Infinite differences warn; those of NaN do not, and neither counts.
        seen = replace(estimate, joints_px=np.where(finite[:, None], estimate.joints_px, np.nan))
        px_per_m = _scale(seen.joints_px, sure)
        if px_per_m < 1.0:  # less is no body
            return estimate
        order = _AS_THEY_ARE
        for limb in self._limbs:
            order = order[limb(seen, sure, px_per_m)]
        if np.array_equal(order, _AS_THEY_ARE):
            return estimate
        return replace(
            estimate,
            joints_px=estimate.joints_px[order],
            depth_m=estimate.depth_m[order],
            confidence=estimate.confidence[order],
        )


class _Limb:
    """Both arms (0) or both legs (1): where they were, and for how long they have been odd."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._past: deque[tuple[float, Array]] = deque(maxlen=REMEMBERED)  # time_s, joints_px (30, 2)
        self._odd_since_s: dict[str, float] = {}

    def __call__(self, estimate: JointEstimate, sure: Array, px_per_m: float) -> Rows:
        """Rows (30,) in which the limb is to be read in this frame."""
        time_s, whole = estimate.time_s, _ORDERS[self._number][0]
        facing = _face_says(self._number, estimate, sure, px_per_m)
        if not self._past or time_s - self._past[-1][0] > _FORGET_S:
            self._past.clear()
            best, off_m = (whole if facing is False else _AS_THEY_ARE), 0.0
        else:
            best, off_m = _nearest(self._number, estimate.joints_px, sure, self._expected_px(), px_per_m)
        exchanged = best is not _AS_THEY_ARE and not (best is whole and facing is False)
        if self._lasts("against the face", facing is not None and facing == (best is whole), time_s) > FACE_S:
            best, off_m = (_AS_THEY_ARE if facing else whole), 0.0
            self._past.clear()
        elif self._lasts("exchanged", exchanged, time_s) > LONGEST_S:
            best, off_m = _AS_THEY_ARE, 0.0
            self._past.clear()
        # A frame that fits no order is a slip of the network: remembered, it would turn the next ones round.
        slip_s = self._lasts("nowhere near", off_m > FAR_M, time_s)
        if off_m <= FAR_M or slip_s > FAR_S:
            self._remember(estimate.joints_px[best], time_s)
        return best

    def _lasts(self, oddity: str, now: bool, time_s: float) -> float:
        """Seconds since something began to be so; 0 while it is not."""
        if not now:
            self._odd_since_s.pop(oddity, None)
            return 0.0
        return time_s - self._odd_since_s.setdefault(oddity, time_s)

    def _expected_px(self) -> list[Array]:
        """Where joints (30, 2) may be now: a step on from the last frame, or where they were in one before it."""
        past = [joints_px for _, joints_px in reversed(self._past)]
        return [past[0] + _SLOW_DOWN * (past[0] - past[1]), *past[1:]] if len(past) > 1 else past

    def _remember(self, joints_px: Array, time_s: float) -> None:
        before_px = self._past[-1][1] if self._past else np.zeros_like(joints_px)
        # A joint that is not a number stays where it was.
        self._past.append((time_s, np.where(np.isfinite(joints_px), joints_px, before_px)))


def _scale(joints_px: Array, sure: Array) -> float:
    """Pixels per metre of an average body: what the least foreshortened bones show; 0 where none is seen."""
    seen = np.minimum(sure[_CHILDREN], sure[_PARENTS]) > 0
    long = seen & (_LENGTHS_M > 0.15)
    if not long.any():
        return 0.0
    length_px = np.linalg.norm(joints_px[_CHILDREN[long]] - joints_px[_PARENTS[long]], axis=1)
    measured = np.sort(length_px / _LENGTHS_M[long])
    return float(measured[3 * len(measured) // 4])


def _nearest(limb: int, joints_px: Array, sure: Array, expected_px: list[Array], px_per_m: float) -> tuple[Rows, float]:
    """The order whose joints lie clearly nearest to where they are expected, else the one they have; and how far off.

    In metres of an average body, r.m.s.; joints nobody is sure of do not count.
    """
    rows = _TOUCHED[limb][0]
    both = np.minimum(sure[rows], sure[_ORDERS[limb][0][rows]])
    off_m2 = _off_m2(_AS_THEY_ARE, rows, both, joints_px, expected_px[0], px_per_m)
    if float(both[off_m2 > SHORTEST_M**2].sum()) < _ENOUGH:
        return _AS_THEY_ARE, 0.0
    # One measure for all, over the whole limb: the end alone would fit as well where all of it is exchanged.
    orders = (_AS_THEY_ARE, *_ORDERS[limb])
    misses_m2 = [
        min(float(both @ _off_m2(order, rows, both, joints_px, place_px, px_per_m)) for place_px in expected_px)
        / float(both.sum())
        for order in orders
    ]
    costs_m2 = [
        miss_m2 + _excess_m2(joints_px[order], sure[order], px_per_m)
        for miss_m2, order in zip(misses_m2, orders, strict=True)
    ]
    best = int(np.argmin(costs_m2))
    if best and costs_m2[best] >= BETTER**2 * costs_m2[0]:
        best = 0
    return orders[best], misses_m2[best] ** 0.5


def _off_m2(order: Rows, rows: Rows, both: Array, joints_px: Array, expected_px: Array, px_per_m: float) -> Array:
    """Squared distances of joints, read in this order, from where they are expected; 0 for those not sure."""
    off_px = np.where(both[:, None] > 0, joints_px[order[rows]] - expected_px[rows], 0.0)
    return np.asarray((off_px**2).sum(axis=1) / px_per_m**2)


def _excess_m2(joints_px: Array, sure: Array, px_per_m: float) -> float:
    """Mean square of what bones measure beyond what they can, for an average body, metres squared."""
    seen = np.minimum(sure[_CHILDREN], sure[_PARENTS])
    length_m = np.where(seen > 0, np.linalg.norm(joints_px[_CHILDREN] - joints_px[_PARENTS], axis=1), 0.0) / px_per_m
    excess_m = np.maximum(length_m - _TOO_LONG * _LENGTHS_M, 0.0)
    return float((seen * excess_m**2).sum() / max(float(seen.sum()), 1e-9))


def _face_says(limb: int, estimate: JointEstimate, sure: Array, px_per_m: float) -> bool | None:
    """Whether shoulders (0) or hips (1) are the right way round for this face; None if it does not tell.

    A face turned to the camera has its nose between its ears and nearer than they are; however the head is tilted,
    the line between the ears then runs the same way as that between shoulders or hips.
    """
    nose, ears = JOINT["Nose"], [JOINT["R_Ear"], JOINT["L_Ear"]]
    ends = [JOINT[f"{side}_{'Hip' if limb else 'Shoulder'}"] for side in "RL"]
    if sure[[nose, *ears, *ends]].min() <= 0:
        return None
    joints_px, depth_m = estimate.joints_px, estimate.depth_m
    across_px = joints_px[ears[1]] - joints_px[ears[0]]
    apart_px = float(np.linalg.norm(across_px))
    if apart_px < _EARS_M * px_per_m or depth_m[nose] >= depth_m[ears].min():
        return None
    along = float((joints_px[nose] - joints_px[ears[0]]) @ across_px) / apart_px**2
    width_m = float((joints_px[ends[1]] - joints_px[ends[0]]) @ across_px) / apart_px / px_per_m
    if not 0.2 < along < 0.8 or abs(width_m) < _REVERSED_M[limb]:
        return None
    return width_m > 0
