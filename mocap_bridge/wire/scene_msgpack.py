"""Scene <-> MessagePack: a map of the fields of ``Scene``, arrays as raw little-endian float32, row by row."""

from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np

from ..extra_bones import EXTRA_BONES
from ..records import ActiveEvent, Array, BlendValue, BodyJoints, Camera, RigPose, Scene
from .sendable import LARGEST_ID, LONGEST_NAME

VERSION = 1

_Id = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_ID)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
_FEW = msgspec.Meta(max_length=256)
_NOWHERE = bytes(12)
_UNTOLD: Array = np.zeros((len(EXTRA_BONES), 4))


class _Camera(msgspec.Struct):
    size_px: bytes
    focal_px: bytes
    center_px: bytes
    world_from_camera: bytes


class _Body(msgspec.Struct):
    person_id: _Id
    time_s: float
    joints_world_m: bytes
    visibility: bytes
    joints_px: bytes
    box_px: bytes


class _Pose(msgspec.Struct, omit_defaults=True):
    person_id: _Id
    time_s: float
    hips_world_m: bytes
    rotations_xyzw: bytes
    visibility: bytes
    bone_lengths_m: bytes
    contacts: bytes
    girth: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    extra_rotations_xyzw: bytes = b""
    blends: Annotated[dict[_Name, float], _FEW] = {}


class _Event(msgspec.Struct, omit_defaults=True):
    name: _Name
    person_id: _Id
    strength: float
    since_s: float
    anchor_world_m: bytes
    other_id: Annotated[int, msgspec.Meta(ge=-1, le=LARGEST_ID)] = -1
    count: _Id = 0
    direction_world: bytes = _NOWHERE


class _Wire(msgspec.Struct):
    version: int
    frame_index: _Id
    time_s: float
    camera: _Camera
    bodies: Annotated[list[_Body], _FEW]
    poses: Annotated[list[_Pose], _FEW]
    events: Annotated[list[_Event], _FEW]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Wire)


def scene_to_msgpack(scene: Scene) -> bytes:
    """About 1,500 bytes a person. Every number must be finite (see ``sendable``)."""
    bodies = [
        _Body(b.person_id, b.time_s, _raw(b.joints_world_m), _raw(b.visibility), _raw(b.joints_px), _raw(b.box_px))
        for b in scene.bodies
    ]
    poses, events = [_pose(pose) for pose in scene.poses], [_event(event) for event in scene.events]
    return _encoder.encode(
        _Wire(VERSION, scene.frame_index, scene.time_s, _camera(scene.camera), bodies, poses, events)
    )


def scene_from_msgpack(payload: bytes) -> Scene:
    """The scene, its arrays as float32 can hold them; keys that it does not know are skipped.

    Raises ValueError on anything else than a scene.
    """
    try:
        wire = _decoder.decode(payload)
        if wire.version != VERSION:
            raise ValueError(f"it is of version {wire.version}; this program reads version {VERSION}")
        c = wire.camera
        return Scene(
            wire.frame_index,
            wire.time_s,
            Camera(_array(c.size_px), _array(c.focal_px), _array(c.center_px), _array(c.world_from_camera, 4)),
            tuple(_read_body(body) for body in wire.bodies),
            tuple(_read_pose(pose) for pose in wire.poses),
            tuple(_read_event(event) for event in wire.events),
        )
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"not a scene: {error}") from error


def _pose(p: RigPose) -> _Pose:
    return _Pose(
        p.person_id,
        p.time_s,
        _raw(p.hips_world_m),
        _raw(p.rotations_xyzw),
        _raw(p.visibility),
        _raw(p.bone_lengths_m),
        _raw(p.contacts),
        p.girth,
        _raw(p.extra_rotations_xyzw) if p.extra_rotations_xyzw.any() else b"",
        {blend.name: blend.value for blend in p.blends},
    )


def _event(e: ActiveEvent) -> _Event:
    way = _raw(e.direction_world) if e.direction_world.any() else _NOWHERE
    count, other_id = e.count, max(e.other_id, -1)
    return _Event(e.name, e.person_id, e.strength, e.since_s, _raw(e.anchor_world_m), other_id, count, way)


def _read_body(b: _Body) -> BodyJoints:
    joints_m, joints_px = _array(b.joints_world_m, 3), _array(b.joints_px, 2)
    return BodyJoints(b.person_id, b.time_s, joints_m, _array(b.visibility), joints_px, _array(b.box_px))


def _read_pose(p: _Pose) -> RigPose:
    extras = _array(p.extra_rotations_xyzw, 4) if p.extra_rotations_xyzw else _UNTOLD
    return RigPose(
        p.person_id,
        p.time_s,
        _array(p.hips_world_m),
        _array(p.rotations_xyzw, 4),
        _array(p.visibility),
        _array(p.bone_lengths_m),
        _array(p.contacts),
        p.girth,
        extras,
        tuple(BlendValue(name, value) for name, value in p.blends.items()),
    )


def _read_event(e: _Event) -> ActiveEvent:
    anchor_m, way = _array(e.anchor_world_m), _array(e.direction_world)
    return ActiveEvent(e.name, e.person_id, e.strength, e.since_s, anchor_m, e.other_id, e.count, way)


def _array(raw: bytes, columns: int = 1) -> Array:
    values: Array = np.frombuffer(raw, "<f4").astype(np.float64)
    return values.reshape(-1, columns) if columns > 1 else values


def _raw(values: Array) -> bytes:
    return values.astype("<f4").tobytes()


@lru_cache(maxsize=4)  # one camera lasts for thousands of frames
def _camera(camera: Camera) -> _Camera:
    return _Camera(*map(_raw, (camera.size_px, camera.focal_px, camera.center_px, camera.world_from_camera)))
