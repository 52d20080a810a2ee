"""Whether there is somebody in a crop: what the people finder and the pose network say, weighed together."""

from dataclasses import replace

import numpy as np

from ..records import JointEstimate
from .settings import TrackSettings

CLARITY_COUNTS = 0.5
"""Of two doubtful witnesses one makes up for the other: on scenes with furniture, coats and posters, the finder's
score plus half the clarity finds 90 % of the people where thresholds on either find 85 %, with as many false ones."""
CLARITY_TAU_S = 0.4
"""One blurred frame does not make somebody unclear, and one good guess does not make furniture clear."""

KNOWN_CLARITY = 0.75
"""Of the clarity of somebody new that is enough of somebody known: who turns or crouches is still there."""


def clarity(estimate: JointEstimate) -> float:
    """Mean confidence 0..1 of the surer half of the joints: furniture has no elbows. What is no number counts as 0."""
    return float(np.sort(np.nan_to_num(estimate.confidence))[len(estimate.confidence) // 2 :].mean())


def lasting(before: float, now: float, dt_s: float) -> float:
    """The clarity of somebody who has been seen for a while, ``dt_s`` after it was the one before."""
    return float(before + (1 - np.exp(-dt_s / CLARITY_TAU_S)) * (now - before))


def may_be_somebody(estimate: JointEstimate, settings: TrackSettings) -> bool:
    """Whether a crop is worth another look. A presence of NaN is nobody."""
    return bool(estimate.presence >= settings.presence and clarity(estimate) >= settings.clarity)


def is_somebody_new(estimate: JointEstimate, score: float, settings: TrackSettings) -> bool:
    """Whether a person is in a crop that the people finder gave this score."""
    both = score + CLARITY_COUNTS * clarity(estimate)
    return may_be_somebody(estimate, settings) and both >= settings.belief


def is_still_there(estimate: JointEstimate, lasting_clarity: float, settings: TrackSettings) -> bool:
    """Whether somebody known is in the crop: in haze and backlight presence fails long before the joints do."""
    present = estimate.presence >= settings.presence or clarity(estimate) >= settings.clear
    return bool(present and lasting_clarity >= KNOWN_CLARITY * settings.clarity)


def believed(estimate: JointEstimate, settings: TrackSettings) -> JointEstimate:
    """A person who is hard to see for a moment keeps the pose, but less of its confidence."""
    if estimate.presence >= settings.presence or clarity(estimate) >= settings.clear:
        return estimate
    return replace(estimate, confidence=estimate.confidence * (np.nan_to_num(estimate.presence) / settings.presence))
