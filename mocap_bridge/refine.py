"""2D joints to a 3D body by a network that has learned from motion capture alone how people move.

The network never sees where the person stands: a virtual camera turns towards the middle of the joints, and what
it sees is scaled to one size. Training looks at the world through the same ``seen_frame``. Of each person it
remembers what it made of the last frames, and asks them when it looks at the next.
"""

from pathlib import Path

import numpy as np

from .camera import rays
from .errors import ModelError
from .model import load_model
from .records import Array, Camera, JointEstimate, Lifted
from .skeleton import CONTACTS, JOINT, JOINTS, MIRROR_JOINTS

LEAST_CONFIDENCE = 0.05
"""A joint below it counts as unseen: its position is not used at all."""
WINDOW = 27
"""Frames that the network looks at, the newest included."""
WINDOW_S = 0.9
"""What is older than this is forgotten, however few frames that leaves."""

OWN_SHARE, OWN_SLOPE = 0.25, 1.2
"""How much of the hips' turn is the eyes' own depth, and what makes metres of that: eyes say too little."""
_HIPS_M = 0.25  # a hip is no deeper than the other by more

_PER_JOINT = 3  # x, y, confidence
_LEAST_DEPTH = 0.1  # rays at more than 84 degrees from the virtual axis are bent back; no lens shows them anyway
_MOST_DEPTH_M = 1.5  # a depth beyond it is a mistake
_LEVEL, _UPSIDE = 0.9999, 0.3  # cosine between the picture's down and gravity

JOINTS_SEEN = _PER_JOINT * len(JOINTS)
FRAME = JOINTS_SEEN + len(JOINTS) + 7
"""Numbers the network sees of a frame: three per joint; depth per joint, whether it is known, gravity (3), view (3)."""
MIRROR_ROWS = (
    *(_PER_JOINT * joint + part for joint in MIRROR_JOINTS for part in range(_PER_JOINT)),
    *(JOINTS_SEEN + joint for joint in MIRROR_JOINTS),
    *range(JOINTS_SEEN + len(JOINTS), FRAME),
)
"""Number that each number of a frame comes from when the picture is mirrored, before ``MIRROR_SIGNS``."""
MIRROR_SIGNS = (-1, 1, 1) * len(JOINTS) + (1,) * len(JOINTS) + (1, -1, 1, 1, -1, 1, 1)


class Lifter:
    """A loaded lifter. Raises ModelError if the file is not one."""

    def __init__(self, model: Path, trust_depth: bool = False, tell_contacts: bool = False) -> None:
        """``trust_depth`` takes the estimates' own depth as a hint; ``tell_contacts`` says which feet stand.

        With today's weights the hint helps nobody, and a contact is told rightly in seven cases of ten only.
        """
        loaded = load_model(model)
        if loaded.card.kind != "lifter":
            raise ModelError(f"{model} is a {loaded.card.kind} network; lifting takes one of kind 'lifter'")
        self._session, self._trust_depth, self.tell_contacts = loaded.session, trust_depth, tell_contacts
        self._past_shape = loaded.card.more_inputs["past"]

    def __call__(self, estimate: JointEstimate, camera: Camera) -> Array:
        """(30, 3) as ``Lifted.joints_m``, of one picture that stands alone."""
        return PersonLifter(self, own_depth=False)(estimate, camera).joints_m

    def person(self) -> "PersonLifter":
        """A memory for one more person."""
        return PersonLifter(self)

    def alone(self, estimate: JointEstimate, camera: Camera) -> Lifted:
        """Every frame by itself, also of a video: what eyes that hardly tremble are better served by."""
        return Lifted(self(estimate, camera), np.full(len(CONTACTS), np.nan))

    def run(self, frame: Array, past: Array, age_s: Array) -> tuple[Array, Array, Array]:
        """Joints (30, 3), contacts (4,), and what to remember of ``frame`` (FRAME,)."""
        joints_m, contacts, memory = self._session.run(
            ["joints_m", "contacts", "memory"], {"frame": frame[None], "past": past, "age_s": age_s}
        )
        return joints_m[0].astype(np.float64), contacts[0].astype(np.float64), memory

    def nothing(self) -> tuple[Array, Array]:
        """The memory of nobody: past frames, and their times."""
        return np.zeros(self._past_shape, np.float32), np.full(self._past_shape[2], -np.inf)

    def frame_of(self, estimate: JointEstimate, camera: Camera) -> tuple[Array, Array]:
        """What the network sees of an estimate, (FRAME,), and the rotation (3, 3) from camera to virtual camera."""
        depth_m = estimate.depth_m if self._trust_depth else np.full(len(JOINTS), np.nan)
        return seen_frame(rays(estimate.joints_px, camera), estimate.confidence, depth_m, gravity(camera))


class PersonLifter:
    """Lifts one person, frame after frame; remembers the last ``WINDOW`` of them."""

    def __init__(self, lifter: Lifter, own_depth: bool = True) -> None:
        """``own_depth`` lets the estimates' own depth say a little about how hips are turned."""
        self._lifter, self._own_depth = lifter, own_depth
        self._past, self._times_s = lifter.nothing()
        self._oldest = 0

    def __call__(self, estimate: JointEstimate, camera: Camera) -> Lifted:
        """The body in the camera's axes. Unseen joints are guessed; with nothing seen the answer is an average pose.

        A frame that is not later than one before it begins anew.
        """
        if (estimate.time_s <= self._times_s).any():
            self._past, self._times_s = self._lifter.nothing()
        frame, virtual_from_camera = self._lifter.frame_of(estimate, camera)
        # What has left the window, or was never there, says so by an age below zero.
        age_s = estimate.time_s - self._times_s
        age_s = np.where(age_s <= WINDOW_S, age_s, -1.0).astype(np.float32)
        joints_m, contacts, memory = self._lifter.run(frame.astype(np.float32), self._past, age_s)
        # The order of the past does not matter, so the newest frame takes the place of the oldest.
        self._past[:, :, self._oldest], self._times_s[self._oldest] = memory, estimate.time_s
        self._oldest = (self._oldest + 1) % len(self._times_s)
        told = contacts if self._lifter.tell_contacts else np.full_like(contacts, np.nan)
        joints_m = joints_m @ virtual_from_camera
        return Lifted(with_own_depth(joints_m, estimate.depth_m) if self._own_depth else joints_m, told)


def with_own_depth(joints_m: Array, depth_m: Array) -> Array:
    """Joints (30, 3) in the camera's axes, their hips turned towards what the eyes' own depth (30,) says of them.

    The lifter turns people too far where hips are seen too near each other; depth that was seen errs in other ways.
    The same for all, or not finite, it says nothing.
    """
    left, right = JOINT["L_Hip"], JOINT["R_Hip"]
    if not np.isfinite(depth_m[[left, right]]).all() or (depth_m == depth_m[left]).all():
        return joints_m
    apart_m = OWN_SLOPE * float(depth_m[left] - depth_m[right])
    apart_m = min(max(apart_m, -_HIPS_M), _HIPS_M)
    turned_m = joints_m.copy()
    turned_m[[left, right], 2] += (
        OWN_SHARE / 2 * (apart_m - (joints_m[left, 2] - joints_m[right, 2])) * np.array([1, -1])
    )
    return turned_m


def gravity(camera: Camera) -> Array:
    """(3,) unit vector in the camera's axes; NaN where the camera's tilt is not known.

    A level camera is what is assumed of one that nobody has measured, so it says nothing; nor does one whose
    world is not upright.
    """
    down = -camera.world_from_camera[1, :3]
    return np.where(_UPSIDE < down[1] < _LEVEL, down, np.nan)


def seen_frame(rays_xy: Array, confidence: Array, depth_m: Array, gravity: Array) -> tuple[Array, Array]:
    """What the network sees (..., FRAME) of rays (..., 30, 2), confidence and depth (..., 30), and gravity (..., 3).

    Depth and gravity are in the axes of the camera, NaN where unknown. The second result is the rotation (..., 3, 3)
    from the camera's axes to those of the virtual camera.
    """
    joints, turn, size = normalized(rays_xy, confidence)
    known = np.isfinite(depth_m).all(axis=-1) & (np.ptp(np.nan_to_num(depth_m), axis=-1) > 0)
    depth_m = np.where(known[..., None], np.clip(np.nan_to_num(depth_m), -_MOST_DEPTH_M, _MOST_DEPTH_M), 0.0)
    depth_m = np.where(joints[..., 2] > 0, depth_m, 0.0)
    down = np.nan_to_num((turn @ gravity[..., None])[..., 0])
    view = np.concatenate([turn[..., 2, :2], np.log(np.maximum(size, 1e-3))[..., None] + 1.5], axis=-1)
    flat = joints.reshape(*turn.shape[:-2], JOINTS_SEEN)
    return np.concatenate([flat, depth_m, known[..., None], down, view], axis=-1), turn


def normalized(rays_xy: Array, confidence: Array) -> tuple[Array, Array, Array]:
    """Rays (..., 30, 2) with confidence (..., 30) as the virtual camera sees them.

    Returns x and y and confidence per joint (..., 30, 3), zero where unseen; the rotation (..., 3, 3) from the
    camera's axes to those of the virtual camera; and the size (...) that was scaled to one.
    """
    seen = np.isfinite(rays_xy).all(axis=-1) & np.isfinite(confidence) & (confidence >= LEAST_CONFIDENCE)
    weight = np.where(seen, confidence, 0.0)
    rays_xy = np.where(seen[..., None], rays_xy, 0.0)
    share = weight / np.maximum(weight.sum(axis=-1, keepdims=True), 1e-9)
    middle = (rays_xy * share[..., None]).sum(axis=-2)
    turn = _towards(middle)
    directions = np.concatenate([rays_xy, np.ones_like(rays_xy[..., :1])], axis=-1) @ np.swapaxes(turn, -1, -2)
    flat = directions[..., :2] / np.maximum(directions[..., 2:], _LEAST_DEPTH)
    flat = flat - (flat * share[..., None]).sum(axis=-2, keepdims=True)
    rms = np.sqrt(((flat**2).sum(axis=-1) * share).sum(axis=-1))
    flat = np.where(seen[..., None], flat / np.maximum(rms, 1e-6)[..., None, None], 0.0)
    return np.concatenate([flat, weight[..., None]], axis=-1), turn, rms


def _towards(ray_xy: Array) -> Array:
    """(..., 3, 3) the shortest rotation that brings the ray (..., 2) onto the z axis."""
    x, y = ray_xy[..., 0], ray_xy[..., 1]
    length = np.sqrt(x * x + y * y + 1)
    x, y, z = x / length, y / length, 1 / length
    turn = np.empty((*x.shape, 3, 3), x.dtype)
    turn[..., 0, 0], turn[..., 0, 1], turn[..., 0, 2] = 1 - x * x / (1 + z), -x * y / (1 + z), -x
    turn[..., 1, 0], turn[..., 1, 1], turn[..., 1, 2] = -x * y / (1 + z), 1 - y * y / (1 + z), -y
    turn[..., 2, 0], turn[..., 2, 1], turn[..., 2, 2] = x, y, z
    return turn
