"""Writes the take that the samples play, Takes/dance.take.txt: two people who dance, made up here.

Unity imports it as text because of its name. It ends where it begins, so that it can be looped.

    python unity_plugin/DotNet~/sample_take.py
"""

import sys
from pathlib import Path

import numpy as np

PACKAGE = Path(__file__).parents[1]
sys.path.insert(0, str(PACKAGE.parent))

from mocap_bridge.camera import camera_from_world, level_camera, project  # noqa: E402  found by the line above
from mocap_bridge.records import ActiveEvent, Array, BodyJoints, RigPose, Scene  # noqa: E402
from mocap_bridge.retarget import joints_from_pose  # noqa: E402
from mocap_bridge.rotations import IDENTITY, about, multiply, rotate  # noqa: E402
from mocap_bridge.skeleton import BONE, BONES, HIPS_HEIGHT_M, JOINT, JOINTS, REST_OFFSETS_M  # noqa: E402
from mocap_bridge.wire.take_json import TakeHeader, header_line, scene_line  # noqa: E402

FPS, FRAMES = 20, 60
CAMERA = level_camera((640, 480))
X, Y, Z = np.eye(3)
_LEG_M = -float(REST_OFFSETS_M[BONE["LeftLowerLeg"]][1] + REST_OFFSETS_M[BONE["LeftFoot"]][1])


def _pose(person: int, time_s: float) -> RigPose:
    """Knees bend twice, arms swing up once; the two people take turns."""
    phase = 2.0 * np.pi * (time_s * FPS / FRAMES + 0.5 * (person - 1))
    knee = 0.45 * (1.0 - np.cos(2.0 * phase)) / 2.0
    lift = 0.9 * np.sin(phase) + 0.2
    turns: dict[str, Array] = {
        "Hips": about(Y, 0.35 * np.sin(phase)),
        "Spine": about(Z, 0.12 * np.sin(2.0 * phase)),
        "Chest": about(Y, -0.2 * np.sin(phase)),
        "Head": about(X, 0.15 * np.sin(2.0 * phase)),
        "LeftUpperArm": about(Z, lift),
        "RightUpperArm": about(Z, -lift),
        "LeftLowerArm": about(Y, -0.7 - 0.5 * np.sin(2.0 * phase)),
        "RightLowerArm": about(Y, 0.7 + 0.5 * np.sin(2.0 * phase)),
    }
    for side in ("Left", "Right"):
        turns |= {f"{side}UpperLeg": about(X, -knee), f"{side}LowerLeg": about(X, 2.0 * knee)}
        turns[f"{side}Foot"] = about(X, -knee)
    rotations = np.array([turns.get(bone, IDENTITY) for bone in BONES])
    place_m = np.array([-0.65 if person == 1 else 0.65, HIPS_HEIGHT_M - _LEG_M * (1.0 - np.cos(knee)), -3.2])
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1)
    lengths_m[0] = 0.0
    return RigPose(person, time_s, place_m, rotations, np.ones(len(BONES)), lengths_m, np.ones(4))


def _body(pose: RigPose) -> BodyJoints:
    """A hand that is behind the back would be hidden: here the one that is farther from the camera is, a little."""
    joints_m = joints_from_pose(pose)
    joints_px = project(camera_from_world(joints_m, CAMERA), CAMERA)
    visibility = np.ones(len(JOINTS))
    forward = rotate(multiply(pose.rotations_xyzw[0], IDENTITY), Z)
    for side, sign in (("L_", 1.0), ("R_", -1.0)):
        visibility[JOINT[side + "Hand"]] = np.clip(0.7 + sign * 2.0 * forward[0], 0.0, 1.0)
    box_px = np.concatenate([joints_px.min(0), joints_px.max(0)])
    return BodyJoints(pose.person_id, pose.time_s, joints_m, visibility, joints_px, box_px)


def _events(bodies: tuple[BodyJoints, ...]) -> tuple[ActiveEvent, ...]:
    events = []
    for body in bodies:
        wrists_m = body.joints_world_m[[JOINT["L_Wrist"], JOINT["R_Wrist"]]]
        above_m = float(wrists_m[:, 1].min() - body.joints_world_m[JOINT["Thorax"], 1])
        if above_m > 0.0:
            since_s = 0.0 if body.person_id == 1 else 0.5 * FRAMES / FPS
            strength = min(1.0, above_m / 0.4)
            events.append(ActiveEvent("hands_up", body.person_id, strength, since_s, wrists_m.mean(axis=0)))
    return tuple(events)


def main() -> None:
    """Writes the file."""
    header = TakeHeader(source="made up", model="none", model_sha256="", settings={})
    with (PACKAGE / "Takes" / "dance.take.txt").open("wb") as file:
        file.write(header_line(header))
        for frame in range(FRAMES):
            poses = tuple(_pose(person, frame / FPS) for person in (1, 2))
            bodies = tuple(_body(pose) for pose in poses)
            file.write(scene_line(Scene(frame, frame / FPS, CAMERA, bodies, poses, _events(bodies))))


if __name__ == "__main__":
    main()
