"""A sprint teaches first the teacher, then the students, and goes on where an earlier call was."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from models.training.gpu.cast import Cast, block_of  # noqa: E402
from models.training.gpu.crops import Asked, Stock, compose  # noqa: E402
from models.training.gpu.run import DISTILLED, PLAIN, TEACHER, Run, Scale  # noqa: E402
from models.training.gpu.stock import Size  # noqa: E402
from models.training.gpu.views import Dice  # noqa: E402
from models.training.pose.augment import Person  # noqa: E402

CPU = torch.device("cpu")
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


def a_stock() -> Stock:
    alpha = np.zeros((64, 64), np.uint8)
    alpha[8:56, 16:48] = 255
    joints_px = np.random.default_rng(0).uniform(16, 48, (30, 2)).astype(np.float32)
    ones = np.ones(30, np.float32)
    rgb, box_px = np.full((64, 64, 3), 90, np.uint8), np.array([16, 8, 48, 56], np.float32)
    renders = Cast(2, 64, CPU)
    renders.add(block_of([Person(rgb, alpha, joints_px, ones, ones, 1.0, ones, ones, box_px)], np.ones(1), 64))
    return Stock(Cast(1, 64, CPU), renders, torch.full((2, 3, 64, 64), 120, dtype=torch.uint8))


def a_run(out: Path, spent_s: float = 0.0) -> Run:
    """An hour's run that began ``spent_s`` ago, as one batch of four crops at a time."""
    scale = Scale(batch=4, first_renders=0, stock=Size(2, 2, 2), sizes_px=((1.01, 64),))
    run = Run(scale, CPU, out, minutes=60, of_minutes=120)
    run.make_learners("xs", 1e-3, compiled=False)
    earlier = out / "earlier"
    earlier.mkdir()
    (earlier / "sprint.json").write_text(json.dumps({"spent_s": spent_s}))
    run.resume(earlier, out)
    return run


def samples(run: Run) -> dict[str, int]:
    return {name: learner.progress.samples for name, learner in run.learners.items()}


def test_the_teacher_learns_first_alone(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    losses = run.step(a_stock(), Dice(0, CPU))
    assert samples(run) == {TEACHER: 4, DISTILLED: 0, PLAIN: 0}
    assert np.isfinite(list(losses.values())).all()


def test_then_both_students_learn_the_same_crops_in_different_ways(tmp_path: Path) -> None:
    run = a_run(tmp_path, spent_s=6000.0)
    stock, dice = a_stock(), Dice(0, CPU)
    twin = run.learners[PLAIN].net.state_dict()
    run.learners[DISTILLED].net.load_state_dict(twin)
    for _ in range(2):
        run.step(stock, dice)
    assert samples(run) == {TEACHER: 0, DISTILLED: 8, PLAIN: 8}
    one, other = (run.learners[name].net.volume.weight for name in (DISTILLED, PLAIN))
    assert not torch.equal(one, other)


def test_what_is_saved_is_enough_to_go_on(tmp_path: Path) -> None:
    run = a_run(tmp_path, spent_s=6000.0)
    run.step(a_stock(), Dice(0, CPU))
    run.judge({"renders": compose(a_stock(), Asked(4, 64), Dice(1, CPU))})
    run.save(rendered=64)
    files = {path.name: path.stat().st_size for path in tmp_path.iterdir() if path.is_file()}
    checkpoints = {f"{name}.pt" for name in (TEACHER, DISTILLED, PLAIN, "mobilehumanpose_xs")}
    assert checkpoints | {"sprint.json", "sprint.log"} == set(files)
    assert max(files.values()) < 16 * 2**20
    again = Run(run.scale, CPU, tmp_path / "again", minutes=1, of_minutes=120)
    again.make_learners("xs", 1e-3, compiled=False)
    again.resume(tmp_path, tmp_path)
    assert samples(again) == samples(run)
    assert again.diary.spent_s >= 6000
    assert again.diary.better in (DISTILLED, PLAIN)


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        (["--rehearse", "--minutes", "1"], "no pack"),
        (["--rehearse", "--minutes", "0"], "more than 0"),
        (["--rehearse", "--minutes", "1", "--resume", "nowhere"], "no folder"),
    ],
)
def test_bad_input_ends_with_2_and_says_why(tmp_path: Path, extra: list[str], complaint: str) -> None:
    command = [sys.executable, "-m", "models.training.sprint", "--pack", str(tmp_path / "none.pack")]
    command += ["--out", str(tmp_path / "out"), "--work", str(tmp_path / "work"), *extra]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert complaint in done.stderr
