"""Scene <-> MessagePack: a map of the fields of ``Scene``, arrays as raw little-endian float32, row by row."""

from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from ..records import ActiveEvent, Array, BodyJoints, Camera, RigPose, Scene

VERSION = 1


class _Wire(msgspec.Struct):
    version: int
    frame_index: int
    time_s: float
    camera: dict[str, bytes]
    bodies: list[dict[str, Any]]
    poses: list[dict[str, Any]]
    events: list[dict[str, Any]]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Wire)

_CAMERA = ("size_px", "focal_px", "center_px", "world_from_camera")
_BODY = ("joints_world_m", "visibility", "joints_px", "box_px")
_POSE = ("hips_world_m", "rotations_xyzw", "visibility", "bone_lengths_m", "contacts")
_EVENT, _DIRECTION = ("anchor_world_m",), ("direction_world",)


def scene_to_msgpack(scene: Scene) -> bytes:
    """About 1,500 bytes a person. Every number must be finite (see ``sendable``)."""
    return _encoder.encode(
        {
            "version": VERSION,
            "frame_index": scene.frame_index,
            "time_s": scene.time_s,
            "camera": _camera(scene.camera),
            "bodies": [_moment(body) | _arrays(body, _BODY) for body in scene.bodies],
            "poses": [_moment(pose) | _arrays(pose, _POSE) for pose in scene.poses],
            "events": [_event(event) for event in scene.events],
        }
    )


def scene_from_msgpack(payload: bytes) -> Scene:
    """The scene, its arrays as float32 can hold them. Raises ValueError on anything else than a scene."""
    try:
        wire = _decoder.decode(payload)
        if wire.version != VERSION:
            raise ValueError(f"scene of version {wire.version}; this program reads version {VERSION}")
        return Scene(
            wire.frame_index,
            wire.time_s,
            Camera(**_read(wire.camera)),
            tuple(BodyJoints(**_read(body)) for body in wire.bodies),
            tuple(RigPose(**_read(pose)) for pose in wire.poses),
            tuple(ActiveEvent(**_read(event)) for event in wire.events),
        )
    except (msgspec.DecodeError, TypeError) as error:  # TypeError: a field is missing or unknown
        raise ValueError(f"not a scene: {error}") from error


def _event(event: ActiveEvent) -> dict[str, Any]:
    told: dict[str, Any] = {"name": event.name, "person_id": event.person_id, "strength": event.strength}
    told |= {"since_s": event.since_s} | _arrays(event, _EVENT)
    if event.other_id >= 0:
        told["other_id"] = event.other_id
    if event.count:
        told["count"] = event.count
    return told | (_arrays(event, _DIRECTION) if event.direction_world.any() else {})


_COLUMNS = {"joints_world_m": 3, "joints_px": 2, "rotations_xyzw": 4, "world_from_camera": 4}


def _read(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _array(name, value) if isinstance(value, bytes) else value for name, value in fields.items()}


def _array(name: str, raw: bytes) -> Array:
    values: Array = np.frombuffer(raw, "<f4").astype(np.float64)
    return values.reshape(-1, _COLUMNS[name]) if name in _COLUMNS else values


def _moment(person: BodyJoints | RigPose) -> dict[str, Any]:
    return {"person_id": person.person_id, "time_s": person.time_s}


def _arrays(record: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name).astype("<f4").tobytes() for name in names}


@lru_cache(maxsize=4)  # one camera lasts for thousands of frames
def _camera(camera: Camera) -> dict[str, Any]:
    return _arrays(camera, _CAMERA)
