"""A performer measured on request while the line runs: three seconds in a T-pose or an A-pose."""

import asyncio
from dataclasses import dataclass

from ..calibration import Calibration
from ..errors import SettingsError
from ..performers import performer_file, performer_of, save_performer
from ..records import Scene
from ..retarget.sizes import stature_m
from .between import Between
from .requests import Calibrate
from .status import CalibrationStatus

HOLD_S = 3.0
WITHIN_S = 60.0
_LOOK_EVERY_S = 0.1


@dataclass(eq=False)
class _Session:
    """What the line's thread writes into; once it is over, that does no harm."""

    performer: str
    calibration: Calibration
    share: float = 0.0


class Measuring:
    """At most one performer at a time."""

    def __init__(self, performers: str, between: Between) -> None:
        self._folder = performers
        self._between = between
        self._session: _Session | None = None

    @property
    def status(self) -> CalibrationStatus | None:
        """Who is being measured, or None."""
        session = self._session
        return CalibrationStatus(session.performer, session.share) if session else None

    def watch(self, scene: Scene) -> None:
        """In the line's thread, once a frame."""
        session = self._session
        if session is not None and session.share < 1.0:
            session.share = session.calibration(scene)

    async def measure(self, request: Calibrate) -> str:
        """Returns when the performer has been measured and is kept.

        Raises SettingsError for a name that is none, or if nobody holds the pose in time; nothing is kept then.
        """
        file = performer_file(request.performer, self._folder)
        if self._session is not None:
            raise SettingsError(f"{self._session.performer} is being measured already")
        session = self._session = _Session(request.performer, Calibration(HOLD_S))
        try:
            await self._between.frames(lambda: None)  # a camera that gives no picture is told at once
            await self._held(session)
            lengths_m = session.calibration.bone_lengths_m(request.height_m)
            height_m = request.height_m or stature_m(lengths_m)
            await asyncio.to_thread(save_performer, performer_of(lengths_m, height_m), file)
        finally:
            self._session = None
        return f"{request.performer} is {height_m:.2f} m tall, kept in {file}"

    async def _held(self, session: _Session) -> None:
        for _ in range(round(WITHIN_S / _LOOK_EVERY_S)):
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._session is not session:
                raise SettingsError("measuring was broken off; nothing is kept")
            if session.share >= 1.0:
                return
        raise SettingsError(
            f"nobody held a T-pose or A-pose for {HOLD_S:g} s; stand so that head and feet are in the picture, legs "
            "and arms straight, arms at least 20 degrees off the trunk"
        )

    async def break_off(self) -> str:
        """Measures nobody after all."""
        await self._between.frames(lambda: setattr(self, "_session", None))
        return "nobody is measured"
