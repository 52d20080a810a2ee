"""VRChat's OSC trackers over UDP, ``vrchat:host:port``: one person's hips, chest, feet, knees, elbows and head.

VRChat follows one person: whoever was there first, until they have been gone for a while. Axes are Unity's,
left-handed, Y up, in metres; angles are Euler degrees as Unity turns by them: about z, then x, then y.
https://docs.vrchat.com/docs/osc-trackers
"""

from collections.abc import Iterator

import numpy as np

from ..records import Array, RigPose, Scene
from ..rotations import bone_heads_m, to_matrix, world_from_local
from ..skeleton import BONE
from ..slots import Slots
from ..wire.osc import Message, Packet
from ..wire.vmc import POSES_TO_UNITY, scaled_offsets_m
from ._datagrams import Tell, UdpOutput
from ._udp import host_and_port

DEFAULT_PORT = 9000
TRACKERS = {
    "1": "Hips",
    "2": "UpperChest",
    "3": "LeftFoot",
    "4": "RightFoot",
    "5": "LeftLowerLeg",
    "6": "RightLowerLeg",
    "7": "LeftLowerArm",
    "8": "RightLowerArm",
    "head": "Head",
}
"""Tracker -> the bone at whose head it is, and with which it turns; 5 to 8 are worn at the knees and elbows."""

_ROWS = [BONE[bone] for bone in TRACKERS.values()]
_TURNS_WITH = [BONE[bone.replace("Lower", "Upper")] for bone in TRACKERS.values()]  # knees and elbows: thigh, upper arm


def trackers(pose: RigPose) -> Array:
    """(9, 2, 3) position in metres and Euler degrees of each of ``TRACKERS``, in Unity's axes."""
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, scaled_offsets_m(pose.bone_lengths_m))
    turns = world_from_local(pose.rotations_xyzw)
    rows: Array = np.concatenate([heads_m[_ROWS], turns[_TURNS_WITH]], axis=1) * POSES_TO_UNITY
    return np.stack([rows[:, :3], unity_euler_deg(rows[:, 3:])], axis=1)


def unity_euler_deg(rotations_xyzw: Array) -> Array:
    """Angles x, y, z (..., 3) in -180..180 that Unity turns by: rotation = Ry Rx Rz."""
    m = to_matrix(rotations_xyzw)
    sine = -m[..., 1, 2]
    # Looking straight up or down, y and z turn about the same axis: all of it is given to y.
    locked = np.abs(sine) > 1.0 - 1e-9
    x = np.arcsin(np.clip(sine, -1.0, 1.0))
    y = np.where(locked, np.arctan2(-m[..., 2, 0], m[..., 0, 0]), np.arctan2(m[..., 0, 2], m[..., 2, 2]))
    z = np.where(locked, 0.0, np.arctan2(m[..., 1, 0], m[..., 1, 1]))
    return np.asarray(np.degrees(np.stack([x, y, z], axis=-1)))


class _Datagrams:
    """One bundle per frame, all trackers in it; nothing while nobody is seen, so that VRChat lets the avatar rest."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._slots = Slots(1)
        self._packet = Packet(
            [_message(tracker, kind) for tracker in TRACKERS for kind in ("position", "rotation")],
        )

    def __call__(self, scene: Scene, tell: Tell) -> Iterator[tuple[bytes, int]]:
        """The trackers of the one person who is followed."""
        poses = {pose.person_id: pose for pose in scene.poses}
        person_id = self._slots.assign(poses, scene.time_s).get(0)
        if person_id is not None:
            yield self._packet.fill((), trackers(poses[person_id])), self._port


def _message(tracker: str, kind: str) -> Message:
    return (f"/tracking/trackers/{tracker}/{kind}", "fff", (0.0, 0.0, 0.0))


def open_output(target: str) -> UdpOutput:
    """``host:port`` of the computer that VRChat runs on. Raises OutputError."""
    address, port = host_and_port("vrchat", target, DEFAULT_PORT)
    return UdpOutput(f"vrchat:{address}:{port}", address, _Datagrams(port))
