"""One posed person before one camera: who, how, from where; and which joints the camera sees.

Camera axes are x right, y down, z forward. Cameras are drawn as webcams and phones stand: most look at a person
who faces them, a few from behind, above or below.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import HEIGHT_M, JOINT, JOINTS
from models.training.figures.bodies import Person
from models.training.figures.contortions import any_camera, branch
from models.training.figures.painter import View
from models.training.figures.rig import Rig

Random = np.random.Generator

HALF_BODY_SHARE = 0.15
FILLS = (0.83, 0.91)
"""Share of the picture's side that a person takes."""
_LIMBS = ("Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot")
_BENT = [side + limb for side in ("Left", "Right") for limb in _LIMBS] + ["Head", "Neck", "Spine1"]
_CAMERA_AXES = np.diag([1.0, -1.0, -1.0])

_THICK_M = {"Pelvis": 0.22, "Spine": 0.28, "Thorax": 0.14, "Head": 0.16, "Head_top": 0.15, "Nose": 0.05} | {
    "Shoulder": 0.13,
    "Elbow": 0.10,
    "Wrist": 0.065,
    "Hip": 0.20,
    "Knee": 0.12,
    "Ankle": 0.11,
    "Hand": 0.055,
    "Toe": 0.07,
    "Ear": 0.07,
    "Index": 0.05,
    "Pinky": 0.05,
    "Heel": 0.075,
}
THICKNESS_M = np.array([_THICK_M[name.removeprefix("R_").removeprefix("L_")] for name in JOINTS])
"""(30,) how far before a joint its own skin and clothes may lie, on a body of ``HEIGHT_M``."""


@dataclass(frozen=True, eq=False)
class Stage:
    """A pose and a camera that sees it."""

    rotations: Array  # (B, 3, 3) global
    view: View
    joints_camera_m: Array  # (30, 3)
    joints_view: Array  # (30, 2) in the picture, 0..1 inside
    depth_m: Array  # (30,) from the pelvis along the line of sight to the picture's middle, average body


def random_stage(person: Person, rig: Rig, pose: Array, rng: Random, tumbling: float = 0.0) -> Stage:
    """The pose (B, 3, 3), changed a little, mirrored by chance, before a random camera.

    ``tumbling`` is the share of bodies that are turned any way in the air.
    """
    while True:
        rotations = bent(rig, rig.mirrored(pose) if rng.random() < 0.5 else pose, rng)
        joints_m = rig.pose_joints_m(rotations, person.heads_m, person.joints_m)
        half_body = rng.random() < HALF_BODY_SHARE
        tumbles = tumbling > 0 and not half_body and rng.random() < tumbling  # no draw: seeds mean what they meant
        camera = any_camera(rng) if tumbles else random_camera(joints_m, half_body, rng)
        placed_m = (joints_m - joints_m[JOINT["Pelvis"]]) @ camera.T
        center_m, fov_rad = _place(half_body, rng)
        in_camera_m = placed_m + center_m - placed_m[JOINT["Thorax"] if half_body else JOINT["Pelvis"]]
        if in_camera_m[_framed(half_body), 2].min() > 0.3 and in_camera_m[:, 2].min() > 0.2:
            break
    return framed(person, rotations, joints_m, camera, in_camera_m, half_body, np.tan(fov_rad / 2), rng)


def framed(
    person: Person,
    rotations: Array,
    joints_m: Array,
    camera: Array,
    in_camera_m: Array,
    half_body: bool,
    edge: float,
    rng: Random,
) -> Stage:
    """Choose the part of the picture that shows the person, or the upper half of it; ``edge`` bounds its middle."""
    flat = in_camera_m[:, :2] / in_camera_m[:, 2:]
    rows = _framed(half_body)
    margin = 0.085 / in_camera_m[rows, 2:]  # skin, hair and fingertips reach beyond the joints
    low, high = (flat[rows] - margin).min(axis=0), (flat[rows] + margin).max(axis=0)
    half = (high - low).max() / 2 / rng.uniform(*FILLS)
    center = np.clip((low + high) / 2, -edge, edge) + rng.normal(0, 0.012, 2) * half
    view = View(camera, in_camera_m[JOINT["Pelvis"]] - camera @ joints_m[JOINT["Pelvis"]], center, float(half))
    sight = np.append(view.center, 1.0) / np.linalg.norm([*view.center, 1.0])
    depth_m = (in_camera_m - in_camera_m[JOINT["Pelvis"]]) @ sight * person.average_scale
    return Stage(rotations, view, in_camera_m, (flat - center) / half / 2 + 0.5, depth_m)


def random_camera(joints_m: Array, half_body: bool, rng: Random) -> Array:
    """(3, 3) from body to camera axes. Half of all people face the camera within 60 degrees."""
    across = joints_m[JOINT["L_Hip"]] - joints_m[JOINT["R_Hip"]]
    facing = np.arctan2(-across[2], across[0])  # heading of the pose about the vertical
    wide = 1.0 if not half_body and rng.random() < 0.5 else 1 / 3
    yaw = rng.uniform(-np.pi, np.pi) * wide - facing
    pitch = rng.normal(5, 9) if rng.random() < 0.6 else rng.uniform(-30, 45)
    roll = rng.normal(0, 10)
    x, y, z = np.eye(3)
    turn = quaternions.multiply(
        quaternions.about(z, np.radians(roll)),
        quaternions.multiply(quaternions.about(x, np.radians(pitch)), quaternions.about(y, yaw)),
    )
    return np.asarray(_CAMERA_AXES @ quaternions.to_matrix(turn))


def bent(rig: Rig, rotations: Array, rng: Random) -> Array:
    """The pose with half of its limbs turned by some degrees, everything that hangs on them included."""
    turned = rotations.copy()
    for bone in _BENT:
        if rng.random() < 0.5:
            step, _ = cv2.Rodrigues(rng.normal(0, 0.11, 3))
            rows = list(branch(rig.parents, rig.bones.index(bone)))
            turned[rows] = step @ turned[rows]
    return turned


def seen(
    joints_view: Array, joints_camera_m: Array, distance_m: npt.NDArray[np.float32], size: float
) -> npt.NDArray[np.uint8]:
    """(30,) 1 where nothing lies before a joint but its own skin and clothes, and it is in the picture.

    ``joints_view`` (30, 2) is 0..1 inside the picture, ``distance_m`` (H, W) the drawn surface, ``size`` the body's
    height over ``HEIGHT_M``.
    """
    height, width = distance_m.shape
    at = np.floor(joints_view * (width, height)).astype(int)
    in_picture = ((at >= 0) & (at < (width, height))).all(axis=1)
    x, y = np.clip(at, 1, (width - 2, height - 2)).T
    # The farthest of nine pixels: a joint beside an edge is not hidden by it.
    around = np.max([distance_m[y + dy, x + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)], axis=0)
    bare = around > joints_camera_m[:, 2] - THICKNESS_M * size
    return np.asarray((bare & in_picture).astype(np.uint8))


def body_size(person: Person) -> float:
    """A body's height over that of an average one, from its joints at rest."""
    standing_m = person.joints_m[JOINT["Head_top"], 1] - person.joints_m[JOINT["L_Heel"], 1]
    return float(standing_m / HEIGHT_M)


def _place(half_body: bool, rng: Random) -> tuple[Array, float]:
    """Where the body stands in camera axes, and the camera's field of view in radians."""
    fov_rad = np.radians(rng.uniform(30, 90))
    nearest, farthest = (0.6, 2.2) if half_body else (1.2, 7.0)
    distance_m = np.exp(rng.uniform(np.log(nearest), np.log(farthest)))
    aside = rng.uniform(-0.6, 0.6, 2) * rng.random(2) * np.tan(fov_rad / 2)
    return np.append(aside, 1.0) * distance_m, float(fov_rad)


def _framed(half_body: bool) -> list[int]:
    """Joints that the picture is drawn around."""
    names = ("Head_top", "Head", "Nose", "R_Shoulder", "L_Shoulder", "Spine", "R_Ear", "L_Ear")
    return [JOINT[name] for name in names] if half_body else list(range(len(JOINTS)))
