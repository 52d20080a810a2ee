"""MoveNet SinglePose Thunder (Google, Apache-2.0): 17 joints of the person nearest to the middle of a picture.

The network is run by ONNX Runtime; what follows it is described in its model card: the most central person, where
their joints ought to be from there, the best heat near that place, and the offset within the cell.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from mocap_bridge.records import Array, Image
from models.training.teachers import teacher_file
from models.training.teachers.tfjs import read_graph, to_onnx

SIDE_PX, CELL_PX = 256, 4
JOINTS_17 = (
    "Nose L_Eye R_Eye L_Ear R_Ear L_Shoulder R_Shoulder L_Elbow R_Elbow L_Wrist R_Wrist "
    "L_Hip R_Hip L_Knee R_Knee L_Ankle R_Ankle"
).split()
_CELLS = SIDE_PX // CELL_PX
_ROOT = "StatefulPartitionedCall/"
_NEAR_CELLS = 1.8
"""Added to the distance that a cell's heat is divided by."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a teacher says of one square picture."""

    joints_px: Array  # (J, 2)
    score: Array  # (J,) 0..1
    presence: float  # 0..1 whether there is anybody
    mask: Array | None = None  # (S, S) 0..1 the person's silhouette


class MoveNet:
    """(256, 256, 3) RGB -> ``Seen`` of ``JOINTS_17``. FileNotFoundError names a file that is missing."""

    def __init__(self, folder: Path) -> None:
        nodes, weights = read_graph(teacher_file(folder, "movenet-thunder.json"))
        maps = {
            "heat": (f"{_ROOT}Sigmoid", 17),
            "center": (f"{_ROOT}Sigmoid_1", 1),
            "regress": (nodes[f"{_ROOT}GatherNd"]["input"][0], 34),
            "offset": (nodes[f"{_ROOT}GatherNd_1"]["input"][0], 34),
        }
        outputs = {name: (node, (1, channels, _CELLS, _CELLS)) for name, (node, channels) in maps.items()}
        model = to_onnx(nodes, weights, f"{_ROOT}sub_1", outputs, (1, 3, SIDE_PX, SIDE_PX))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        central = next(value for name, value in weights.items() if name.endswith("truediv_2_recip"))
        self._central = np.asarray(central, float).reshape(_CELLS, _CELLS)

    def __call__(self, image: Image) -> Seen:
        planes = (image.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
        heat, center, regress, offset = (np.asarray(out)[0] for out in self._session.run(None, {"image": planes}))
        return decoded(heat, center, regress, offset, self._central)


def decoded(heat: Array, center: Array, regress: Array, offset: Array, central: Array) -> Seen:
    """Maps (17, C, C), (1, C, C), (34, C, C) twice, rows before columns, and how central each cell is (C, C)."""
    cells, joint = heat.shape[-1], np.arange(17)
    row, column = divmod(int((center[0] * central).argmax()), cells)
    expected = regress[:, row, column].reshape(17, 2) + np.array([row, column])
    at = np.arange(cells)
    away = np.hypot(at[None, :, None] - expected[:, 0, None, None], at[None, None, :] - expected[:, 1, None, None])
    rows, columns = np.divmod((heat / (away + _NEAR_CELLS)).reshape(17, -1).argmax(axis=1), cells)
    y, x = rows + offset[2 * joint, rows, columns], columns + offset[2 * joint + 1, rows, columns]
    return Seen(np.stack([x, y], axis=1) * float(CELL_PX), heat[joint, rows, columns], float(center.max()))
