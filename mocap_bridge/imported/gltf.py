"""The animation of a glTF binary: VRMA, whose rest pose is the T-pose by its rules, or any humanoid .glb or .vrm.

Taken for a stranger's: every index, offset and count is checked before it is used.
https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#animations
"""

from pathlib import Path

import msgspec
import numpy as np

from ..avatar.gltf import Document, local_matrix, parents_of, read_document, rotation_of
from ..avatar.names import REQUIRED, humanoid_nodes
from ..errors import AvatarError, MotionError
from ..records import Array
from .clip import MOST_JOINTS, MOST_NUMBERS
from .gltf_keys import Keys, Tracks, read_tracks

_MOST_FPS, _FPS, _SPARSE_FPS = 1000.0, 30.0, 20.0


class _Bone(msgspec.Struct):
    node: int


class _Humanoid(msgspec.Struct):
    humanBones: dict[str, _Bone | None]  # noqa: N815  the file's own name


class _Vrma(msgspec.Struct):
    humanoid: _Humanoid


class GltfClip:
    """A ``Clip`` of nodes, parents first, read at even times."""

    unit_m: float | None = 1.0

    def __init__(self, document: Document, tracks: Tracks, fps: float | None) -> None:
        parents = parents_of(document.nodes)
        order = [node for node, parent in enumerate(parents) if parent < 0]
        for node in order:  # grows while it is walked
            order.extend(document.nodes[node].children)
        rows = {node: row for row, node in enumerate(order)}
        self.names = [document.nodes[node].name for node in order]
        self.parents = [rows[parents[node]] if parents[node] >= 0 else -1 for node in order]
        matrices = [local_matrix(document.nodes[node]) for node in order]
        self.rest_xyzw = np.array([rotation_of(matrix) for matrix in matrices])
        # A node's scale lengthens the steps of all below it.
        own = [float(np.cbrt(np.linalg.det(matrix[:3, :3]))) for matrix in matrices]
        self._scales = np.ones(len(order))
        for row, parent in enumerate(self.parents):
            if parent >= 0:
                self._scales[row] = self._scales[parent] * own[parent]
        self.offsets = np.array([matrix[:3, 3] for matrix in matrices]) * self._scales[:, None]
        found, self.in_tpose = _bones(document)
        self.bones: dict[str, int] | None = {bone: rows[node] for bone, node in found.items()}
        self._tracks = {(rows[node], path): keys for (node, path), keys in tracks.items() if node in rows}
        self.fps = fps or _usual_fps(tracks)
        first_s = min(keys.times_s[0] for keys in tracks.values())
        last_s = max(keys.times_s[-1] for keys in tracks.values())
        if not (last_s - first_s) * self.fps * 4 * len(tracks) < MOST_NUMBERS:
            raise MotionError(f"{last_s - first_s:.0f} s at {self.fps:g} frames a second are too long to be read")
        self._times_s = first_s + np.arange(round((last_s - first_s) * self.fps) + 1) / self.fps
        self.frames = len(self._times_s)

    def turn(self, joint: int) -> Array:
        """(frames, 4) as keyed, or as at rest."""
        if (keys := self._tracks.get((joint, "rotation"))) is None:
            return np.tile(self.rest_xyzw[joint], (self.frames, 1))
        return keys.at(self._times_s)

    def place(self, joint: int) -> Array | None:
        """(frames, 3) as keyed; None for a node that keeps its place."""
        keys = self._tracks.get((joint, "translation"))
        return None if keys is None else keys.at(self._times_s) * self._scales[joint]


def read_animation(path: Path, fps: float | None = None, animation: str | None = None) -> GltfClip:
    """The animation of this name, or the first of the file. Raises MotionError, OSError."""
    try:
        document = read_document(path)
        if len(document.nodes) > MOST_JOINTS:
            raise MotionError(f"{len(document.nodes):,} nodes; at most {MOST_JOINTS:,} are read")
        return GltfClip(document, read_tracks(path, len(document.nodes), animation), fps)
    except AvatarError as error:
        raise MotionError(str(error).removeprefix(f"{path}: ").removeprefix(f"{path} ")) from error


def _bones(document: Document) -> tuple[dict[str, int], bool]:
    """Bone -> node, and whether the rest pose is the T-pose."""
    if "VRMC_vrm_animation" not in document.extensions:
        return humanoid_nodes(document), False
    try:
        vrma = msgspec.json.decode(document.extensions["VRMC_vrm_animation"], type=_Vrma)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MotionError(f"its humanoid bones cannot be read: {error}") from error
    found = {name[:1].upper() + name[1:]: bone.node for name, bone in vrma.humanoid.humanBones.items() if bone}
    if wrong := [bone for bone, node in found.items() if not 0 <= node < len(document.nodes)]:
        raise MotionError(f"{wrong[0][:40]} is no node of the {len(document.nodes)} there are")
    if missing := [bone for bone in REQUIRED if bone not in found]:
        raise MotionError(f"it has no {', '.join(missing)}")
    return found, True


def _usual_fps(tracks: dict[tuple[int, str], Keys]) -> float:
    """As dense as the keys of the track that has most; sparse keys are for curves, which want more."""
    times_s = max((keys.times_s for keys in tracks.values()), key=len)
    fps = 1.0 / float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    whole = float(round(fps))
    return _FPS if fps < _SPARSE_FPS else min(whole if abs(fps - whole) < 0.01 * fps else fps, _MOST_FPS)
