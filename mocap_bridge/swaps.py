"""Left and right exchanged by the network, put right before anything is lifted or smoothed.

Three witnesses. Motion: joints that are exchanged fly across the body in one frame, and exchanged back do not move.
Lengths: a shin from the left knee to the right ankle is too long for a shin. The face: who looks into the camera
has the left shoulder at the right of the picture. Arms and legs are judged each for themselves, in whole or from
the elbow, wrist, knee or ankle down.
"""

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
LONGEST_S = 0.5
"""An exchange that lasts longer, with no face to say otherwise, is taken for the truth: what came before was wrong."""
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
        self._last: tuple[Array, Array, float] | None = None  # joints_px, their last step, time_s
        self._since_s: list[float | None] = [None, None]  # since when arms and legs have been exchanged
        self._against_since_s: list[float | None] = [None, None]  # since when the face has contradicted their motion

    def __call__(self, estimate: JointEstimate) -> JointEstimate:
        """The same joints, with left and right as they were; without a reason, the very same estimate."""
        order = _AS_THEY_ARE
        usable = np.isfinite(estimate.joints_px).all(axis=1) & (np.nan_to_num(estimate.confidence) >= _SURE)
        sure = np.where(usable, estimate.confidence, 0.0)
        px_per_m = _scale(estimate.joints_px, sure)
        expected_px = self._expected(estimate.time_s)
        for limb in range(2) if px_per_m >= 1.0 else ():  # less is no body
            order = order[self._decided(limb, estimate, sure, expected_px, px_per_m)]
        if not np.array_equal(order, _AS_THEY_ARE):
            estimate = replace(
                estimate,
                joints_px=estimate.joints_px[order],
                depth_m=estimate.depth_m[order],
                confidence=estimate.confidence[order],
            )
        self._remember(estimate)
        return estimate

    def _expected(self, time_s: float) -> Array | None:
        if self._last is None or time_s - self._last[2] > _FORGET_S:
            return None
        joints_px, step_px, _ = self._last
        return np.asarray(joints_px + _SLOW_DOWN * step_px)

    def _remember(self, estimate: JointEstimate) -> None:
        # A joint that is not a number stays where it was.
        joints_px, step_px = estimate.joints_px, np.zeros((len(JOINTS), 2))
        if self._last is not None:
            joints_px = np.where(np.isfinite(joints_px), joints_px, self._last[0])
            step_px = joints_px - self._last[0]
        self._last = np.nan_to_num(joints_px), np.nan_to_num(step_px), estimate.time_s

    def _decided(
        self, limb: int, estimate: JointEstimate, sure: Array, expected_px: Array | None, px_per_m: float
    ) -> Rows:
        """Rows (30,) in which the arms (0) or legs (1) of this frame are to be read."""
        whole, facing = _ORDERS[limb][0], _face_says(limb, estimate, sure, px_per_m)
        if expected_px is None:
            return whole if facing is False else _AS_THEY_ARE
        best = _nearest(limb, estimate.joints_px, sure, expected_px, px_per_m)
        if facing is not None and facing == (best is whole):  # the face says otherwise
            if self._lasts(self._against_since_s, limb, estimate.time_s) > FACE_S:
                return _AS_THEY_ARE if facing else whole
        else:
            self._against_since_s[limb] = None
        if best is _AS_THEY_ARE or (best is whole and facing is False):
            self._since_s[limb] = None
        elif self._lasts(self._since_s, limb, estimate.time_s) > LONGEST_S:
            self._since_s[limb] = None
            return _AS_THEY_ARE
        return best

    @staticmethod
    def _lasts(since_s: list[float | None], limb: int, time_s: float) -> float:
        """Seconds that this has been so, counted from the first time it is asked."""
        begin_s = since_s[limb]
        since_s[limb] = begin_s = time_s if begin_s is None else begin_s
        return time_s - begin_s


def _scale(joints_px: Array, sure: Array) -> float:
    """Pixels per metre of an average body: what the least foreshortened bones show; 0 where none is seen."""
    seen = np.minimum(sure[_CHILDREN], sure[_PARENTS]) > 0
    long = seen & (_LENGTHS_M > 0.15)
    if not long.any():
        return 0.0
    length_px = np.linalg.norm(joints_px[_CHILDREN[long]] - joints_px[_PARENTS[long]], axis=1)
    measured = np.sort(length_px / _LENGTHS_M[long])
    return float(measured[3 * len(measured) // 4])


def _nearest(limb: int, joints_px: Array, sure: Array, expected_px: Array, px_per_m: float) -> Rows:
    """The order whose joints lie nearest to where they are expected, if that is clear; else the one they have."""
    rows = _TOUCHED[limb][0]
    both = np.minimum(sure[rows], sure[_ORDERS[limb][0][rows]])
    off_m2 = _off_m2(_AS_THEY_ARE, rows, both, joints_px, expected_px, px_per_m)
    far = off_m2 > SHORTEST_M**2
    if float(both[far].sum()) < _ENOUGH:
        return _AS_THEY_ARE
    # One measure for all, over the whole limb: the end alone would fit as well where all of it is exchanged.
    costs_m2 = [
        float(both @ _off_m2(order, rows, both, joints_px, expected_px, px_per_m)) / float(both.sum())
        + _excess_m2(joints_px[order], sure[order], px_per_m)
        for order in (_AS_THEY_ARE, *_ORDERS[limb])
    ]
    best = int(np.argmin(costs_m2))
    return _ORDERS[limb][best - 1] if best and costs_m2[best] < BETTER**2 * costs_m2[0] else _AS_THEY_ARE


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
