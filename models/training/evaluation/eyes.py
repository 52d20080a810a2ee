"""Who looks at the crops: the exported network as the program asks it, and MediaPipe's BlazePose full beside it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mocap_bridge.blazepose import as_our_joints
from mocap_bridge.decode import decode
from mocap_bridge.lift import flat_relative_m
from mocap_bridge.model import load_model
from mocap_bridge.records import Array, Camera, Image, JointEstimate
from mocap_bridge.skeleton import JOINTS
from models.training.evaluation.crops import CROP_PX

OUTPUTS = ["xy_map", "z_line", "visibility", "sigma", "presence"]


@dataclass(frozen=True, eq=False)
class Answer:
    """What somebody says of one crop. Positions are in crop sides."""

    joints: Array  # (30, 2)
    depth_m: Array  # (30,) NaN for who has none
    confidence: Array  # (30,)
    visibility: Array  # (30,)
    sigma: Array  # (30,) NaN for who has none
    presence: float
    own_m: Array | None = None  # (30, 3) root-relative, camera axes, without the lifter

    def estimate(self) -> JointEstimate:
        """As the later stages of the program take it, in crop pixels."""
        return JointEstimate(1, 0.0, self.joints * CROP_PX, self.depth_m, self.confidence, self.presence)


Eyes = Callable[[Image, Camera | None], Answer | None]
"""A crop (256, 256, 3) and its camera where that is known -> an answer; None for nobody."""


class PoseNetwork:
    """The exported pose network on one thread."""

    def __init__(self, model: Path) -> None:
        """Raises ModelError if the network does not fit its card."""
        loaded = load_model(model)
        if loaded.card.depth_range_m is None:
            raise ValueError(f"{model} is a {loaded.card.kind} network; judging poses takes one of kind 'pose'")
        self._session, self._input = loaded.session, loaded.card.input.name
        self._depth_range_m = loaded.card.depth_range_m

    def raw(self, crop: Image) -> list[Array]:
        """The outputs in the order of ``OUTPUTS``, of one crop, without the batch axis."""
        return [output[0].astype(np.float64) for output in self._session.run(OUTPUTS, {self._input: crop[None]})]

    def __call__(self, crop: Image, camera: Camera | None) -> Answer:
        xy_map, z_line, visibility, sigma, presence = self.raw(crop)
        seen = decode(xy_map, z_line, visibility, sigma, self._depth_range_m)
        answer = Answer(seen.joints, seen.depth_m, seen.confidence, visibility, sigma, float(presence[0]))
        if camera is None:
            return answer
        return Answer(**(vars(answer) | {"own_m": flat_relative_m(answer.estimate(), camera)}))

    def median_ms(self, runs: int = 60) -> float:
        """Milliseconds that a crop keeps the one thread busy: other work on the machine hardly counts."""
        crop, times_s = np.random.default_rng(7).integers(0, 256, (CROP_PX, CROP_PX, 3), dtype=np.uint8), []
        for _ in range(runs):
            begin_s = time.thread_time()
            self._session.run(None, {self._input: crop[None]})
            times_s.append(time.thread_time() - begin_s)
        return float(np.median(times_s)) * 1000


class BlazePose:
    """MediaPipe's detector and landmarks, anew on every picture. Raises ImportError without MediaPipe."""

    def __init__(self) -> None:
        import mediapipe

        self._pose: Any = mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=1)

    def __call__(self, crop: Image, camera: Camera | None = None) -> Answer | None:
        """Also takes whole pictures of any shape; joints are then in shares of width and height."""
        result = self._pose.process(crop)
        if result.pose_landmarks is None:
            return None
        flat = np.array([(p.x, p.y, p.visibility) for p in result.pose_landmarks.landmark])
        world_m = np.array([(p.x, p.y, p.z) for p in result.pose_world_landmarks.landmark])
        in_crop = as_our_joints(np.column_stack([flat[:, :2], world_m[:, 2], flat[:, 2]]))
        own = as_our_joints(np.column_stack([world_m, flat[:, 2]]))
        nothing = np.full(len(JOINTS), np.nan)
        # Its depth is left out: our lifter knows the mistakes of our own network's only.
        return Answer(in_crop[:, :2], nothing, in_crop[:, 3], in_crop[:, 3], nothing, 1.0, own[:, :3])
