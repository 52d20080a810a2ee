"""Bodies and poses -> active events: rules are asked, and their answers are timed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from .events import Events
from .records import ActiveEvent, BodyJoints, RigPose, Scene
from .rules import Rules
from .rules.observe import Observer

_MIRROR_CONTACTS = [2, 3, 0, 1]


class Watch:
    """Called once per frame. ``use`` exchanges the rules while the line runs, from any thread."""

    def __init__(self, rules: Rules = Rules()) -> None:  # noqa: B008  frozen
        self.use(rules)

    def use(self, rules: Rules) -> None:
        """From the next frame on these rules; what is active or counted is forgotten."""
        self._both = rules, Observer(rules), Events(rules.rules)

    @property
    def rules(self) -> Rules:
        """Those in use."""
        return self._both[0]

    def __call__(
        self, time_s: float, bodies: Sequence[BodyJoints], poses: Sequence[RigPose], mirror: bool = False
    ) -> tuple[ActiveEvent, ...]:
        """All events that are active now.

        ``mirror``: poses are those of a mirror image. Rules still speak of the performer's own left and right; anchors
        are where the mirrored avatar is.
        """
        _, observe, events = self._both
        if mirror:
            poses = [replace(pose, contacts=pose.contacts[_MIRROR_CONTACTS]) for pose in poses]
        active = events(time_s, observe(time_s, bodies, poses, events.past))
        return tuple(map(_mirrored, active)) if mirror else active


def watched(scenes: Iterable[Scene], rules: Rules, mirror: bool = False) -> Iterator[Scene]:
    """Recorded scenes with the events that these rules find in them, in place of those recorded."""
    watch = Watch(rules)
    for scene in scenes:
        yield replace(scene, events=watch(scene.time_s, scene.bodies, scene.poses, mirror))


def _mirrored(event: ActiveEvent) -> ActiveEvent:
    across = np.array([-1.0, 1.0, 1.0])
    return replace(event, anchor_world_m=event.anchor_world_m * across, direction_world=event.direction_world * across)
