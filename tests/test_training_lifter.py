"""Training the lifter in small: what it is fed, that it learns, that it can be killed and exported."""

from pathlib import Path

import numpy as np
import pytest

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT, JOINT_PARENTS, JOINTS, MIRROR_JOINTS, REST_OFFSETS_M
from models.training.lifter_data import make_batch

torch = pytest.importorskip("torch")

from mocap_bridge.model import load_model  # noqa: E402
from models.training import lifter  # noqa: E402
from models.training.lifter_export import export  # noqa: E402


@pytest.fixture
def poses_m() -> Array:
    """(200, 30, 3) bodies of plausible lengths that point their limbs anywhere."""
    rng = np.random.default_rng(0)
    poses = np.zeros((200, 30, 3), np.float32)
    order = sorted(range(30), key=lambda joint: _depth(joint))
    for joint in order[1:]:
        parent = JOINT_PARENTS[joint]
        length_m = 0.1 if JOINT[JOINTS[joint]] > 20 else 0.25
        direction = rng.normal(size=(200, 3)) * 0.3 + [0, -1 if "Knee" in JOINTS[joint] else 1, 0]
        poses[:, joint] = poses[:, parent] + length_m * direction / np.linalg.norm(direction, axis=1, keepdims=True)
    assert REST_OFFSETS_M.shape == (22, 3)
    return poses


def _depth(joint: int) -> int:
    return 0 if JOINT_PARENTS[joint] < 0 else 1 + _depth(JOINT_PARENTS[joint])


def test_examples_are_finite_centred_and_partly_unseen(poses_m: Array) -> None:
    batch = make_batch(poses_m, 500, np.random.default_rng(1))
    assert batch.inputs.shape == batch.joints_m.shape == (500, 30, 3)
    assert batch.inputs.dtype == batch.joints_m.dtype == np.float32
    assert np.isfinite(batch.inputs).all()
    assert np.isfinite(batch.joints_m).all()
    np.testing.assert_array_equal(batch.joints_m[:, JOINT["Pelvis"]], 0)
    unseen = batch.inputs[..., 2] == 0
    assert 0.03 < unseen.mean() < 0.4
    assert (batch.inputs[unseen] == 0).all()


def test_the_truth_lies_where_the_input_shows_it(poses_m: Array) -> None:
    batch = make_batch(poses_m, 500, np.random.default_rng(2))
    seen = batch.inputs[..., 2] > 0
    for axis in (0, 1):
        shown = batch.inputs[..., axis][seen]
        true = (batch.joints_m - batch.joints_m.mean(axis=1, keepdims=True))[..., axis][seen]
        assert np.corrcoef(shown, true)[0, 1] > 0.8


def test_the_same_seed_makes_the_same_examples(poses_m: Array) -> None:
    one, other = (make_batch(poses_m, 8, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one.inputs, other.inputs)
    np.testing.assert_array_equal(one.joints_m, other.joints_m)


def test_it_learns_and_goes_on_after_a_kill(poses_m: Array, tmp_path: Path) -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    run, rng = lifter.begin(), np.random.default_rng(4)
    errors_m = [lifter.step(run, make_batch(poses_m, 128, rng), np.float64(1e-3)) for _ in range(60)]
    assert np.mean(errors_m[-10:]) < 0.8 * np.mean(errors_m[:3])
    run.save(tmp_path / "runs" / "lifter.pt")
    again = lifter.begin()
    again.load(tmp_path / "runs" / "lifter.pt")
    assert again.samples == run.samples == 60 * 128
    batch = make_batch(poses_m, 128, rng)
    assert lifter.step(again, batch, 1e-3) == lifter.step(run, batch, 1e-3)


def test_the_export_passes_the_check_of_the_program_and_treats_both_sides_alike(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = lifter.Symmetric(lifter.Network())
    export(network, tmp_path / "lifter.onnx", 12, {"held_out_mm": 99.0})
    model = load_model(tmp_path / "lifter.onnx")
    assert model.card.kind == "lifter"
    assert model.card.joints == JOINTS
    assert model.card.training.samples == 12
    assert (tmp_path / "lifter.onnx").stat().st_size < 4_000_000
    joints = np.random.default_rng(0).normal(size=(1, 30, 3)).astype(np.float32)
    mirror = list(MIRROR_JOINTS)
    (lifted_m,) = model.session.run(None, {"joints": joints})
    (other_m,) = model.session.run(None, {"joints": joints[:, mirror] * np.array([-1, 1, 1], np.float32)})
    np.testing.assert_allclose(other_m[:, mirror] * [-1, 1, 1], lifted_m, atol=1e-5)
