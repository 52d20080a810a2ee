import gzip
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from mocap_bridge.skeleton import JOINT, JOINT_PARENTS

moderngl = pytest.importorskip("moderngl", reason="drawing needs the extra [train]")

from models.training.figures.bodies import Closet, open_closet  # noqa: E402
from models.training.figures.garments import load_garment  # noqa: E402
from models.training.figures.looks import fabric, skin_colour  # noqa: E402
from models.training.figures.meshes import read_mesh  # noqa: E402
from models.training.material.backgrounds import panorama_view, room  # noqa: E402
from models.training.renders import Photographer, Sample, over_grey, save_shard  # noqa: E402

DATA = Path(os.environ.get("MOCAP_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "train"
CLIP = Path(__file__).parents[1] / "mocap_bridge" / "demo" / "two_people.mp4"

needs_bodies = pytest.mark.skipif(
    not (DATA / "bodies").is_dir(), reason="no bodies: set MOCAP_SHARED to the folder that holds data/train"
)


@pytest.fixture(scope="module")
def closet() -> Closet:
    return open_closet(DATA)


@pytest.fixture(scope="module")
def samples(closet: Closet) -> list[Sample]:
    rest = np.broadcast_to(np.eye(3), (1, len(closet.rig.bones), 3, 3))
    try:
        moderngl.create_context(standalone=True, backend="egl").release()
    except Exception as error:  # the plain Exception is what moderngl raises without a driver
        pytest.skip(f"no OpenGL here: {error}")
    photographer = Photographer(closet, rest, seed=3)
    return [photographer.sample() for _ in range(12)]


def test_a_polygon_becomes_a_fan_and_a_seam_two_corners(tmp_path: Path) -> None:
    square = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\ng part\nf 1/1 2/2 3/3 4/1\nf 1/2 2/2 3/3\n"
    (tmp_path / "square.obj").write_text(square)
    mesh = read_mesh(tmp_path / "square.obj")
    assert len(mesh.triangles) == 3
    assert sorted(mesh.corner_vertex) == [0, 0, 1, 2, 3]
    positions = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
    np.testing.assert_allclose(mesh.normals(positions), [[0, 0, 1]] * 4, atol=1e-12)


def test_a_mesh_without_faces_is_refused(tmp_path: Path) -> None:
    (tmp_path / "points.obj").write_text("v 0 0 0\n")
    with pytest.raises(ValueError, match="no faces"):
        read_mesh(tmp_path / "points.obj")


def test_cutting_out_along_the_mask_leaves_no_grey_rim() -> None:
    soft = np.zeros((32, 32, 4), np.float32)
    soft[:, 16:] = 255
    soft[:, 15] = (127, 127, 127, 127)  # half covered by white
    rgb, alpha = over_grey(soft)
    assert rgb[:, 15].min() >= 253
    assert rgb[:, 14].min() >= 253
    assert (rgb[:, :8] == 128).all()
    assert alpha[0, 15] == 127


def test_skin_comes_in_every_tone() -> None:
    rng = np.random.default_rng(0)
    brightness = np.array([skin_colour(rng).mean() for _ in range(400)])
    assert brightness.min() < 0.22
    assert brightness.max() > 0.8
    assert (brightness < 0.45).mean() > 0.3


def test_fabrics_are_pictures_that_differ() -> None:
    rng = np.random.default_rng(0)
    swatches = [fabric(rng, []) for _ in range(20)]
    assert all(swatch.shape == (128, 128, 3) and swatch.dtype == np.uint8 for swatch in swatches)
    assert len({swatch.tobytes() for swatch in swatches}) == 20


def test_a_camera_that_looks_down_sees_what_lies_below_in_a_panorama() -> None:
    panorama = np.zeros((64, 128, 3), np.uint8)
    panorama[32:] = 200  # floor
    level = panorama_view(panorama, 0.0, 0.0, 0.0, 1.0, 40, 30)
    assert level[0].max() == 0
    assert level[-1].min() == 200
    assert panorama_view(panorama, 0.0, 1.0, 0.0, 1.0, 40, 30).min() == 200
    assert room(np.random.default_rng(1), 40, 30).shape == (30, 40, 3)


@needs_bodies
def test_a_garment_fits_every_body_from_outside(closet: Closet) -> None:
    shoes = load_garment(DATA / "bodies" / "assets" / "clothes" / "shoes02" / "shoes02.mhclo", closet.rig)
    small = shoes.fit_m(closet.rig.base_m)
    large = shoes.fit_m(closet.rig.base_m * 1.2)
    np.testing.assert_allclose(large, small * 1.2, atol=1e-9)
    assert len(shoes.hides) > 0


@needs_bodies
def test_joints_lie_inside_the_silhouette_when_the_picture_shows_them(samples: list[Sample]) -> None:
    inside = []
    for sample in samples:
        at = np.floor(sample.joints_px).astype(int)
        shown = (sample.visible == 1) & (at >= 0).all(axis=1) & (at < 224).all(axis=1)
        near = cv2.dilate(sample.alpha, np.ones((7, 7), np.uint8))
        inside += (near[at[shown, 1], at[shown, 0]] > 127).tolist()
    assert len(inside) > 100
    assert np.mean(inside) > 0.99


@needs_bodies
def test_pictures_are_labelled_as_promised(samples: list[Sample], tmp_path: Path) -> None:
    save_shard(tmp_path / "train-000.npz", samples)
    with np.load(tmp_path / "train-000.npz") as shard:
        count = len(samples)
        assert shard["joints_px"].shape == (count, 30, 2)
        assert shard["visible"].shape == shard["depth_m"].shape == (count, 30)
        np.testing.assert_allclose(shard["depth_m"][:, JOINT["Pelvis"]], 0, atol=1e-6)
        assert np.abs(shard["depth_m"]).max() < 1.3
        for name, channels in (("rgb", 3), ("alpha", 1)):
            at = shard[f"{name}_at"]
            picture = cv2.imdecode(shard[name][at[3] : at[4]], cv2.IMREAD_UNCHANGED)
            assert picture.reshape(224, 224, channels).any()
        x0, y0, x1, y1 = shard["box_px"].T
        assert (np.maximum(x1 - x0, y1 - y0) > 150).all()
    assert [path.name for path in tmp_path.iterdir()] == ["train-000.npz"]


@needs_bodies
def test_a_person_seen_from_the_front_hides_neither_nose_nor_chest(samples: list[Sample]) -> None:
    names = ["Nose", "R_Ear", "L_Ear", "R_Shoulder", "L_Shoulder"]
    nose, right_ear, left_ear, right, left = (JOINT[name] for name in names)
    facing = [
        sample
        for sample in samples
        if sample.depth_m[nose] < min(sample.depth_m[[right_ear, left_ear]]) - 0.07
        and (sample.joints_px >= 0).all()
        and (sample.joints_px < 224).all()
    ]
    assert facing
    for sample in facing:
        assert sample.visible[nose]
        assert sample.visible[[right, left]].all()


def test_the_demo_clip_shows_what_its_truth_says() -> None:
    with gzip.open(CLIP.with_suffix(".truth.json.gz"), "rt") as file:
        truth = json.load(file)
    video = cv2.VideoCapture(str(CLIP))
    count = 0
    while video.read()[0]:
        count += 1
    video.release()
    assert count == len(truth["frames"]) == 300
    assert CLIP.stat().st_size < 1_000_000
    focal, center = np.array(truth["focal_px"]), np.array(truth["center_px"])
    for people in truth["frames"][::30]:
        for person in people:
            joints_m = np.array(person["joints_camera_m"])
            expected_px = joints_m[:, :2] / joints_m[:, 2:] * focal + center
            np.testing.assert_allclose(person["joints_px"], expected_px, atol=0.8)
            bones_m = np.linalg.norm(joints_m - joints_m[list(JOINT_PARENTS)], axis=1)
            assert bones_m[JOINT["L_Knee"]] == pytest.approx(0.42, abs=0.06)
