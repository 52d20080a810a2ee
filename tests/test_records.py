"""Records are frozen, down to their arrays, and refuse wrong shapes."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from mocap_bridge.camera import level_camera
from mocap_bridge.records import ActiveEvent, BodyJoints, Boxes, JointEstimate, RigPose, Scene, Track


def body(x_m=0.0):
    return BodyJoints(1, 0.5, np.full((30, 3), x_m), np.ones(30), np.zeros((30, 2)), np.zeros(4))


def pose():
    return RigPose(1, 0.5, np.zeros(3), np.tile([0, 0, 0, 1], (22, 1)), np.ones(22), np.ones(22), np.zeros(4))


def test_arrays_are_read_only_copies_in_float64():
    given = np.zeros((30, 3), np.float32)
    record = replace(body(), joints_world_m=given)
    given[:] = 9
    assert record.joints_world_m.dtype == np.float64
    assert (record.joints_world_m == 0).all()
    with pytest.raises(ValueError, match="read-only"):
        record.joints_world_m[0] = 1


def test_fields_cannot_be_set():
    with pytest.raises(FrozenInstanceError):
        body().time_s = 2.0


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (
            lambda: replace(body(), joints_world_m=np.zeros((29, 3))),
            r"BodyJoints.joints_world_m .*\(29, 3\).*\(30, 3\)",
        ),
        (lambda: replace(pose(), rotations_xyzw=np.zeros((22, 3))), r"RigPose.rotations_xyzw .*\(22, 3\).*\(22, 4\)"),
        (lambda: Boxes(np.zeros((2, 3)), np.zeros(2)), r"Boxes.boxes_px .*\(2, 3\)"),
        (lambda: Track(1, np.zeros(3), 0.0), r"Track.box_px .*\(3,\).*\(4,\)"),
        (lambda: JointEstimate(1, 0.0, np.zeros((30, 2)), np.zeros(30), np.zeros(7)), "JointEstimate.confidence"),
        (lambda: ActiveEvent("wave", 1, 1.0, 0.0, np.zeros(2)), "ActiveEvent.anchor_world_m"),
    ],
)
def test_a_wrong_shape_is_named_with_the_right_one(make, names):
    with pytest.raises(ValueError, match=names):
        make()


def test_any_number_of_boxes_will_do():
    assert Boxes(np.zeros((0, 4)), np.zeros(0)).boxes_px.shape == (0, 4)
    assert Boxes(np.zeros((5, 4)), np.zeros(5)).boxes_px.shape == (5, 4)


def test_scenes_with_the_same_values_are_the_same_and_others_are_not():
    def scene(x_m):
        return Scene(3, 0.5, level_camera((640, 480)), (body(x_m),), (pose(),))

    assert scene(0.1).same(scene(0.1))
    assert not scene(0.1).same(scene(0.2))
    assert not scene(0.1).same(body())
    assert not scene(0.1).same(replace(scene(0.1), bodies=()))
    assert scene(np.nan).same(scene(np.nan))
