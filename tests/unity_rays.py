"""The depth buffer that BodyOccluder fills, against capsules and rays in numpy."""

from pathlib import Path

import numpy as np
from scenes import body_of
from unity_host import run_host
from unity_takes import write_take

from mocap_bridge.camera import level_camera
from mocap_bridge.records import Array, RigPose, Scene
from mocap_bridge.retarget import joints_from_pose
from mocap_bridge.rotations import about, bone_heads_m
from mocap_bridge.skeleton import BONE, BONES, CAPSULE_RADII_M, JOINT, PARENTS, REST_OFFSETS_M

POSES, POINTS = 200, 50
CAMERA = level_camera((640, 480), pitch_deg=8.0)
_ENDS = {"Head": (None, "Head_top"), "LeftHand": (None, "L_Hand"), "RightHand": (None, "R_Hand")} | {
    "LeftFoot": ("L_Heel", "L_Toe"),
    "RightFoot": ("R_Heel", "R_Toe"),
}


def _pose(random: np.random.Generator) -> RigPose:
    size = random.uniform(0.8, 1.15)
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1) * size
    lengths_m[0] = 0.0
    axes = random.normal(size=(len(BONES), 3))
    rotations = about(axes / np.linalg.norm(axes, axis=1, keepdims=True), random.uniform(0.0, 0.8, len(BONES)))
    hips_m = np.array([random.uniform(-0.8, 0.8), random.uniform(0.7, 1.1), random.uniform(-4.5, -2.5)])
    return RigPose(1, 0.0, hips_m, rotations, np.ones(len(BONES)), lengths_m, np.zeros(4))


def _capsules(pose: RigPose) -> tuple[Array, Array, Array, float]:
    """Starts and ends (26, 3) and radii (26,) of a body, and its size: bones, then head, hands and feet."""
    size = float(pose.bone_lengths_m[1:].sum() / np.linalg.norm(REST_OFFSETS_M[1:], axis=1).sum())
    heads, joints = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, REST_OFFSETS_M * size), joints_from_pose(pose)
    rows = [(heads[PARENTS[bone]], heads[bone], PARENTS[bone]) for bone in range(1, len(BONES))]
    for bone, (start, end) in _ENDS.items():
        rows.append((heads[BONE[bone]] if start is None else joints[JOINT[start]], joints[JOINT[end]], BONE[bone]))
    starts, ends, owners = zip(*rows, strict=True)
    return np.array(starts), np.array(ends), size * CAPSULE_RADII_M[list(owners)], size


def _hidden(eye: Array, points: Array, starts: Array, ends: Array, radii: Array) -> Array:
    """(P,) whether the way from the eye to a point comes within a capsule's radius of its axis."""
    way, axis = points[:, None] - eye, (ends - starts)[None]
    from_start = (eye - starts)[None]
    aa, bb, ab = (way * way).sum(-1), (axis * axis).sum(-1), (way * axis).sum(-1)
    ac, bc = (way * from_start).sum(-1), (axis * from_start).sum(-1)
    # Nearest places of two segments: both free, then each clamped in the light of the other.
    s = np.clip((ab * bc - ac * bb) / np.maximum(aa * bb - ab * ab, 1e-12), 0.0, 1.0)
    t = np.clip((ab * s + bc) / np.maximum(bb, 1e-12), 0.0, 1.0)
    s = np.clip((ab * t - ac) / np.maximum(aa, 1e-12), 0.0, 1.0)
    gap = from_start + way * s[..., None] - axis * t[..., None]
    return np.asarray((np.linalg.norm(gap, axis=-1) < radii).any(axis=1))


def agreement(tmp_path: Path) -> float:
    """Share of points of which depth buffer and rays say the same."""
    random = np.random.default_rng(11)
    eye, scenes, lines, wanted = CAMERA.world_from_camera[:3, 3], [], [], []
    for frame in range(POSES):
        pose = _pose(random)
        starts, ends, radii, _ = _capsules(pose)
        # Around the body, where it is hard: a hand's breadth before, behind and beside its limbs.
        limb = random.integers(len(starts), size=POINTS)
        share = random.uniform(size=(POINTS, 1))
        points = starts[limb] * share + ends[limb] * (1 - share) + random.normal(scale=0.2, size=(POINTS, 3))
        scenes.append(Scene(frame, frame / 30, CAMERA, (body_of(pose, random),), (pose,), ()))
        lines.append(" ".join(f"{number:.7f}" for number in points.ravel()))
        wanted.append(_hidden(eye, points, starts, ends, radii))
    take = write_take(tmp_path / "poses.take.jsonl", scenes)
    (tmp_path / "points.txt").write_text("\n".join(lines))
    said = run_host("occlusion", str(take), str(tmp_path / "points.txt")).split()
    answers = np.array([[letter == "1" for letter in line] for line in said])
    truth = np.array(wanted)
    assert answers.shape == truth.shape
    assert 0.2 < truth.mean() < 0.8, "points must be hidden and seen"
    return float((answers == truth).mean())
