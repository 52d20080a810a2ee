"""A scene as bundles of our own ``/mocap/...`` OSC space: what VMC cannot say.

A frame is a head (who is here, camera, events) and two bundles a person (pose, body), more for those of whom a guest
tells fingers or expressions. Each is below 1,200 bytes and begins with ``/mocap/frame``, which tells the frame, the
bundle's number and how many there are.
Nothing is a change: ``/mocap/persons`` lists everyone and the ``/mocap/event`` messages are all events, now.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import floor

import numpy as np

from ..records import ActiveEvent, Array, BodyJoints, Camera, RigPose, Scene
from ..skeleton import BONES, CAPSULE_RADII_M, CONTACTS, JOINTS, REST_OFFSETS_M
from .osc import BUNDLE_HEAD, Message, Packet, bundle, message

VERSION = 1
LARGEST_BUNDLE = 1200
"""Bytes; no network on the way cuts such a datagram into pieces."""

_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_FRAME: Message = ("/mocap/frame", "iiiii", (0,) * 5)


def seconds_and_microseconds(time_s: float) -> tuple[int, int]:
    """A time as two int32: a float32 would lose the milliseconds of a clock that has run for a day."""
    whole_s = floor(time_s)
    micro = round((time_s - whole_s) * 1e6)
    return (whole_s + 1, 0) if micro == 1_000_000 else (whole_s, micro)


def capsule_radii_m(bone_lengths_m: Array, girth: float = 1.0) -> Array:
    """Radius (22,) of each bone's capsule for a body of these bone lengths (22,): the table's, by size and girth."""
    measured = bone_lengths_m > 0.0
    rest_m = float(_REST_LENGTHS_M[measured].sum())
    return np.asarray(girth * CAPSULE_RADII_M * (float(bone_lengths_m[measured].sum()) / rest_m if rest_m else 1.0))


def _person_message(name: str, numbers: int) -> Message:
    return (f"/mocap/{name}", "i" + "f" * numbers, (0, *([0.0] * numbers)))


class MocapBundles:
    """Scenes -> bundles. Holds the packets whose layout never changes."""

    def __init__(self) -> None:
        self._pose = Packet(
            [
                _FRAME,
                _person_message("hips", 3),
                _person_message("rotations", 4 * len(BONES)),
                _person_message("bone_visibility", len(BONES)),
                _person_message("bone_lengths", len(BONES)),
                _person_message("capsules", len(BONES)),
                _person_message("contacts", len(CONTACTS)),
            ]
        )
        self._body = Packet(
            [
                _FRAME,
                _person_message("joints", 3 * len(JOINTS)),
                _person_message("visibility", len(JOINTS)),
                _person_message("joints_px", 2 * len(JOINTS)),
                _person_message("box_px", 4),
            ]
        )

    def __call__(self, scene: Scene) -> list[bytes]:
        """Every bundle of the frame, the head first. Every number must be finite (see ``sendable``)."""
        heads = _grouped(_head_messages(scene))
        guests = [group for pose in scene.poses for group in _grouped(_guest_messages(pose))]
        total = len(heads) + len(scene.poses) + len(scene.bodies) + len(guests)
        moment = (scene.frame_index, *seconds_and_microseconds(scene.time_s))
        bundles = [_bundled(messages, (*moment, number, total)) for number, messages in enumerate(heads)]
        for pose in scene.poses:
            bundles.append(self._pose.fill((*moment, len(bundles), total, *[pose.person_id] * 6), _pose_numbers(pose)))
        for body in scene.bodies:
            bundles.append(self._body.fill((*moment, len(bundles), total, *[body.person_id] * 4), _body_numbers(body)))
        for messages in guests:
            bundles.append(_bundled(messages, (*moment, len(bundles), total)))
        return bundles


def _bundled(messages: Sequence[bytes], frame: Sequence[int]) -> bytes:
    return bundle([message("/mocap/frame", "iiiii", frame), *messages])


def _pose_numbers(pose: RigPose) -> Array:
    radii_m = capsule_radii_m(pose.bone_lengths_m, pose.girth)
    rotations = pose.rotations_xyzw.reshape(-1)
    return np.concatenate([pose.hips_world_m, rotations, pose.visibility, pose.bone_lengths_m, radii_m, pose.contacts])


def _body_numbers(body: BodyJoints) -> Array:
    return np.concatenate([body.joints_world_m.reshape(-1), body.visibility, body.joints_px.reshape(-1), body.box_px])


def _head_messages(scene: Scene) -> list[list[bytes]]:
    """What a head says, in groups of messages that belong together."""
    ids = sorted({body.person_id for body in scene.bodies} | {pose.person_id for pose in scene.poses})
    return [
        [message("/mocap/version", "i", (VERSION,))],
        [message("/mocap/persons", "i" * (1 + len(ids)), (len(ids), *ids))],
        [_camera_message(scene.camera)],
        [message("/mocap/events", "i", (len(scene.events),))],
        *(_event_messages(event, number, len(scene.events)) for number, event in enumerate(scene.events)),
    ]


@lru_cache(maxsize=4)  # one camera lasts for thousands of frames
def _camera_message(camera: Camera) -> bytes:
    width_px, height_px = (round(float(side)) for side in camera.size_px)
    numbers = np.concatenate([camera.focal_px, camera.center_px, camera.world_from_camera[:3].reshape(-1)])
    return message("/mocap/camera", "ii" + "f" * len(numbers), (width_px, height_px, *numbers.tolist()))


def _event_messages(event: ActiveEvent, number: int, total: int) -> list[bytes]:
    """One message, and a second one for those that say more than every event does."""
    since = seconds_and_microseconds(event.since_s)
    values = (number, total, event.name, event.person_id, event.strength, *since, *event.anchor_world_m.tolist())
    messages = [message("/mocap/event", "iisifiifff", values)]
    way = event.direction_world.tolist()
    if event.other_id >= 0 or event.count or any(way):
        messages.append(message("/mocap/event_more", "iiifff", (number, event.other_id, event.count, *way)))
    return messages


def _guest_messages(pose: RigPose) -> list[list[bytes]]:
    """Eyes, jaw, fingers and expressions of those who have them told by a guest; nothing for the rest."""
    messages: list[list[bytes]] = []
    if pose.extra_rotations_xyzw.any():
        numbers = pose.extra_rotations_xyzw.reshape(-1).tolist()
        messages.append([message("/mocap/extra_rotations", "i" + "f" * len(numbers), (pose.person_id, *numbers))])
    for number, blend in enumerate(pose.blends):
        values = (pose.person_id, number, len(pose.blends), blend.name, blend.value)
        messages.append([message("/mocap/blend", "iiisf", values)])
    return messages


def _grouped(inseparable: Sequence[Sequence[bytes]]) -> list[list[bytes]]:
    """Messages in as few bundles as hold them. What belongs together is lost together: an event of a pair whose second
    message went missing would look like another event."""
    room = LARGEST_BUNDLE - len(BUNDLE_HEAD) - 4 - len(message(*_FRAME))
    groups: list[list[bytes]] = [[]] if inseparable else []
    left = room
    for messages in inseparable:
        size = sum(4 + len(one) for one in messages)
        if groups[-1] and size > left:
            groups.append([])
            left = room
        groups[-1] += messages
        left -= size
    return groups
