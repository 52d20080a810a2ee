"""Two teachers asked about the same person: a joint is trusted where both see it in the same place.

MoveNet and BlazePose were made by different people from different pictures, and are wrong in different ways. Of 150
people of COCO with joints set by hand both agree on 60 % of the joints, of which 98 % lie within a tenth of the box
(90 % within a twentieth); BlazePose and its own mirror image agree on 61 %, of which 87 % (72 %) do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from mocap_bridge.records import Array, Image
from mocap_bridge.skeleton import JOINT, JOINTS
from models.training.teachers.blazepose import LANDMARKS, BlazePose
from models.training.teachers.movenet import JOINTS_17, MoveNet, Seen

VIEW_PX, VIEW_PER_BOX = 256, 1.25
TURNS_DEG = (90, 180, 270)
TOGETHER, ALIKE = 0.08, 0.05
"""Largest distance between the teachers, and between a picture's answer and its mirror image's, in longer box sides."""
MIN_SCORE, MIN_VISIBILITY, MIN_PRESENCE = 0.2, 0.3, 0.5
LIMBS = [JOINT[f"{side}_{part}"] for side in "LR" for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]
MIN_LIMBS, ENOUGH_LIMBS = 4, 7
"""Trusted limb joints that somebody needs at least, and with which nobody is asked to look again, turned."""
CLEARER = 0.05
"""Mean score by which a turned picture must be clearer to be asked about."""

_LIMBS_17 = slice(5, 17)
_ENDS = {"Index": "Wrist", "Pinky": "Wrist", "Heel": "Ankle", "Toe": "Ankle"}
"""Joints that only one teacher knows, and the joint that both must agree on before it is believed."""


@dataclass(frozen=True, eq=False)
class Opinion:
    """What both say of one person, in pixels of the picture."""

    joints_px: Array  # (30, 2)
    trusted: Array  # (30,) 0 or 1
    visibility: Array  # (30,) 0..1
    mask: Array  # (VIEW_PX, VIEW_PX) 0..1 the silhouette
    view: Array  # (2, 3) from the picture to the mask


class Council:
    """Both teachers. FileNotFoundError names a file that is missing."""

    def __init__(self, movenet: Callable[[Image], Seen], blazepose: Callable[[Image], Seen]) -> None:
        self._movenet, self._blazepose = movenet, blazepose

    @classmethod
    def assembled(cls, folder: Path) -> Self:
        return cls(MoveNet(folder), BlazePose(folder))

    def opinion(self, image: Image, box_px: Array) -> Opinion:
        """About the person in a box (4,) of a picture; asked again with the picture turned where little is trusted."""
        upright = self._asked(image, box_px, 0)
        if upright.trusted[LIMBS].sum() >= ENOUGH_LIMBS:
            return upright
        clear = {turn: self.clearness(image, box_px, turn) for turn in TURNS_DEG}
        turn = max(clear, key=lambda turn: clear[turn])
        if clear[turn] < self.clearness(image, box_px) + CLEARER:
            return upright
        return max(upright, self._asked(image, box_px, turn), key=lambda opinion: opinion.trusted[LIMBS].sum())

    def clearness(self, image: Image, box_px: Array, turn_deg: float = 0.0) -> float:
        """How sure one of them is of the limbs, at a glance."""
        return float(self._movenet(view_of(image, box_px, turn_deg)[0]).score[_LIMBS_17].mean())

    def box(self, image: Image) -> Array | None:
        """(4,) around whoever is most in the middle of a whole picture; None where hardly anybody is seen."""
        whole_px = np.array([0.0, 0, image.shape[1], image.shape[0]])
        view, matrix = view_of(image, whole_px, 0, per_box=1.0)
        seen = self._movenet(view)
        sure = seen.score > MIN_SCORE
        if sure.sum() < 8:
            return None
        points_px = _back(seen.joints_px[sure], matrix)
        low, high = points_px.min(axis=0), points_px.max(axis=0)
        size = high - low
        # Joints end at the ears, the ankles and the wrists; skull, soles and hands stick out.
        return np.concatenate([low - size * 0.1 - (0, 0.08 * max(size)), high + size * (0.1, 0.06)])

    def _asked(self, image: Image, box_px: Array, turn_deg: float) -> Opinion:
        view, matrix = view_of(image, box_px, turn_deg)
        one, one_off = _twice(self._movenet, view, JOINTS_17)
        joints, trusted, visibility = np.zeros((len(JOINTS), 2)), np.zeros(len(JOINTS)), np.zeros(len(JOINTS))
        if ((one.score > MIN_SCORE) & (one_off < ALIKE))[_LIMBS_17].sum() < MIN_LIMBS:
            return Opinion(joints, trusted, visibility, np.zeros((VIEW_PX, VIEW_PX)), matrix)  # the other need not say
        two, two_off = _twice(self._blazepose, view, tuple(LANDMARKS))
        there = two.presence > MIN_PRESENCE
        for row, name in enumerate(LANDMARKS):
            joints[JOINT[name]], visibility[JOINT[name]] = two.joints_px[row], two.score[row]
            if name in JOINTS_17:
                other = JOINTS_17.index(name)
                apart = np.linalg.norm(two.joints_px[row] - one.joints_px[other]) * VIEW_PER_BOX / VIEW_PX
                sure = one.score[other] > MIN_SCORE and one_off[other] < ALIKE and apart < TOGETHER
                joints[JOINT[name]] = (two.joints_px[row] + one.joints_px[other]) / 2
                trusted[JOINT[name]] = there and sure
        for row, name in enumerate(LANDMARKS):
            if name[2:] in _ENDS:
                sure = two.score[row] > MIN_VISIBILITY and two_off[row] < ALIKE
                trusted[JOINT[name]] = sure and trusted[JOINT[name[:2] + _ENDS[name[2:]]]]
        assert two.mask is not None
        return Opinion(_back(joints, matrix), trusted, visibility, two.mask, matrix)


def view_of(image: Image, box_px: Array, turn_deg: float, per_box: float = VIEW_PER_BOX) -> tuple[Image, Array]:
    """The square view around a box, turned, and the (2, 3) matrix from picture to view."""
    center_px, scale = (box_px[:2] + box_px[2:]) / 2, VIEW_PX / (max(box_px[2:] - box_px[:2]) * per_box)
    turn = np.radians(turn_deg)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    matrix = np.hstack([rotation, (VIEW_PX / 2 - rotation @ center_px)[:, None]])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.warpAffine(image, matrix, (VIEW_PX, VIEW_PX), flags=flags), matrix


def _back(points_px: Array, matrix: Array) -> Array:
    """Points (N, 2) of a view, in the picture."""
    return np.asarray((points_px - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T)


def _twice(teacher: Callable[[Image], Seen], view: Image, names: tuple[str, ...] | list[str]) -> tuple[Seen, Array]:
    """The mean answer for a view and its mirror image, and how far apart both are, in longer box sides."""
    first, second = teacher(view), teacher(np.ascontiguousarray(view[:, ::-1]))
    others = [names.index({"L_": "R_", "R_": "L_"}.get(name[:2], name[:2]) + name[2:]) for name in names]
    joints_px = second.joints_px[others] * (-1, 1) + (VIEW_PX, 0)
    off = np.linalg.norm(first.joints_px - joints_px, axis=1) * VIEW_PER_BOX / VIEW_PX
    mask = None
    if first.mask is not None and second.mask is not None:
        mask = (first.mask + second.mask[:, ::-1]) / 2
    score = np.minimum(first.score, second.score[others])
    both = replace(first, joints_px=(first.joints_px + joints_px) / 2, score=score, mask=mask)
    return replace(both, presence=min(first.presence, second.presence)), off
