"""The page's JavaScript agrees with Python: the skeleton's tables, and one golden body both compute."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from avatars import write_avatar
from dashboard_tables import FILE, tables_js
from faces import write_guest_avatar
from scenes import random_pose

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.extra_bones import EXTRA_BONE, EXTRA_BONES
from mocap_bridge.records import RigPose
from mocap_bridge.replay import read_take
from mocap_bridge.rotations import IDENTITY, angle_between, bone_heads_m, multiply
from mocap_bridge.skeleton import BONE, BONES, REST_OFFSETS_M
from mocap_bridge.wire.mocap import capsule_radii_m
from mocap_bridge.wire.scene_msgpack import scene_to_msgpack

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parent.parent / "mocap_bridge" / "dashboard"


def rig() -> dict[str, object]:
    """What the page must find for the first person of the golden take: heads of bones, radii, the hips' pixel."""
    scene = next(scene for scene in read_take(GOLDEN / "one.take.jsonl").scenes if scene.poses)
    pose = scene.poses[0]
    rest_m = np.linalg.norm(REST_OFFSETS_M, axis=1)
    size = np.where(pose.bone_lengths_m > 0, pose.bone_lengths_m / rest_m, 1.0)
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, REST_OFFSETS_M * size[:, None])
    seen_m = camera_from_world(pose.hips_world_m, scene.camera)
    return {
        "frame": scene.frame_index,
        "person": pose.person_id,
        "bone_heads_m": np.round(heads_m, 6).tolist(),
        "capsule_radii_m": np.round(capsule_radii_m(pose.bone_lengths_m, pose.girth), 6).tolist(),
        "hips_px_and_depth_m": np.round([*project(seen_m, scene.camera), seen_m[2]], 4).tolist(),
    }


def packed_events() -> bytes:
    """The golden events as the page is sent them."""
    return scene_to_msgpack(next(iter(read_take(GOLDEN / "events.take.jsonl").scenes)))


def test_the_golden_events_are_packed_as_they_are_sent() -> None:
    assert (GOLDEN / "events.msgpack").read_bytes() == packed_events(), "run: python tests/test_dashboard_units.py"


def test_the_pages_tables_are_the_skeletons() -> None:
    assert FILE.read_text() == tables_js(), "run: python tests/dashboard_tables.py"


def test_the_golden_body_is_what_python_computes() -> None:
    golden = json.loads((GOLDEN / "rig.json").read_text())
    for key, value in rig().items():
        assert np.allclose(golden[key], value, atol=2e-6), key


def test_the_page_passes_its_own_tests() -> None:
    needs_node()
    done = subprocess.run(["node", "--test", "test/"], cwd=PAGE, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def needs_node() -> None:
    if shutil.which("node") is None or not (PAGE / "node_modules" / "three").is_dir():
        pytest.skip(f"needs Node.js and the page's packages: cd {PAGE} && npm ci")


def worn(avatar: Path, pose: RigPose) -> dict[str, dict[str, list[float]]]:
    """What three-vrm makes of a pose on an avatar."""
    told = zip(EXTRA_BONES, pose.extra_rotations_xyzw.tolist(), strict=True)
    person = {
        "hips_world_m": pose.hips_world_m.tolist(),
        "rotations_xyzw": pose.rotations_xyzw.tolist(),
        "bone_lengths_m": pose.bone_lengths_m.tolist(),
        "extra_rotations_xyzw": {bone: turn for bone, turn in told if any(turn)},
        "blends": {blend.name: blend.value for blend in pose.blends},
    }
    (avatar.parent / "person.json").write_text(json.dumps(person))
    command = ["node", "check/wear.mjs", str(avatar), str(avatar.parent / "person.json")]
    done = subprocess.run(command, cwd=PAGE, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("kind", ["vrm0", "vrm1"])
def test_an_avatar_of_ones_own_takes_the_pose_where_the_performer_stands(kind: str, tmp_path: Path) -> None:
    needs_node()
    pose = random_pose(1, 0.0, np.random.default_rng(3))
    made = worn(write_avatar(tmp_path / "x.vrm", kind), pose)
    held = np.array([made["rotations"][bone] for bone in BONES])
    assert np.degrees(angle_between(held, pose.rotations_xyzw)).max() < 0.01
    heads_m = np.array([made["heads"][bone] for bone in BONES])
    assert np.allclose(heads_m[0], pose.hips_world_m, atol=1e-3)
    rest_m = np.linalg.norm(REST_OFFSETS_M, axis=1)
    size = np.where(pose.bone_lengths_m > 0, pose.bone_lengths_m / rest_m, 1.0)
    ours_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, REST_OFFSETS_M * size[:, None])
    # The avatar has proportions of its own, but its limbs lie where the performer's do.
    assert np.linalg.norm(heads_m - ours_m, axis=1).max() < 0.25


def test_a_bone_that_an_avatar_lacks_leaves_its_turn_to_the_next(tmp_path: Path) -> None:
    needs_node()
    pose = random_pose(1, 0.0, np.random.default_rng(4))
    made = worn(write_avatar(tmp_path / "x.vrm", "vrm1", ("UpperChest", "LeftShoulder")), pose)
    expected = multiply(pose.rotations_xyzw[BONE["UpperChest"]], pose.rotations_xyzw[BONE["LeftShoulder"]])
    expected = multiply(expected, pose.rotations_xyzw[BONE["LeftUpperArm"]])
    assert np.degrees(angle_between(np.array(made["rotations"]["LeftUpperArm"]), expected)) < 0.01
    assert "UpperChest" not in made["rotations"]


def guest() -> RigPose:
    """The pose of the golden take that a guest speaks of."""
    return next(pose for scene in read_take(GOLDEN / "guest.take.jsonl").scenes for pose in scene.poses)


@pytest.mark.parametrize("kind", ["vrm0", "vrm1"])
def test_an_avatar_takes_the_fingers_eyes_and_face_that_a_guest_tells(kind: str, tmp_path: Path) -> None:
    needs_node()
    pose = guest()
    made = worn(write_guest_avatar(tmp_path / "x.vrm", kind), pose)
    told = pose.extra_rotations_xyzw.any(axis=1)
    assert 10 < told.sum() < len(EXTRA_BONES)
    expected = np.where(told[:, None], pose.extra_rotations_xyzw, IDENTITY)
    held = np.array([made["rotations"][bone] for bone in EXTRA_BONES])
    assert np.degrees(angle_between(held, expected)).max() < 0.01
    said = {blend.name: blend.value for blend in pose.blends}
    shown = {"happy": "Joy", "MouthSmileLeft": "mouthSmileLeft", "blink": "Blink", "aa": "A", "lookLeft": "LookLeft"}
    assert made["expressions"] == {**{ours: said[theirs] for ours, theirs in shown.items()}, "angry": 0}


def test_a_finger_of_fewer_bones_bends_as_far(tmp_path: Path) -> None:
    needs_node()
    pose = guest()
    made = worn(write_guest_avatar(tmp_path / "x.vrm", "vrm1", ("LeftIndexIntermediate",)), pose)
    of = {bone: pose.extra_rotations_xyzw[EXTRA_BONE[f"LeftIndex{bone}"]] for bone in ("Intermediate", "Distal")}
    expected = multiply(of["Intermediate"], of["Distal"])
    assert np.degrees(angle_between(np.array(made["rotations"]["LeftIndexDistal"]), expected)) < 0.01


if __name__ == "__main__":
    (GOLDEN / "events.msgpack").write_bytes(packed_events())
    (GOLDEN / "rig.json").write_text(json.dumps(rig(), indent=1) + "\n")
