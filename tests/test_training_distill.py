"""The student listens to teacher and labels as the schedule says, and its gradients go where they should."""

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from mocap_bridge.skeleton import JOINTS  # noqa: E402
from models.training.gpu.distill import distilled, shares, teacher_loss  # noqa: E402
from models.training.pose.mobilehumanpose import DEPTH_CELLS, Answer  # noqa: E402


def an_answer(seed: int, people: int = 2, cells: int = 4) -> Answer:
    rng = torch.Generator().manual_seed(seed)
    joints = len(JOINTS)
    xy = torch.randn(people, joints, cells * cells, generator=rng).log_softmax(2).reshape(people, joints, cells, cells)
    z = torch.randn(people, joints, DEPTH_CELLS, generator=rng).log_softmax(2)
    rest = torch.zeros(people, joints)
    return Answer(xy.requires_grad_(), xy, z.requires_grad_(), rest, rest, torch.zeros(people))


@given(st.floats(0, 1))
def test_the_teachers_word_counts_less_and_less_and_both_sum_to_one(progress: float) -> None:
    of_teacher, of_truth = shares(progress)
    assert of_teacher + of_truth == pytest.approx(1)
    assert of_teacher == pytest.approx(0.6 - 0.2 * progress)


def test_progress_beyond_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        shares(1.2)


def test_who_agrees_with_the_teacher_has_nothing_to_learn_from_it() -> None:
    answer = an_answer(0)
    present = torch.ones(2)
    assert teacher_loss(answer, answer, present).item() == pytest.approx(0, abs=1e-6)
    assert teacher_loss(answer, an_answer(1), present).item() > 0.1


def test_nobody_is_learned_from_crops_without_anybody() -> None:
    student, teacher = an_answer(0), an_answer(1)
    both = teacher_loss(student, teacher, torch.tensor([1.0, 0.0]))
    first = Answer(*(getattr(student, name)[:1] for name in vars(student)))
    alone = teacher_loss(first, Answer(*(getattr(teacher, name)[:1] for name in vars(teacher))), torch.ones(1))
    assert both.item() == pytest.approx(alone.item(), rel=1e-5)
    assert teacher_loss(student, teacher, torch.zeros(2)).item() == 0


def test_the_student_moves_and_the_teacher_does_not() -> None:
    student, teacher = an_answer(0), an_answer(1)
    distilled(student.log_xy.sum() * 0, student, teacher, torch.ones(2), 0.5).backward()
    assert student.log_xy.grad is not None
    assert student.log_xy.grad.abs().sum() > 0
    assert teacher.log_xy.grad is None


def test_following_the_teacher_brings_the_student_to_its_maps() -> None:
    teacher, present = an_answer(1), torch.ones(2)
    logits = torch.zeros(2, len(JOINTS), 16, requires_grad=True)
    optimiser = torch.optim.Adam([logits], 0.3)
    for _ in range(150):
        maps = logits.log_softmax(2).reshape(teacher.log_xy.shape)
        student = Answer(maps, maps, teacher.log_z, *[torch.zeros(2, len(JOINTS))] * 2, torch.zeros(2))
        loss = teacher_loss(student, teacher, present)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.01
