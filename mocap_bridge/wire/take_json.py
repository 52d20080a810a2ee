"""Scene <-> one line of a take file (JSON). Other people's scripts read this: keys may be added, never renamed.

Numbers are rounded once, when a line is written: metres and seconds to 1e-5 and 1e-6, pixels to 1e-2, quaternions
and shares to 1e-6. Nothing is normalised again, so line -> Scene -> line gives the same bytes.
"""

from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from ..errors import TakeError
from ..extra_bones import EXTRA_BONES
from ..records import ActiveEvent, Array, BlendValue, BodyJoints, Camera, RigPose, Scene
from ..skeleton import BONES, CONTACTS, JOINTS
from .sendable import LARGEST_ID, LONGEST_NAME

LONGEST_LINE = 4_000_000
"""Bytes. A person takes about 3,100."""

_M, _PX, _SHARE = 5, 2, 6  # decimals

_Pair = tuple[float, float]
_Triple = tuple[float, float, float]
_Four = tuple[float, float, float, float]
_Id = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_ID)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
_FEW = msgspec.Meta(max_length=256)


class TakeHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Line 1: what was recorded, by which eyes. Unknown keys of a newer program are ignored."""

    format: Literal["mocap-bridge-take"] = "mocap-bridge-take"
    version: Literal[1] = 1
    joints: Annotated[tuple[_Name, ...], _FEW] = JOINTS
    bones: Annotated[tuple[_Name, ...], _FEW] = BONES
    source: str
    model: str
    model_sha256: str
    settings: dict[str, Any] = {}


class _Camera(msgspec.Struct):
    size_px: _Pair
    focal_px: _Pair
    center_px: _Pair
    world_from_camera: tuple[_Four, _Four, _Four, _Four]


class _Person(msgspec.Struct, omit_defaults=True):
    """A body, a pose, or (nearly always) both; the keys of each come together or not at all."""

    id: _Id
    box_px: _Four | None = None
    joints_px: Annotated[list[_Pair], _FEW] | None = None
    joints_world_m: Annotated[list[_Triple], _FEW] | None = None
    visibility: Annotated[list[float], _FEW] | None = None
    hips_world_m: _Triple | None = None
    rotations_xyzw: Annotated[list[_Four], _FEW] | None = None
    bone_visibility: Annotated[list[float], _FEW] | None = None
    bone_lengths_m: Annotated[list[float], _FEW] | None = None
    contacts: dict[str, float] | None = None
    girth: Annotated[float, msgspec.Meta(gt=0)] | None = None  # 1 where it is not named
    extra_rotations_xyzw: Annotated[dict[_Name, _Four], _FEW] | None = None  # by bone; those that a guest tells
    blends: Annotated[dict[_Name, float], _FEW] | None = None  # expressions by name


class _Event(msgspec.Struct):
    name: _Name
    id: _Id
    strength: float
    since_s: float
    anchor_world_m: _Triple = (0.0, 0.0, 0.0)
    other_id: _Id | msgspec.UnsetType = msgspec.UNSET
    count: _Id | msgspec.UnsetType = msgspec.UNSET
    direction_world: _Triple | msgspec.UnsetType = msgspec.UNSET


class _Line(msgspec.Struct):
    frame: _Id
    time_s: float
    camera: _Camera
    people: Annotated[list[_Person], _FEW]
    events: Annotated[list[_Event], _FEW]


_encoder = msgspec.json.Encoder()
_header_decoder = msgspec.json.Decoder(TakeHeader)
_line_decoder = msgspec.json.Decoder(_Line)


def header_line(header: TakeHeader) -> bytes:
    """Line 1 of the file, with its line end."""
    return _encoder.encode(header) + b"\n"


def header_from_line(line: bytes) -> TakeHeader:
    """Raises TakeError if this is not the first line of a take that this program can read."""
    try:
        return _header_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TakeError(f"the first line is not the header of a take of version 1: {error}") from error


def scene_line(scene: Scene) -> bytes:
    """One line with its line end. Every number must be finite (see ``sendable``).

    Bodies and poses of one person share an entry, in the order of the bodies, and the time of the scene.
    """
    people = {body.person_id: _Person(body.person_id) for body in scene.bodies}
    for body in scene.bodies:
        _put_body(people[body.person_id], body)
    for pose in scene.poses:
        _put_pose(people.setdefault(pose.person_id, _Person(pose.person_id)), pose)
    events = [_event(event) for event in scene.events]
    line = _Line(scene.frame_index, round(scene.time_s, 6), _camera(scene.camera), list(people.values()), events)
    return _encoder.encode(line) + b"\n"


def _event(e: ActiveEvent) -> _Event:
    event = _Event(e.name, e.person_id, round(e.strength, _SHARE), round(e.since_s, 6), _rows(e.anchor_world_m, _M))
    event.other_id = e.other_id if e.other_id >= 0 else msgspec.UNSET
    event.count = e.count or msgspec.UNSET
    event.direction_world = _rows(e.direction_world, _SHARE) if e.direction_world.any() else msgspec.UNSET
    return event


def _read_event(e: _Event) -> ActiveEvent:
    way = (0.0, 0.0, 0.0) if e.direction_world is msgspec.UNSET else e.direction_world
    other_id = -1 if e.other_id is msgspec.UNSET else e.other_id
    count = 0 if e.count is msgspec.UNSET else e.count
    return ActiveEvent(e.name, e.id, e.strength, e.since_s, np.array(e.anchor_world_m), other_id, count, np.array(way))


def _rows(values: Array, decimals: int) -> Any:  # nested lists; the encoder does not mind lists for tuples
    return np.round(values, decimals).tolist()


@lru_cache(maxsize=4)  # one camera lasts for thousands of frames
def _camera(camera: Camera) -> _Camera:
    return _Camera(
        size_px=_rows(camera.size_px, _PX),
        focal_px=_rows(camera.focal_px, 4),
        center_px=_rows(camera.center_px, 4),
        world_from_camera=_rows(camera.world_from_camera, _SHARE),
    )


def _put_body(person: _Person, body: BodyJoints) -> None:
    person.box_px = _rows(body.box_px, _PX)
    person.joints_px = _rows(body.joints_px, _PX)
    person.joints_world_m = _rows(body.joints_world_m, _M)
    person.visibility = _rows(body.visibility, _SHARE)


def _put_pose(person: _Person, pose: RigPose) -> None:
    person.hips_world_m = _rows(pose.hips_world_m, _M)
    person.rotations_xyzw = _rows(pose.rotations_xyzw, _SHARE)
    person.bone_visibility = _rows(pose.visibility, _SHARE)
    person.bone_lengths_m = _rows(pose.bone_lengths_m, _M)
    person.contacts = dict(zip(CONTACTS, _rows(pose.contacts, _SHARE), strict=True))
    person.girth = None if pose.girth == 1.0 else round(pose.girth, _SHARE)
    if pose.extra_rotations_xyzw.any():
        rows = zip(EXTRA_BONES, _rows(pose.extra_rotations_xyzw, _SHARE), strict=True)
        person.extra_rotations_xyzw = {bone: row for bone, row in rows if any(row)}
    if pose.blends:
        person.blends = {blend.name: round(blend.value, _SHARE) for blend in pose.blends}


class LineReader:
    """Lines -> scenes, for the joint and bone order that a header names."""

    def __init__(self, header: TakeHeader) -> None:
        """Raises TakeError if the take lacks a joint or bone, or names one twice."""
        self._joints = _columns("joint", header.joints, JOINTS)
        self._bones = _columns("bone", header.bones, BONES)

    def scene(self, line: bytes) -> Scene:
        """Raises TakeError that says what is wrong with the line (not which line it is)."""
        try:
            read = _line_decoder.decode(line)
            _check_ids(read.people)
            camera = Camera(**{name: getattr(read.camera, name) for name in _Camera.__struct_fields__})
            bodies = [self._body(p, read.time_s) for p in read.people if _complete(p, _BODY_KEYS)]
            poses = [self._pose(p, read.time_s) for p in read.people if _complete(p, _POSE_KEYS)]
            events = [_read_event(event) for event in read.events]
            return Scene(read.frame, read.time_s, camera, tuple(bodies), tuple(poses), tuple(events))
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
            raise TakeError(str(error)) from error

    def _body(self, p: _Person, time_s: float) -> BodyJoints:
        joints_world_m, visibility, joints_px = (
            _picked(p, name, self._joints) for name in ("joints_world_m", "visibility", "joints_px")
        )
        return BodyJoints(p.id, time_s, joints_world_m, visibility, joints_px, np.array(p.box_px))

    def _pose(self, p: _Person, time_s: float) -> RigPose:
        contacts = p.contacts or {}
        if missing := [name for name in CONTACTS if name not in contacts]:
            raise ValueError(f"person {p.id} has no contact {', '.join(missing)}")
        rotations, visibility, lengths_m = (
            _picked(p, name, self._bones) for name in ("rotations_xyzw", "bone_visibility", "bone_lengths_m")
        )
        touching = np.array([contacts[name] for name in CONTACTS])
        hips_m = np.array(p.hips_world_m)
        extras = np.array([(p.extra_rotations_xyzw or {}).get(bone, _UNTOLD) for bone in EXTRA_BONES])
        blends = tuple(BlendValue(name, value) for name, value in (p.blends or {}).items())
        return RigPose(p.id, time_s, hips_m, rotations, visibility, lengths_m, touching, p.girth or 1.0, extras, blends)


_UNTOLD = (0.0, 0.0, 0.0, 0.0)
_BODY_KEYS = ("box_px", "joints_px", "joints_world_m", "visibility")
_POSE_KEYS = ("hips_world_m", "rotations_xyzw", "bone_visibility", "bone_lengths_m", "contacts")


def _complete(person: _Person, keys: tuple[str, ...]) -> bool:
    missing = [key for key in keys if getattr(person, key) is None]
    if missing and len(missing) < len(keys):
        raise ValueError(f"person {person.id} has no {', '.join(missing)}, but other keys that come with it")
    return not missing


def _check_ids(people: list[_Person]) -> None:
    ids = [person.id for person in people]
    for person in people:
        if ids.count(person.id) > 1:
            raise ValueError(f"person {person.id} is there twice")
        if person.box_px is None and person.hips_world_m is None:
            raise ValueError(f"person {person.id} has neither box_px and joints nor hips_world_m and rotations")


def _picked(person: _Person, name: str, columns: tuple[int, list[int]]) -> Array:
    """The rows of our joints or bones, in our order. Raises ValueError unless the header names each row."""
    rows = np.array(getattr(person, name), dtype=np.float64)
    named, order = columns
    if len(rows) != named:
        raise ValueError(f"person {person.id}: {name} has {len(rows)} rows, but the header names {named}")
    return rows[order]


def _columns(kind: str, theirs: tuple[str, ...], ours: tuple[str, ...]) -> tuple[int, list[int]]:
    """How many rows theirs are, and which of them are ours."""
    if missing := [name for name in ours if name not in theirs]:
        raise TakeError(f"the take has no {kind} {', '.join(missing)}; it names {', '.join(theirs)}")
    if len(set(theirs)) < len(theirs):
        raise TakeError(f"the take names a {kind} twice: {', '.join(theirs)}")
    return len(theirs), [theirs.index(name) for name in ours]
