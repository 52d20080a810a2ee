"""Crop a person, ask the pose network, decode: one ``Track`` becomes one ``JointEstimate``."""

from pathlib import Path

import cv2
import numpy as np

from .decode import joints_from_maps
from .errors import ModelError
from .model import load_model
from .records import Array, Frame, Image, JointEstimate, Track
from .skeleton import JOINTS

_MARGIN = 1.25  # crop side over the longer side of the box, as in training
_OUTPUTS = ("xy_map", "z_line", "visibility", "sigma", "presence")
_BLUNT = 0.1  # expected error, as a share of the crop, at which a joint has lost 63 % of its confidence


class PoseEstimator:
    """The pose network, ready to look at one crop after another. Not for use from two threads at once."""

    def __init__(self, model: Path) -> None:
        """Raises ModelError if the file is damaged, or holds no pose network for the joints of this skeleton."""
        loaded = load_model(model)
        card = loaded.card
        if card.kind != "pose" or card.joints != JOINTS or missing(card.outputs):
            raise ModelError(
                f"{model} is a {card.kind!r} network of {len(card.joints)} joints with outputs {sorted(card.outputs)}; "
                f"it must be a 'pose' network of the {len(JOINTS)} joints of skeleton.JOINTS with {sorted(_OUTPUTS)}"
            )
        self._session, self._input = loaded.session, card.input.name
        self._crop = np.zeros(card.input.shape, dtype=np.uint8)

    def __call__(self, frame: Frame, track: Track) -> JointEstimate:
        """The joints seen around ``track.box_px``. What the network does not give as a number has confidence 0."""
        x0, y0, side = crop_square(track.box_px)
        cut(frame.image_rgb, (x0, y0, side), self._crop[0])
        outputs = self._session.run(_OUTPUTS, {self._input: self._crop})
        xy_map, z_line, visibility, sigma, presence = (np.asarray(output, dtype=np.float64)[0] for output in outputs)
        xy, depth_m, _ = joints_from_maps(xy_map, z_line)
        confidence = visibility * np.exp(-np.maximum(sigma, 0.0) / _BLUNT)
        known = np.isfinite(np.column_stack([xy, depth_m, confidence])).all(axis=1)
        return JointEstimate(
            person_id=track.person_id,
            time_s=frame.time_s,
            joints_px=np.where(known[:, None], xy, 0.5) * side + np.array([x0, y0]),
            depth_m=np.where(known, depth_m, 0.0),
            confidence=np.where(known, np.clip(confidence, 0.0, 1.0), 0.0),
            presence=float(np.nan_to_num(presence[0])),
        )


def missing(outputs: dict[str, tuple[int, ...]]) -> list[str]:
    """Outputs a pose network must have and this one has not."""
    return [name for name in _OUTPUTS if name not in outputs]


def crop_square(box_px: Array) -> tuple[int, int, int]:
    """Left, top and side of the square crop around a box (4,), in whole pixels: positions map back exactly.

    The side can be halved evenly as often as ``cut`` will halve it.
    """
    wanted = max(float((box_px[2:] - box_px[:2]).max()) * _MARGIN, 2.0)
    step = 2 ** _halvings(int(wanted), 256)
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
