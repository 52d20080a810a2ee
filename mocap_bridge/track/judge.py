"""What a frame says about one person: still there, somebody new, worth another look, or nobody."""

from dataclasses import replace

from ..records import Array, JointEstimate
from .belief import clarity, is_furniture, is_somebody_new, is_still_there, lasting, may_be_somebody, stirred
from .crop import after
from .people import Person
from .settings import TrackSettings

_LOOKS = 2  # further looks at somebody new of whom there is doubt, each around the joints of the one before


def judged(
    person: Person, estimate: JointEstimate, stirs: float, known: bool, picture_px: Array, settings: TrackSettings
) -> Person:
    """The person after the frame of an estimate, in whose box this share moves; who is not ``known`` must convince."""
    person = replace(person, stirred_s=stirred(person.stirred_s, stirs, estimate.time_s))
    still_s, seen = estimate.time_s - person.stirred_s, clarity(estimate)
    if known:
        seen = lasting(person.clarity, seen, estimate.time_s - person.time_s)
        there = is_still_there(estimate, seen, settings)
    else:
        there = is_somebody_new(estimate, person.score, settings)
    doubtful = not there and not person.confirmed and may_be_somebody(estimate, settings)
    if is_furniture(seen, still_s, known, settings):
        there = False
    elif doubtful and person.looks < _LOOKS:
        # A crop around the joints of this one may show the person better than the finder's box did.
        nearer = after(person, estimate, picture_px, settings)
        return replace(nearer, confirmed=False, looks=person.looks + 1, score=person.score)
    person = replace(person, clarity=seen)
    return after(person, estimate, picture_px, settings) if there else person.missed()
