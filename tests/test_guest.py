"""A guest's face and fingers in a pose of ours: taken, held, faded, and the same again for the same frames."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import CAMERA, random_scene

from mocap_bridge.extra_bones import ALL_BONE, ALL_BONES, EXTRA_BONE
from mocap_bridge.guest import EASE_IN_S, FADE_S, GONE_S, HOLD_S, GuestMerge, GuestSettings, with_guest
from mocap_bridge.records import Array, BlendValue, Guest, GuestBlend, RigPose, Scene
from mocap_bridge.rotations import IDENTITY, about, angle_between
from mocap_bridge.skeleton import BONE
from mocap_bridge.wire.take_json import LineReader, TakeHeader, scene_line

BENT = about(np.array([0.0, 0.0, 1.0]), 1.0)


def guest(
    bones: Sequence[str] = ("LeftIndexProximal", "Head"), age_s: float = 0.0, since_s: float = -10.0, blink: float = 0.8
) -> Guest:
    """Says of these bones that they are bent, and Blink, ``age_s`` ago."""
    rotations, told_s = np.zeros((len(ALL_BONES), 4)), np.full(len(ALL_BONES), -np.inf)
    rows = [ALL_BONE[bone] for bone in bones]
    rotations[rows], told_s[rows] = BENT, -age_s
    blends = (GuestBlend("Blink", blink, -age_s, since_s),)
    return Guest(0.0, rotations, told_s, np.full(len(ALL_BONES), since_s), blends)


def merged(guest: Guest | None, settings: GuestSettings = GuestSettings(), pose: RigPose | None = None) -> RigPose:  # noqa: B008
    (found,) = GuestMerge(settings)([pose or random_scene().poses[0]], guest, 0.0)
    return found


def finger_rad(pose: RigPose) -> float:
    return float(angle_between(pose.extra_rotations_xyzw[EXTRA_BONE["LeftIndexProximal"]], IDENTITY))


def test_fingers_and_expressions_are_taken_and_the_head_is_left_alone() -> None:
    before = random_scene().poses[0]
    pose = merged(guest(), pose=before)
    assert finger_rad(pose) == pytest.approx(1.0)
    assert pose.blends == (BlendValue("Blink", 0.8),)
    np.testing.assert_array_equal(pose.rotations_xyzw, before.rotations_xyzw)
    assert np.count_nonzero(pose.extra_rotations_xyzw.any(axis=1)) == 1  # what is not told stays untold


def test_what_may_be_taken_can_be_chosen() -> None:
    pose = merged(guest(), GuestSettings(take=("head",)))
    assert not pose.extra_rotations_xyzw.any()
    assert pose.blends == ()
    np.testing.assert_allclose(pose.rotations_xyzw[BONE["Head"]], BENT)
    assert pose.visibility[BONE["Head"]] == 1.0


def test_without_a_guest_a_pose_is_the_very_same() -> None:
    before = random_scene().poses[0]
    assert merged(None, pose=before) is before


@given(st.floats(0.0, 3.0))
def test_what_is_told_no_longer_is_held_then_fades_then_rests_then_is_gone(age_s: float) -> None:
    pose = merged(guest(age_s=age_s))
    share = min(max(1.0 - (age_s - HOLD_S) / FADE_S, 0.0), 1.0)
    if age_s >= GONE_S:
        assert pose.blends == ()
        assert not pose.extra_rotations_xyzw.any()
    else:
        assert pose.blends[0].value == pytest.approx(0.8 * share)
        assert finger_rad(pose) == pytest.approx(share, abs=1e-6)


def test_a_head_that_is_told_no_longer_goes_back_to_what_we_see() -> None:
    before = random_scene().poses[0]
    take = GuestSettings(take=("head",))
    half = merged(guest(age_s=HOLD_S + FADE_S / 2), take, before).rotations_xyzw[BONE["Head"]]
    ours = before.rotations_xyzw[BONE["Head"]]
    assert angle_between(half, ours) == pytest.approx(angle_between(half, BENT), abs=1e-6)
    after = merged(guest(age_s=HOLD_S + FADE_S), take, before)
    np.testing.assert_array_equal(after.rotations_xyzw, before.rotations_xyzw)


def test_what_is_told_anew_comes_in_without_a_leap() -> None:
    assert merged(guest(since_s=0.0)).blends[0].value == 0.0
    assert merged(guest(since_s=-EASE_IN_S / 2)).blends[0].value == pytest.approx(0.4)


def test_it_is_whoever_has_the_place_that_is_asked_for_also_when_they_change_order() -> None:
    scene = random_scene((4, 7))
    merge = GuestMerge(GuestSettings(slot=1))
    assert [len(pose.blends) for pose in merge(scene.poses, guest(), 0.0)] == [0, 1]
    assert [len(pose.blends) for pose in merge(scene.poses[::-1], guest(), 0.1)] == [1, 0]
    assert [len(pose.blends) for pose in merge(scene.poses[:1], guest(), 0.2)] == [0]


def test_rotations_stay_rotations_whatever_comes() -> None:
    pose = merged(guest(bones=ALL_BONES, age_s=0.7), GuestSettings(take=("fingers", "eyes", "jaw", "head", "hands")))
    np.testing.assert_allclose(np.linalg.norm(pose.extra_rotations_xyzw, axis=1), 1.0)
    np.testing.assert_allclose(np.linalg.norm(pose.rotations_xyzw, axis=1), 1.0)


def test_a_take_with_a_guest_comes_back_with_the_same_bytes() -> None:
    scene = replace(random_scene(), poses=(merged(guest(bones=ALL_BONES, age_s=0.7)),))
    line, reader = scene_line(scene), LineReader(TakeHeader(source="", model="", model_sha256=""))
    assert scene_line(reader.scene(line)) == line
    assert reader.scene(line).poses[0].blends[0].name == "Blink"


def test_over_a_recording_the_guest_takes_the_place_of_what_it_tells_and_leaves_the_rest() -> None:
    recorded = merged(guest(bones=("LeftEye", "LeftIndexProximal")))
    recorded = replace(recorded, blends=(BlendValue("Joy", 1.0), BlendValue("Blink", 0.1)))
    take = [Scene(0, 0.0, CAMERA, (), (recorded,))]
    (played,) = with_guest(take, GuestMerge(), lambda: guest(bones=("RightEye",)))
    (pose,) = played.poses
    assert pose.blends == (BlendValue("Joy", 1.0), BlendValue("Blink", 0.8))
    rows = [EXTRA_BONE[bone] for bone in ("LeftEye", "LeftIndexProximal", "RightEye")]
    np.testing.assert_allclose(pose.extra_rotations_xyzw[rows], [BENT] * 3)
    (gone,) = with_guest(take, GuestMerge(), lambda: guest(age_s=GONE_S))
    assert gone.poses[0].same(recorded)


def test_poses_and_guest_arrays_are_not_written_to() -> None:
    before: Array = guest().rotations_xyzw
    with pytest.raises(ValueError, match="read-only"):
        before[0] = 1.0
