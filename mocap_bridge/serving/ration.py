"""So many a second for all together: the more there are, the seldomer each is sent something."""

_EARLY = 0.25  # of a period: frames are never quite even


class Ration:
    """Time is that of the data, so that what is rationed does not depend on how fast the machine is."""

    def __init__(self, hz: float) -> None:
        self._hz = hz
        self._due_s = self._last_s = 0.0

    def allows(self, time_s: float, sharers: int) -> bool:
        """Whether it is time again for all ``sharers`` to be sent what is new at ``time_s``.

        All at the same time and the same thing, so that it is made once.
        """
        period_s = sharers / self._hz
        if time_s < self._last_s:  # a film begins anew
            self._due_s = time_s
        self._last_s = time_s
        if time_s < self._due_s - _EARLY * period_s:
            return False
        self._due_s += period_s
        if self._due_s < time_s:  # after a pause there is nothing to catch up on
            self._due_s = time_s + period_s
        return True
