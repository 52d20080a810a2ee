"""Training the correction: mistakes are borrowed from alike poses, and what is trained is what the solver applies."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")

from mocap_bridge.retarget.correct import CORRECTED, INPUTS, MIRROR_ROWS, MIRROR_SIGNS, MOVED, Network, applied  # noqa: E402
from mocap_bridge.rotations import angle_between, normalized, world_from_local  # noqa: E402
from models.training.correcting.slips import laid_over, of  # noqa: E402
from models.training.corrector import Corrector, Examples, corrected, in_the_world, train, write  # noqa: E402

RNG = np.random.default_rng(0)
POSES = RNG.random((6, 30, 2))
LOCAL = normalized(np.concatenate([RNG.normal(0, 0.3, (5, 22, 3)), np.ones((5, 22, 1))], axis=2))


def test_a_motion_borrows_the_mistakes_of_the_pose_that_looks_like_it() -> None:
    seen = POSES.copy()
    seen[2, 4] += 0.1
    made = of(np.repeat(POSES, 12, axis=0), np.repeat(seen, 12, axis=0), np.full((72, 30), 0.5))
    flat, confidence = laid_over(np.repeat(POSES[2][None], 9, axis=0), made, 1.0, np.random.default_rng(1))
    off = np.linalg.norm(flat - POSES[2], axis=2)
    assert off[:, 4].min() > 0.05
    assert np.delete(off, 4, axis=1).max() < 1e-12
    assert confidence == pytest.approx(0.5)


def test_without_mistakes_nothing_moves_and_all_is_sure() -> None:
    made = of(POSES, POSES + 0.05, np.full((6, 30), 0.5))
    flat, confidence = laid_over(POSES[:3], made, 0.0, np.random.default_rng(1))
    assert flat == pytest.approx(POSES[:3])
    assert confidence == pytest.approx(1.0)


def test_training_corrects_bones_as_the_solver_does() -> None:
    vectors = RNG.normal(0, 0.2, (5, len(CORRECTED), 3))
    solved = torch.tensor(LOCAL[:, MOVED])
    local, world = corrected(solved, in_the_world(solved), torch.tensor(vectors))
    for frame, (bones, turns) in enumerate(zip(LOCAL, vectors, strict=True)):
        shown = applied(bones, turns)
        assert angle_between(local[frame].numpy(), shown[MOVED]).max() < 1e-6
        assert angle_between(world[frame].numpy(), world_from_local(shown)[MOVED]).max() < 1e-6


def test_the_solver_reads_what_training_writes(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = Corrector(torch.randn(INPUTS) / 10, torch.rand(INPUTS) + 0.5).eval()
    torch.nn.init.normal_(net.layers[2].weight, std=0.1)
    write(net, tmp_path / "correct.npz")
    seen = RNG.normal(0, 1, INPUTS).astype(np.float32)
    with torch.no_grad():
        straight, mirrored = net(torch.tensor(np.stack([seen, seen[MIRROR_ROWS] * MIRROR_SIGNS]))).numpy()
    other = [*range(6), 7, 6]  # hands change places
    wanted = (straight + mirrored[other] * [1, -1, -1]) / 2
    assert Network(tmp_path / "correct.npz")(seen) == pytest.approx(wanted, abs=5e-3)


def test_training_learns_a_constant_mistake() -> None:
    torch.manual_seed(0)
    true = np.repeat(LOCAL, 120, axis=0)
    wrong = np.array([applied(bones, np.full((len(CORRECTED), 3), 0.1)) for bones in true])
    inputs = np.random.default_rng(2).normal(0, 1, (len(true), INPUTS))
    net = train(Examples(inputs, wrong, true), minutes=0.03, most_rounds=60)
    with torch.no_grad():
        vectors = net(torch.tensor(inputs[:5], dtype=torch.float32)).double().numpy()
    before = np.degrees(angle_between(wrong[0], true[0]).mean())
    assert np.degrees(angle_between(applied(wrong[0], vectors[0]), true[0]).mean()) < 0.5 * before
