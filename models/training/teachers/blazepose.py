"""The landmark network of MediaPipe BlazePose, heavy (Google, Apache-2.0), asked without its detector.

Its detector looks for faces and upright trunks; where a box is known, the landmark network answers for many whom the
detector misses.
"""

from pathlib import Path
from typing import Any

import numpy as np

from mocap_bridge.records import Array, Image
from mocap_bridge.skeleton import JOINT
from models.training.teachers import teacher_file
from models.training.teachers.movenet import Seen

SIDE_PX = 256
LANDMARKS = {"Nose": 0, "L_Ear": 7, "R_Ear": 8, "L_Shoulder": 11, "R_Shoulder": 12, "L_Elbow": 13, "R_Elbow": 14} | {
    name: 15 + row
    for row, name in enumerate(
        "L_Wrist R_Wrist L_Pinky R_Pinky L_Index R_Index L_Thumb R_Thumb L_Hip R_Hip L_Knee R_Knee "
        "L_Ankle R_Ankle L_Heel R_Heel L_Toe R_Toe".split()
    )
    if name in JOINT
}
"""Joints of ours that it has, and their rows among its 33."""


class BlazePose:
    """(256, 256, 3) RGB -> ``Seen`` of the joints of ``LANDMARKS``. FileNotFoundError names a file that is missing."""

    def __init__(self, folder: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter  # of the extra [teachers]

        path = teacher_file(folder, "pose_landmark_heavy.tflite")
        self._network: Any = Interpreter(str(path), num_threads=1)
        self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]
        self._points, self._flag, self._mask = (row["index"] for row in self._network.get_output_details()[:3])
        self._rows = list(LANDMARKS.values())

    def __call__(self, image: Image) -> Seen:
        self._network.set_tensor(self._input, (image.astype(np.float32) / 255.0)[None])
        self._network.invoke()
        points = self._network.get_tensor(self._points).reshape(39, 5)[self._rows]
        mask = self._network.get_tensor(self._mask)[0, :, :, 0]
        presence = float(self._network.get_tensor(self._flag)[0, 0])
        return Seen(points[:, :2].astype(float), _chance(points[:, 3]), presence, _chance(mask))


def _chance(logit: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -30, 30))))
