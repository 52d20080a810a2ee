"""Webcam to humanoid avatar, live.

import mocap_bridge

for scene in mocap_bridge.scenes(0):  # or mocap_bridge.subscribe("tcp://127.0.0.1:5556")
    for pose in scene.poses:
        print(pose.person_id, pose.hips_world_m)
    for event in scene.events:
        print(event.name, event.strength)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import scenes, subscribe

__all__ = ["scenes", "subscribe"]


def __getattr__(name: str) -> Any:
    # Not imported before somebody asks: the commands shall answer at once.
    if name in __all__:
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
