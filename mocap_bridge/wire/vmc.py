"""One person as VMC packets: what VSeeFace, Warudo, VNyan, VirtualMotionCapture and their like listen to.

Unity's axes are left-handed (x right, y up, z forward): seen from our world, x turns round, so positions are
(-x, y, z) and quaternions (x, -y, -z, w). Rotations are relative to the T-pose of a built-in skeleton, unless the rows
of a loaded avatar are given: then they are that avatar's own.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

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


class VmcPackets:
    """The packets of one frame of one person, none longer than ``max_bytes``; the last one carries Root, OK and T."""

    def __init__(
        self,
        max_bytes: int = LOOPBACK_BYTES,
        bones: Sequence[str] = BONES,
        in_unity: Callable[[RigPose], Array] = poses_in_unity,
    ) -> None:
        """``in_unity`` gives a row of local position and quaternion (B, 7) for each of ``bones``."""
        self._in_unity = in_unity
        self._groups = _groups(bones, max_bytes)
        self._packets = [
            Packet([_bone(name) for name in group] + list(_LAST_MESSAGES if group is self._groups[-1] else ()))
            for group in self._groups
        ]
        self._lost = Packet([_OK, _TIME])

    def tracked(self, pose: RigPose, time_s: float) -> list[bytes]:
        """Where every bone is. ``time_s`` is counted from the sender's start: float32 is coarse for large numbers."""
        rows = self._in_unity(pose)
        done: list[bytes] = []
        start = 0
        for group, packet in zip(self._groups[:-1], self._packets[:-1], strict=True):
            done.append(packet.fill((), rows[start : start + len(group)]))
            start += len(group)
        last = np.concatenate([rows[start:].reshape(-1), _ROOT, [time_s]])
        return [*done, self._packets[-1].fill((1, 3, 0, 1), last)]

    def lost(self, time_s: float) -> list[bytes]:
        """Loaded and calibrated, but nobody is seen."""
        return [self._lost.fill((1, 3, 0, 0), np.array([time_s]))]


def _bone(name: str) -> Message:
    return ("/VMC/Ext/Bone/Pos", "sfffffff", (name, *_ZEROS))


def _groups(bones: Sequence[str], max_bytes: int) -> list[tuple[str, ...]]:
    """The bones, cut so that each group fits; the last leaves room for Root, OK and T."""
    groups: list[tuple[str, ...]] = []
    rest = list(bones)
    while rest:
        # As many as fit, counted from the end: the last packet is the one with less room.
        room = max_bytes - len(BUNDLE_HEAD) - (0 if groups else _size(_LAST_MESSAGES))
        group: list[str] = []
        while rest and (room := room - _size([_bone(rest[-1])])) >= 0:
            group.insert(0, rest.pop())
        if not group:
            raise ValueError(f"no bone fits into {max_bytes} bytes")
        groups.insert(0, tuple(group))
    return groups


def _size(messages: Iterable[Message]) -> int:
    return sum(4 + len(message(*one)) for one in messages)


class Slots:
    """A small stable number per person: the lowest free one, given back ``keep_s`` after the person was last seen."""

    def __init__(self, count: int, keep_s: float = 2.0) -> None:
        self.count = count
        self._keep_s = keep_s
        self._held: dict[int, tuple[int, float]] = {}  # slot -> person id, when last seen

    def assign(self, person_ids: Iterable[int], time_s: float) -> dict[int, int | None]:
        """Slot -> the person in it now, or None while it is kept for one who has just vanished.

        People beyond ``count`` get no slot and are missing from the answer.
        """
        present = list(person_ids)
        # A clock that jumps back is another recording: whoever was seen "in the future" is gone.
        self._held = {
            slot: held
            for slot, held in self._held.items()
            if held[0] in present or 0.0 <= time_s - held[1] < self._keep_s
        }
        slots = {person_id: slot for slot, (person_id, _) in self._held.items()}
        for person_id in present:
            slot = slots.get(person_id)
            if slot is None:
                slot = next((free for free in range(self.count) if free not in self._held), None)
            if slot is not None:
                self._held[slot] = (person_id, time_s)
        return {
            slot: person_id if person_id in present else None for slot, (person_id, _) in sorted(self._held.items())
        }
