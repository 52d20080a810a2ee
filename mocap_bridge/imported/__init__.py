"""Motion that others recorded (BVH, VRMA, animated glTF) as scenes of our own: any clip can then be replayed."""

from collections.abc import Callable
from pathlib import Path

from ..errors import MotionError
from .bvh import read_bvh
from .clip import Clip
from .gltf import read_animation
from .motion import Motion, followed
from .scenes import scenes
from .stance import Rest

__all__ = ["Motion", "Rest", "read_motion", "scenes"]

ENDINGS = (".bvh", ".vrma", ".glb")


def read_motion(
    path: str | Path,
    unit_m: float | None = None,
    rest: Rest = Rest.AUTO,
    fps: float | None = None,
    animation: str | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Motion:
    """The human motion of a file, by its ending.

    ``unit_m`` is the length of the file's unit; None guesses it from the length of the legs (glTF has metres).
    ``fps`` is how densely a glTF animation is read (None: as its keys are), ``animation`` its name (None: the first).
    ``progress`` hears shares, 0 to 1.
    Raises MotionError that says what is wrong, for BVH with the number of the line.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise MotionError(f"{path}: the name must end in {', '.join(ENDINGS)}")
    try:
        clip: Clip = read_bvh(path, progress) if ending == ".bvh" else read_animation(path, fps, animation)
        return followed(clip, unit_m, rest)
    except MotionError as error:
        raise MotionError(f"{path}: {error}") from error
    except OSError as error:
        raise MotionError(f"{path} cannot be read: {error.strerror}") from error
