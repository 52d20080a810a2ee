"""The demo clip's bones as the whole program finds them: people finder, pose network, lifter, solver."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.commands.networks import load_networks
from mocap_bridge.pipeline import scenes
from mocap_bridge.records import Array, Camera, Frame, Scene
from mocap_bridge.skeleton import JOINT
from models.training.bench.scores import Score, score
from models.training.bench.truth import truth
from models.training.demo_clip import CLIP, FRAMES, ROLES
from models.training.figures.rig import Rig, average_body_m
from models.training.motion.performance import performed
from models.training.motions import Motions

NEAR = 0.25
"""Heights within which somebody found is the person looked for."""


def seen_in_video(data: Path, motions: Motions, rig: Rig) -> Iterator[tuple[Score, float]]:
    """Of each person in the clip: the bones in the frames that show them, and the share of frames that do not."""
    with gzip.open(CLIP.with_suffix(".truth.json.gz")) as file:
        known = json.load(file)
    camera = Camera(*(np.array(known[key], float) for key in ("size_px", "focal_px", "center_px", "world_from_camera")))
    networks = load_networks("xs")
    shown = list(scenes(_frames(CLIP, camera, known["fps"]), networks.detect, networks.estimate, networks.lift))
    shape_m = average_body_m(rig, data)
    heads_m, rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    for person, role in enumerate(ROLES):
        true = truth(f"person {person + 1}", performed(role.takes, FRAMES, motions, rig), rig, heads_m, rest_m)
        found = [
            _nearest(scene, np.array(known["frames"][row][person]["joints_px"])) for row, scene in enumerate(shown)
        ]
        rows = [row for row, bones in enumerate(found) if bones is not None]
        bones = np.array([found[row] for row in rows])
        yield score(true.name, bones, true.rotations_xyzw[rows]), 1 - len(rows) / len(found)


def _frames(clip: Path, camera: Camera, rate_hz: float) -> Iterator[Frame]:
    film, index = cv2.VideoCapture(str(clip)), 0
    while (read := film.read())[0]:
        yield Frame(index, index / rate_hz, np.ascontiguousarray(read[1][..., ::-1]), camera)
        index += 1


def _nearest(scene: Scene, true_px: Array) -> Array | None:
    """(22, 4) bones of whoever stands where the person (30, 2) is; None if nobody does."""
    height_px, best = np.ptp(true_px[:, 1]), None
    for body, pose in zip(scene.bodies, scene.poses, strict=True):
        seen_px = project(camera_from_world(body.joints_world_m, scene.camera), scene.camera)
        off_px = float(np.linalg.norm(seen_px[JOINT["Pelvis"]] - true_px[JOINT["Pelvis"]]))
        if off_px < NEAR * height_px and (best is None or off_px < best[0]):
            best = off_px, pose.rotations_xyzw
    return best[1] if best else None
