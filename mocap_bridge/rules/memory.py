"""What an expression remembers of its own past: windows of a few seconds, each value looked at once."""

import math
from collections import deque

from .geometry import Vec

MOST_VALUES = 1024
"""In one window; a camera of 200 pictures a second fills five seconds."""
LARGEST = 1e9
"""A value beyond it would drown all others in a sum."""


class Lowest:
    """The lowest value of the last seconds."""

    def __init__(self) -> None:
        self._rising: deque[tuple[float, float]] = deque(maxlen=MOST_VALUES)  # time, value; only who may yet be lowest

    def __call__(self, time_s: float, value: float | None, seconds: float) -> float | None:
        kept = self._rising
        if value is not None:
            while kept and kept[-1][1] >= value:
                kept.pop()
            kept.append((time_s, value))
        while kept and kept[0][0] < time_s - seconds:
            kept.popleft()
        return kept[0][1] if kept else None


class Highest:
    """The highest value of the last seconds."""

    def __init__(self) -> None:
        self._lowest = Lowest()

    def __call__(self, time_s: float, value: float | None, seconds: float) -> float | None:
        found = self._lowest(time_s, None if value is None else -value, seconds)
        return None if found is None else -found


class Mean:
    """The mean of the last seconds."""

    def __init__(self) -> None:
        self._values: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def __call__(self, time_s: float, value: float | None, seconds: float) -> float | None:
        kept = self._values
        if value is not None and abs(value) < LARGEST:
            kept.append((time_s, value))
            self._sum += value
        while kept and (kept[0][0] < time_s - seconds or len(kept) > MOST_VALUES):
            self._sum -= kept.popleft()[1]
        return self._sum / len(kept) if kept else None


class Spread:
    """How far a number or a place has been from its mean in the last seconds, root mean square.

    Unknown until it has been looked at for so long: who has just come in is not still.
    """

    def __init__(self) -> None:
        self._kept: deque[tuple[float, Vec]] = deque()
        self._first: Vec = (0.0, 0.0, 0.0)  # sums are of ways from it: squares of what is far away drown small ones
        self._sums = [0.0] * 4
        self._changes = 0
        self._since_s = 0.0

    def __call__(self, time_s: float, value: float | Vec | None, seconds: float) -> float | None:
        if value is not None:
            if not self._kept:
                self._since_s = time_s
            place = value if isinstance(value, tuple) else (value, 0.0, 0.0)
            if max(map(abs, place)) < LARGEST:
                self._kept.append((time_s, place))
                self._add(place, 1.0)
        while self._kept and (self._kept[0][0] < time_s - seconds or len(self._kept) > MOST_VALUES):
            self._add(self._kept.popleft()[1], -1.0)
        if self._changes > MOST_VALUES:
            self._begin_anew()
        if not self._kept or time_s - self._since_s < seconds - 1e-6:
            return None
        count, (x, y, z, square) = len(self._kept), self._sums
        return math.sqrt(max(square / count - (x * x + y * y + z * z) / count**2, 0.0))

    def _add(self, place: Vec, times: float) -> None:
        (x, y, z), (x0, y0, z0), sums = place, self._first, self._sums
        x, y, z = x - x0, y - y0, z - z0
        sums[0] += times * x
        sums[1] += times * y
        sums[2] += times * z
        sums[3] += times * (x * x + y * y + z * z)
        self._changes += 1

    def _begin_anew(self) -> None:
        """Sums again from what is kept: what was rounded while adding and taking away must not gather."""
        self._first, self._sums = self._kept[-1][1], [0.0] * 4
        for _, place in self._kept:
            self._add(place, 1.0)
        self._changes = 0


class Ago:
    """The value of so many seconds ago; unknown until there is one."""

    def __init__(self) -> None:
        self._values: deque[tuple[float, float]] = deque(maxlen=MOST_VALUES)

    def __call__(self, time_s: float, value: float | None, seconds: float) -> float | None:
        kept = self._values
        if value is not None:
            kept.append((time_s, value))
        while len(kept) > 1 and kept[1][0] <= time_s - seconds + 1e-6:
            kept.popleft()
        return kept[0][1] if kept and kept[0][0] <= time_s - seconds + 1e-6 else None


class Swings:
    """How often a value turned back in the last seconds, each time after a way of at least ``size``."""

    def __init__(self) -> None:
        self._turns_s: deque[float] = deque(maxlen=MOST_VALUES)
        self._low = self._high = math.nan
        self._way = 0  # 1 while it rises, -1 while it falls

    def __call__(self, time_s: float, value: float | None, size: float, seconds: float) -> float:
        if value is not None:
            self._step(time_s, value, size)
        while self._turns_s and self._turns_s[0] < time_s - seconds:
            self._turns_s.popleft()
        return float(len(self._turns_s))

    def _step(self, time_s: float, value: float, size: float) -> None:
        if math.isnan(self._low):
            self._low = self._high = value
        self._low, self._high = min(self._low, value), max(self._high, value)
        if self._way >= 0 and self._high - value >= size:
            self._turn(time_s, -1)
            self._low = value
        elif self._way <= 0 and value - self._low >= size:
            self._turn(time_s, 1)
            self._high = value

    def _turn(self, time_s: float, way: int) -> None:
        if self._way:
            self._turns_s.append(time_s)
        self._way = way


class Since:
    """Seconds since something was last true; infinite if it never was."""

    def __init__(self) -> None:
        self._last_s = -math.inf

    def __call__(self, time_s: float, true: bool | None) -> float:
        if true:
            self._last_s = time_s
        return time_s - self._last_s


class Turn:
    """Degrees that a heading has turned through in the last seconds; whole turns count."""

    def __init__(self) -> None:
        self._total, self._last = 0.0, math.nan
        self._ago = Ago()
        self._first: tuple[float, float] | None = None

    def __call__(self, time_s: float, heading_deg: float, seconds: float) -> float:
        if not math.isnan(self._last):
            self._total += (heading_deg - self._last + 180.0) % 360.0 - 180.0
        self._last = heading_deg
        if self._first is None:
            self._first = (time_s, self._total)
        before = self._ago(time_s, self._total, seconds)
        return self._total - (self._first[1] if before is None else before)
