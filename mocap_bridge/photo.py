"""A picture that stands alone is looked at as if it were a short film, for those who are not clear at first.

Whoever is clear keeps the joints seen first, because a box from the finder fits better than one around them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from .records import Boxes, Frame, Image, JointEstimate, Track

_LOOKS, _LOOK_S = 3, 1 / 30


def later_looks(frame: Frame) -> Iterator[Frame]:
    """The same picture as if it came again."""
    for again in range(1, _LOOKS):
        yield replace(frame, time_s=frame.time_s + again * _LOOK_S)


def once(detect: Callable[[Image], Boxes]) -> Callable[[Image], Boxes]:
    """The same answer again for one picture."""
    found: list[Boxes] = []

    def answer(image_rgb: Image) -> Boxes:
        if not found:
            found.append(detect(image_rgb))
        return found[0]

    return answer


def unless_seen(
    seen: Mapping[int, JointEstimate], estimate: Callable[[Frame, Track], JointEstimate], frame: Frame, track: Track
) -> JointEstimate:
    """The joints of somebody: those of an earlier look if they were ``seen`` then."""
    if track.person_id in seen:
        return replace(seen[track.person_id], time_s=frame.time_s)
    return estimate(frame, track)
