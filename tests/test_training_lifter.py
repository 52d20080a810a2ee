"""Training the lifter in small: what it is fed, that it learns, that it can be killed and exported."""

from pathlib import Path

import numpy as np
import pytest

from mocap_bridge.records import Array
from mocap_bridge.refine import FRAME, MIRROR_ROWS, MIRROR_SIGNS, WINDOW
from mocap_bridge.skeleton import CONTACTS, JOINT, JOINT_PARENTS, JOINTS, MIRROR_JOINTS
from models.training.lifting.bodies import mirrored, rotations
from models.training.lifting.data import make_batch

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from mocap_bridge.model import load_model  # noqa: E402
from models.training import lifter  # noqa: E402
from models.training.lifter_export import INPUTS, export  # noqa: E402
from models.training.lifting.clips import Pool, at, contacts_of, pool_of  # noqa: E402
from models.training.lifting.eyes import look  # noqa: E402
from models.training.lifting.network import LAYERS, MEMORY, Network, Symmetric  # noqa: E402
from models.training.lifting.scores import both_sides, held_out  # noqa: E402


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Two clips of 60 frames and twenty still poses: bodies of plausible lengths whose limbs swing."""
    rng = np.random.default_rng(0)
    clips = [_body(rng.normal(size=(30, 3)) * 0.3, np.linspace(0, 4, 60)) for _ in range(2)]
    return pool_of([*clips, *(_body(rng.normal(size=(30, 3)) * 0.3, np.zeros(1)) for _ in range(20))])


def _body(lean: Array, phase: Array) -> Array:
    """(T, 30, 3) a body that stands, each segment leaning by ``lean`` (30, 3) and swinging with ``phase`` (T,)."""
    joints_m = np.zeros((len(phase), 30, 3), np.float32)
    for joint in sorted(range(30), key=_depth)[1:]:
        down = any(part in JOINTS[joint] for part in ("Knee", "Ankle", "Heel", "Toe"))
        length_m = 0.1 if joint > 20 else 0.25
        along = lean[joint] * (1 + 0.3 * np.sin(phase))[:, None] + [0, -1 if down else 1, 0]
        step_m = length_m * along / np.linalg.norm(along, axis=1, keepdims=True)
        joints_m[:, joint] = joints_m[:, JOINT_PARENTS[joint]] + step_m
    return joints_m


def _depth(joint: int) -> int:
    return 0 if JOINT_PARENTS[joint] < 0 else 1 + _depth(JOINT_PARENTS[joint])


def test_examples_are_finite_centred_and_partly_unseen(pool: Pool) -> None:
    batch = make_batch(pool, 60, 12, np.random.default_rng(1))
    assert batch.frames.shape == (60, 12, FRAME)
    assert batch.joints_m.shape == (60, 12, 30, 3)
    assert batch.contacts.shape == (60, 12, len(CONTACTS))
    for part in (batch.frames, batch.time_s, batch.joints_m):
        assert part.dtype == np.float32
        assert np.isfinite(part).all()
    np.testing.assert_array_equal(batch.joints_m[:, :, JOINT["Pelvis"]], 0)
    assert (np.diff(batch.time_s, axis=1) > 0).all()
    joints = batch.frames[..., :90].reshape(60, 12, 30, 3)
    unseen = joints[..., 2] == 0
    assert 0.03 < unseen.mean() < 0.4
    assert (joints[unseen] == 0).all()


def test_the_truth_lies_where_the_input_shows_it(pool: Pool) -> None:
    batch = make_batch(pool, 60, 12, np.random.default_rng(2))
    joints = batch.frames[..., :90].reshape(60, 12, 30, 3)
    seen = joints[..., 2] > 0.5
    for axis in (0, 1):
        true = (batch.joints_m - batch.joints_m.mean(axis=2, keepdims=True))[..., axis][seen]
        assert np.corrcoef(joints[..., axis][seen], true)[0, 1] > 0.8


def test_the_same_seed_makes_the_same_examples(pool: Pool) -> None:
    one, other = (make_batch(pool, 4, 6, np.random.default_rng(3)) for _ in range(2))
    for name, part in vars(one).items():
        np.testing.assert_array_equal(part, getattr(other, name))


def test_clips_run_back_and_forth_and_still_poses_stay(pool: Pool) -> None:
    place = np.array([[58.0, 58.5, 59.0, 60.0, 61.0], [0.0, 3.0, 7.5, 100.0, 1e4]])
    joints_m, _, contacts = at(pool, np.array([0, 5]), place)
    np.testing.assert_allclose(joints_m[0, 3], joints_m[0, 0], atol=1e-6)
    np.testing.assert_allclose(joints_m[0, 1], (joints_m[0, 0] + joints_m[0, 2]) / 2, atol=1e-6)
    assert (joints_m[1] == joints_m[1, :1]).all()
    assert np.isnan(contacts[1]).all()


def test_a_foot_that_rests_low_is_a_contact_and_one_that_flies_is_none() -> None:
    joints_m = np.zeros((30, 30, 3))
    joints_m[:, JOINT["L_Heel"], 1] = joints_m[:, JOINT["L_Toe"], 1] = 0.02
    joints_m[:, JOINT["R_Heel"], 1] = 0.3
    joints_m[:, JOINT["R_Toe"]] = np.stack([np.arange(30) / 30 * 2, np.full(30, 0.02), np.zeros(30)], axis=1)
    np.testing.assert_array_equal(contacts_of(joints_m), np.tile([1, 1, 0, 0], (30, 1)))


def test_rotations_turn_about_their_vector_by_its_length() -> None:
    quarter = rotations(np.array([[0.0, 0.0, np.pi / 2], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(quarter[0] @ [1, 0, 0], [0, 1, 0], atol=1e-6)
    np.testing.assert_allclose(quarter[1], np.eye(3), atol=1e-6)


def test_eyes_err_less_where_they_are_surer_and_their_mistakes_last(pool: Pool) -> None:
    rng = np.random.default_rng(4)
    joints_m = np.tile(pool.joints_m[pool.first[2:18], None], (8, 20, 1, 1))
    flat = joints_m[..., :2] / 4
    time_s = np.tile(np.arange(20) / 30, (len(flat), 1))
    seen = look(flat, joints_m[..., 2], np.ones(flat.shape[:-1], bool), time_s, rng)
    off = np.linalg.norm(seen.flat - flat, axis=-1)
    unsure = (seen.confidence > 0.05) & (seen.confidence < 0.4)
    assert np.median(off[seen.confidence > 0.7]) < 0.4 * np.median(off[unsure])
    error = seen.flat - flat
    assert 0.5 < (error[:, 1:] * error[:, :-1]).sum() / (error**2).sum() < 0.95
    known = np.isfinite(seen.depth_m).all(axis=(1, 2))
    assert 0.2 < known.mean() < 0.6


def test_a_mirror_is_undone_by_a_mirror(pool: Pool) -> None:
    np.testing.assert_array_equal(mirrored(mirrored(pool.joints_m)), pool.joints_m)


def test_a_sequence_at_once_and_frame_by_frame_give_the_same(pool: Pool) -> None:
    torch.manual_seed(2)
    network = Network().eval()
    for recall in network.recalls:  # they begin as nothing
        torch.nn.init.normal_(recall.answer.weight, std=0.1)
        torch.nn.init.normal_(recall.age_key, std=0.3)
    batch = make_batch(pool, 1, WINDOW + 6, np.random.default_rng(5))
    frames, time_s = torch.from_numpy(batch.frames), torch.from_numpy(batch.time_s)
    with torch.no_grad():
        at_once_m, logits = both_sides(network, frames, time_s)
        whole, kept, out = Symmetric(network).eval(), [], []
        for index in range(frames.shape[1]):
            recent = kept[-(WINDOW - 1) :]
            past = torch.zeros(LAYERS, 2, WINDOW - 1, MEMORY)
            age_s = -torch.ones(WINDOW - 1)
            for row, (memory, then_s) in enumerate(recent):
                past[:, :, row], age_s[row] = memory, time_s[0, index] - then_s
            joints_m, contacts, memory = whole(frames[:, index], past, age_s)
            kept.append((memory, time_s[0, index]))
            out.append((joints_m[0], contacts[0]))
    np.testing.assert_allclose(torch.stack([one for one, _ in out]), at_once_m[0], atol=1e-4)
    np.testing.assert_allclose(torch.stack([one for _, one in out]), logits[0].sigmoid(), atol=1e-3)


def test_it_learns_and_goes_on_after_a_kill(pool: Pool, tmp_path: Path) -> None:
    torch.manual_seed(0)
    run, rng = lifter.begin(), np.random.default_rng(4)
    parts = [lifter.step(run, make_batch(pool, 16, 6, rng), np.float64(1e-3), WINDOW) for _ in range(50)]
    assert np.mean([part["place"] for part in parts[-10:]]) < 0.8 * np.mean([part["place"] for part in parts[:3]])
    run.save(tmp_path / "runs" / "lifter.pt")
    again = lifter.begin()
    again.load(tmp_path / "runs" / "lifter.pt")
    assert again.samples == run.samples == 50 * 16 * 6
    batch = make_batch(pool, 16, 6, rng)
    assert lifter.step(again, batch, 1e-3, WINDOW) == lifter.step(run, batch, 1e-3, WINDOW)


def test_the_small_checkpoint_holds_the_averaged_network(tmp_path: Path) -> None:
    torch.manual_seed(3)
    run = lifter.begin()
    run.samples = 77
    run.save_small(tmp_path / "lifter.pt")
    assert (tmp_path / "lifter.pt").stat().st_size < 4_000_000
    again = lifter.begin()
    again.load(tmp_path / "lifter.pt")
    assert again.samples == 77
    for one, other in zip(again.network.parameters(), run.average.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=2e-3, rtol=1e-2)


def test_a_loss_that_is_no_number_stops_the_training(pool: Pool) -> None:
    run, batch = lifter.begin(), make_batch(pool, 2, 4, np.random.default_rng(6))
    batch.frames[0, 0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="the last checkpoint is whole"):
        lifter.step(run, batch, 1e-3, WINDOW)


def test_the_export_passes_the_check_of_the_program_and_treats_both_sides_alike(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = Symmetric(Network())
    export(network, tmp_path / "lifter.onnx", 12, {"held_out_mm": 99.0})
    model = load_model(tmp_path / "lifter.onnx")
    assert model.card.kind == "lifter"
    assert model.card.joints == JOINTS
    assert model.card.training.samples == 12
    assert model.card.scores == {"held_out_mm": 99.0}
    assert (tmp_path / "lifter.onnx").stat().st_size < 2_000_000
    rng = np.random.default_rng(0)
    inputs = {name: rng.normal(size=shape).astype(np.float32) for name, shape in INPUTS.items()}
    inputs["age_s"] = np.linspace(-0.1, 1.0, WINDOW - 1, dtype=np.float32)
    joints_m, contacts, _ = model.session.run(None, inputs)
    mirrored_frame = (inputs["frame"][:, list(MIRROR_ROWS)] * MIRROR_SIGNS).astype(np.float32)
    turned = mirrored_frame, inputs["past"][:, ::-1]
    other_m, others, _ = model.session.run(None, inputs | {"frame": turned[0], "past": np.ascontiguousarray(turned[1])})
    np.testing.assert_allclose(other_m[:, list(MIRROR_JOINTS)] * [-1, 1, 1], joints_m, atol=1e-4)
    np.testing.assert_allclose(others[:, [2, 3, 0, 1]], contacts, atol=1e-4)


def test_scores_are_told_of_pictures_alone_and_of_full_windows(pool: Pool) -> None:
    torch.manual_seed(4)
    scores = held_out(Network(), pool)
    assert set(scores) == {"held_out_alone_mm", "held_out_mm", "held_out_accel_mm", "held_out_contacts"}
    assert all(np.isfinite(value) for value in scores.values())
