"""Recorded motion from several skeletons, brought onto one rig and cached.

    python -m models.training.motions --data DATA

writes ``runs/motions.npz`` (every frame at 30 Hz) and ``runs/poses.npz`` (a flat selection for renderings).

Data: CMU motion capture (mocap.cs.cmu.edu, free for any use), clips of Mesh2Motion and poses of MakeHuman (both CC0).
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.cluster.vq import kmeans2, vq

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.figures.rig import Rig, average_body_m, load_rig
from models.training.motion import extra_poses
from models.training.motion.files import Recording, read_amc, read_bvh, read_glb
from models.training.motion.iclone import read_iclone
from models.training.motion.rig_retarget import Naming, retarget

MOTIONS = Path("runs/motions.npz")
POSES = Path("runs/poses.npz")
VALIDATION_CLIPS = (
    *("06_01", "07_07", "16_15", "35_14", "39_01", "39_05", "01_11", "02_04", "03_03"),
    *("lambada", "indian_06", "salsa_03", "salsa_06", "salsa_21"),
)
"""Captured clips that nobody trains on, drawn once by lot; the two CC0 sets hold poses that nothing else shows."""
CLUSTERS, PER_CLUSTER = 320, 40  # few enough of each that walking and standing stay rare

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
        _write(
            path,
            rotations=self.rotations,
            clip=self.clip,
            names=np.array(self.names),
            validation_clips=self.validation_clips,
        )


def _write(path: Path, **arrays: npt.NDArray[np.generic]) -> None:
    # Whole or not at all: renderings and trainings may be reading the old file.
    np.savez(path.with_suffix(".new.npz"), **arrays)  # type: ignore[arg-type]  # its stub takes a flag by keyword too
    path.with_suffix(".new.npz").replace(path)


def load_motions(path: Path = MOTIONS) -> Motions:
    """The cache that this module writes; FileNotFoundError if it has not run yet."""
    with np.load(path) as file:
        names = tuple(str(name) for name in file["names"])
        return Motions(file["rotations"], file["clip"], names, file["validation_clips"])


def recordings(data: Path) -> Iterator[tuple[Recording, Naming]]:
    """Every readable clip with its family of joint names. Clips without a skeleton file are left out."""
    pack = data / "motion" / "pack_30hz"
    for amc in sorted(pack.glob("*.amc.gz")):
        stem = amc.name.removesuffix(".amc.gz")
        skeletons = [pack / f"{name}.asf.gz" for name in (stem.rsplit("_", 1)[0], stem.rstrip("0123456789"), stem)]
        found = next((path for path in skeletons if path.exists()), None)
        if found:
            yield read_amc(amc, found), Naming.ACCLAIM
    for bvh in sorted([*pack.glob("cmu_bvh_aclstm*.bvh.gz"), *pack.glob("cmu_bvh_lawrennd*.bvh.gz")]):
        yield read_bvh(bvh), Naming.DAZ
    for recording in read_iclone(sorted(pack.glob("cmu_bvh_iclone*.bvh.gz")), pack / "cmu_bvh_iclone__007_04.bvh.gz"):
        yield recording, Naming.DAZ
    for recording in read_glb(data / "motion" / "cc0_glb" / "human-base-animations.glb"):
        yield recording, Naming.BLENDER
    for recording in read_glb(data / "motion" / "cc0_glb" / "human-addon-animations.glb"):
        yield recording, Naming.UNREAL
    for bvh in sorted((data / "motion" / "makehuman_poses_cc0").glob("*.bvh")):
        if bvh.name != "benchmark.bvh":
            yield read_makehuman_pose(bvh), Naming.MAKEHUMAN


def read_makehuman_pose(path: Path) -> Recording:
    """A pose made in MakeHuman, which writes them with Z up."""
    lying = read_bvh(path)
    turned = {joint: _MH_FROM_BLENDER @ turn @ _MH_FROM_BLENDER.T for joint, turn in lying.turned.items()}
    return Recording(lying.name, turned, lying.heads)


def collect(data: Path, rig: Rig) -> Motions:
    """All clips on the rig. ValueError if a clip for validation is not among them."""
    rest_heads_m = rig.bone_heads_m(average_body_m(rig, data))
    parts, names = [], []
    for recording, naming in recordings(data):
        rotations = retarget(recording, rig, rest_heads_m, naming)
        parts.append(rotations[np.isfinite(rotations).all(axis=(1, 2, 3))].astype(np.float16))
        names.append(recording.name)
    clip = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Motions(np.concatenate(parts), clip.astype(np.int32), tuple(names), validation_rows(names))


def validation_rows(names: Sequence[str]) -> npt.NDArray[np.int32]:
    rows = []
    for wanted in VALIDATION_CLIPS:
        found = [row for row, name in enumerate(names) if f"__{wanted}." in name and "iclone" not in name]
        if len(found) != 1:
            raise ValueError(f"{len(found)} clips are called {wanted}; validation needs exactly one of that name")
        rows += found
    return np.array(sorted(rows), np.int32)


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
    _write(
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
