"""The line, run on plain functions instead of networks."""

from dataclasses import replace

import numpy as np

from mocap_bridge.camera import camera_from_world, level_camera, project
from mocap_bridge.pipeline import Lift, PipelineSettings, mirrored, scenes
from mocap_bridge.records import Array, BodyJoints, Boxes, Camera, Frame, Image, JointEstimate, Lifted, Scene, Track
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.skeleton import BONES, JOINT

CAMERA = level_camera((640, 480))
T_POSE_M = joints_from_rotations(np.array([0.0, 0.92, 0.0]), np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1)))
STANDS_AT_M = np.array([0.0, 0.3, 4.0])  # camera frame: 0.3 m below the axis, 4 m away


def relative_m() -> Array:
    """The T-pose in camera axes about its pelvis: it faces the camera."""
    return (T_POSE_M - T_POSE_M[JOINT["Pelvis"]]) * np.array([1.0, -1.0, -1.0])


def frames(count: int, camera: Camera = CAMERA) -> list[Frame]:
    picture = np.zeros((480, 640, 3), np.uint8)
    return [Frame(index, index / 30, picture, camera) for index in range(count)]


def finds_one(_: Image) -> Boxes:
    points_px = project(relative_m() + STANDS_AT_M, CAMERA)
    return Boxes(np.concatenate([points_px.min(0), points_px.max(0)])[None], np.array([0.9]))


def finds_nobody(_: Image) -> Boxes:
    return Boxes(np.zeros((0, 4)), np.zeros(0))


def sees(frame: Frame, track: Track) -> JointEstimate:
    points_m = relative_m() + STANDS_AT_M
    depth_m = points_m[:, 2] - STANDS_AT_M[2]
    return JointEstimate(track.person_id, frame.time_s, project(points_m, CAMERA), depth_m, np.full(30, 0.95))


def lifts() -> Lift:
    return lambda estimate, camera: Lifted(relative_m(), np.full(4, np.nan))


def run(count: int, settings: PipelineSettings = PipelineSettings()) -> list[Scene]:  # noqa: B008
    return list(scenes(frames(count), finds_one, sees, lifts, settings))


def test_a_person_seen_as_the_t_pose_stands_where_they_are_and_rests() -> None:
    scene = run(10)[-1]
    assert len(scene.poses) == 1
    np.testing.assert_allclose(scene.poses[0].rotations_xyzw[:, 3], 1.0, atol=2e-3)
    seen_m = camera_from_world(scene.poses[0].hips_world_m[None], scene.camera)[0]
    np.testing.assert_allclose(seen_m, STANDS_AT_M, atol=0.05)


def test_feet_find_the_floor_before_anybody_is_shown() -> None:
    feet = [JOINT[name] for name in ("R_Heel", "L_Heel", "R_Toe", "L_Toe")]
    high = frames(200, level_camera((640, 480), height_m=2.0))  # in truth the lens is 1.2 m above the floor
    lowest_m = [scene.bodies[0].joints_world_m[feet, 1].min() for scene in scenes(high, finds_one, sees, lifts)]
    assert np.abs(lowest_m).max() < 0.06


def test_an_empty_room_gives_empty_scenes_not_silence() -> None:
    result = list(scenes(frames(5), finds_nobody, sees, lifts))
    assert [scene.frame_index for scene in result] == [0, 1, 2, 3, 4]
    assert all(scene.bodies == () and scene.poses == () for scene in result)


def test_one_person_keeps_one_id() -> None:
    assert {pose.person_id for scene in run(40) for pose in scene.poses} == {1}


def test_the_same_frames_give_the_same_scenes_bit_by_bit() -> None:
    assert all(a.same(b) for a, b in zip(run(20), run(20), strict=True))


def trembles(frame: Frame, track: Track) -> JointEstimate:
    """The person walks sideways at 1 m/s, seen with noise of a pixel or two."""
    rng, points_m = np.random.default_rng(frame.index), relative_m() + STANDS_AT_M + [frame.time_s, 0.0, 0.0]
    return replace(sees(frame, track), joints_px=project(points_m, CAMERA) + rng.normal(0, 1.5, (30, 2)))


def test_with_hindsight_every_frame_has_its_scene_nothing_is_late_and_less_trembles() -> None:
    def path_m(hindsight: int) -> Array:
        seen = list(scenes(frames(45), finds_one, trembles, lifts, PipelineSettings(hindsight=hindsight)))
        assert [scene.frame_index for scene in seen] == list(range(45))
        return np.array([scene.bodies[0].joints_world_m[JOINT["Pelvis"], 0] for scene in seen])

    live_m, later_m = path_m(0), path_m(10)
    true_m = np.arange(45) / 30
    late_s = [float(np.median((true_m - found_m)[10:35])) for found_m in (live_m, later_m)]
    assert abs(late_s[1]) < min(0.01, abs(late_s[0]))
    assert np.abs(np.diff(later_m, 2)).mean() < 0.6 * np.abs(np.diff(live_m, 2)).mean()


def test_with_hindsight_the_same_frames_give_the_same_scenes_bit_by_bit() -> None:
    settings = PipelineSettings(hindsight=4)
    assert all(a.same(b) for a, b in zip(run(20, settings), run(20, settings), strict=True))


def test_photos_stand_alone() -> None:
    photos = run(3, PipelineSettings(independent=True))
    assert [pose.person_id for scene in photos for pose in scene.poses] == [1, 1, 1]


def test_who_is_doubtful_in_a_photo_is_looked_at_again_and_who_is_clear_keeps_the_first_look() -> None:
    def doubtful(_: Image) -> Boxes:
        return Boxes(finds_one(_).boxes_px, np.array([0.4]))

    def run_photo(confidence: list[float]) -> list[Scene]:
        given = iter(confidence)

        def clearer(frame: Frame, track: Track) -> JointEstimate:
            sure = next(given)
            seen = sees(frame, track)
            return replace(seen, joints_px=seen.joints_px + 10 * sure, confidence=np.full(30, sure))

        return list(scenes(frames(1), doubtful, clearer, lifts, PipelineSettings(independent=True)))

    assert [len(scene.bodies) for scene in run_photo([0.3, 0.3, 0.3])] == [0]
    (late,), (early,) = (run_photo(given)[0].bodies for given in ([0.3, 0.4, 0.7], [0.7]))
    assert late.time_s == early.time_s == 0.0
    np.testing.assert_allclose(late.joints_px, early.joints_px)


def test_a_mirror_swaps_left_and_right() -> None:
    body = run(1)[0].bodies[0]
    body = replace(body, contacts=np.array([0.9, 0.8, 0.1, 0.2]))
    image = mirrored(body)
    np.testing.assert_allclose(image.joints_world_m[JOINT["L_Wrist"], 0], -body.joints_world_m[JOINT["R_Wrist"], 0])
    assert isinstance(image, BodyJoints)
    np.testing.assert_array_equal(image.contacts, [0.1, 0.2, 0.9, 0.8])
    assert mirrored(image).same(body)


def test_a_frame_may_say_for_itself_whether_it_is_mirrored() -> None:
    def poses(frames: list[Frame], mirror: bool) -> list[Scene]:
        return list(scenes(frames, finds_one, sees, lifts, PipelineSettings(mirror=mirror)))

    def all_saying(mirror: bool) -> list[Frame]:
        return [replace(frame, mirror=mirror) for frame in frames(5)]

    for mirror in (True, False):
        by_settings, by_frames = poses(frames(5), mirror), poses(all_saying(mirror), not mirror)
        assert all(a.poses[0].same(b.poses[0]) for a, b in zip(by_settings, by_frames, strict=True))


def test_a_person_is_lifted_by_a_memory_of_their_own_and_a_photo_by_a_new_one() -> None:
    made: list[int] = []

    def counts() -> Lift:
        made.append(0)

        def lift(estimate: JointEstimate, camera: Camera) -> Lifted:
            made[-1] += 1
            return lifts()(estimate, camera)

        return lift

    list(scenes(frames(6), finds_one, sees, counts))
    assert made == [6]
    made.clear()
    list(scenes(frames(3), finds_one, sees, counts, PipelineSettings(independent=True)))
    assert made == [1, 1, 1]


def test_laps_name_every_stage_in_order() -> None:
    laps: list[str] = []
    list(scenes(frames(1), finds_one, sees, lifts, lap=laps.append))
    order = ["capture", "track", "detect", "track", "estimate", "track", "lift", "place", "smooth", "retarget"]
    assert laps == [*order, "events", "outputs"]


def test_poses_are_shown_where_they_will_be_when_the_picture_is_old() -> None:
    def walks(frame: Frame, track: Track) -> JointEstimate:
        points_m = relative_m() + STANDS_AT_M + np.array([frame.time_s - 0.5, 0.0, 0.0])
        return JointEstimate(
            track.person_id, frame.time_s, project(points_m, CAMERA), relative_m()[:, 2], np.full(30, 0.95)
        )

    def hips_m(age_s: float) -> Array:
        aged = [replace(frame, age_s=age_s) for frame in frames(45)]
        return list(scenes(aged, finds_one, walks, lifts))[-1].poses[0].hips_world_m

    assert abs((hips_m(0.04) - hips_m(0.0))[0] - 0.04) < 0.01  # at a metre per second
