"""From a picture to joints: a tiny real network that sees red, and the shipped one where it is."""

import hashlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.assets import shipped
from mocap_bridge.camera import level_camera
from mocap_bridge.errors import ModelError
from mocap_bridge.estimate import PoseEstimator, crop_square, cut
from mocap_bridge.records import Frame, Image, Track
from mocap_bridge.skeleton import JOINTS

onnx = pytest.importorskip("onnx", reason="builds a network; needs the extra [train]")

SHAPES = {"xy_map": (1, 30, 16, 16), "z_line": (1, 30, 32), "visibility": (1, 30), "sigma": (1, 30), "presence": (1, 1)}


def write_model(path: Path, joints: tuple[str, ...] = JOINTS, **fixed: float) -> Path:
    """A network whose joints all lie where the picture is red; depth, visibility, sigma, presence are constants."""
    from onnx import TensorProto, helper, numpy_helper

    values: dict[str, Any] = {"visibility": 0.9, "sigma": 0.02, "presence": 0.8} | fixed
    constants = {name: np.full(SHAPES[name], value, np.float32) for name, value in values.items()}
    constants["z_line"] = np.eye(32, dtype=np.float32)[np.full((1, 30), 24)]
    nodes = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))
        for name, value in constants.items()
    ]
    more = {"start": [0], "end": [1], "axis": [3], "shape": [1, 30, 16, 16], "axes": [2, 3]}
    stored = [numpy_helper.from_array(np.array(value, np.int64), name) for name, value in more.items()]
    nodes += [
        helper.make_node("Slice", ["image", "start", "end", "axis"], ["red8"]),
        helper.make_node("Cast", ["red8"], ["red"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["red"], ["plane"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["plane"], ["cells"], kernel_shape=[16, 16], strides=[16, 16]),
        helper.make_node("ReduceSum", ["cells", "axes"], ["total"], keepdims=1),
        helper.make_node("Div", ["cells", "total"], ["map"]),
        helper.make_node("Expand", ["map", "shape"], ["xy_map"]),
    ]
    graph = helper.make_graph(
        nodes,
        "red",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, (1, 256, 256, 3))],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in SHAPES.items()],
        stored,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    outputs = "\n".join(f"{name} = {list(shape)}" for name, shape in SHAPES.items())
    path.with_suffix(".toml").write_text(
        f"""name = "red"\nkind = "pose"\nversion = 1\nlicence = "MIT"\ndepth_range_m = [-1.0, 1.0]
sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"\njoints = {list(joints)}
[input]\nname = "image"\nshape = [1, 256, 256, 3]\ndtype = "uint8"\n[outputs]\n{outputs}
[training]\nsamples = 0\ndata = []\ndate = "2026-01-01"\n[scores]\n"""
    )
    return path


def frame(picture: Image) -> Frame:
    return Frame(0, 0.5, picture, level_camera((picture.shape[1], picture.shape[0])))


def red_dot(x: int, y: int, radius: int = 4, size: tuple[int, int] = (480, 640)) -> Image:
    picture = np.zeros((*size, 3), np.uint8)
    picture[y - radius : y + radius, x - radius : x + radius, 0] = 255
    return picture


@pytest.mark.parametrize("box_px", [(200, 100, 300, 400), (-100, 50, 150, 450), (0, 0, 640, 480), (90, 180, 130, 220)])
def test_joints_are_found_where_they_are_in_the_whole_picture(
    tmp_path: Path, box_px: tuple[float, float, float, float]
) -> None:
    estimate = PoseEstimator(write_model(tmp_path / "red.onnx"))
    box = np.array(box_px, float)
    x, y = (int(v) for v in np.clip((box[:2] + box[2:]) / 2 + [8, -12], 20, 400))
    seen = estimate(frame(red_dot(x, y)), Track(3, box, 0.0))
    assert (seen.person_id, seen.time_s) == (3, 0.5)
    cell_px = crop_square(box)[2] / 16
    assert np.abs(seen.joints_px - [x, y]).max() < 0.75 * cell_px
    np.testing.assert_allclose(seen.depth_m, 2 * 24.5 / 32 - 1, atol=1e-6)
    assert seen.presence == pytest.approx(0.8)


def test_a_thorough_look_says_the_same_of_a_dot_that_is_the_same_from_all_sides(tmp_path: Path) -> None:
    model, track = write_model(tmp_path / "red.onnx"), Track(1, np.array([200.0, 100, 400, 300]), 0.0)
    once, often = (PoseEstimator(model, thorough)(frame(red_dot(330, 180)), track) for thorough in (False, True))
    np.testing.assert_allclose(often.joints_px, once.joints_px, atol=0.6)
    np.testing.assert_allclose(often.confidence, once.confidence, atol=0.02)


def test_a_thorough_look_finds_who_stands_on_the_head() -> None:
    clip = cv2.VideoCapture(str(shipped("mocap_bridge/demo/two_people.mp4")))
    picture = np.asarray([clip.read()[1] for _ in range(31)][-1][..., ::-1], np.uint8)
    size_px = np.array(picture.shape[1::-1])
    box_px = np.array([68.0, 124, 182, 414])  # the man's
    over_px = np.concatenate([size_px, size_px]) - box_px[[2, 3, 0, 1]]
    estimate = PoseEstimator(shipped("models/mobilehumanpose_xs.onnx"), thorough=True)
    upright = estimate(frame(np.ascontiguousarray(picture)), Track(1, box_px, 0.0))
    seen = estimate(frame(np.ascontiguousarray(picture[::-1, ::-1])), Track(1, over_px, 0.0))
    away_px = np.linalg.norm(size_px - seen.joints_px - upright.joints_px, axis=1)[upright.confidence > 0.5]
    assert len(away_px) > 15
    assert np.median(away_px) < 0.02 * (box_px[3] - box_px[1])


def test_an_uncertain_or_hidden_joint_has_less_confidence(tmp_path: Path) -> None:
    def confidence(**outputs: float) -> float:
        estimate = PoseEstimator(write_model(tmp_path / "red.onnx", **outputs))
        return float(estimate(frame(red_dot(300, 200)), Track(1, np.array([200.0, 100, 400, 300]), 0.0)).confidence[0])

    assert confidence() > confidence(sigma=0.1) > confidence(sigma=0.3) > 0
    assert confidence() > confidence(visibility=0.3) > 0


def test_what_is_not_a_number_becomes_an_unseen_joint_in_the_middle_of_the_box(tmp_path: Path) -> None:
    estimate = PoseEstimator(write_model(tmp_path / "red.onnx", sigma=np.nan, presence=np.nan))
    black = np.zeros((480, 640, 3), np.uint8)  # 0 / 0 in the map, too
    seen = estimate(frame(black), Track(1, np.array([200.0, 100, 400, 300]), 0.0))
    np.testing.assert_allclose(seen.joints_px, np.tile([300, 200], (30, 1)))
    assert not seen.confidence.any()
    assert seen.presence == 0.0
    assert np.isfinite(seen.depth_m).all()


def test_a_network_of_other_joints_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"30 joints of skeleton\.JOINTS"):
        PoseEstimator(write_model(tmp_path / "red.onnx", joints=JOINTS[::-1]))


BOXES = st.tuples(st.floats(-500, 2500), st.floats(-500, 1500), st.floats(1, 3000), st.floats(1, 3000)).map(
    lambda b: np.array([b[0], b[1], b[0] + b[2], b[1] + b[3]])
)


@given(BOXES)
def test_the_square_holds_the_box_and_is_little_larger(box_px: np.ndarray) -> None:
    x0, y0, side = crop_square(box_px)
    longer = (box_px[2:] - box_px[:2]).max()
    assert longer * 1.15 - 2 < side < longer * 1.35 + 2
    middle = (box_px[:2] + box_px[2:]) / 2
    assert np.abs(middle - np.array([x0, y0]) - side / 2).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("side", [100, 256, 700, 1040, 2056])
def test_a_point_of_the_picture_lies_at_its_share_of_the_crop(side: int) -> None:
    radius = max(side // 40, 2)
    picture = red_dot(1500, 1400, radius, (2600, 2600))
    crop = np.empty((256, 256, 3), np.uint8)
    x0, y0 = 1500 - side // 4, 1400 - side // 2
    cut(picture, (x0, y0, side // 4 * 4), crop)
    weight = crop[..., 0].astype(float)
    rows, columns = np.indices(weight.shape) + 0.5
    found = np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum() / 256
    np.testing.assert_allclose(found * (side // 4 * 4) + [x0, y0], [1500, 1400], atol=0.01 * side)


def test_outside_the_picture_the_crop_is_black() -> None:
    crop = np.full((256, 256, 3), 7, np.uint8)
    white = np.full((100, 100, 3), 255, np.uint8)
    cut(white, (-50, -50, 100), crop)
    assert not crop[:126, :126].any()
    assert (crop[130:, 130:] == 255).all()
    cut(white, (500, 500, 64), crop)
    assert not crop.any()
