"""Makes training files small without changing what a renderer or a trainer reads from them, and back again.

Each kind is a pair: ``shrunk_...`` makes the bytes of a pack's member, ``RESTORE[kind]`` the file again. Morphs and
rotations come back as exact as they were (0.1 mm; half precision); pictures shrink to the size at which they are used.
"""

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
from scipy.spatial.transform import Rotation

from mocap_bridge.records import Image
from models.training.figures.rig import M_PER_UNIT, read_target

_MORPH_STEPS_PER_UNIT = 1000
"""MakeHuman writes morphs with three decimals."""
_STEPS_PER_RADIAN = 10_000


def shrunk_morph(path: Path) -> bytes:
    """A MakeHuman ``.target.gz``: rows and moves as columns of differences, which compress better than text."""
    rows, moves_m = read_target(path)
    steps = np.round(moves_m / M_PER_UNIT * _MORPH_STEPS_PER_UNIT).astype(np.int32)
    table = np.concatenate([rows[:, None].astype(np.int32), steps], axis=1)
    return _npz(differences=np.diff(table, axis=0, prepend=0).T.astype(np.int16))


def shrunk_rotations(path: Path) -> bytes:
    """An ``.npz`` with ``rotations`` (N, B, 3, 3): axis times angle instead of nine numbers."""
    arrays = _arrays(path.read_bytes())
    matrices = arrays.pop("rotations").astype(np.float64)
    axis_angles = Rotation.from_matrix(matrices.reshape(-1, 3, 3)).as_rotvec().reshape(matrices.shape[:-1])
    steps = np.round(axis_angles * _STEPS_PER_RADIAN).astype(np.int16)
    return _npz(turns=np.ascontiguousarray(np.moveaxis(steps, 0, -1)), **arrays)  # what changes little lies together


def shrunk_picture(path: Path, longest_px: int, quality: int) -> bytes:
    """A picture no larger than ``longest_px``: JPEG, or WebP where it is partly transparent."""
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise FileNotFoundError(f"{path} cannot be read as a picture")
    scale = min(1.0, longest_px / max(picture.shape[:2]))
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # The name must stay, readers search for it; what a picture's bytes are, they look up in the bytes.
    clear = picture.ndim == 3 and picture.shape[2] == 4
    return _encoded(picture, ".webp" if clear else ".jpg", quality)


def has_joints(path: Path) -> bool:
    """Whether an ``.npz`` holds people with labelled joints."""
    with np.load(path) as file:
        return "joints_px" in file.files


def shrunk_people(path: Path, quality: int, side_px: int = 10_000) -> bytes:
    """Labelled people (``pictures.save_people``) with WebP pictures, none larger than ``side_px``.

    Masks that may not be used become empty.
    """
    arrays = _arrays(path.read_bytes())
    good = arrays.get("alpha_good", np.ones(len(arrays["joints_px"])))
    nothing = np.zeros((8, 8), np.uint8)
    scales = np.ones(len(good))
    for name, ending, kept in (("rgb", ".webp", np.ones(len(good))), ("alpha", ".jpg", good)):
        files = []
        for index, keep in enumerate(kept):
            begin, end = arrays[f"{name}_at"][index : index + 2]
            picture = np.asarray(cv2.imdecode(arrays[name][begin:end], cv2.IMREAD_UNCHANGED)) if keep else nothing
            scale = min(1.0, side_px / len(picture))
            if scale < 1:
                picture = np.asarray(cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA))
                scales[index] = scale
            files.append(np.frombuffer(_encoded(picture, ending, quality), np.uint8))
        arrays[name], arrays[f"{name}_at"] = np.concatenate(files), np.cumsum([0, *(len(file) for file in files)])
    for name in ("joints_px", "box_px"):
        if name in arrays:
            arrays[name] = (arrays[name] * scales.reshape(-1, *[1] * (arrays[name].ndim - 1))).astype(np.float32)
    return _npz(**arrays)


def shrunk_checkpoint(path: Path) -> bytes:
    """The averaged weights in half precision and the progress, without the optimiser."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    ema = {name: value.half() if value.is_floating_point() else value for name, value in state["ema"].items()}
    file = io.BytesIO()
    torch.save({"ema": ema, "progress": state["progress"]}, file)
    return file.getvalue()


def _restored_morph(data: bytes) -> bytes:
    table = np.cumsum(_arrays(data)["differences"].astype(np.int32), axis=1).T
    steps = table[:, 1:] / _MORPH_STEPS_PER_UNIT
    lines = [f"{row} {x:.3f} {y:.3f} {z:.3f}\n" for row, (x, y, z) in zip(table[:, 0], steps, strict=True)]
    return gzip.compress("".join(lines).encode(), compresslevel=1, mtime=0)


def _restored_rotations(data: bytes) -> bytes:
    arrays = _arrays(data)
    axis_angles = np.moveaxis(arrays.pop("turns"), -1, 0) / _STEPS_PER_RADIAN
    matrices = Rotation.from_rotvec(axis_angles.reshape(-1, 3)).as_matrix().reshape(*axis_angles.shape, 3)
    return _npz(rotations=matrices.astype(np.float16), **arrays)


def _as_it_is(data: bytes) -> bytes:
    return data


RESTORE: dict[str, Callable[[bytes], bytes]] = {
    "morph": _restored_morph,
    "rotations": _restored_rotations,
    "text": _as_it_is,
    "picture": _as_it_is,
    "people": _as_it_is,
    "checkpoint": _as_it_is,
}


def _encoded(picture: Image, ending: str, quality: int) -> bytes:
    flag = {".jpg": cv2.IMWRITE_JPEG_QUALITY, ".webp": cv2.IMWRITE_WEBP_QUALITY}[ending]
    return bytes(cv2.imencode(ending, picture, [flag, quality])[1])


def _arrays(data: bytes) -> dict[str, npt.NDArray[Any]]:
    with np.load(io.BytesIO(data)) as file:
        return {name: file[name] for name in file.files}


def _npz(**arrays: npt.NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub takes a flag by keyword too
    return file.getvalue()
