"""Painting: rays against many balls, pixels where bodies, shadows and lines must be, and films that are broken off."""

import signal
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import write_clip
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import CAMERA, random_pose, random_scene
from test_cli import started

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.commands.render import render
from mocap_bridge.errors import MocapError, OutputError
from mocap_bridge.mannequin import in_tpose, parts_for, placed, surface
from mocap_bridge.outputs.take import TakeOutput
from mocap_bridge.records import Array, RigPose, Scene
from mocap_bridge.render import look_at, on_floor, over_video, view_of
from mocap_bridge.render.cones import FAR, cast, no_hits
from mocap_bridge.render.film import Film
from mocap_bridge.retarget import joints_from_pose
from mocap_bridge.rotations import IDENTITY, bone_heads_m
from mocap_bridge.skeleton import BONES, HIPS_HEIGHT_M, REST_OFFSETS_M
from mocap_bridge.wire.take_json import TakeHeader

SIZE_PX = (320, 180)


def standing(x_m: float = 0.0, z_m: float = -3.0, person_id: int = 1) -> RigPose:
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1)
    lengths_m[0] = 0.0
    at_m = np.array([x_m, HIPS_HEIGHT_M, z_m])
    return RigPose(person_id, 0.0, at_m, np.tile(IDENTITY, (22, 1)), np.ones(22), lengths_m, np.zeros(4))


def scene_of(*poses: RigPose, time_s: float = 0.0) -> Scene:
    return Scene(0, time_s, CAMERA, (), tuple(replace(pose, time_s=time_s) for pose in poses))


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_a_ray_meets_a_cone_where_it_meets_the_first_of_its_balls(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ends = rng.normal(size=(2, 3)) * 0.3 + [0, 0, 3]
    radii = rng.uniform(0.02, 0.3, 2)
    grid = np.stack([*np.meshgrid(np.linspace(-0.3, 0.3, 24), np.linspace(-0.3, 0.3, 24)), np.ones((24, 24))], axis=-1)
    rays = (grid / np.linalg.norm(grid, axis=-1, keepdims=True)).astype(np.float32)
    hits = no_hits(24, 24)
    whole = slice(0, 24), slice(0, 24)
    cast(hits, whole, np.zeros(3, np.float32), rays, ends.astype(np.float32), radii.astype(np.float32), 7)
    expected = first_ball(rays, ends, radii)
    both = (hits.distance < FAR) & (expected < 1e8)
    assert np.mean((hits.distance < FAR) != (expected < 1e8)) < 0.02  # but for rays that just graze
    np.testing.assert_allclose(hits.distance[both], expected[both], atol=0.01)
    assert (hits.part[both] == 7).all()
    np.testing.assert_allclose(np.linalg.norm(hits.normal[both], axis=-1), 1.0, atol=1e-3)
    assert (np.einsum("ni,ni->n", hits.normal[both], rays[both]) < 0.01).all()  # what is seen faces the eye


def first_ball(rays: Array, ends: Array, radii: Array) -> Array:
    """Distance to the nearest of 600 balls along the cone."""
    nearest = np.full(rays.shape[:2], 1e9)
    for share in np.linspace(0, 1, 600):
        centre, radius = ends[0] + share * (ends[1] - ends[0]), radii[0] + share * (radii[1] - radii[0])
        along = rays @ centre
        inside = along**2 - centre @ centre + radius**2
        nearest = np.minimum(nearest, np.where(inside > 0, along - np.sqrt(np.maximum(inside, 0)), 1e9))
    return nearest


def test_the_mannequin_is_as_tall_as_the_person_stands_on_the_floor_and_holds_the_joints() -> None:
    pose = standing()
    parts = parts_for(pose.bone_lengths_m)
    ends_m = placed(parts, pose)
    low_m = (ends_m[..., 1] - parts.radii_m).min()
    high_m = (ends_m[..., 1] + parts.radii_m).max()
    assert low_m == pytest.approx(0.0, abs=0.012)
    assert high_m == pytest.approx(1.70, abs=0.04)
    np.testing.assert_allclose(ends_m, in_tpose(parts) + pose.hips_world_m, atol=1e-9)
    rng = np.random.default_rng(3)
    bent = replace(random_pose(1, 0.0, rng), bone_lengths_m=pose.bone_lengths_m)
    heads_m = bone_heads_m(bent.hips_world_m, bent.rotations_xyzw, REST_OFFSETS_M)
    off_m = [np.linalg.norm(placed(parts, bent) - head, axis=-1).min() for head in heads_m]
    assert max(off_m) < 0.1, BONES[int(np.argmax(off_m))]


def test_a_cones_surface_is_closed_and_faces_outwards() -> None:
    ends_m, radii_m = np.array([[0.0, 0, 0], [0.1, 0.3, 0]]), np.array([0.1, 0.05])
    points, normals, faces = surface(ends_m, radii_m)
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    large = np.linalg.norm(across, axis=1) > 1e-9  # at the poles triangles are needles
    assert (np.sum(across * normals[faces[:, 0]], axis=1)[large] > 0).all()
    volume = np.sum(a * np.cross(b, c)) / 6
    length, (thick, thin) = np.linalg.norm(ends_m[1]), radii_m
    balls = 2 / 3 * np.pi * (thick**3 + thin**3)
    assert volume == pytest.approx(np.pi * length / 3 * (thick**2 + thick * thin + thin**2) + balls, rel=0.08)


def test_people_are_painted_where_the_camera_has_them_the_nearer_before_the_farther() -> None:
    camera = look_at(np.array([0.0, 1.2, 2.0]), np.array([0.0, 1.0, -3.0]), SIZE_PX)
    near, far = standing(0.0, -2.0, 1), standing(0.0, -4.0, 2)
    alone, both = on_floor(scene_of(near), camera), on_floor(scene_of(far, near), camera)
    chest_px = tuple(
        np.round(project(camera_from_world(near.hips_world_m + np.array([0, 0.3, 0.1]), camera), camera)).astype(int)
    )
    np.testing.assert_allclose(alone[chest_px[::-1]], both[chest_px[::-1]], atol=3)
    empty = on_floor(scene_of(), camera)
    assert np.abs(alone[chest_px[::-1]].astype(int) - empty[chest_px[::-1]]).max() > 30
    corner = np.s_[:20, :20]
    np.testing.assert_array_equal(alone[corner], empty[corner])


def test_a_shadow_falls_on_the_floor_away_from_the_light() -> None:
    camera = look_at(np.array([0.0, 2.0, 2.0]), np.array([0.0, 0.3, -3.0]), SIZE_PX)
    lit, empty = on_floor(scene_of(standing()), camera), on_floor(scene_of(), camera)
    darker = empty.astype(int).sum(axis=2) - lit.astype(int).sum(axis=2) > 25
    columns = np.flatnonzero(darker.any(axis=0))
    assert darker.sum() > 100
    assert columns.max() - SIZE_PX[0] / 2 > SIZE_PX[0] / 2 - columns.min()  # the light comes from the left


@pytest.mark.parametrize("walk_m", [0.0, 1.0, 12.0])
def test_the_view_has_everybody_in_it_all_the_time(walk_m: float) -> None:
    scenes = [
        scene_of(standing(walk_m * n / 60), standing(0.8 + walk_m * n / 60, -4.0, 2), time_s=n / 30) for n in range(61)
    ]
    view = view_of(scenes, SIZE_PX)
    for scene in scenes:
        camera = view.camera(scene.time_s)
        for pose in scene.poses:
            at_px = project(camera_from_world(joints_from_pose(pose), camera), camera)
            assert (at_px > 0).all()
            assert (at_px < SIZE_PX).all()


def test_nobody_far_away_or_behind_the_camera_is_no_trouble() -> None:
    camera = look_at(np.array([0.0, 1.2, 2.0]), np.array([0.0, 1.0, -3.0]), SIZE_PX)
    for pose in (standing(z_m=3.0), standing(z_m=2.0), standing(x_m=50.0), standing(z_m=-400.0)):
        assert on_floor(scene_of(pose), camera, skeleton=True).shape == (180, 320, 3)
    assert on_floor(scene_of(), camera).shape == (180, 320, 3)
    assert view_of([scene_of()], SIZE_PX).camera(0.0).size_px.tolist() == [320, 180]


def test_over_a_video_the_picture_stays_where_nobody_is() -> None:
    picture = np.full((240, 320, 3), (40, 120, 200), np.uint8)
    scene = random_scene((1,))
    over = over_video(picture, replace(scene, bodies=()), skeleton=False)
    changed = np.abs(over.astype(int) - picture).max(axis=2) > 3
    assert 0.002 < changed.mean() < 0.5
    plain = over_video(picture, scene_of(), skeleton=False)
    np.testing.assert_allclose(plain, picture, atol=1)
    lines = over_video(picture, scene, skeleton=True)
    assert (np.abs(lines.astype(int) - over).max(axis=2) > 60).any()


def test_a_film_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    pictures = [np.full((64, 96, 3), 20 * n, np.uint8) for n in range(10)]
    film = Film(path, "a take")
    for picture in pictures[:4]:
        film.add(picture)
    (film.folder / "000004.part").write_bytes(b"half a picture")
    again = Film(path, "a take")
    assert again.done == 4
    for picture in pictures[4:]:
        again.add(picture)
    again.finish(25.0)
    assert [file.name for file in tmp_path.iterdir()] == ["x.mp4"]
    video = cv2.VideoCapture(str(path))
    shades = []
    while (read := video.read())[0]:
        shades.append(float(read[1].mean()))
    assert video.get(cv2.CAP_PROP_FPS) == 25.0
    np.testing.assert_allclose(shades, np.arange(10) * 20, atol=4)


def test_the_pictures_of_another_film_are_not_gone_on_with(tmp_path: Path) -> None:
    film = Film(tmp_path / "x.mp4", "a take")
    film.add(np.zeros((64, 96, 3), np.uint8))
    assert Film(tmp_path / "x.mp4", "another take").done == 0
    with pytest.raises(OutputError, match="without pictures"):
        Film(tmp_path / "x.mp4", "another take").finish(25.0)
    with pytest.raises(OutputError, match="cannot be written"):
        Film(tmp_path / "none" / "x.mp4", "a take")


@pytest.fixture
def take(tmp_path: Path) -> Path:
    path = tmp_path / "walk.take.jsonl"
    output = TakeOutput(path, overwrite=False)
    output.begin(TakeHeader(source="walk.mp4", model="xs", model_sha256="00"))
    for n in range(40):
        output.send(replace(scene_of(standing(0.01 * n), time_s=n / 20), frame_index=n))
    output.close()
    return path


def test_an_interrupted_film_is_gone_on_with_by_the_same_command(take: Path, tmp_path: Path) -> None:
    command = ("render", take, "-o", "walk.mp4", "--size", "320x180")
    process = started(*command, folder=tmp_path)
    parts, until_s = tmp_path / "walk.mp4.parts", time.monotonic() + 90
    while not (parts / "000002.jpg").exists() and time.monotonic() < until_s and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "the same command goes on from there" in err
    there = len(list(parts.glob("*.jpg")))
    assert 3 <= there < 40
    process = started(*command, folder=tmp_path)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out.strip()) == (0, "walk.mp4"), err
    assert f"{there} of 40 pictures are there already" in err
    video = cv2.VideoCapture(str(tmp_path / "walk.mp4"))
    assert (video.get(cv2.CAP_PROP_FRAME_COUNT), video.get(cv2.CAP_PROP_FPS)) == (40, 20)
    assert not parts.exists()


def test_a_picture_of_a_moment_and_what_cannot_be_painted(take: Path, tmp_path: Path) -> None:
    picture = tmp_path / "walk.png"
    render(str(take), str(picture), at=1.0, size="320x180", skeleton=True)
    assert cv2.imread(str(picture)).shape == (180, 320, 3)
    free = str(tmp_path / "x.png")
    for wrong, complaint in (
        ({"out": str(tmp_path / "x.gif")}, r"must end in \.mp4 or \.png"),
        ({"out": str(picture)}, "exists already"),
        ({"out": free, "size": "big"}, "write 1280x720"),
        ({"out": free, "size": "99999x64"}, "from 64 to 4096"),
        ({"out": free, "at": 99.0}, r"the take is 1\.95 s long"),
        ({"out": free, "video": str(tmp_path / "gone.mp4")}, r"gone\.mp4"),
        ({"out": str(tmp_path / "x.mp4"), "at": 1.0}, "cut a film with trim"),
    ):
        with pytest.raises(MocapError, match=complaint):
            render(str(take), **wrong)


def test_a_film_over_the_video_has_its_size_and_length(tmp_path: Path) -> None:
    video = write_clip(tmp_path / "seen.avi", frames=12, fps=20)
    path = tmp_path / "x.take.jsonl"
    output = TakeOutput(path, overwrite=False)
    output.begin(TakeHeader(source="seen.avi", model="xs", model_sha256="00"))
    for n in range(2, 9):  # the take begins later and ends earlier than the video
        output.send(replace(random_scene((1,), n, n / 20), frame_index=n))
    output.close()
    render(str(path), str(tmp_path / "over.mp4"), video=str(video))
    film = cv2.VideoCapture(str(tmp_path / "over.mp4"))
    assert film.get(cv2.CAP_PROP_FRAME_COUNT) == 12
    pictures = [film.read()[1] for _ in range(12)]
    assert pictures[0].shape == (120, 160, 3)
    uneven = [float(picture.std(axis=(0, 1)).max()) > 8 for picture in pictures]
    assert uneven == [2 <= n < 9 for n in range(12)]
