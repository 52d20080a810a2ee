"""Crop a person, ask the pose network, decode: one ``Track`` becomes one ``JointEstimate``."""

from pathlib import Path

import cv2
import numpy as np

from .decode import decode
from .errors import ModelError
from .model import load_model
from .records import Array, Frame, Image, JointEstimate, Track
from .skeleton import JOINTS, MIRROR_JOINTS

_MARGIN = 1.25  # crop side over the longer side of the box, as in training
_CROP_PX = 256
_AS_HELD = 1.1
"""How much surer than the upright look a turned one must be: most people do not stand on their hands."""
_LIMBS = [i for i, name in enumerate(JOINTS) if name[2:] in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]
_OUTPUTS = ("xy_map", "z_line", "visibility", "sigma", "presence")


class PoseEstimator:
    """The pose network, ready to look at one crop after another. Not for use from two threads at once."""

    def __init__(self, model: Path, thorough: bool = False) -> None:
        """``thorough`` looks at the crop and its mirror image, both turned to stand on each of their sides, for eight
        times the time: it finds those who stand on their hands or lie.

        Raises ModelError if the file is damaged, or holds no pose network for the joints of this skeleton."""
        loaded = load_model(model)
        card = loaded.card
        fits = card.joints == JOINTS and card.outputs.keys() >= set(_OUTPUTS)
        takes = (card.input.shape, card.input.dtype)
        if card.depth_range_m is None or not fits or takes != ((1, _CROP_PX, _CROP_PX, 3), "uint8"):
            raise ModelError(
                f"{model} is a {card.kind!r} network that makes {sorted(card.outputs)} of {len(card.joints)} joints "
                f"from {takes}; it must be a 'pose' network that makes {sorted(_OUTPUTS)} of the {len(JOINTS)} joints "
                f"of skeleton.JOINTS from a uint8 crop of (1, {_CROP_PX}, {_CROP_PX}, 3)"
            )
        self._session, self._input, self._depth_range_m = loaded.session, card.input.name, card.depth_range_m
        self._crop = np.zeros(card.input.shape, dtype=np.uint8)
        self._look = self._all_ways if thorough else self._once

    def __call__(self, frame: Frame, track: Track) -> JointEstimate:
        """The joints seen around ``track.box_px``. What the network does not give as a number has confidence 0."""
        x0, y0, side = crop_square(track.box_px)
        cut(frame.image_rgb, (x0, y0, side), self._crop[0])
        xy_map, z_line, visibility, sigma, presence = self._look(self._crop)
        seen = decode(xy_map, z_line, visibility, sigma, self._depth_range_m)
        return JointEstimate(
            person_id=track.person_id,
            time_s=frame.time_s,
            joints_px=seen.joints * side + np.array([x0, y0]),
            depth_m=seen.depth_m,
            confidence=seen.confidence,
            presence=float(np.nan_to_num(presence[0])),
        )

    def _once(self, crop: Image) -> list[Array]:
        return [output[0] for output in self._session.run(_OUTPUTS, {self._input: crop})]

    def _both_ways(self, crop: Image) -> list[Array]:
        """The means of both maps, not of both joints: where they disagree, it shows."""
        swap = list(MIRROR_JOINTS)
        seen, other = self._once(crop), self._once(np.ascontiguousarray(crop[:, :, ::-1]))
        turned_back = [other[0][swap, :, ::-1], *(part[swap] for part in other[1:4]), other[4]]
        return [(a + b) / 2 for a, b in zip(seen, turned_back, strict=True)]

    def _all_ways(self, crop: Image) -> list[Array]:
        """What is surest of four quarter turns; as the picture is held unless another is clearly surer."""
        best = self._both_ways(crop)
        surest = _sureness(best[0]) * _AS_HELD
        for quarters in (1, 2, 3):
            seen = self._both_ways(np.ascontiguousarray(np.rot90(crop, quarters, (1, 2))))
            if (sureness := _sureness(seen[0])) > surest:
                surest, best = sureness, [np.rot90(seen[0], -quarters, (1, 2)), *seen[1:]]
        return best


def _sureness(xy_map: Array) -> float:
    """How concentrated the maps (J, H, W) of the limb joints are: 1 where each is one cell."""
    return float(np.square(xy_map[_LIMBS]).sum(axis=(1, 2)).mean())


def crop_square(box_px: Array) -> tuple[int, int, int]:
    """Left, top and side of the square crop around a box (4,), in whole pixels: positions map back exactly.

    The side can be halved evenly as often as ``cut`` will halve it.
    """
    wanted = max(float((box_px[2:] - box_px[:2]).max()) * _MARGIN, 2.0)
    step = 2 ** _halvings(int(wanted), _CROP_PX)
    side = max(round(wanted / step), 1) * step
    left, top = np.rint((box_px[:2] + box_px[2:]) / 2 - side / 2).astype(int)
    return int(left), int(top), side


def cut(image_rgb: Image, square: tuple[int, int, int], crop: Image) -> None:
    """Write a square of the picture into ``crop``, resized; what lies outside the picture is black.

    Halved by averaging while more than twice too large, so that thin limbs do not flicker; then bilinear. One
    ``cv2.resize`` takes a third of the time of ``cv2.warpAffine``.
    """
    x0, y0, side = square
    height, width = image_rgb.shape[:2]
    left, top = min(max(x0, 0), width), min(max(y0, 0), height)
    right, bottom = min(max(x0 + side, left), width), min(max(y0 + side, top), height)
    if left >= right or top >= bottom:
        crop[:] = 0
        return
    piece = image_rgb[top:bottom, left:right]
    if piece.shape[:2] != (side, side):
        edges = (top - y0, y0 + side - bottom, left - x0, x0 + side - right)
        piece = cv2.copyMakeBorder(piece, *edges, cv2.BORDER_CONSTANT)
    for _ in range(_halvings(side, crop.shape[0])):
        half = piece.shape[0] // 2
        piece = cv2.resize(piece, (half, half), interpolation=cv2.INTER_AREA)
    cv2.resize(piece, (crop.shape[1], crop.shape[0]), dst=crop, interpolation=cv2.INTER_LINEAR)


def _halvings(side: int, target: int) -> int:
    return max((side // target).bit_length() - 1, 0)
