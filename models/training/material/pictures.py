"""Labelled people on disk: many pictures in one ``.npz``, as concatenated JPEGs with offsets.

Renders and real pictures share the keys ``rgb``, ``alpha``, ``joints_px`` and ``visible``; real ones add what is
known and what is not.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Image

_PLAIN = {
    "alpha_good": np.uint8,
    "joints_px": np.float32,
    "known": np.uint8,
    "visible": np.uint8,
    "visible_known": np.uint8,
    "box_px": np.float32,
    "weight": np.float32,
    "source": np.str_,
}


def save_people(path: Path, people: Sequence[Any]) -> None:
    """Write labelled crops (``teacher.Person``) so that a reader sees the old file or the new one, never half of it."""
    arrays: dict[str, Any] = {
        name: np.array([getattr(person, name) for person in people], kind) for name, kind in _PLAIN.items()
    }
    arrays |= packed("rgb", [cv2.cvtColor(person.rgb, cv2.COLOR_RGB2BGR) for person in people])
    arrays |= packed("alpha", [person.alpha for person in people])
    half = path.with_name(f".{path.name}")  # hidden: who looks for *.npz must not find it
    np.savez(half, **arrays)
    os.replace(half, path)


def packed(name: str, pictures: Sequence[Image]) -> dict[str, npt.NDArray[Any]]:
    """``name`` = all JPEG bytes, ``name_at`` (N+1,) = where each begins. Pictures are grey or BGR."""
    jpegs = [cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1] for picture in pictures]
    return {name: np.concatenate(jpegs), f"{name}_at": np.cumsum([0, *(len(jpeg) for jpeg in jpegs)])}


def unpacked(arrays: Any, name: str, index: int) -> Image:
    """One picture of those; RGB or grey as it was saved."""
    at = arrays[f"{name}_at"]
    picture: Any = cv2.imdecode(arrays[name][at[index] : at[index + 1]], cv2.IMREAD_UNCHANGED)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) if picture.ndim == 3 else picture)
