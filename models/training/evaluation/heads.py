"""Do the network's heads tell the truth? Presence, visibility and sigma against what is known."""

from dataclasses import dataclass

import numpy as np

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINTS
from models.training.evaluation.measures import area_under_curve, calibration_error, rank_correlation
from models.training.evaluation.score import Scores


@dataclass(frozen=True)
class Truthfulness:
    """Of one set; NaN where the set cannot tell."""

    presence_auc: float
    visibility_error: float  # expected calibration error, mean over the joints
    worst_joint: str
    worst_error: float
    said_of_hidden: float  # mean visibility said of joints in the picture that are covered
    said_of_seen: float
    sigma_rank: float  # Spearman's, of sigma and the real error
    confidence_rank: float  # the same of the doubt 1 - confidence, which the later stages see


def truthfulness(scores: Scores, nobody: Array) -> Truthfulness:
    """``nobody`` (M,) is what presence was said of crops without a person."""
    per_joint = [_error_of(scores, joint) for joint in range(len(JOINTS))]
    worst = int(np.argmax(np.nan_to_num(per_joint, nan=-1)))
    inside = scores.in_picture == 1
    off, sigma = scores.off_sides, scores.sigma
    # Joints outside the picture have no place that a map could show.
    asked = (scores.known > 0) & (scores.in_picture != 0)
    return Truthfulness(
        presence_auc=area_under_curve(scores.presence, nobody),
        visibility_error=float(np.mean(per_joint)),
        worst_joint=JOINTS[worst],
        worst_error=per_joint[worst],
        said_of_hidden=_mean(scores.visibility[inside & (scores.visible == 0)]),
        said_of_seen=_mean(scores.visibility[inside & (scores.visible == 1)]),
        sigma_rank=rank_correlation(sigma[asked], off[asked]),
        confidence_rank=rank_correlation(1 - scores.confidence[asked], off[asked]),
    )


def _error_of(scores: Scores, joint: int) -> float:
    known = np.isfinite(scores.visible[:, joint]) & np.isfinite(scores.visibility[:, joint])
    return calibration_error(scores.visibility[known, joint], scores.visible[known, joint])


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
