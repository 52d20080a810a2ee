"""Takes for the tests of the Unity package: people who dance, made up, the same at every run."""

from pathlib import Path

import numpy as np
from scenes import CAMERA, body_of

from mocap_bridge.records import ActiveEvent, RigPose, Scene
from mocap_bridge.rotations import about, normalized
from mocap_bridge.skeleton import BONES, REST_OFFSETS_M
from mocap_bridge.wire.take_json import TakeHeader, header_line, scene_line

FPS = 30
BEGIN_S = 5.0
EVENT = "clap"

Spans = tuple[tuple[int, int], ...]
"""First frame of each, and the first after it."""


def dancing(frame: int, people: tuple[int, ...] = (3, 8), events: Spans = ()) -> Scene:
    """Every bone of everybody at its own pace; the first of them claps in these frames."""
    time_s = BEGIN_S + frame / FPS
    random = np.random.default_rng(17)
    poses = []
    for person in people:
        axes = normalized(random.normal(size=(len(BONES), 3)))
        turns = 0.8 * np.sin(time_s * random.uniform(1.0, 6.0, len(BONES)) + person)
        size = 0.85 + 0.03 * person
        lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1) * size
        lengths_m[0] = 0.0
        hips_m = np.array([np.sin(2.0 * time_s + person), 0.9 * size + 0.15 * np.sin(5.0 * time_s), -2.0 - person])
        ones = np.ones(len(BONES))
        poses.append(RigPose(person, time_s, hips_m, about(axes, turns), ones, lengths_m, np.ones(4)))
    bodies = tuple(body_of(pose, random) for pose in poses)
    now = [begin for begin, end in events if begin <= frame < end]
    clap = tuple(ActiveEvent(EVENT, people[0], 0.5, BEGIN_S + one / FPS, np.array([0.1, 1.9, -3.0])) for one in now)
    return Scene(frame, time_s, CAMERA, bodies, tuple(poses), clap)


def write_take(path: Path, scenes: list[Scene]) -> Path:
    """A take of these scenes."""
    header = TakeHeader(source="test", model="none", model_sha256="", settings={})
    path.write_bytes(b"".join([header_line(header), *(scene_line(scene) for scene in scenes)]))
    return path
