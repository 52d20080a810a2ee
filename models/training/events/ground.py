"""Recorded clips as joints in a room, with the way that the recording itself went: jumps leave the floor.

``models.training.motions`` keeps turns only. Here the root's path is read from the file again and scaled to the body.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.figures.rig import average_body_m, load_rig
from models.training.motion.files import _lines, _read_asf, read_expmap
from models.training.motion.performance import SOLE_M, stepped_m
from models.training.motion.rig_retarget import Naming, retarget
from models.training.motions import Motions

RATE_HZ = 30.0
_FEET = [JOINT[name] for name in ("R_Heel", "L_Heel", "R_Toe", "L_Toe")]
_EXPMAP_SKELETON = "cmu_amc__KseniiaCheloshkina__02"


class Ground:
    """Clips on an average body that stands on the floor."""

    def __init__(self, data: Path, motions: Motions) -> None:
        self._data, self._motions, self._rig = data, motions, load_rig(data)
        shape_m = average_body_m(self._rig, data)
        self._heads_m, self._rest_m = self._rig.bone_heads_m(shape_m), self._rig.joints_rest_m(shape_m)

    @lru_cache(maxsize=64)  # noqa: B019  one object a run
    def joints_m(self, name: str) -> Array:
        """(T, 30, 3) a clip of the pack, or ``expmap:NAME``, 30 frames a second. ValueError if there is none."""
        if name.startswith("expmap:"):
            return self._expmap(name.removeprefix("expmap:"))
        found = [row for row, known in enumerate(self._motions.names) if name in known]
        if len(found) != 1:
            raise ValueError(f"{len(found)} clips are called {name!r}; exactly one is needed")
        rotations = self._motions.rotations[self._motions.clip == found[0]].astype(np.float64)
        joints_m = self._rig.pose_joints_m(rotations, self._heads_m, self._rest_m)
        file = self._data / "motion" / "pack_30hz" / self._motions.names[found[0]]
        path = _root_path(file)
        if path is None or len(path) != len(joints_m):  # no root, or one in other axes: it walks by its feet
            return joints_m + stepped_m(joints_m, (0.0, -3.0))[:, None]
        return self._walked(joints_m, path, _hip_height(file))

    def _walked(self, joints_m: Array, path: Array, hip_height: float) -> Array:
        """The body along a root path (T, 3) in units of its own skeleton, whose hips are so high."""
        scale = (self._heads_m[0, 1] - self._heads_m[:, 1].min()) / hip_height
        placed_m = joints_m - joints_m[:, [JOINT["Pelvis"]]] + path[:, None] * scale
        lowest_m = placed_m[:, _FEET, 1].min(axis=1)
        placed_m[..., 1] += SOLE_M - np.percentile(lowest_m, 10)  # on its feet most of the time
        placed_m[..., [0, 2]] += np.array([0.0, -3.0]) - placed_m[0, JOINT["Pelvis"], [0, 2]]
        return np.asarray(placed_m)

    def _expmap(self, name: str) -> Array:
        folder = self._data / "motion"
        file, skeleton = folder / "cmu_expmap" / f"{name}.txt.gz", folder / "pack_30hz" / f"{_EXPMAP_SKELETON}.asf.gz"
        turned = retarget(read_expmap(file, skeleton), self._rig, self._heads_m, Naming.ACCLAIM)[::4]
        path = np.loadtxt(file, delimiter=",", usecols=(0, 1, 2))[::4]
        joints_m = self._rig.pose_joints_m(turned, self._heads_m, self._rest_m)
        return self._walked(joints_m, path, _asf_hip_height(skeleton))


def _root_path(file: Path) -> Array | None:
    if file.name.endswith(".amc.gz"):
        return np.array([words[1:4] for words in _lines(file) if words[0] == "root"], dtype=np.float64)
    if not file.name.endswith(".bvh.gz") or "iclone" in file.name:
        return None
    rows = _after(_lines(file), "MOTION")
    return np.array([words[:3] for words in rows if words[0] not in ("Frames:", "Frame")], dtype=np.float64)


def _after(lines: Iterator[list[str]], word: str) -> Iterator[list[str]]:
    for words in lines:
        if words[0] == word:
            yield from lines


def _hip_height(file: Path) -> float:
    """Of the root above the lowest joint of its rest pose, in the file's own unit."""
    if file.name.endswith(".bvh.gz"):
        return _bvh_hip_height(file)
    stem = file.name.removesuffix(".amc.gz")
    names = (stem.rsplit("_", 1)[0], stem.rstrip("0123456789"), stem)
    return _asf_hip_height(next(path for name in names if (path := file.parent / f"{name}.asf.gz").exists()))


def _asf_hip_height(skeleton: Path) -> float:
    bones = _read_asf(skeleton)
    heights: dict[str, float] = {}
    for name, bone in bones.items():
        parent = bone["parent"]
        heights[name] = heights[parent] + float(bones[parent]["along"][1]) if parent else 0.0
    return -min(heights.values())


def _bvh_hip_height(file: Path) -> float:
    heights, stack, lowest = {"": 0.0}, [""], 0.0
    name = ""
    for words in _lines(file):
        if words[0] == "MOTION":
            break
        if words[0] in ("ROOT", "JOINT"):
            name = words[1]
        elif words[0] == "End":
            name = "End"
        elif words[0] == "{":
            stack.append(name)
        elif words[0] == "}":
            stack.pop()
        elif words[0] == "OFFSET" and len(stack) > 2:
            heights[stack[-1]] = heights[stack[-2]] + float(words[2])
            lowest = min(lowest, heights[stack[-1]] if stack[-1] != "End" else 0.0)
        elif words[0] == "OFFSET":
            heights[stack[-1]] = 0.0
    return -lowest
