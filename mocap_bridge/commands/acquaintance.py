"""``--performer NAME``: a body measured before is used at once; another is learned along the way and kept."""

from collections import defaultdict

import msgspec
import numpy as np

from ..performers import load_performer, performer_file, performer_of, save_performer
from ..pipeline import PipelineSettings
from ..records import Array, Scene
from ..retarget import Build
from ..retarget.sizes import LEARN_S
from ..settings import Settings
from ..skeleton import BONE, HEIGHT_M
from .display import say

_SEEN = 0.3
_LONGEST_STEP_S = 0.1  # a gap between frames counts as this much of being seen
_MEASURED = [BONE[bone] for bone in ("Head", "LeftLowerArm", "RightLowerArm", "LeftLowerLeg", "RightLowerLeg")]


class Acquaintance:
    """What is known of one named performer, and what a run teaches."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError for a name that is none or a file that is damaged."""
        self._settings = settings
        self._file = performer_file(settings.performer, settings.performers) if settings.performer else None
        self._known = load_performer(self._file) if self._file else None
        self._seen_s: dict[int, float] = defaultdict(float)
        self._lengths_m: dict[int, Array] = {}
        self._last_s: float | None = None

    def applied(self, pipeline: PipelineSettings) -> PipelineSettings:
        """The settings for this performer, who is the only one followed; a height that was given wins."""
        if self._file is None:
            return pipeline
        alone = msgspec.structs.replace(pipeline, track=msgspec.structs.replace(pipeline.track, max_people=1))
        if self._known is None:
            return alone
        height_m = pipeline.lift.height_m if pipeline.lift.height_m != HEIGHT_M else self._known.height_m
        return msgspec.structs.replace(
            alone,
            lift=msgspec.structs.replace(pipeline.lift, height_m=height_m),
            build=Build(self._known.lengths_m, self._known.girth),
        )

    def watch(self, scene: Scene) -> None:
        """Learn from a scene."""
        if self._file is None or self._known is not None:
            return
        step_s = 0.0 if self._last_s is None else min(scene.time_s - self._last_s, _LONGEST_STEP_S)
        self._last_s = scene.time_s
        for pose in scene.poses:
            self._lengths_m[pose.person_id] = pose.bone_lengths_m
            if np.min(pose.visibility[_MEASURED]) > _SEEN:
                self._seen_s[pose.person_id] += step_s

    def keep(self) -> None:
        """Save what was learned, if that is enough, and say so."""
        if self._file is None or self._known is not None:
            return
        name = self._settings.performer
        best = max(self._seen_s, key=lambda person: self._seen_s[person], default=None)
        if best is None or self._seen_s[best] < LEARN_S:
            say(
                f"{name} was not seen from head to feet for {LEARN_S:.0f} seconds and is not kept; "
                f"try: mocap-bridge calibrate SOURCE --performer {name}"
            )
            return
        save_performer(performer_of(self._lengths_m[best], self._settings.lift.height_m), self._file)
        say(f"{name} is kept in {self._file}")
