"""When to search for people: seldom while everybody is there, at once when somebody is missed."""

from .settings import TrackSettings


class Due:
    """Counts the frames since the last search."""

    def __init__(self, settings: TrackSettings) -> None:
        self._settings = settings
        self._alone_since_s: float | None = None
        self._frames = 0
        self._at_once = True

    def at_once(self) -> None:
        """Somebody is missed: the next frame is searched."""
        self._at_once = True

    def now(self, time_s: float, somebody: bool, missing: bool) -> bool:
        """Whether to search the frame of this time, where ``somebody`` is followed or ``missing``; once per frame."""
        if somebody:
            self._alone_since_s = None
            every = self._settings.search_every_frames if missing else self._settings.check_every_frames
        else:
            self._alone_since_s = time_s if self._alone_since_s is None else self._alone_since_s
            eager = time_s - self._alone_since_s < self._settings.eager_s
            every = 1 if eager else self._settings.search_every_frames
        due = self._at_once or self._frames >= every
        if due:
            self._at_once, self._frames = False, 0
        self._frames += 1
        return due
