"""What our own eyes' mistakes do to bones, learned, and taken back: a small network that looks at the whole pose.

Joints that are hardly seen make turns that are off in ways that hang together: hips lean where the legs are lost, a
body seen from the side is too straight. ``correct.npz`` holds a network that was shown solved poses with such mistakes
beside the true ones (``models.training.corrector``, motion capture alone). It sees the pose, the joints, how surely
each is seen, from where, and the slow mean of all that; it answers with a turn for each bone of trunk, head and hands.
Bones that are seen surely are left as they are, and so are those that are out of sight.
"""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..records import Array
from ..skeleton import BONE, BONES, JOINT, JOINTS, MIRROR_JOINTS, PARENTS
from . import floats
from .floats import Quat

Floats = npt.NDArray[np.float32]

MOVED = [row for row, bone in enumerate(BONES) if not bone.endswith("Toes")]
"""Rows of the bones that are looked at: toes always rest."""
CORRECTED = [BONE[bone] for bone in "Hips Spine Chest UpperChest Neck Head LeftHand RightHand".split()]
"""Rows of the bones that are corrected. Arms and legs keep the directions in which they were seen: corrected too, they
were nearer to the truth in films (by 0.7 degrees), but 12 mm farther from it in a real clip."""
MEAN_S = 0.4
"""Time constant of the slow mean: what holds still is known better than one frame tells."""
SURE, UNSURE = 0.98, 0.85
"""Visibility from which nothing is corrected, and up to which all is."""
UNSEEN, SEEN = 0.1, 0.4
"""Below the first a bone is held or rests, and nothing is known of it."""
CALM_S, FASTEST_RAD_S = 0.1, math.radians(150)
"""Time constant of a correction, and how fast it may change: it must not make a bone jump."""
MOST_RAD = math.radians(60)
"""No correction is larger."""

_OTHERS = [row for row in range(len(JOINTS)) if row != JOINT["Pelvis"]]
_FAR = 100.0  # lengths of the trunk: a joint there is no joint
_CLAMP = 3.0  # standard deviations: a pose unlike all others is taken for a less odd one


def _other_side(bone: str) -> str:
    sides = {"Left": "Right", "Right": "Left"}
    side = next((side for side in sides if bone.startswith(side)), "")
    return sides.get(side, "") + bone.removeprefix(side)


_MIRROR_CORRECTED = [CORRECTED.index(BONE[_other_side(BONES[row])]) for row in CORRECTED]
AIMED = [(PARENTS[BONE[bone]], BONE[bone]) for bone in "LeftUpperLeg RightUpperLeg LeftUpperArm RightUpperArm".split()]
"""Rows of what keeps its direction in the world, each after that of its parent."""
TOUCHED = [*CORRECTED, *(bone for _, bone in AIMED)]
_MIRROR_MOVED = [MOVED.index(BONE[_other_side(BONES[row])]) for row in MOVED]
_TURNS, _VIEW, _PLACES = 4 * len(MOVED), 4, 3 * len(_OTHERS)
_SEEN_ONCE = _TURNS + _VIEW + len(MOVED) + len(JOINTS)
_MEAN_ROWS = np.r_[0:_TURNS, _SEEN_ONCE : _SEEN_ONCE + _PLACES]
_ONCE = _SEEN_ONCE + _PLACES
INPUTS = _ONCE + len(_MEAN_ROWS)
"""Numbers the network sees: four per bone, four of the view, a visibility per bone and joint, three per joint; then the
slow means of the turns and joints."""


def _mirror() -> tuple[npt.NDArray[np.intp], Floats]:
    """Number that each input comes from when the person is mirrored, and its sign."""
    turns = [4 * other + part for other in _MIRROR_MOVED for part in range(4)]
    seen = [_TURNS + _VIEW + other for other in _MIRROR_MOVED]
    start = _TURNS + _VIEW + len(MOVED)
    joints = [start + MIRROR_JOINTS[row] for row in range(len(JOINTS))]
    start += len(JOINTS)
    places = [start + 3 * _OTHERS.index(MIRROR_JOINTS[row]) + part for row in _OTHERS for part in range(3)]
    rows = np.array([*turns, *range(_TURNS, _TURNS + _VIEW), *seen, *joints, *places])
    view = (-1, 1, -1, 1)
    unsigned = (1,) * (len(MOVED) + len(JOINTS))
    signs = np.array([*(1, -1, -1, 1) * len(MOVED), *view, *unsigned, *(-1, 1, 1) * len(_OTHERS)], np.float32)
    # The means come last, in the order of what they are means of.
    place_of = {int(row): len(rows) + index for index, row in enumerate(_MEAN_ROWS)}
    means = [place_of[int(rows[row])] for row in _MEAN_ROWS]
    return np.concatenate([rows, means]), np.concatenate([signs, signs[_MEAN_ROWS]])


MIRROR_ROWS, MIRROR_SIGNS = _mirror()
_MIRROR_TURN = np.array([1.0, -1.0, -1.0])


class Network:
    """Two hidden layers, as ``models.training.correct`` writes them."""

    def __init__(self, file: Path) -> None:
        with np.load(file) as layers:
            self.mean, self.scale = layers["mean"].astype(np.float32), layers["scale"].astype(np.float32)
            self._layers = [
                (layers[f"weight{number}"].astype(np.float32), layers[f"bias{number}"].astype(np.float32))
                for number in range(3)
            ]

    def __call__(self, inputs: Floats) -> Array:
        """(8, 3) rotation vectors in the axes of each of ``CORRECTED``, of inputs (INPUTS,): both sides' mean."""
        both = np.stack([inputs, inputs[MIRROR_ROWS] * MIRROR_SIGNS])
        x = np.clip((both - self.mean) * self.scale, -_CLAMP, _CLAMP)
        for weight, bias in self._layers[:-1]:
            x = np.maximum(x @ weight + bias, 0.0)
        weight, bias = self._layers[-1]
        straight, mirrored = (x @ weight + bias).reshape(2, len(CORRECTED), 3).astype(np.float64)
        return np.asarray((straight + mirrored[_MIRROR_CORRECTED] * _MIRROR_TURN) / 2)


NETWORK = Network(Path(__file__).with_suffix(".npz"))


def inputs(rotations: Array, bones_seen: Array, joints_m: Array, joints_seen: Array) -> Floats:
    """What the network sees of one frame, without the means: local rotations (22, 4), visibilities (22,) and (30,),
    joints (30, 3) in the world, whose origin is below the camera."""
    x, y, z, w = hips = rotations[BONE["Hips"]].tolist()
    yaw_rad = math.atan2(2 * (w * y - x * z), 1 - 2 * (y * y + z * z))
    turns = rotations[MOVED]
    turns[0] = floats.multiply(floats.about(floats.Y, -yaw_rad), hips)
    turns *= np.where(turns[:, 3:] < 0, -1.0, 1.0)
    pelvis_m = joints_m[JOINT["Pelvis"]]
    # From where the camera sees it: 0 from the front.
    view_rad = yaw_rad - math.atan2(-pelvis_m[0], -pelvis_m[2])
    cosine, sine = math.cos(yaw_rad), math.sin(yaw_rad)
    trunk_m = math.dist(joints_m[JOINT["Thorax"]].tolist(), pelvis_m.tolist()) + 1e-6
    straight = np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
    with np.errstate(over="ignore", invalid="ignore"):  # joints may be anywhere
        places = np.nan_to_num((joints_m[_OTHERS] - pelvis_m) / trunk_m @ straight)
    seen = np.empty(_ONCE, np.float32)
    seen[:_TURNS] = turns.ravel()
    seen[_TURNS : _TURNS + _VIEW] = (
        math.sin(view_rad),
        math.cos(view_rad),
        math.sin(2 * view_rad),
        math.cos(2 * view_rad),
    )
    seen[_TURNS + _VIEW : _SEEN_ONCE - len(JOINTS)] = bones_seen[MOVED]
    seen[_SEEN_ONCE - len(JOINTS) : _SEEN_ONCE] = joints_seen
    seen[_SEEN_ONCE:] = np.clip(places.ravel(), -_FAR, _FAR)
    return np.nan_to_num(seen, copy=False)


class Correction:
    """Corrects one person's bones; remembers slow means and what was corrected a frame ago."""

    def __init__(self, network: Network = NETWORK) -> None:
        self._network = network
        self._means: Floats | None = None
        self._seen: Array | None = None
        self._made_rad: Array = np.zeros((len(CORRECTED), 3))

    def look(self, rotations: Array, bones_seen: Array, joints_m: Array, joints_seen: Array, dt_s: float) -> Floats:
        """(INPUTS,) what the network is shown of the next frame. As ``inputs``."""
        now = inputs(rotations, bones_seen, joints_m, joints_seen)
        means = now[_MEAN_ROWS]
        if self._means is not None:
            means = self._means + np.float32(1 - math.exp(-dt_s / MEAN_S)) * (means - self._means)
        self._means = means
        return np.concatenate([now, means])

    def __call__(self, rotations: Array, bones_seen: Array, joints_m: Array, joints_seen: Array, dt_s: float) -> Array:
        """(22, 4) corrected; the very same where all bones are seen surely. As ``inputs``."""
        first = self._seen is None
        believed, wanted_rad = self._believed(bones_seen[CORRECTED], dt_s), np.zeros_like(self._made_rad)
        if not believed.any() and not self._made_rad.any():
            self._means = None  # of no use while all is sure, and begun anew after
            return rotations
        shown = self.look(rotations, bones_seen, joints_m, joints_seen, dt_s)
        if believed.any():
            wanted_rad = at_most(self._network(shown), MOST_RAD) * believed[:, None]
        step_rad = wanted_rad - self._made_rad
        if not first:
            step_rad = at_most((1 - math.exp(-dt_s / CALM_S)) * step_rad, FASTEST_RAD_S * dt_s)
        self._made_rad = self._made_rad + step_rad
        return applied(rotations, self._made_rad)

    def _believed(self, seen: Array, dt_s: float) -> Array:
        """Shares (8,) of the corrections, by visibilities that must not flicker."""
        share = 1.0 if self._seen is None else 1 - math.exp(-dt_s / MEAN_S)
        before = seen if self._seen is None else self._seen
        self._seen = before + share * (seen - before)
        unsure = np.clip((SURE - self._seen) / (SURE - UNSURE), 0.0, 1.0)
        return np.asarray(unsure * np.clip((seen - UNSEEN) / (SEEN - UNSEEN), 0.0, 1.0))


def applied(rotations: Array, made_rad: Array) -> Array:
    """Local rotations (22, 4) with corrections (8, 3); thighs and upper arms keep their directions in the world."""
    local: list[Quat] = [(x, y, z, w) for x, y, z, w in rotations.tolist()]
    before = _trunk(local)
    for row, (x, y, z, w) in zip(CORRECTED, turned_by(made_rad).tolist(), strict=True):
        local[row] = floats.normalized(floats.multiply(local[row], (x, y, z, w)))
    after = _trunk(local)
    for parent, limb in AIMED:
        back = floats.multiply(floats.inverse(after[parent]), before[parent])
        local[limb] = floats.normalized(floats.multiply(back, local[limb]))
    return np.array(local)


def _trunk(local: list[Quat]) -> dict[int, Quat]:
    """World rotations of what thighs and upper arms hang on."""
    world = chest = local[BONE["Hips"]]
    for bone in ("Spine", "Chest", "UpperChest"):
        chest = floats.multiply(chest, local[BONE[bone]])
    collars = {BONE[bone]: floats.multiply(chest, local[BONE[bone]]) for bone in ("LeftShoulder", "RightShoulder")}
    return {BONE["Hips"]: world} | collars


def at_most(vectors: Array, most: float) -> Array:
    """Vectors (N, 3), the longer ones shortened."""
    length = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    return np.asarray(vectors * np.minimum(1.0, most / np.maximum(length, 1e-9)))


def turned_by(vectors_rad: Array) -> Array:
    """(N, 4) unit quaternions of rotation vectors (N, 3)."""
    angle = np.sqrt((vectors_rad * vectors_rad).sum(axis=1, keepdims=True))
    # sin(x / 2) / x, which is 1/2 at 0: numpy's sinc is sin(pi x) / (pi x).
    return np.concatenate([vectors_rad * 0.5 * np.sinc(angle / (2 * np.pi)), np.cos(angle / 2)], axis=1)
