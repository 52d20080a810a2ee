"""One person as VMC packets: what VSeeFace, Warudo, VNyan, VirtualMotionCapture and their like listen to.

Unity's axes are left-handed (x right, y up, z forward): seen from our world, x turns round, so positions are
(-x, y, z) and quaternions (x, -y, -z, w). Rotations are relative to the T-pose of a built-in skeleton, unless the rows
of a loaded avatar are given: then they are that avatar's own.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np

from ..extra_bones import EXTRA_BONES, EXTRA_OFFSETS_M, EXTRA_SIZED_BY
from ..records import Array, RigPose
from ..skeleton import BONES, REST_OFFSETS_M
from .osc import BUNDLE_HEAD, Message, Packet, message

DEFAULT_PORT = 39539
"""Where receivers ("marionettes") listen; the next person is sent to the next port."""

LAN_BYTES = 1200
"""Largest datagram that no network on the way cuts into pieces."""

LOOPBACK_BYTES = 9216
"""Largest datagram macOS takes by default; inside one machine nothing is cut."""

POSES_TO_UNITY = np.array([-1.0, 1.0, 1.0, 1.0, -1.0, -1.0, 1.0])
"""Signs of position xyz and quaternion xyzw."""

_ROOT: Array = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])
_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_ZEROS = (0.0,) * 7
_OK: Message = ("/VMC/Ext/OK", "iiii", (1, 3, 0, 1))
_TIME: Message = ("/VMC/Ext/T", "f", (0.0,))
_APPLY: Message = ("/VMC/Ext/Blend/Apply", "", ())
_LAST_MESSAGES: tuple[Message, ...] = (("/VMC/Ext/Root/Pos", "sfffffff", ("root", *_ZEROS)), _OK, _TIME)


def scaled_offsets_m(bone_lengths_m: Array) -> Array:
    """Rest offsets (22, 3) of a body with these bone lengths (22,).

    A bone of length 0 has not been measured and keeps the built-in skeleton's: at zero it would collapse the avatar.
    """
    scale = np.divide(bone_lengths_m, _REST_LENGTHS_M)
    return np.asarray(REST_OFFSETS_M * np.where(scale > 0.0, scale, 1.0)[:, None])


def poses_in_unity(pose: RigPose) -> Array:
    """(22, 7) local position and quaternion of every bone in Unity's axes; the hips' row is where they are."""
    rows = np.empty((len(BONES), 7))
    rows[:, :3] = scaled_offsets_m(pose.bone_lengths_m)
    rows[0, :3] = pose.hips_world_m
    rows[:, 3:] = pose.rotations_xyzw
    return np.asarray(rows * POSES_TO_UNITY)


def extras_in_unity(pose: RigPose) -> Array:
    """(33, 7) as ``poses_in_unity``, of eyes, jaw and fingers; rows that nobody tells have no rotation."""
    scale = np.divide(pose.bone_lengths_m, _REST_LENGTHS_M)[list(EXTRA_SIZED_BY)]
    offsets_m = EXTRA_OFFSETS_M * np.where(scale > 0.0, scale, 1.0)[:, None]
    return np.asarray(np.concatenate([offsets_m, pose.extra_rotations_xyzw], axis=1) * POSES_TO_UNITY)


class VmcPackets:
    """The packets of one frame of one person, none longer than ``max_bytes``; the last one carries Root, OK and T."""

    def __init__(
        self,
        max_bytes: int = LOOPBACK_BYTES,
        bones: Sequence[str] = BONES,
        in_unity: Callable[[RigPose], Array] = poses_in_unity,
        extra_bones: Sequence[str] = EXTRA_BONES,
        extra_in_unity: Callable[[RigPose], Array] = extras_in_unity,
    ) -> None:
        """``in_unity`` gives a row of local position and quaternion (B, 7) for each of ``bones``, ``extra_in_unity``
        (E, 7) for each of ``extra_bones``, which are sent where the pose tells them."""
        self._max_bytes, self._bones, self._in_unity = max_bytes, tuple(bones), in_unity
        self._extra_in_unity = extra_in_unity
        self._extra_bones = tuple(extra_bones)
        self._extra_rows = [EXTRA_BONES.index(name) for name in extra_bones]
        self._alone = _laid_out([_bone(name) for name in bones], _LAST_MESSAGES, max_bytes)
        self._with_guest = lru_cache(maxsize=8)(self._laid_out_with)  # what a guest tells seldom changes
        self._lost = Packet([_OK, _TIME])

    def tracked(self, pose: RigPose, time_s: float) -> list[bytes]:
        """Where every bone is. ``time_s`` is counted from the sender's start: float32 is coarse for large numbers."""
        rows = [self._in_unity(pose).reshape(-1)]
        packets = self._alone
        if pose.blends or pose.extra_rotations_xyzw.any():
            told = np.any(pose.extra_rotations_xyzw[self._extra_rows], axis=1)
            packets = self._with_guest(tuple(told.tolist()), tuple(blend.name for blend in pose.blends))
            rows += [self._extra_in_unity(pose)[told].reshape(-1), np.array([blend.value for blend in pose.blends])]
        numbers = np.concatenate([*rows, _ROOT, [time_s]])
        done: list[bytes] = []
        start = 0
        for packet in packets:
            end = start + packet.floats
            done.append(packet.fill((1, 3, 0, 1) if packet is packets[-1] else (), numbers[start:end]))
            start = end
        return done

    def lost(self, time_s: float) -> list[bytes]:
        """Loaded and calibrated, but nobody is seen."""
        return [self._lost.fill((1, 3, 0, 0), np.array([time_s]))]

    def _laid_out_with(self, told: tuple[bool, ...], blends: tuple[str, ...]) -> list[Packet]:
        extras = [_bone(name) for name, is_told in zip(self._extra_bones, told, strict=True) if is_told]
        values: list[Message] = [("/VMC/Ext/Blend/Val", "sf", (name, 0.0)) for name in blends]
        last = (_APPLY, *_LAST_MESSAGES) if blends else _LAST_MESSAGES
        return _laid_out([*map(_bone, self._bones), *extras, *values], last, self._max_bytes)


def _bone(name: str) -> Message:
    return ("/VMC/Ext/Bone/Pos", "sfffffff", (name, *_ZEROS))


def _laid_out(messages: Sequence[Message], last: Sequence[Message], max_bytes: int) -> list[Packet]:
    """Packets of the messages in their order, ``last`` all in the last one."""
    groups: list[list[Message]] = []
    rest = list(messages)
    while rest:
        # As many as fit, counted from the end: the last packet is the one with less room.
        room = max_bytes - len(BUNDLE_HEAD) - (0 if groups else _size(last))
        group: list[Message] = []
        while rest and (room := room - _size([rest[-1]])) >= 0:
            group.insert(0, rest.pop())
        if not group:
            raise ValueError(f"no bone fits into {max_bytes} bytes")
        groups.insert(0, group)
    return [Packet([*group, *(last if group is groups[-1] else ())]) for group in groups]


def _size(messages: Iterable[Message]) -> int:
    return sum(4 + len(message(*one)) for one in messages)
