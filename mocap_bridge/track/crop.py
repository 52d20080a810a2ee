"""Where to look for somebody next: the box around their joints, steadied."""

from dataclasses import replace

import numpy as np

from ..records import Array, JointEstimate
from . import boxes as box
from .belief import clarity
from .people import Person
from .settings import TrackSettings

_FEWEST_JOINTS = 6  # below this many confident joints their box says more about what is hidden than about size
FEWEST_PX = 8.0
"""A crop smaller than this shows nobody."""
_GROW, _SHRINK = 0.6, 0.3  # share of the way to a larger and to a smaller size: what is cut off is lost
_FAR_TOO_LARGE = 0.75  # the joints' size over the crop's below which it shrinks at once: nobody is clear in it
_CLEAR = 0.4  # clarity of a pose whose crop needs no help from a much larger box: that one holds furniture, too
_CORRECT = 0.3  # share of the way to where the finder sees them, who draws looser boxes than the joints
_AGREE, _CONFIRM = 0.5, 0.7  # overlap from which finder and joints speak of the same place, and where joints are clear


def after(person: Person, estimate: JointEstimate, picture_px: Array, settings: TrackSettings) -> Person:
    """The person after a frame whose estimate shows them, with the box to look at next, inside the picture (2,)."""
    confidence = np.where(np.isfinite(estimate.joints_px).all(axis=1), estimate.confidence, 0.0)
    sure = box.sure_joints(confidence, settings.sure)
    pose_px = box.pose_box_px(estimate.joints_px, sure, settings.pad, _FEWEST_JOINTS)
    if pose_px is None or box.sides_px(box.clipped(pose_px, picture_px)).min() < FEWEST_PX:
        return person.seen(box.clipped(person.box_px, picture_px), None, estimate.time_s)
    # Few sure joints show a part of the body: the box goes there, but slowly, or the crop shrinks onto a hand. So it
    # does to a pose that is unclear as a whole.
    pace = (_GROW, _SHRINK) if person.confirmed else (1.0, 1.0)
    trusted = min(clarity(estimate) / _CLEAR, 1.0) if person.confirmed else 1.0
    pose_px = steadied(person.box_px, box.clipped(pose_px, picture_px), float(sure.mean()) * trusted, pace)
    core = estimate.joints_px[box.CORE][sure[box.CORE]]
    trunk_px = core.mean(axis=0) if len(core) >= 3 else None
    return person.seen(box.clipped(pose_px, picture_px), trunk_px, estimate.time_s)


def corrected(person: Person, found_px: Array) -> Person:
    """The person after the finder saw them in a box (4,): it is taken as it is only where the crop has gone astray."""
    over = box.overlap(person.box_px[None], found_px[None])[0, 0]
    if person.clarity >= _CLEAR and over < _CONFIRM:
        return person
    return replace(person, box_px=person.box_px + (_CORRECT if over > _AGREE else 1.0) * (found_px - person.box_px))


def steadied(before_px: Array, now_px: Array, trust: float, pace: tuple[float, float]) -> Array:
    """A box (4,) on the way from one to another: arms that wave must not make the crop breathe.

    ``trust`` is the share of the way in all; ``pace`` that to a larger and to a smaller size.
    """
    middle_px, was_px = box.center_px(now_px), box.center_px(before_px)
    half_px, had_px = box.sides_px(now_px) / 2, box.sides_px(before_px) / 2
    grow, shrink = pace
    share = np.where(half_px > had_px, grow, np.where(half_px < _FAR_TOO_LARGE * had_px, 1.0, shrink))
    half_px = had_px + trust * share * (half_px - had_px)
    middle_px = was_px + trust * (middle_px - was_px)
    return np.concatenate([middle_px - half_px, middle_px + half_px])
