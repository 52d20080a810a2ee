"""Clothes, shoes, hair and eyes that fit any body: MakeHuman's ``.mhclo`` files.

Each vertex of a garment hangs on three vertices of the base mesh (weights plus an offset that grows with the
body), so one garment dresses every shape and takes its skin weights from the body below.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array
from models.training.figures.meshes import Float, Mesh, Rows, read_mesh, skin_influences
from models.training.figures.rig import M_PER_UNIT, Rig

_AXES = "xyz"


@dataclass(frozen=True, eq=False)
class Garment:
    """Something worn, before anybody wears it."""

    name: str
    mesh: Mesh
    hides: Rows  # vertices of the base mesh that it covers completely
    influences: tuple[Float, Float]
    _hangs_on: Rows  # (V, 3) vertices of the base mesh
    _weights: Array  # (V, 3)
    _offsets: Array  # (V, 3) in units of the scale below
    _scales: dict[int, tuple[int, int, float]]  # axis -> two vertices of the base mesh and their distance when made

    def fit_m(self, body_m: Array) -> Array:
        """(V, 3) where the garment's vertices lie on the body ``body_m``, vertices of the base mesh at rest."""
        scale = np.full(3, M_PER_UNIT)
        for axis, (a, b, made) in self._scales.items():
            scale[axis] = abs(body_m[a, axis] - body_m[b, axis]) / made
        hung = (body_m[self._hangs_on] * self._weights[:, :, None]).sum(axis=1)
        return np.asarray(hung + self._offsets * scale)


def load_garment(path: Path, rig: Rig) -> Garment:
    """Reads a ``.mhclo`` and the OBJ it names. ValueError if the two do not belong together."""
    hangs, hides, scales, obj = _read_mhclo(path)
    mesh = read_mesh(path.parent / obj)
    if len(hangs) != mesh.vertices:
        raise ValueError(f"{path} places {len(hangs)} vertices but {obj} has {mesh.vertices}; they must be the same")
    table = np.array(hangs)
    hangs_on = table[:, :3].astype(np.intp)
    weights = table[:, 3:6]
    skin = np.maximum((rig.weights[hangs_on] * weights[:, :, None]).sum(axis=1), 0.0).astype(np.float32)
    return Garment(
        name=path.parent.name,
        mesh=mesh,
        hides=np.array(hides, np.intp),
        influences=skin_influences(skin),
        _hangs_on=hangs_on,
        _weights=weights,
        _offsets=table[:, 6:9],
        _scales=scales,
    )


def _read_mhclo(path: Path) -> tuple[list[list[float]], list[int], dict[int, tuple[int, int, float]], str]:
    """Rows of three vertices, weights and offset; hidden vertices; scales; name of the OBJ."""
    hangs: list[list[float]] = []
    hides: list[int] = []
    scales: dict[int, tuple[int, int, float]] = {}
    obj = path.with_suffix(".obj").name
    section = ""
    for line in path.read_text(errors="replace").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in ("verts", "delete_verts"):
            section = words[0]
        elif words[0] == "obj_file":
            obj = words[1]
        elif words[0].endswith("_scale") and words[0][0] in _AXES and len(words) == 4:
            scales[_AXES.index(words[0][0])] = (int(words[1]), int(words[2]), float(words[3]))
        elif words[0] == "weights":
            section = ""  # not needed, the body below gives them
        elif not words[0].isdigit():
            continue  # a material or the like may stand between the head of a section and its rows
        elif section == "verts":
            hangs.append(_hang([float(word) for word in words]))
        elif section == "delete_verts":
            hides += _ranges(words)
    return hangs, hides, scales, obj


def _hang(numbers: list[float]) -> list[float]:
    """A row of nine: a single number means "exactly at that vertex"."""
    return [numbers[0]] * 3 + [1.0, 0.0, 0.0, 0.0, 0.0, 0.0] if len(numbers) == 1 else (numbers + [0.0] * 3)[:9]


def _ranges(words: list[str]) -> list[int]:
    """Vertex rows of ``3 - 6 9``: 3, 4, 5, 6, 9."""
    rows: list[int] = []
    numbers = iter(words)
    for word in numbers:
        if word == "-":
            rows += range(rows[-1] + 1, int(next(numbers)) + 1)
        else:
            rows.append(int(word))
    return rows


def hidden(garments: list[Garment], vertices: int) -> npt.NDArray[np.bool_]:
    """(V,) vertices of the base mesh that no longer show below these garments."""
    covered = np.zeros(vertices, bool)
    for garment in garments:
        covered[garment.hides] = True
    return covered
