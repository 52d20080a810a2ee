"""How good a recorded motion is, in numbers: jitter, sliding feet, flipped hinges, guessed joints, and so on.

``metrics`` measures arrays, ``motion`` gathers a take by person, ``truth`` reads where people really were and
``pairing`` finds them in the take, ``report`` puts a person's numbers together, ``plot`` draws them over time.
"""

from .metrics import (
    acceleration_m,
    bone_length_cv,
    floor_depth_m,
    foot_slide_m,
    hinge_flips,
    joint_error_m,
    yaw_steps_rad,
)
from .motion import Motion, motions
from .report import PersonQuality, assessed

__all__ = [
    "Motion",
    "PersonQuality",
    "acceleration_m",
    "assessed",
    "bone_length_cv",
    "floor_depth_m",
    "foot_slide_m",
    "hinge_flips",
    "joint_error_m",
    "motions",
    "yaw_steps_rad",
]
