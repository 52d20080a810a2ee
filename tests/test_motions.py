"""Motion files from three formats, and what they become on the rig."""

import os
from pathlib import Path

import numpy as np
import pytest

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.figures.rig import Rig, average_body_m, load_rig
from models.training.motion import extra_poses
from models.training.motion.files import Recording, read_amc, read_bvh, read_glb
from models.training.motion.iclone import read_iclone
from models.training.motion.rig_retarget import Naming, retarget
from models.training.motions import (
    VALIDATION_CLIPS,
    Motions,
    facing_forward,
    load_motions,
    read_makehuman_pose,
    validation_rows,
)

DATA = Path(os.environ.get("MOCAP_SHARED", "../shared")) / "data" / "train"
needs_data = pytest.mark.skipif(not (DATA / "motion").is_dir(), reason=f"no motion at {DATA}; set MOCAP_SHARED")

ASF = """\
:bonedata
  begin
    name thigh
    direction 0 -1 0
    length 4
    axis 0 0 0 XYZ
    dof rx
  end
  begin
    name shin
    direction 0 -1 0
    length 3
    axis 0 0 90 XYZ
    dof rx rz
  end
:hierarchy
  begin
    root thigh
    thigh shin
  end
"""
AMC = """\
:FULLY-SPECIFIED
1
root 1 2 3 0 90 0
thigh 0
shin 0 0
2
root 0 0 0 0 0 0
thigh -90
shin 90 0
"""
BVH = """\
HIERARCHY
ROOT hip
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT knee
  {
    OFFSET 0 -4 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -3 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.0333
0 0 0 0 0 0 0 0 0
5 5 5 90 0 0 0 90 0
"""


def test_an_acclaim_motion_turns_bones_about_their_own_axes(tmp_path: Path) -> None:
    (tmp_path / "a.asf").write_text(ASF)
    (tmp_path / "a_1.amc").write_text(AMC)
    recording = read_amc(tmp_path / "a_1.amc", tmp_path / "a.asf")
    np.testing.assert_allclose(recording.heads["shin"], [0, -4, 0])
    # Frame 1: only the root is turned, everything follows.
    np.testing.assert_allclose(recording.turned["shin"][0] @ [0, 0, 1], [1, 0, 0], atol=1e-9)
    # Frame 2: the thigh swings up forward; the shin's x axis is the body's y axis.
    np.testing.assert_allclose(recording.turned["thigh"][1] @ [0, -1, 0], [0, 0, 1], atol=1e-9)
    np.testing.assert_allclose(recording.turned["shin"][1] @ [0, -1, 0], [0, 0, 1], atol=1e-9)


def test_a_bvh_motion_applies_its_channels_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "b.bvh").write_text(BVH)
    recording = read_bvh(tmp_path / "b.bvh")
    np.testing.assert_allclose(recording.heads["knee"], [0, -4, 0])
    np.testing.assert_allclose(recording.turned["knee"][0], np.eye(3), atol=1e-12)
    np.testing.assert_allclose(recording.turned["hip"][1] @ [1, 0, 0], [0, 1, 0], atol=1e-9)
    # Turned about x in the hip's axes, which by then point elsewhere.
    np.testing.assert_allclose(recording.turned["knee"][1] @ [0, 1, 0], [0, 0, 1], atol=1e-9)


@pytest.fixture(scope="module")
def rig() -> Rig:
    return load_rig(DATA)


def joints_m(rig: Rig, rotations: Array) -> Array:
    shape_m = average_body_m(rig, DATA)
    return rig.pose_joints_m(rotations, rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m))


def t_poses() -> list[tuple[Recording, Naming]]:
    clips = read_glb(DATA / "motion" / "cc0_glb" / "human-base-animations.glb")
    level = next(clip for clip in clips if clip.name.endswith("T-Pose"))
    walk = DATA / "motion" / "pack_30hz" / "cmu_bvh_iclone__007_04.bvh.gz"
    return [
        (level, Naming.BLENDER),
        (next(read_iclone([walk], walk)), Naming.DAZ),
        (read_makehuman_pose(DATA / "motion" / "makehuman_poses_cc0" / "tpose.bvh"), Naming.MAKEHUMAN),
    ]


@needs_data
def test_a_t_pose_of_any_source_is_a_t_pose_on_the_rig(rig: Rig) -> None:
    heads_m = rig.bone_heads_m(average_body_m(rig, DATA))
    for clip, naming in t_poses():
        posed_m = joints_m(rig, retarget(clip, rig, heads_m, naming))[0]
        for side, sign in (("L", 1), ("R", -1)):
            arm = posed_m[JOINT[f"{side}_Wrist"]] - posed_m[JOINT[f"{side}_Shoulder"]]
            assert sign * arm[0] / np.linalg.norm(arm) > 0.98, clip.name
            leg = posed_m[JOINT[f"{side}_Ankle"]] - posed_m[JOINT[f"{side}_Hip"]]
            assert -leg[1] / np.linalg.norm(leg) > 0.98, clip.name


@needs_data
def test_made_up_people_sit_and_stretch_their_arms(rig: Rig) -> None:
    heads_m = rig.bone_heads_m(average_body_m(rig, DATA))
    standing = np.broadcast_to(np.eye(3), (50, len(rig.bones), 3, 3))
    rng = np.random.default_rng(0)
    seated_m = joints_m(rig, extra_poses.sitting(standing, rig, heads_m, rng))
    thigh = seated_m[:, JOINT["L_Knee"]] - seated_m[:, JOINT["L_Hip"]]
    assert (np.abs(thigh[:, 1]) < 0.25).all()
    assert np.median(thigh[:, 2]) > 0.3
    wide_m = joints_m(rig, extra_poses.wide_arms(standing, rig, heads_m, rng))
    span_m = np.linalg.norm(wide_m[:, JOINT["L_Elbow"]] - wide_m[:, JOINT["R_Elbow"]], axis=1)
    assert np.median(span_m) > 0.7


@needs_data
def test_made_up_poses_are_rotations_and_keep_their_source_untouched(rig: Rig) -> None:
    heads_m = rig.bone_heads_m(average_body_m(rig, DATA))
    frames = np.broadcast_to(np.eye(3, dtype=np.float16), (6, len(rig.bones), 3, 3)).copy()
    motions = Motions(frames, np.zeros(6, np.int32), ("still",), np.zeros(0, np.int32))
    made = extra_poses.make(rig, motions, np.arange(6), heads_m, np.random.default_rng(0))
    assert len(made) == sum(extra_poses.COUNTS.values())
    np.testing.assert_allclose(made @ np.swapaxes(made, -1, -2), np.broadcast_to(np.eye(3), made.shape), atol=1e-9)
    np.testing.assert_array_equal(motions.rotations, np.broadcast_to(np.eye(3), frames.shape))


def test_bodies_are_turned_until_their_hips_face_forward() -> None:
    body_m = np.random.default_rng(0).normal(size=(1, 30, 3))
    body_m[0, JOINT["L_Hip"]], body_m[0, JOINT["R_Hip"]] = (0, 0, -0.1), (0, 0, 0.1)
    turned_m = facing_forward(body_m)[0]
    np.testing.assert_allclose(turned_m[JOINT["L_Hip"]] - turned_m[JOINT["R_Hip"]], [0.2, 0, 0], atol=1e-9)
    np.testing.assert_allclose(turned_m[JOINT["Pelvis"]], 0)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).normal(size=(5, 2, 3, 3)).astype(np.float16)
    motions = Motions(frames, np.array([0, 0, 1, 1, 2], np.int32), ("a", "b", "c"), np.array([1], np.int32))
    motions.save(tmp_path / "runs" / "motions.npz")
    again = load_motions(tmp_path / "runs" / "motions.npz")
    np.testing.assert_array_equal(again.rotations, frames)
    assert again.names == ("a", "b", "c")
    assert again.is_val.tolist() == [False, False, True, True, False]


def test_validation_clips_are_found_by_name_and_none_may_be_missing() -> None:
    names = ["cmu_bvh_iclone__006_01.bvh.gz", *(f"cmu_x__{clip}.amc.gz" for clip in VALIDATION_CLIPS)]
    assert validation_rows(names).tolist() == list(range(1, 15))
    with pytest.raises(ValueError, match="0 clips are called 06_01"):
        validation_rows(names[2:])
