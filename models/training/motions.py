"""Recorded motion from several skeletons, brought onto one rig and cached.

    python -m models.training.motions --data DATA

writes ``runs/motions.npz`` (every frame at 30 Hz) and ``runs/poses.npz`` (a flat selection for renderings).

A source joint's turn carries over as it is; arms and legs are turned beforehand from the rig's rest direction
to the source's, so that an arm that the source holds level is level on the rig. Hands take the forearm's
correction and feet the shin's. Data: CMU motion capture (mocap.cs.cmu.edu, free for any use), clips of
Mesh2Motion and poses of MakeHuman (both CC0).
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.cluster.vq import kmeans2, vq

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training import extra_poses
from models.training.motion_files import Recording, read_amc, read_bvh, read_glb
from models.training.rig import Rig, average_body_m, load_rig

MOTIONS = Path("runs/motions.npz")
POSES = Path("runs/poses.npz")
VALIDATION_CLIPS = 14
CLUSTERS, PER_CLUSTER = 320, 40  # few enough of each that walking and standing stay rare

_SIDES = {
    "Shoulder": ("clavicle", "Collar", "DEF-shoulder.", "clavicle_", "shoulder01."),
    "Arm": ("humerus", "Shldr", "DEF-upper_arm.", "upperarm_", "upperarm01."),
    "ForeArm": ("radius", "ForeArm", "DEF-forearm.", "lowerarm_", "lowerarm01."),
    "Hand": ("hand", "Hand", "DEF-hand.", "hand_", "wrist."),
    "UpLeg": ("femur", "Thigh", "DEF-thigh.", "thigh_", "upperleg01."),
    "Leg": ("tibia", "Shin", "DEF-shin.", "calf_", "lowerleg01."),
    "Foot": ("foot", "Foot", "DEF-foot.", "foot_", "foot."),
}
_TRUNK = {
    "Hips": ("root", "hip", "DEF-hips", "pelvis", "root"),
    "LowerBack": ("lowerback", "abdomen", "DEF-spine.001", "spine_01", "spine04"),
    "Spine": ("upperback", "abdomen", "DEF-spine.002", "spine_02", "spine02"),
    "Spine1": ("thorax", "chest", "DEF-spine.003", "spine_03", "spine01"),
    "Neck": ("lowerneck", "neck", "DEF-neck", "neck_01", "neck01"),
    "Neck1": ("upperneck", "neck", "DEF-neck", "neck_01", "neck03"),
    "Head": ("head", "head", "DEF-head", "head", "head"),
}
_ACCLAIM, _DAZ, _BLENDER, _UNREAL, _MAKEHUMAN = range(5)
_FOLLOW = {"ToeBase": "Foot", "Thumb": "Hand", "FingerBase": "Hand", "HandFinger1": "Hand"}
_NEXT = {"Arm": "ForeArm", "ForeArm": "Hand", "UpLeg": "Leg", "Leg": "Foot"}
_MH_FROM_BLENDER = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


@dataclass(frozen=True, eq=False)
class Motions:
    """Frames of all clips, one after the other."""

    rotations: npt.NDArray[np.float16]  # (N, B, 3, 3) global, in the order of Rig.bones
    clip: npt.NDArray[np.int32]  # (N,) row in names
    names: tuple[str, ...]
    validation_clips: npt.NDArray[np.int32]  # rows in names that nobody trains on

    @property
    def is_val(self) -> npt.NDArray[np.bool_]:
        """(N,) whether each frame belongs to a clip kept for validation."""
        return np.isin(self.clip, self.validation_clips)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            path,
            rotations=self.rotations,
            clip=self.clip,
            names=np.array(self.names),
            validation_clips=self.validation_clips,
        )


def load_motions(path: Path = MOTIONS) -> Motions:
    """The cache that this module writes; FileNotFoundError if it has not run yet."""
    with np.load(path) as file:
        names = tuple(str(name) for name in file["names"])
        return Motions(file["rotations"], file["clip"], names, file["validation_clips"])


def retarget(recording: Recording, rig: Rig, rest_heads_m: Array, naming: int) -> Array:
    """(N, B, 3, 3) global rotations of the rig that copy a recording; ``naming`` is its column of joint names."""
    source = {bone: names[naming] for bone, names in _TRUNK.items()}
    for side, small in (("Left", "l"), ("Right", "r")):
        for part, names in _SIDES.items():
            stem = names[naming]
            in_front = naming in (_ACCLAIM, _DAZ)
            letter = small.upper() if naming in (_BLENDER, _MAKEHUMAN) else small
            source[side + part] = letter + stem if in_front else stem + letter
    correction = _corrections(recording, rig, rest_heads_m, source, naming)
    frames = len(next(iter(recording.turned.values())))
    rotations = np.empty((frames, len(rig.bones), 3, 3))
    for row, bone in enumerate(rig.bones):
        leader = _leader(bone)
        rotations[:, row] = recording.turned[source[leader]] @ correction.get(leader, np.eye(3))
    return rotations


def _leader(bone: str) -> str:
    """The bone whose source a small bone follows."""
    if bone in ("LHipJoint", "RHipJoint"):
        return "Hips"
    side = "Left" if bone.startswith("L") and bone != "LowerBack" else "Right"
    part = bone.removeprefix(side).removeprefix(side[0])
    return side + _FOLLOW[part] if part in _FOLLOW else bone


def _corrections(
    recording: Recording, rig: Rig, rest_heads_m: Array, source: dict[str, str], naming: int
) -> dict[str, Array]:
    """(3, 3) per limb bone: from the rig's rest direction to the source's."""
    if naming == _MAKEHUMAN:
        return {}  # the same rest pose
    correction: dict[str, Array] = {}
    for side in ("Left", "Right"):
        for part, following in _NEXT.items():
            bone, child = side + part, side + following
            ours = rest_heads_m[rig.bones.index(child)] - rest_heads_m[rig.bones.index(bone)]
            theirs = recording.heads[source[child]] - recording.heads[source[bone]]
            correction[bone] = quaternions.to_matrix(quaternions.between(ours, theirs))
        correction[side + "Hand"] = correction[side + "ForeArm"]
        correction[side + "Foot"] = correction[side + "Leg"]
    return correction


def recordings(data: Path) -> Iterator[tuple[Recording, int]]:
    """Every readable clip with its column of joint names. Clips without a skeleton file are left out."""
    pack = data / "motion" / "pack_30hz"
    for amc in sorted(pack.glob("*.amc.gz")):
        stem = amc.name.removesuffix(".amc.gz")
        skeletons = [pack / f"{name}.asf.gz" for name in (stem.rsplit("_", 1)[0], stem.rstrip("0123456789"), stem)]
        found = next((path for path in skeletons if path.exists()), None)
        if found:
            yield read_amc(amc, found), _ACCLAIM
    # The iClone clips are left out: their zero pose is no rest pose.
    for bvh in sorted([*pack.glob("cmu_bvh_aclstm*.bvh.gz"), *pack.glob("cmu_bvh_lawrennd*.bvh.gz")]):
        yield read_bvh(bvh), _DAZ
    for recording in read_glb(data / "motion" / "cc0_glb" / "human-base-animations.glb"):
        yield recording, _BLENDER
    for recording in read_glb(data / "motion" / "cc0_glb" / "human-addon-animations.glb"):
        yield recording, _UNREAL
    for bvh in sorted((data / "motion" / "makehuman_poses_cc0").glob("*.bvh")):
        if bvh.name != "benchmark.bvh":
            yield read_makehuman_pose(bvh), _MAKEHUMAN


def read_makehuman_pose(path: Path) -> Recording:
    """A pose made in MakeHuman, which writes them with Z up."""
    lying = read_bvh(path)
    turned = {joint: _MH_FROM_BLENDER @ turn @ _MH_FROM_BLENDER.T for joint, turn in lying.turned.items()}
    return Recording(lying.name, turned, lying.heads)


def collect(data: Path, rig: Rig, seed: int = 0) -> Motions:
    """All clips on the rig, with ``VALIDATION_CLIPS`` of them drawn for validation."""
    rest_heads_m = rig.bone_heads_m(average_body_m(rig, data))
    parts, names = [], []
    for recording, naming in recordings(data):
        rotations = retarget(recording, rig, rest_heads_m, naming)
        parts.append(rotations[np.isfinite(rotations).all(axis=(1, 2, 3))].astype(np.float16))
        names.append(recording.name)
    # Only captured clips of three seconds or more: the small sets hold poses that nothing else shows.
    long = [row for row, part in enumerate(parts) if len(part) >= 90 and names[row].startswith("cmu_")]
    drawn = np.random.default_rng(seed).choice(long, VALIDATION_CLIPS, replace=False)
    clip = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Motions(np.concatenate(parts), clip.astype(np.int32), tuple(names), np.sort(drawn).astype(np.int32))


def facing_forward(joints_m: Array) -> Array:
    """Joints (N, 30, 3) from the pelvis, turned about the vertical until the hips face +Z."""
    across = joints_m[:, JOINT["L_Hip"]] - joints_m[:, JOINT["R_Hip"]]
    heading = np.arctan2(-across[:, 2], across[:, 0])
    straighten = quaternions.to_matrix(quaternions.about(np.array([0.0, 1.0, 0.0]), -heading))
    centred = joints_m - joints_m[:, JOINT["Pelvis"], None]
    return np.asarray(centred @ np.swapaxes(straighten, 1, 2))


def flatten(motions: Motions, joints_m: Array, seed: int = 0) -> npt.NDArray[np.intp]:
    """Rows of a varied choice of training frames: at most ``PER_CLUSTER`` of each kind of pose.

    ``joints_m`` (N, 30, 3) are the frames' joints on one body; heading is taken out before they are compared.
    """
    rng = np.random.default_rng(seed)
    limbs = [JOINT[f"{side}_{end}"] for side in "RL" for end in ("Shoulder", "Elbow", "Wrist", "Knee", "Ankle")]
    features = facing_forward(joints_m)[:, [JOINT["Head"], *limbs]].reshape(len(joints_m), -1).astype(np.float32)
    few = features[rng.choice(len(features), min(8000, len(features)), replace=False)]
    centres, _ = kmeans2(few, CLUSTERS, minit="++", seed=seed, iter=12)
    kind, _ = vq(features, centres)
    chosen: list[int] = []
    for cluster in range(CLUSTERS):
        rows = np.flatnonzero((kind == cluster) & ~motions.is_val)
        chosen += rng.permutation(rows)[:PER_CLUSTER].tolist()
    return np.array(sorted(chosen))


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Bring recorded motion onto the rig; writes runs/motions.npz and runs/poses.npz."
    )
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with motion/ and bodies/"
    )
    data: Path | None = parser.parse_args().data
    if data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    rig = load_rig(Path(data))
    motions = collect(Path(data), rig)
    motions.save(MOTIONS)
    shape_m = average_body_m(rig, Path(data))
    heads_m, joints_rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    joints_m = rig.pose_joints_m(motions.rotations.astype(np.float32), heads_m, joints_rest_m)
    kept = flatten(motions, joints_m)
    validation = np.random.default_rng(1).choice(np.flatnonzero(motions.is_val), 1500, replace=False)
    made = extra_poses.make(rig, motions, kept, heads_m, np.random.default_rng(2))
    rows = np.concatenate([kept, validation])
    np.savez(
        POSES,
        rotations=np.concatenate([motions.rotations[rows], made.astype(np.float16)]),
        clip=np.concatenate([motions.clip[rows], np.full(len(made), -1)]).astype(np.int32),  # -1: made up
        is_val=np.concatenate([motions.is_val[rows], np.zeros(len(made), bool)]),
    )
    print(f"{len(motions.clip)} frames of {len(motions.names)} clips")
    print(f"{len(kept)} kept, {len(made)} made up, {len(validation)} for validation")
    print("validation:", ", ".join(motions.names[row] for row in motions.validation_clips))


if __name__ == "__main__":
    main()
