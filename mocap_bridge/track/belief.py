"""Whether there is somebody in a crop: what the people finder and the pose network say, weighed together."""

from dataclasses import replace

import numpy as np

from ..records import JointEstimate
from .settings import TrackSettings

CLARITY_COUNTS, PRESENCE_COUNTS = 0.67, 0.035
"""Of doubtful witnesses one makes up for the other: weights of the clarity and of the presence's log odds beside the
finder's score, by logistic regression on 316 boxes of people and of nobody in made-up scenes with furniture, coats and
posters."""
_SUREST = 7.0
"""Log odds beyond which presence says nothing more."""
CLARITY_TAU_S = 0.4
"""One blurred frame does not make somebody unclear, and one good guess does not make furniture clear."""

KNOWN_CLARITY, KNOWN_STILL = 0.75, 0.9
"""Of the clarity of somebody new that is enough of somebody known: who turns or crouches is still there."""

STIRS = 0.06
"""Share of a box that changes while somebody is in it: of real people and films 1 % have less, of furniture 90 %."""
STILL_S, GRACE_S = 1.0, 0.3
"""Time after which somebody unclear who keeps still is furniture; the same of whom it was not known at first."""


def clarity(estimate: JointEstimate) -> float:
    """Mean confidence 0..1 of the surer half of the joints: furniture has no elbows. What is no number counts as 0."""
    return float(np.sort(np.nan_to_num(estimate.confidence))[len(estimate.confidence) // 2 :].mean())


def lasting(before: float, now: float, dt_s: float) -> float:
    """The clarity of somebody who has been seen for a while, ``dt_s`` after it was the one before."""
    return float(before + (1 - np.exp(-dt_s / CLARITY_TAU_S)) * (now - before))


def belief(estimate: JointEstimate, score: float) -> float:
    """How sure it is that a person is in a crop that the people finder gave this score; near 0 for nobody, 1 for most.

    A presence that is no number is nobody's.
    """
    present = np.clip(np.nan_to_num(estimate.presence), 0.0, 1.0)
    log_odds = np.log((present + 1e-9) / (1 - present + 1e-9))
    return score + CLARITY_COUNTS * clarity(estimate) + PRESENCE_COUNTS * float(np.clip(log_odds, -_SUREST, _SUREST))


def may_be_somebody(estimate: JointEstimate, settings: TrackSettings) -> bool:
    """Whether a crop is worth another look. A presence of NaN is nobody."""
    return bool(estimate.presence >= settings.presence and clarity(estimate) >= KNOWN_CLARITY * settings.clarity)


def is_somebody_new(estimate: JointEstimate, score: float, settings: TrackSettings) -> bool:
    """Whether a person is in a crop that the people finder gave this score."""
    enough = estimate.presence >= settings.presence and clarity(estimate) >= settings.clarity
    return bool(enough and belief(estimate, score) >= settings.belief)


def is_still_there(estimate: JointEstimate, lasting_clarity: float, settings: TrackSettings) -> bool:
    """Whether somebody known is in the crop: in haze and backlight presence fails long before the joints do."""
    present = estimate.presence >= settings.presence or clarity(estimate) >= settings.clear
    return bool(present and lasting_clarity >= KNOWN_CLARITY * settings.clarity)


def stirred(before_s: float, share: float, time_s: float) -> float:
    """When somebody last moved, in whose box this ``share`` moves now; NaN is neither yes nor no."""
    if np.isnan(share):
        return max(before_s, time_s - STILL_S + GRACE_S)
    return time_s if share >= STIRS else before_s


def is_furniture(clear: float, still_s: float, known: bool, settings: TrackSettings) -> bool:
    """Whether somebody this clear in whose box nothing has moved for a while is nobody."""
    if known:
        return clear < KNOWN_STILL * settings.still and still_s > STILL_S
    return clear < settings.still and still_s > STILL_S - GRACE_S / 2


def believed(estimate: JointEstimate, settings: TrackSettings) -> JointEstimate:
    """A person who is hard to see for a moment keeps the pose, but less of its confidence."""
    if estimate.presence >= settings.presence or clarity(estimate) >= settings.clear:
        return estimate
    return replace(estimate, confidence=estimate.confidence * (np.nan_to_num(estimate.presence) / settings.presence))
