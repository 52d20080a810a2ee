"""How good a network is, on crops of people kept back: found joints and depth, in seconds instead of minutes."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mocap_bridge.decode import decode
from mocap_bridge.skeleton import JOINT
from models.training.evaluation.crops import LIMB_ROWS
from models.training.evaluation.score import NEAR
from models.training.gpu.crops import Crops
from models.training.gpu.learner import Learner
from models.training.pose.loss import DEPTH_RANGE_M


@dataclass(frozen=True)
class Score:
    """Of one set of crops."""

    pck: float  # share of known limb joints within 0.2 torso lengths
    depth_mm: float  # mean error of known limb joints' depth; NaN where none is known
    people: int


def score(learner: Learner, crops: Crops, at_a_time: int = 128) -> Score:
    """Ask the averaged network; joints decoded as the program decodes them."""
    truth = {name: value.cpu().numpy() for name, value in crops.labels.items()}
    found, depth_m = _decoded(learner, crops.images, at_a_time)
    right_left = [[JOINT[f"{side}_{part}"] for side in "RL"] for part in ("Shoulder", "Hip")]
    shoulders, hips = (truth["joints"][:, rows].mean(axis=1) for rows in right_left)
    torso = np.maximum(np.linalg.norm(shoulders - hips, axis=1), 0.05)  # seen from above a trunk has no length
    known = truth["known"][:, LIMB_ROWS] > 0
    away = np.linalg.norm(found[:, LIMB_ROWS] - truth["joints"][:, LIMB_ROWS], axis=2) / torso[:, None]
    deep = known & (truth["depth_known"] > 0)[:, None]
    off_m = np.abs(depth_m - truth["depth_m"])[:, LIMB_ROWS]
    return Score(
        pck=float((away < NEAR)[known].mean()) if known.any() else float("nan"),
        depth_mm=float(off_m[deep].mean() * 1000) if deep.any() else float("nan"),
        people=len(known),
    )


def _decoded(learner: Learner, images: Tensor, at_a_time: int) -> tuple[np.ndarray, np.ndarray]:
    """(N, 30, 2) joints in crop sides, (N, 30) depth in metres."""
    joints, depth_m = [], []
    for part in images.split(at_a_time):
        answer = learner.verdict(part)
        maps = [answer.log_xy.exp(), answer.log_z.exp(), answer.visibility_logit.sigmoid(), answer.log_sigma.exp()]
        for one in zip(*(value.double().cpu().numpy() for value in maps), strict=True):
            xy_map, z_line, visibility, sigma = one
            pose = decode(xy_map, z_line, visibility, sigma, DEPTH_RANGE_M)
            joints.append(pose.joints)
            depth_m.append(pose.depth_m)
    return np.array(joints), np.array(depth_m)


def concat(parts: list[Crops]) -> Crops:
    """Several batches as one."""
    labels = {name: torch.cat([part.labels[name] for part in parts]) for name in parts[0].labels}
    return Crops(torch.cat([part.images for part in parts]), labels)
