"""Who is who: boxes and poses to person ids that last.

The crop of the next frame comes from the pose of this one, so the people finder is asked only now and then; the
presence that the pose network reports decides who is still there. After SORT-like trackers, with the second
threshold of ByteTrack (Zhang et al., ECCV 2022) for people already known.
"""

from .looks import look
from .settings import TrackSettings, for_photos
from .stir import Stir
from .tracker import Tracker

__all__ = ["Stir", "TrackSettings", "Tracker", "for_photos", "look"]
