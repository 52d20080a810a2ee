"""Anybody's avatar: a .vrm (0.x or 1.0) or humanoid glTF file, and a performer's pose on it."""

from pathlib import Path

from ..errors import AvatarError
from .gltf import read_document
from .humanoid import Avatar, humanoid
from .pose import Fit, hips_world_m, retargeted

__all__ = ["Avatar", "Fit", "hips_world_m", "load_avatar", "retargeted"]


def load_avatar(path: str | Path) -> Avatar:
    """Raises AvatarError if the file cannot be read or holds no humanoid that stands."""
    path = Path(path)
    document = read_document(path)
    try:
        return humanoid(document)
    except AvatarError as error:
        raise AvatarError(f"{path}: {error}") from error
