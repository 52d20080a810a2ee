"""The pose network's own mistakes, taken from where the truth is known, to be laid over any other motion.

A model of the noise would have to know how mistakes hang together: a wrist and its knuckles are lost as one,
depth errs for seconds, and who is covered is lost altogether. Replaying what the network did wrong on the demo
clip, frame after frame, has all of that.
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.estimate import PoseEstimator
from mocap_bridge.records import Array, Camera, Frame, JointEstimate, Track
from mocap_bridge.skeleton import JOINT


@dataclass(frozen=True, eq=False)
class Mistakes:
    """What the network made of T frames of one person."""

    off_boxes: Array  # (T, 30, 2) pixels off, in longer sides of the person's box
    depth_off_m: Array  # (T, 30) depth off, relative to the pelvis
    confidence: Array  # (T, 30)


def mistakes(clip: Path, network: Path) -> list[Mistakes]:
    """Of each person in a clip with its truth beside it (``models.training.demo_clip``), in crops of the true boxes.

    FileNotFoundError or ModelError if a file is missing or is none.
    """
    with gzip.open(clip.with_suffix(".truth.json.gz")) as file:
        truth = json.load(file)
    camera = Camera(*(np.array(truth[key], float) for key in ("size_px", "focal_px", "center_px", "world_from_camera")))
    estimate, film = PoseEstimator(network), cv2.VideoCapture(str(clip))
    rows: list[list[tuple[Array, Array, Array]]] = [[] for _ in truth["frames"][0]]
    for index, people in enumerate(truth["frames"]):
        frame = Frame(index, index / truth["fps"], np.ascontiguousarray(film.read()[1][..., ::-1]), camera)
        for person, known in enumerate(people):
            seen = estimate(frame, Track(person, np.array(known["box_px"], float), 0.0))
            true_px, true_m = np.array(known["joints_px"]), np.array(known["joints_camera_m"])[:, 2]
            off_px = (seen.joints_px - true_px) / _side_px(np.array(known["box_px"]))
            depth_m = seen.depth_m - seen.depth_m[JOINT["Pelvis"]]
            rows[person].append((off_px, depth_m - (true_m - true_m[JOINT["Pelvis"]]), seen.confidence))
    return [Mistakes(*(np.array(part) for part in zip(*person, strict=True))) for person in rows]


def mistaken(
    joints_world_m: Array, camera: Camera, made: Mistakes, rate_hz: float, first: int = 0
) -> list[JointEstimate]:
    """What the network might say of joints (T, 30, 3): the truth and its mistakes, from frame ``first`` on.

    After the last frame they run backwards, so that nothing jumps.
    """
    there_and_back = [*range(len(made.confidence)), *range(len(made.confidence) - 2, 0, -1)]
    estimates = []
    for frame, joints_m in enumerate(camera_from_world(joints_world_m, camera)):
        row = there_and_back[(first + frame) % len(there_and_back)]
        true_px = project(joints_m, camera)
        side_px = _side_px(np.concatenate([true_px.min(axis=0), true_px.max(axis=0)]))
        depth_m = joints_m[:, 2] - joints_m[JOINT["Pelvis"], 2] + made.depth_off_m[row]
        joints_px = true_px + made.off_boxes[row] * side_px
        estimates.append(JointEstimate(1, frame / rate_hz, joints_px, depth_m, made.confidence[row]))
    return estimates


def _side_px(box_px: Array) -> float:
    return float((box_px[2:] - box_px[:2]).max())
