"""A take, sorted by person: arrays with the frame as their first axis, NaN where somebody was not seen."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..camera import camera_from_world
from ..records import Array, Scene
from ..retarget import joints_from_pose
from ..skeleton import BONES, CONTACTS, JOINT, JOINTS
from ..wire.sendable import sendable

_FEET = [JOINT[name] for name in CONTACTS]
_LEAP = 0.5  # of the usual step: more than this off it, and a frame was left out


@dataclass(frozen=True, eq=False)
class Motion:
    """One person from the first frame to the last one in which they were seen. Read-only by convention."""

    person_id: int
    frames: Array  # (F,) frame numbers of the take
    times_s: Array  # (F,)
    joints_world_m: Array  # (F, 30, 3) as the eyes saw them
    joints_camera_m: Array  # (F, 30, 3) the same in the camera's axes
    joints_px: Array  # (F, 30, 2)
    visibility: Array  # (F, 30)
    rotations_xyzw: Array  # (F, 22, 4) as the avatar gets them
    feet_world_m: Array  # (F, 4, 3) the avatar's heels and toes, in the order of CONTACTS
    contacts: Array  # (F, 4)

    @property
    def seen(self) -> Array:
        """(F,) 1 where there is a body or a pose."""
        there = np.isfinite(self.joints_world_m).all(axis=(1, 2)) | np.isfinite(self.rotations_xyzw).all(axis=(1, 2))
        return np.asarray(there, dtype=np.float64)

    @property
    def fps(self) -> float:
        """Frames a second, NaN for fewer than two."""
        steps_s = np.diff(self.times_s[np.isfinite(self.times_s)])
        step_s = float(np.median(steps_s)) if len(steps_s) else 0.0
        return 1.0 / step_s if step_s > 0.0 else float("nan")


@dataclass
class _Rows:
    """What is known of one person so far, by the number of the scene in the take."""

    bodies: dict[int, tuple[Array, ...]] = field(default_factory=dict)
    poses: dict[int, tuple[Array, ...]] = field(default_factory=dict)


def motions(scenes: Iterable[Scene]) -> list[Motion]:
    """Everybody in the scenes, by their id. Broken numbers count as unseen."""
    frames: list[int] = []
    times_s: list[float] = []
    people: dict[int, _Rows] = {}
    for row, scene in enumerate(scenes):
        frames.append(scene.frame_index)
        times_s.append(scene.time_s)
        whole, _ = sendable(scene)
        if whole is None:
            continue
        for body in whole.bodies:
            camera_m = camera_from_world(body.joints_world_m, whole.camera)
            bodies = people.setdefault(body.person_id, _Rows()).bodies
            bodies[row] = body.joints_world_m, camera_m, body.joints_px, body.visibility
        for pose in whole.poses:
            feet_m = joints_from_pose(pose)[_FEET]
            people.setdefault(pose.person_id, _Rows()).poses[row] = pose.rotations_xyzw, feet_m, pose.contacts
    clock = np.array(times_s)
    spread = _spread(clock)
    return [_motion(person_id, people[person_id], np.array(frames), clock, spread) for person_id in sorted(people)]


def _spread(times_s: Array) -> list[int]:
    """A row for each frame, one left free where time leaps: what lies on both sides is no neighbour."""
    steps_s = np.diff(times_s)
    usual_s = np.median(steps_s) if len(steps_s) else 0.0
    rows = np.cumsum(1 + (np.abs(steps_s - usual_s) > _LEAP * usual_s))
    return [0, *map(int, rows)]


def _motion(person_id: int, rows: _Rows, frames: npt.NDArray[np.int64], times_s: Array, spread: list[int]) -> Motion:
    there = sorted(rows.bodies | rows.poses)
    first, last = spread[there[0]], spread[there[-1]]

    def stacked(values: dict[int, Array]) -> Array:
        shape = next(iter(values.values())).shape
        table = np.full((last - first + 1, *shape), np.nan)
        for row, value in values.items():
            table[spread[row] - first] = value
        return table

    def parts(found: dict[int, tuple[Array, ...]], shapes: list[tuple[int, ...]]) -> list[Array]:
        nothing = {there[0]: tuple(np.full(shape, np.nan) for shape in shapes)}
        return [stacked({row: each[part] for row, each in (nothing | found).items()}) for part in range(len(shapes))]

    span = range(there[0], there[-1] + 1)
    when = [stacked({row: np.asarray(values[row], np.float64) for row in span}) for values in (frames, times_s)]
    joints, points = len(JOINTS), len(CONTACTS)
    body = parts(rows.bodies, [(joints, 3), (joints, 3), (joints, 2), (joints,)])
    return Motion(person_id, *when, *body, *parts(rows.poses, [(len(BONES), 4), (points, 3), (points,)]))
