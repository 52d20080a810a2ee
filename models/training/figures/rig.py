"""MakeHuman's body on the CMU skeleton: bones, skin weights, and where the 30 joints lie in any body shape.

Everything is metres in the rest pose of the base mesh (an A-pose that faces +Z, left hand towards +X; MakeHuman
itself counts in decimetres). A body shape is an array of vertices (V, 3) in the order of the base mesh, so
whoever morphs the mesh gets fitting bones and joints for it. A pose is one rotation matrix per bone that turns
the rest pose into the posed body, in the body's own axes ("global", not relative to the parent).

The data folder holds ``bodies/base``, ``bodies/rigs`` and ``bodies/targets`` of MakeHuman (CC0).
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array
from mocap_bridge.skeleton import BONE, JOINT, JOINTS, REST_OFFSETS_M

M_PER_UNIT = 0.1
THIGH_PER_SHIN = 1.02
"""Hip centre to knee over knee to ankle, as anatomists measure it. MakeHuman's hip sits 4 cm lower, in the thigh."""

_NOSE, _CROWN = 297, 881
_EAR = {"L": 12070, "R": 5471}
_HEEL = {"L": 12442, "R": 5845}

JOINT_BONES = (
    {"Thorax": "Spine1", "Spine": "Spine", "Pelvis": "Hips"}
    | dict.fromkeys(("Head_top", "Head", "Nose"), "Head")
    | {
        f"{side}_{joint}": bone.replace("*", "Left" if side == "L" else "Right")
        for side in "LR"
        for joint, bone in {
            "Shoulder": "*Arm",
            "Elbow": "*ForeArm",
            "Wrist": "*Hand",
            "Hip": "*UpLeg",
            "Knee": "*Leg",
            "Ankle": "*Foot",
            "Hand": "*Hand",
            "Toe": "*Foot",
            "Ear": "Head",
            "Index": "*Hand",
            "Pinky": "*Hand",
            "Heel": "*Foot",
        }.items()
    }
)
"""Which bone carries each joint."""


@dataclass(frozen=True, eq=False)
class Rig:
    """The skeleton inside the base mesh. ``bones`` are ordered parents first."""

    bones: tuple[str, ...]
    parents: tuple[int, ...]  # row of each bone's parent, -1 for the hips
    weights: npt.NDArray[np.float32]  # (V, B), each row sums to 1
    base_m: Array  # (V, 3) the neutral base mesh; not yet a person, see average_body_m
    joint_bones: npt.NDArray[np.intp]  # (30,) row of the bone that carries each joint of skeleton.JOINTS
    mirror_bones: npt.NDArray[np.intp]  # (B,) row of each bone's other side
    _cubes: Mapping[str, slice]  # helper cubes of the mesh whose centres mark joints
    _heads: Sequence[slice | list[int]]  # vertices whose mean is each bone's head

    def marker_m(self, vertices_m: Array, name: str) -> Array:
        """(3,) MakeHuman's own joint marker, such as ``l-knee``; KeyError if the mesh has none of that name."""
        return np.asarray(vertices_m[self._cubes[name]].mean(axis=0))

    def hip_m(self, vertices_m: Array, side: str) -> Array:
        """(3,) centre of the hip joint, side ``l`` or ``r``: the marker raised until the thigh has its true length."""
        hip, knee, ankle = (self.marker_m(vertices_m, f"{side}-{part}") for part in ("upper-leg", "knee", "ankle"))
        thigh_m = THIGH_PER_SHIN * np.linalg.norm(knee - ankle)
        sideways = (hip - knee)[[0, 2]]
        height_m = np.sqrt(np.maximum(thigh_m**2 - sideways @ sideways, 0.0))
        return np.array([hip[0], max(hip[1], knee[1] + height_m), hip[2]])

    def bone_heads_m(self, vertices_m: Array) -> Array:
        """(B, 3) where each bone begins in the rest pose of the shape ``vertices_m`` (V, 3)."""
        heads = np.array([vertices_m[rows].mean(axis=0) for rows in self._heads])
        for side, bone in (("l", "LeftUpLeg"), ("r", "RightUpLeg")):
            heads[self.bones.index(bone)] = self.hip_m(vertices_m, side)
        return heads

    def joints_rest_m(self, vertices_m: Array) -> Array:
        """(30, 3) the joints of ``skeleton.JOINTS`` in the rest pose of the shape ``vertices_m`` (V, 3)."""

        def marker(name: str) -> Array:
            return self.marker_m(vertices_m, name)

        crown = marker("head-2")
        crown[1] = vertices_m[_CROWN, 1]
        joints = {"Head_top": crown, "Thorax": marker("neck"), "Nose": vertices_m[_NOSE]} | {
            "Pelvis": (self.hip_m(vertices_m, "l") + self.hip_m(vertices_m, "r")) / 2,
            "Spine": (marker("spine-1") + marker("spine-2")) / 2,
            "Head": 0.35 * marker("jaw") + 0.65 * marker("head"),
        }
        for side, marks in (("L", "l-"), ("R", "r-")):
            joints |= {
                f"{side}_Shoulder": marker(marks + "shoulder"),
                f"{side}_Elbow": marker(marks + "elbow"),
                f"{side}_Wrist": marker(marks + "hand"),
                f"{side}_Hip": self.hip_m(vertices_m, marks[0]),
                f"{side}_Knee": marker(marks + "knee"),
                f"{side}_Ankle": marker(marks + "ankle"),
                f"{side}_Hand": marker(marks + "finger-3-1"),
                f"{side}_Index": marker(marks + "finger-2-1"),
                f"{side}_Pinky": marker(marks + "finger-5-1"),
                f"{side}_Toe": (marker(marks + "toe-2-1") + marker(marks + "toe-2-2")) / 2,
                f"{side}_Ear": vertices_m[_EAR[side]],
                f"{side}_Heel": vertices_m[_HEEL[side]],
            }
        return np.array([joints[name] for name in JOINTS])

    def posed_heads_m(self, rotations: Array, heads_m: Array) -> Array:
        """(..., B, 3) bone heads after the pose ``rotations`` (..., B, 3, 3); the hips stay where they are."""
        posed = np.empty((*rotations.shape[:-3], len(self.bones), 3), np.result_type(rotations, heads_m))
        for bone, parent in enumerate(self.parents):
            if parent < 0:
                posed[..., bone, :] = heads_m[bone]
            else:
                step_m = rotations[..., parent, :, :] @ (heads_m[bone] - heads_m[parent])
                posed[..., bone, :] = posed[..., parent, :] + step_m
        return posed

    def pose_joints_m(self, rotations: Array, heads_m: Array, joints_m: Array) -> Array:
        """(..., 30, 3) joints after the pose ``rotations`` (..., B, 3, 3), from ``joints_rest_m``'s (30, 3)."""
        bones = self.joint_bones
        from_head_m = (joints_m - heads_m[bones])[..., None]
        turned_m = (rotations[..., bones, :, :] @ from_head_m)[..., 0]
        posed = self.posed_heads_m(rotations, heads_m)[..., bones, :] + turned_m
        # The hips are carried by the thighs' heads, so the pelvis is their middle in every pose too.
        posed[..., JOINT["Pelvis"], :] = (posed[..., JOINT["R_Hip"], :] + posed[..., JOINT["L_Hip"], :]) / 2
        return np.asarray(posed)

    def skin_matrices(self, rotations: Array, heads_m: Array) -> Array:
        """(..., B, 4, 4) that move rest vertices with each bone; blend them by ``weights``."""
        matrices = np.zeros((*rotations.shape[:-2], 4, 4))
        matrices[..., :3, :3] = rotations
        matrices[..., :3, 3] = self.posed_heads_m(rotations, heads_m) - (rotations @ heads_m[..., None])[..., 0]
        matrices[..., 3, 3] = 1.0
        return matrices

    def mirrored(self, rotations: Array) -> Array:
        """The pose with left and right exchanged, (..., B, 3, 3)."""
        flip = np.array([-1.0, 1.0, 1.0], rotations.dtype)
        return np.asarray(rotations[..., self.mirror_bones, :, :] * flip[:, None] * flip)


def load_rig(data: Path) -> Rig:
    """Reads base mesh, bones and weights. FileNotFoundError names the file that is missing."""
    bodies = data / "bodies"
    base_m = read_vertices_m(bodies / "base" / "base.obj")
    groups = json.loads((bodies / "base" / "basemesh_vertex_groups.json").read_text())
    described: dict[str, Any] = json.loads((bodies / "rigs" / "rig.cmu_mb.json").read_text())
    bones = _parents_first({bone: about["parent"] for bone, about in described.items()})
    cubes = {
        name.removeprefix("joint-"): slice(ranges[0][0], ranges[0][1] + 1)
        for name, ranges in groups.items()
        if name.startswith("joint-")
    }
    heads = [described[bone]["head"] for bone in bones]
    weights = np.zeros((len(base_m), len(bones)), np.float32)
    with gzip.open(bodies / "rigs" / "weights.cmu_mb.json.gz", "rt") as file:
        for bone, pairs in json.load(file)["weights"].items():
            rows, values = zip(*pairs, strict=True)
            weights[list(rows), bones.index(bone)] = values
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
    return Rig(
        bones=bones,
        parents=tuple(bones.index(described[bone]["parent"]) if described[bone]["parent"] else -1 for bone in bones),
        weights=weights,
        base_m=base_m,
        joint_bones=np.array([bones.index(JOINT_BONES[joint]) for joint in JOINTS]),
        mirror_bones=np.array([bones.index(_other_side(bone)) for bone in bones]),
        _cubes=cubes,
        _heads=[
            head["vertex_indices"] if head["strategy"] == "MEAN" else cubes[head["cube_name"].removeprefix("joint-")]
            for head in heads
        ],
    )


def average_body_m(rig: Rig, data: Path) -> Array:
    """(V, 3) a young adult half way between all of MakeHuman's sexes and origins, of average build."""
    shape_m = rig.base_m.copy()
    for sex in ("female", "male"):
        weighted = {f"universal-{sex}-young-averagemuscle-averageweight": 0.5}
        weighted |= {f"{origin}-{sex}-young": 0.5 / 3 for origin in ("african", "asian", "caucasian")}
        for name, weight in weighted.items():
            rows, moves_m = read_target(data / "bodies" / "targets" / "macrodetails" / f"{name}.target.gz")
            shape_m[rows] += weight * moves_m
    return shape_m


def average_scale(joints_m: Array) -> Array:
    """(...) factor that brings joints (..., 30, 3) to the size of an average body: its limbs and trunk summed."""
    limbs = "Shoulder Elbow,Elbow Wrist,Hip Knee,Knee Ankle".split(",")
    pairs = [tuple(f"{side}_{end}" for end in limb.split()) for side in "LR" for limb in limbs]
    size_m = sum(
        np.linalg.norm(joints_m[..., JOINT[a], :] - joints_m[..., JOINT[b], :], axis=-1)
        for a, b in [*pairs, ("Pelvis", "Spine"), ("Spine", "Thorax")]
    )
    return np.asarray(_AVERAGE_SIZE_M / size_m)


def read_target(path: Path) -> tuple[npt.NDArray[np.intp], Array]:
    """Vertex rows (n,) and their moves in metres (n, 3) of one MakeHuman morph; some of its files are empty."""
    with gzip.open(path, "rt") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    table = np.array(lines, dtype=np.float64).reshape(-1, 4)
    return table[:, 0].astype(np.intp), table[:, 1:] * M_PER_UNIT


def read_vertices_m(path: Path) -> Array:
    """(V, 3) vertex positions of an OBJ file in decimetres, as metres."""
    with path.open() as file:
        rows = [line.split()[1:4] for line in file if line.startswith("v ")]
    return np.array(rows, dtype=np.float64) * M_PER_UNIT


def _average_size_m() -> float:
    bones = [side + bone for side in ("Left", "Right") for bone in ("LowerArm", "Hand", "LowerLeg", "Foot")]
    bones += ["Spine", "Chest", "UpperChest", "Neck"]
    return float(sum(np.linalg.norm(REST_OFFSETS_M[BONE[bone]]) for bone in bones))


_AVERAGE_SIZE_M = _average_size_m()


def _parents_first(parents: Mapping[str, str]) -> tuple[str, ...]:
    def depth(bone: str) -> int:
        return 0 if not parents[bone] else 1 + depth(parents[bone])

    return tuple(sorted(parents, key=depth))


def _other_side(bone: str) -> str:
    sides = {"Left": "Right", "Right": "Left", "LHip": "RHip", "RHip": "LHip", "LT": "RT", "RT": "LT"}
    return next((other + bone.removeprefix(one) for one, other in sides.items() if bone.startswith(one)), bone)
