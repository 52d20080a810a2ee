"""Made-up poses do what their names say, on the real skeleton."""

import os
from pathlib import Path

import numpy as np
import pytest

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.figures.contortions import LIMBS, any_camera, branch, composed, stretched
from models.training.figures.rig import Rig, average_body_m, load_rig
from models.training.motion.floor_poses import lying, on_all_fours, push_ups
from models.training.motion.gestures import GESTURES, gesturing, reaching

DATA = Path(os.environ.get("MOCAP_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "train"

pytestmark = pytest.mark.skipif(
    not (DATA / "bodies").is_dir(), reason="no bodies: set MOCAP_SHARED to the folder that holds data/train"
)


class Body:
    """The average body, and where poses put its joints."""

    def __init__(self) -> None:
        self.rig: Rig = load_rig(DATA)
        shape_m = average_body_m(self.rig, DATA)
        self.heads_m, self._rest_m = self.rig.bone_heads_m(shape_m), self.rig.joints_rest_m(shape_m)

    def joint_m(self, rotations: Array, name: str) -> Array:
        return self.rig.pose_joints_m(rotations, self.heads_m, self._rest_m)[:, JOINT[name]]

    def standing(self, count: int) -> Array:
        """Upright, turned to all sides."""
        yaw = quaternions.about(np.array([0.0, 1.0, 0.0]), np.linspace(0, 6, count))
        return np.broadcast_to(quaternions.to_matrix(yaw)[:, None], (count, len(self.rig.bones), 3, 3)).copy()


@pytest.fixture(scope="module")
def body() -> Body:
    return Body()


@pytest.mark.parametrize("side", ["Left", "Right"])
def test_a_wrist_reaches_what_is_within_reach_whichever_way_the_body_faces(body: Body, side: str) -> None:
    poses, rng = body.standing(40), np.random.default_rng(0)
    shoulder_m = body.rig.posed_heads_m(poses, body.heads_m)[:, body.rig.bones.index(f"{side}Arm")]
    away = quaternions.normalized(rng.normal(size=(40, 3))) * rng.uniform(0.25, 0.45, (40, 1))
    reached = reaching(poses, body.rig, body.heads_m, side, shoulder_m + away, (1.0, -1.0, 0.0))
    wrist_m = body.rig.posed_heads_m(reached, body.heads_m)[:, body.rig.bones.index(f"{side}Hand")]
    np.testing.assert_allclose(wrist_m, shoulder_m + away, atol=1e-6)
    np.testing.assert_allclose(np.linalg.det(reached), 1.0, atol=1e-6)


def test_what_is_out_of_reach_is_pointed_at(body: Body) -> None:
    pose = body.standing(1)
    wrist_m = np.array([[5.0, 1.3, 0.0]])
    reached = reaching(pose, body.rig, body.heads_m, "Left", wrist_m, (0.0, -1.0, 0.0))
    assert body.joint_m(reached, "L_Wrist")[0, 0] > body.joint_m(reached, "L_Elbow")[0, 0] + 0.2


def test_gestures_bring_hands_to_faces_hips_and_chests(body: Body) -> None:
    poses = gesturing(body.standing(300), body.rig, body.heads_m, np.random.default_rng(1))
    nose_m, hips_m = body.joint_m(poses, "Nose"), body.joint_m(poses, "Pelvis")
    near = [np.linalg.norm(body.joint_m(poses, f"{side}_Hand") - nose_m, axis=1) < 0.25 for side in "LR"]
    assert 0.15 < np.logical_or(*near).mean() < 0.7
    low = [np.linalg.norm(body.joint_m(poses, f"{side}_Wrist") - hips_m, axis=1) < 0.35 for side in "LR"]
    assert np.logical_or(*low).mean() > 0.1
    assert {"face", "crossed", "phone"} <= set(GESTURES)


def test_people_on_all_fours_stand_on_hands_and_knees(body: Body) -> None:
    poses = on_all_fours(60, body.rig, body.heads_m, np.random.default_rng(0))
    pelvis, knee, wrist = (body.joint_m(poses, name)[:, 1] for name in ("Pelvis", "L_Knee", "L_Wrist"))
    assert (knee < pelvis - 0.2).mean() > 0.95
    assert (wrist < pelvis - 0.2).mean() > 0.85
    assert (np.abs(body.joint_m(poses, "L_Ankle")[:, 1] - knee) < 0.25).mean() > 0.95


def test_bodies_in_push_ups_are_straight_and_near_level(body: Body) -> None:
    poses = push_ups(60, body.rig, body.heads_m, np.random.default_rng(0))
    head, pelvis, ankle = (body.joint_m(poses, name) for name in ("Thorax", "Pelvis", "L_Ankle"))
    trunk, leg = quaternions.normalized(head - pelvis), quaternions.normalized(pelvis - ankle)
    assert (trunk * leg).sum(axis=1).min() > 0.9
    assert trunk[:, 1].max() < 0.6


def test_people_who_lie_are_level_and_look_up_down_and_sideways(body: Body) -> None:
    poses = lying(body.standing(200), body.rig, body.heads_m, np.random.default_rng(0))
    trunk = quaternions.normalized(body.joint_m(poses, "Thorax") - body.joint_m(poses, "Pelvis"))
    assert np.abs(trunk[:, 1]).max() < 0.6
    chest_up = poses[:, body.rig.bones.index("Hips"), 1, 2]
    assert (chest_up > 0.7).any()
    assert (chest_up < -0.7).any()
    assert (np.abs(chest_up) < 0.3).any()


def random_poses(body: Body, count: int, rng: np.random.Generator) -> Array:
    turns = quaternions.normalized(rng.normal(size=(count, len(body.rig.bones), 4)))
    return quaternions.to_matrix(turns)


def test_each_limb_of_a_composed_pose_is_held_as_somebody_held_it(body: Body) -> None:
    rng = np.random.default_rng(1)
    pose, others = random_poses(body, 1, rng)[0], random_poses(body, 3, rng)
    mixed = composed(body.rig, pose, others, rng)
    whose = []
    for limb in LIMBS:
        bone = body.rig.bones.index(limb)
        rows = list(branch(body.rig.parents, bone))
        held = mixed[body.rig.parents[bone]].T @ mixed[rows]
        known = [one[body.rig.parents[bone]].T @ one[rows] for one in (pose, *others)]
        whose += [k for k, one in enumerate(known) if np.allclose(one, held)]
    assert len(whose) == len(LIMBS)
    assert len(set(whose)) > 1


def test_a_stretched_pose_keeps_knees_elbows_and_the_pelvis(body: Body) -> None:
    rng = np.random.default_rng(2)
    pose = random_poses(body, 1, rng)[0]
    turned = stretched(body.rig, pose, rng)
    for child, parent in (("LeftLeg", "LeftUpLeg"), ("RightForeArm", "RightArm"), ("Head", "Neck1")):
        above, below = body.rig.bones.index(parent), body.rig.bones.index(child)
        np.testing.assert_allclose(turned[above].T @ turned[below], pose[above].T @ pose[below], atol=1e-9)
    np.testing.assert_array_equal(turned[0], pose[0])
    np.testing.assert_allclose(np.linalg.det(turned), 1.0)
    assert not np.allclose(turned, pose)


def test_a_tumbling_body_is_seen_from_every_side() -> None:
    rng = np.random.default_rng(3)
    up = np.array([any_camera(rng)[1, 1] for _ in range(300)])  # cosine between the body's up and the picture's down
    assert (up > 0.5).mean() == pytest.approx(0.25, abs=0.08)
    assert (up < -0.5).mean() == pytest.approx(0.25, abs=0.08)
