"""Smoothing of bodies: still joints rest, moving ones do not lag, a single slip of the network hardly shows.

Joints and root are followed by a g-h filter (``follower``), which knows how fast a joint moves and so trails a steady
motion by nothing, and which remembers the longer the longer nothing moves. Time is the capture clock, so frames that
come late or not at all change nothing but the step. Values were chosen with models/training/smooth_bench.
"""

from .body import UNSMOOTHED, BodySmoother, SmoothSettings
from .follower import Follower, Tuning
from .hindsight import HINDSIGHT, HindsightSmoother
from .one_euro import OneEuro

__all__ = [
    "HINDSIGHT",
    "UNSMOOTHED",
    "BodySmoother",
    "Follower",
    "HindsightSmoother",
    "OneEuro",
    "SmoothSettings",
    "Tuning",
]
