"""A small network learns from a large one: the schedule of light stacked hourglass networks, on heat maps.

L = (0.6 - 0.1 * 2 i / I) * L_teacher + (0.4 + 0.1 * 2 i / I) * L_truth for step i of I (LSHM, 2024): early the
teacher's word counts more, late the labels'. L_teacher compares what the decoder reads, the map in the picture and the
line in depth; where a label is unknown, as the depth of real people, the teacher's is all there is.
"""

import torch
from torch import Tensor

from models.training.pose.loss import JOINT_WEIGHTS, WEIGHTS
from models.training.pose.mobilehumanpose import Answer

_TEACHER_AT_FIRST, _SWING = 0.6, 0.1


def shares(progress: float) -> tuple[float, float]:
    """How much teacher and truth count at ``progress`` 0..1 of the training; they sum to 1."""
    if not 0 <= progress <= 1:
        raise ValueError(f"progress must lie between 0 and 1, not at {progress}")
    teacher = _TEACHER_AT_FIRST - 2 * _SWING * progress
    return teacher, 1 - teacher


def distilled(truth_loss: Tensor, student: Answer, teacher: Answer, presence: Tensor, progress: float) -> Tensor:
    """The loss of one step; ``truth_loss`` is ``pose_loss`` of the student, ``presence`` (B,) 1 where somebody is."""
    of_teacher, of_truth = shares(progress)
    return of_teacher * teacher_loss(student, teacher, presence) + of_truth * truth_loss


def teacher_loss(student: Answer, teacher: Answer, presence: Tensor) -> Tensor:
    """Divergence from the teacher's maps and depth lines, weighed as ``pose_loss`` weighs them; 0 where they agree."""
    weights = student.log_xy.new_tensor(JOINT_WEIGHTS) * presence[:, None]
    apart = WEIGHTS["map"] * _divergence(teacher.log_xy.flatten(2), student.log_xy.flatten(2))
    apart = apart + WEIGHTS["depth_line"] * _divergence(teacher.log_z, student.log_z)
    return (apart * weights).sum() / weights.sum().clamp(min=1.0)


def _divergence(wanted: Tensor, said: Tensor) -> Tensor:
    """(B, J) Kullback-Leibler divergence of logarithms of probabilities (B, J, N); no gradient reaches ``wanted``."""
    wanted = wanted.detach()
    return torch.sum(wanted.exp() * (wanted - said), dim=2)
