"""Linear light as what a screen shows."""

import numpy as np

from ..records import Array, Image
from .cones import Floats

_STEPS = 4096
_BRIGHTEST = 2.0
_LINEAR = np.linspace(0.0, _BRIGHTEST, _STEPS)


def _curve(shown: Array) -> Image:
    return np.asarray(np.clip(shown, 0.0, 1.0) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)


# Bright parts are rolled off, not cut. A table: powers of a million numbers take longer than everything else.
_GRADED = _curve(_LINEAR * (1.12 + _LINEAR / 4) / (1 + _LINEAR * 0.55))
_AS_IS = _curve(_LINEAR)


def to_screen(linear: Floats, graded: bool = True) -> Image:
    """(..., 3) 8-bit sRGB; ``graded`` as a photographer would, otherwise a video stays as it was."""
    steps = np.clip(linear * (_STEPS / _BRIGHTEST), 0, _STEPS - 1).astype(np.uint16)
    return np.asarray((_GRADED if graded else _AS_IS)[steps])
