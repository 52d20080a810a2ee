"""Triangle meshes: OBJ files in, the arrays a graphics card wants out.

A *vertex* is a point of the body; a *corner* is a vertex with one texture coordinate, since a seam of the texture
gives the same point two of them. Everything that moves is computed per vertex and handed out per corner.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from mocap_bridge.records import Array

Float = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

CORNER_FORMAT = "3f 3f 2f 4f 4f"
"""Position, normal, texture coordinate, four bones, their weights: one row of ``corners``."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """A surface without positions: what stays when a body changes its shape."""

    vertices: int
    corner_vertex: Rows  # (C,) vertex of each corner
    corner_uv: Float  # (C, 2) texture coordinates, v upwards
    triangles: npt.NDArray[np.int32]  # (T, 3) rows of corners
    groups: npt.NDArray[np.str_]  # (T,) name of the OBJ group
    _touch: csr_matrix  # (V, T) which triangles meet at each vertex

    def normals(self, positions: Array) -> Array:
        """(V, 3) unit normals of vertices at ``positions`` (V, 3), averaged over their triangles by area."""
        a, b, c = (positions[self.corner_vertex[self.triangles[:, k]]] for k in range(3))
        summed = self._touch @ np.cross(b - a, c - a)
        return np.asarray(summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12))

    def with_all(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """(T,) whether all three vertices of each triangle are among ``chosen`` (V,)."""
        return np.asarray(chosen[self.corner_vertex[self.triangles]].all(axis=1))


def read_mesh(path: Path) -> Mesh:
    """Faces of an OBJ file, polygons cut into fans. ValueError if it has none."""
    corners: dict[tuple[int, int], int] = {}
    uv, triangles, groups = [], [], []
    vertices, group = 0, ""
    with path.open() as file:
        for line in file:
            words = line.split()
            if not words:
                continue
            if words[0] == "v":
                vertices += 1
            elif words[0] == "vt":
                uv.append((float(words[1]), float(words[2])))
            elif words[0] == "g":
                group = words[1] if len(words) > 1 else ""
            elif words[0] == "f":
                rows = [corners.setdefault(_corner(word), len(corners)) for word in words[1:]]
                triangles += [(rows[0], rows[k], rows[k + 1]) for k in range(1, len(rows) - 1)]
                groups += [group] * (len(rows) - 2)
    if not triangles:
        raise ValueError(f"{path} has no faces; a mesh is needed")
    return build_mesh(vertices, list(corners), np.array(uv or [(0.0, 0.0)], np.float32), triangles, groups)


def build_mesh(
    vertices: int,
    corners: list[tuple[int, int]],
    uv: Float,
    triangles: list[tuple[int, int, int]],
    groups: list[str],
) -> Mesh:
    """A mesh of ``corners`` (vertex, row of ``uv``) and ``triangles`` of them."""
    vertex, texture = np.array(corners).T
    faces = np.array(triangles, np.int32)
    rows = vertex[faces].ravel()
    columns = np.repeat(np.arange(len(faces)), 3)
    touch = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(vertices, len(faces)))
    return Mesh(vertices, vertex, uv[texture], faces, np.array(groups), touch)


def skin_influences(weights: Float) -> tuple[Float, Float]:
    """The four strongest bones (V, 4) of each vertex and their weights (V, 4), from weights over all bones (V, B)."""
    bones = np.argsort(-weights, axis=1)[:, :4]
    strongest = np.take_along_axis(weights, bones, axis=1)
    total = np.maximum(strongest.sum(axis=1, keepdims=True), 1e-9)
    return bones.astype(np.float32), (strongest / total).astype(np.float32)


def corners(mesh: Mesh, positions: Array, influences: tuple[Float, Float], normals: Array | None = None) -> Float:
    """(C, 16) rows of ``CORNER_FORMAT`` for a mesh whose vertices rest at ``positions`` (V, 3)."""
    if normals is None:
        normals = mesh.normals(positions)
    at = mesh.corner_vertex
    bones, weights = influences
    return np.hstack([positions[at], normals[at], mesh.corner_uv, bones[at], weights[at]]).astype(np.float32)


def _corner(word: str) -> tuple[int, int]:
    parts = word.split("/")
    return int(parts[0]) - 1, int(parts[1]) - 1 if len(parts) > 1 and parts[1] else 0
