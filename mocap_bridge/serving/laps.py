"""How long each stage of the line has taken lately."""

import time

_RECENT_S = 1.0  # what happened this long ago counts for a third


class Laps:
    """What ``pipeline.scenes`` tells its ``lap`` becomes a running mean of milliseconds per frame and stage."""

    def __init__(self) -> None:
        self.stages_ms: dict[str, float] = {}
        self._this_frame_ms: dict[str, float] = {}
        self._began_s = self._last_s = time.perf_counter()

    def __call__(self, stage: str) -> None:
        now_s = time.perf_counter()
        if stage == "capture":  # a frame begins; what came before it was waiting
            self._settle(now_s)
        else:
            self._this_frame_ms[stage] = self._this_frame_ms.get(stage, 0.0) + (now_s - self._last_s) * 1e3
        self._last_s = now_s

    def _settle(self, now_s: float) -> None:
        share = min(1.0, (now_s - self._began_s) / _RECENT_S)
        self._began_s = now_s
        frame_ms, self._this_frame_ms = self._this_frame_ms, {}
        for stage in frame_ms.keys() | self.stages_ms.keys():
            spent_ms = frame_ms.get(stage, 0.0)  # the people finder rests most of the time
            before_ms = self.stages_ms.get(stage, spent_ms)
            self.stages_ms[stage] = before_ms + share * (spent_ms - before_ms)
