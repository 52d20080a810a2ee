"""The frozen data that flows down the line. Arrays are float64 (images uint8) and read-only.

World frame: right-handed, Y up, metres, origin on the floor below the camera, +Z from the scene towards the
camera; a performer who faces the camera faces +Z and has the left hand towards +X. Camera frame: OpenCV
(x right, y down, z forward). Quaternions are xyzw. ``time_s`` is the capture machine's monotonic clock at
the moment the frame was grabbed (for files: presentation time) and is carried unchanged.
"""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Image = npt.NDArray[np.uint8]


class _Record:
    """Makes every array of a frozen dataclass float64 and read-only, and checks its shape."""

    _shapes: dict[str, tuple[int, ...]] = {}

    def __post_init__(self) -> None:
        for name, shape in self._shapes.items():
            value = np.array(getattr(self, name), dtype=np.float64)
            if value.shape[1:] != shape[1:] or (shape[0] >= 0 and value.shape[0] != shape[0]):
                raise ValueError(f"{type(self).__name__}.{name} has shape {value.shape}; it must be {shape}")
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    def same(self, other: object) -> bool:
        """Whether both hold exactly the same values (arrays compared bit by bit)."""
        return type(self) is type(other) and all(
            _same(getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
        )


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return np.array_equal(a, b, equal_nan=True)
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(_same, a, b))
    return bool(a.same(b)) if isinstance(a, _Record) else bool(a == b)


def _unknown_contacts() -> Array:
    return np.full(4, np.nan)


def _no_direction() -> Array:
    return np.zeros(3)


def _nothing_extra() -> Array:
    return np.zeros((33, 4))


@dataclass(frozen=True, eq=False)
class Camera(_Record):
    """A pinhole camera and where it stands."""

    size_px: Array  # (2,) width, height
    focal_px: Array  # (2,)
    center_px: Array  # (2,)
    world_from_camera: Array  # (4, 4)
    _shapes = {"size_px": (2,), "focal_px": (2,), "center_px": (2,), "world_from_camera": (4, 4)}


@dataclass(frozen=True)
class BlendValue:
    """How much of one expression a face shows."""

    name: str
    value: float  # 0..1


@dataclass(frozen=True)
class GuestBlend:
    """One expression as a guest told it; the times are on the guest's clock (``Guest.time_s``)."""

    name: str
    value: float  # 0..1
    told_s: float  # when last
    since_s: float  # since when without a gap


@dataclass(frozen=True, eq=False)
class Guest(_Record):
    """What another program has said of one person so far. It travels with the frame that it is to be merged into."""

    time_s: float  # the moment of the frame, on the clock of whoever listens
    rotations_xyzw: Array  # (55, 4) local, relative to the T-pose, in the order of extra_bones.ALL_BONES; zeros: untold
    told_s: Array  # (55,) when each was told last
    since_s: Array  # (55,) since when without a gap
    blends: tuple[GuestBlend, ...] = ()
    _shapes = {"rotations_xyzw": (55, 4), "told_s": (55,), "since_s": (55,)}


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture. ``image_rgb`` belongs to the capture and must not be written to."""

    index: int
    time_s: float
    image_rgb: Image  # (H, W, 3)
    camera: Camera
    age_s: float = 0.0  # how old it will be when its scene is shown, as measured on those before; 0 in a recording
    mirror: bool | None = None  # whether its poses are mirrored; None: as the settings say
    guest: Guest | None = None  # what another program says of somebody in it


@dataclass(frozen=True, eq=False)
class Boxes(_Record):
    """What the people finder saw in one frame."""

    boxes_px: Array  # (N, 4) x0, y0, x1, y1
    scores: Array  # (N,) 0..1
    _shapes = {"boxes_px": (-1, 4), "scores": (-1,)}


@dataclass(frozen=True, eq=False)
class Track(_Record):
    """One person being followed: where to crop next."""

    person_id: int
    box_px: Array  # (4,) x0, y0, x1, y1
    covered: float  # 0..1, share of the box behind nearer people
    _shapes = {"box_px": (4,)}


@dataclass(frozen=True, eq=False)
class JointEstimate(_Record):
    """What the network saw in one crop, in the order of ``skeleton.JOINTS``."""

    person_id: int
    time_s: float
    joints_px: Array  # (30, 2) in the whole picture
    depth_m: Array  # (30,) from the pelvis, + away from the camera, for a body of average size
    confidence: Array  # (30,) 0..1; 0 = unseen, and the position is then a guess
    presence: float = 1.0  # 0..1, is there a person in this crop at all
    _shapes = {"joints_px": (30, 2), "depth_m": (30,), "confidence": (30,)}


@dataclass(frozen=True, eq=False)
class Lifted(_Record):
    """A body without its place, as 2D joints and what was seen before tell it."""

    joints_m: Array  # (30, 3) from the pelvis in the camera's axes (x right, y down, z forward), of an average body
    contacts: Array  # (4,) 0..1 does it stand, in the order of skeleton.CONTACTS; NaN where nobody knows
    _shapes = {"joints_m": (30, 3), "contacts": (4,)}


@dataclass(frozen=True, eq=False)
class BodyJoints(_Record):
    """One person's joints in the world, with the picture they came from."""

    person_id: int
    time_s: float
    joints_world_m: Array  # (30, 3)
    visibility: Array  # (30,) 0..1
    joints_px: Array  # (30, 2)
    box_px: Array  # (4,)
    contacts: Array = field(default_factory=_unknown_contacts)  # (4,) as Lifted.contacts
    _shapes = {
        "joints_world_m": (30, 3),
        "visibility": (30,),
        "joints_px": (30, 2),
        "box_px": (4,),
        "contacts": (4,),
    }


@dataclass(frozen=True, eq=False)
class RigPose(_Record):
    """One person's pose, in terms any humanoid avatar understands."""

    person_id: int
    time_s: float
    hips_world_m: Array  # (3,)
    rotations_xyzw: Array  # (22, 4) local, relative to the T-pose, in the order of skeleton.BONES
    visibility: Array  # (22,) 0..1; 0 = not observed, the bone rests
    bone_lengths_m: Array  # (22,) parent's head to this bone's head; 0 for the hips
    contacts: Array  # (4,) 0..1 in the order of skeleton.CONTACTS
    girth: float = 1.0  # how thick the body is, as a share of an average one of its size
    extra_rotations_xyzw: Array = field(default_factory=_nothing_extra)
    # (33, 4) local, of eyes, jaw and fingers in the order of extra_bones.EXTRA_BONES; zeros where nobody tells
    blends: tuple[BlendValue, ...] = ()  # expressions of the face, where somebody tells them
    _shapes = {
        "extra_rotations_xyzw": (33, 4),
        "hips_world_m": (3,),
        "rotations_xyzw": (22, 4),
        "visibility": (22,),
        "bone_lengths_m": (22,),
        "contacts": (4,),
    }


@dataclass(frozen=True, eq=False)
class ActiveEvent(_Record):
    """An event that is true now. Begin and end are found by comparing sets of these (name, person, other)."""

    name: str
    person_id: int  # 0 where it belongs to the room
    strength: float  # 0..1
    since_s: float
    anchor_world_m: Array  # (3,) where it happens, in the world of the poses
    other_id: int = -1  # the second person of a pair
    count: int = 0  # how often it has begun, where that is counted
    direction_world: Array = field(default_factory=_no_direction)  # (3,) unit vector; zeros where it points nowhere
    _shapes = {"anchor_world_m": (3,), "direction_world": (3,)}


@dataclass(frozen=True)
class Reading:
    """What one rule says of one person (or pair, or the room) in one moment. Without memory of what is active."""

    name: str
    person_id: int
    other_id: int
    holds: bool | None  # may it begin; None = unknown, a joint is not seen
    ends: bool | None  # must it end
    strength: float = 0.0
    anchor_world_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    direction_world: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Past:
    """What is known of an event of one person from the frames before."""

    active: bool
    last_s: float  # when it was last active
    count: int  # how often it has begun


@dataclass(frozen=True, eq=False)
class Scene(_Record):
    """Everything known at one moment; what outputs send. Complete in itself: a state, never a change."""

    frame_index: int
    time_s: float
    camera: Camera
    bodies: tuple[BodyJoints, ...] = ()
    poses: tuple[RigPose, ...] = ()
    events: tuple[ActiveEvent, ...] = ()
