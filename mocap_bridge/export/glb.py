"""glTF: one person as a skinned mannequin that moves, for every program that shows 3D: browsers, Blender, Godot, Unity.

A .glb with one mesh, one skin of 22 joints under the names of ``BONES``, and one animation as in a VRMA.
https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ..mannequin import Parts, in_tpose, parts_for, surface
from ..records import Array, RigPose, Scene
from ..rotations import IDENTITY, bone_heads_m
from ..skeleton import BONES
from .clips import clips, write_bytes
from .gltf import ROOT, Arrays, animation, bone_nodes, standing_offsets_m

_VERTICES, _INDICES = 34962, 34963  # what a view is for
_MESH_NODE = len(BONES) + 1
_CLAY = {
    "name": "mannequin",
    "pbrMetallicRoughness": {"baseColorFactor": [0.72, 0.66, 0.6, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.65},
}


def export_glb(
    scenes: Iterable[Scene], path: Path, fps: float | None = None, person_id: int | None = None
) -> list[Path]:
    """One file per person, named as ``clips`` does; returns the files.

    Raises OutputError for what ``clips`` refuses, and if a file cannot be written.
    """
    chosen = clips(scenes, path, fps, person_id)
    for clip in chosen:
        write_bytes(clip.path, glb(clip.poses, clip.fps))
    return [clip.path for clip in chosen]


def glb(poses: tuple[RigPose, ...], fps: float) -> bytes:
    """The bytes of a file with a key per pose."""
    arrays, offsets_m = Arrays(), standing_offsets_m(poses)
    girth = float(np.median([pose.girth for pose in poses]))
    mesh = _mesh(arrays, parts_for(np.linalg.norm(offsets_m, axis=1), girth), offsets_m[0])
    skin = {"joints": [bone + 1 for bone in range(len(BONES))], "skeleton": ROOT, "name": "mannequin"}
    return arrays.packed(
        {
            "asset": {"version": "2.0", "generator": "mocap-bridge"},
            "scene": 0,
            "scenes": [{"nodes": [ROOT, _MESH_NODE]}],
            "nodes": [*bone_nodes(offsets_m), {"name": "Mannequin", "mesh": 0, "skin": 0}],
            "meshes": [mesh],
            "skins": [skin | {"inverseBindMatrices": arrays.add(_inverse_bind(offsets_m))}],
            "materials": [_CLAY],
            "animations": [animation(arrays, poses, fps)],
        }
    )


def _mesh(arrays: Arrays, parts: Parts, hips_m: Array) -> dict[str, Any]:
    """All parts in the T-pose, each vertex wholly with the bone of its part."""
    points, normals, faces, joints = [], [], [], []
    count = 0
    for bone, ends_m, radii_m in zip(parts.bones, in_tpose(parts) + hips_m, parts.radii_m, strict=True):
        at, facing, corners = surface(ends_m, radii_m)
        points.append(at)
        normals.append(facing)
        faces.append(corners + count)
        joints.append(np.tile([int(bone), 0, 0, 0], (len(at), 1)))
        count += len(at)
    attributes = {
        "POSITION": arrays.add(np.concatenate(points), target=_VERTICES, bounds=True),
        "NORMAL": arrays.add(np.concatenate(normals), target=_VERTICES),
        "JOINTS_0": arrays.add(np.concatenate(joints), "<u1", _VERTICES),
        "WEIGHTS_0": arrays.add(np.tile([1.0, 0.0, 0.0, 0.0], (count, 1)), target=_VERTICES),
    }
    indices = arrays.add(np.concatenate(faces).reshape(-1), "<u4", _INDICES)
    return {"name": "Mannequin", "primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}


def _inverse_bind(offsets_m: Array) -> Array:
    """(22, 16) from the mesh's space to each bone's at rest, by columns: there is nothing but a shift."""
    heads_m = bone_heads_m(offsets_m[0], np.tile(IDENTITY, (len(BONES), 1)), offsets_m)
    matrices = np.tile(np.eye(4), (len(BONES), 1, 1))
    matrices[:, 3, :3] = -heads_m
    return matrices.reshape(len(BONES), 16)
