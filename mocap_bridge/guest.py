"""A guest's face, fingers and head merged into a pose of ours. Pure: what it said comes with the frame, with its times.

What a guest begins to tell comes in within ``EASE_IN_S``. What it tells no longer is held for ``HOLD_S``, goes to
rest (or back to what we see ourselves) within ``FADE_S``, and is told at rest until ``GONE_S`` have passed: so no
receiver is left with half a smile.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from .extra_bones import ALL_BONE, ALL_BONES, EXTRA_BONES
from .records import Array, BlendValue, Guest, RigPose, Scene
from .rotations import IDENTITY, slerp
from .skeleton import BONES
from .slots import MOST_PEOPLE, Slots

HOLD_S, FADE_S, EASE_IN_S, GONE_S = 0.5, 0.5, 0.15, 2.0

_OURS = len(BONES)  # the rows of a guest begin with our own bones

Part = Literal["fingers", "eyes", "jaw", "blends", "head", "neck", "hands"]

_BONES_OF = {
    "fingers": [bone for bone in EXTRA_BONES if bone not in ("LeftEye", "RightEye", "Jaw")],
    "eyes": ["LeftEye", "RightEye"],
    "jaw": ["Jaw"],
    "head": ["Head"],
    "neck": ["Neck"],
    "hands": ["LeftHand", "RightHand"],
}


class GuestSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What another program may say of our people."""

    listen: str = ""
    """Where its VMC comes in, as ``HOST:PORT``; empty: nowhere."""
    slot: Annotated[int, msgspec.Meta(ge=0, lt=MOST_PEOPLE)] = 0
    """Whom it speaks of: 0 is who was there first, as with the ports of VMC."""
    take: tuple[Part, ...] = ("fingers", "eyes", "jaw", "blends")
    """What is taken from it; all else stays as we see it."""


class GuestMerge:
    """Keeps in mind who has which place, and gives the guest's face to whoever has the one that is asked for."""

    def __init__(self, settings: GuestSettings = GuestSettings()) -> None:  # noqa: B008  frozen
        self._slot, self._slots = settings.slot, Slots(MOST_PEOPLE)
        self._taken = np.zeros(len(ALL_BONES), dtype=bool)
        self._blends = "blends" in settings.take
        for part in settings.take:
            self._taken[[ALL_BONE[bone] for bone in _BONES_OF.get(part, [])]] = True

    def __call__(self, poses: Sequence[RigPose], guest: Guest | None, time_s: float) -> list[RigPose]:
        """The poses of one frame, one of them with what the guest says. Call it with every frame, also without one."""
        chosen = self._slots.assign([pose.person_id for pose in poses], time_s).get(self._slot)
        if guest is None or chosen is None:
            return list(poses)
        return [self._merged(pose, guest) if pose.person_id == chosen else pose for pose in poses]

    def _merged(self, pose: RigPose, guest: Guest) -> RigPose:
        told = self._taken & np.any(guest.rotations_xyzw != 0.0, axis=1) & (guest.time_s - guest.told_s < GONE_S)
        shares = np.where(told, weight(guest.time_s, guest.told_s, guest.since_s), 0.0)
        ours, theirs = shares[:_OURS], guest.rotations_xyzw[:_OURS]
        extra = _turned(pose.extra_rotations_xyzw, guest.rotations_xyzw[_OURS:], shares[_OURS:], told[_OURS:])
        merged = replace(pose, extra_rotations_xyzw=extra, blends=self._blended(pose.blends, guest))
        if not ours.any():
            return merged
        rotations = _turned(pose.rotations_xyzw, theirs, ours, ours > 0.0)
        return replace(merged, rotations_xyzw=rotations, visibility=np.maximum(pose.visibility, ours))

    def _blended(self, before: tuple[BlendValue, ...], guest: Guest) -> tuple[BlendValue, ...]:
        told = [blend for blend in guest.blends if guest.time_s - blend.told_s < GONE_S] if self._blends else []
        told_s, since_s = np.array([one.told_s for one in told]), np.array([one.since_s for one in told])
        values = {blend.name: blend.value for blend in before}
        for one, share in zip(told, weight(guest.time_s, told_s, since_s).tolist(), strict=True):
            values[one.name] = values.get(one.name, 0.0) * (1.0 - share) + one.value * share
        return tuple(BlendValue(name, value) for name, value in values.items())


def _turned(before: Array, theirs: Array, shares: Array, told: npt.NDArray[np.bool_]) -> Array:
    """Rotations (n, 4), by shares (n,) turned towards theirs where they are told; from rest where there are none."""
    rotations = before.copy()
    rows = np.flatnonzero(told)
    own = np.where(np.any(before[rows] != 0.0, axis=1, keepdims=True), before[rows], IDENTITY)
    rotations[rows] = slerp(own, theirs[rows], shares[rows])
    return rotations


def with_guest(scenes: Iterable[Scene], merge: GuestMerge, latest: Callable[[], Guest | None]) -> Iterator[Scene]:
    """Recorded scenes with what a guest says while they are played; ``latest`` is asked at each of them."""
    for scene in scenes:
        yield replace(scene, poses=tuple(merge(scene.poses, latest(), scene.time_s)))


def weight(now_s: Array | float, told_s: Array, since_s: Array) -> Array:
    """How much (...) of what was last said at ``told_s``, and since ``since_s`` without a gap, counts; 0..1."""
    fading = 1.0 - (now_s - told_s - HOLD_S) / FADE_S
    coming = (now_s - since_s) / EASE_IN_S
    return np.clip(np.minimum(fading, coming), 0.0, 1.0)
