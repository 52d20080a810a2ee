"""Pictures of a take, painted in numpy: the mannequin in light and shadow on a floor, or over the video."""

from .picture import on_floor, over_video
from .view import View, look_at, view_of

__all__ = ["View", "look_at", "on_floor", "over_video", "view_of"]
