"""Readers for recorded motion: ASF/AMC, BVH and animated GLB, each to the same plain record.

A ``Recording`` says how far every source joint has turned, in global axes, from the rest pose of its own
skeleton, and where the joints lie in that rest pose. All of them face +Z with Y up.
"""

import gzip
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from mocap_bridge.imported import bvh
from mocap_bridge.records import Array
from mocap_bridge.rotations import to_matrix

GLB_RATE_HZ = 30.0


@dataclass(frozen=True, eq=False)
class Recording:
    """One clip on its own skeleton."""

    name: str
    turned: dict[str, Array]  # (N, 3, 3) by source joint, global, identity in the rest pose
    heads: dict[str, Array]  # (3,) rest position of each source joint, any unit


def _lines(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            words = line.split()
            if words and not words[0].startswith("#"):
                yield words


def read_amc(amc: Path, asf: Path) -> Recording:
    """A motion of the Acclaim format, with the skeleton it was solved for."""
    bones = _read_asf(asf)
    frames: list[dict[str, list[float]]] = []
    for words in _lines(amc):
        if len(words) == 1 and words[0].isdigit():
            frames.append({})
        elif not words[0].startswith(":"):
            frames[-1][words[0]] = [float(word) for word in words[1:]]
    turned: dict[str, Array] = {}
    heads: dict[str, Array] = {}
    for name, bone in bones.items():
        angles = np.zeros((len(frames), 3))
        if name in frames[0]:
            # The root's row holds its position first.
            values = np.array([frame[name][3:] if name == "root" else frame[name] for frame in frames])
            angles[:, ["xyz".index(channel[1]) for channel in bone["channels"]]] = values
        local = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
        local = bone["axes"] @ local @ bone["axes"].T
        parent = bone["parent"]
        turned[name] = turned[parent] @ local if parent else local
        heads[name] = heads[parent] + bones[parent]["along"] if parent else np.zeros(3)
    return Recording(amc.name, turned, heads)


def _read_asf(path: Path) -> dict[str, dict[str, Any]]:
    """Bones by name, parents first: ``axes`` (3, 3), ``along`` (3,) head to tail, ``channels``, ``parent``."""
    root = {"axes": np.eye(3), "along": np.zeros(3), "channels": ["rx", "ry", "rz"], "parent": ""}
    bones: dict[str, dict[str, Any]] = {"root": root}
    section, name, direction = "", "", np.zeros(3)
    for words in _lines(path):
        key, values = words[0], words[1:]
        if key.startswith(":"):
            section = key
        elif section == ":bonedata" and key == "name":
            name = values[0]
            bones[name] = {"channels": [], "parent": ""}
        elif section == ":bonedata" and key == "direction":
            direction = np.array(values, dtype=np.float64)
        elif section == ":bonedata" and key == "length":
            bones[name]["along"] = direction * float(values[0])
        elif section == ":bonedata" and key == "axis":
            bones[name]["axes"] = Rotation.from_euler("xyz", np.array(values[:3], float), degrees=True).as_matrix()
        elif section == ":bonedata" and key == "dof":
            bones[name]["channels"] = values
        elif section == ":hierarchy" and key not in ("begin", "end"):
            for child in values:
                bones[child]["parent"] = key
    ordered: dict[str, dict[str, Any]] = {}

    def visit(bone: str) -> None:
        if bone not in ordered:
            if bones[bone]["parent"]:
                visit(bones[bone]["parent"])
            ordered[bone] = bones[bone]

    for bone in bones:
        visit(bone)
    return ordered


_EXPMAP_BONES = (
    "root lhipjoint lfemur ltibia lfoot ltoes - rhipjoint rfemur rtibia rfoot rtoes - lowerback upperback thorax "
    "lowerneck upperneck head - lclavicle lhumerus lradius lwrist lhand lfingers - lthumb - rclavicle rhumerus "
    "rradius rwrist rhand rfingers - rthumb -"
).split()  # a dash is the tip of the bone before it


def read_expmap(path: Path, asf: Path) -> Recording:
    """A motion as rows of exponential maps (117 numbers), the form in which motion prediction is studied.

    The bones are Acclaim's, and turn against its parents in global axes, by the inverse of the vector given.
    ``asf`` is any person's skeleton. ValueError if a row has another length.
    """
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, delimiter=",")
    if rows.shape[1] != 3 + 3 * len(_EXPMAP_BONES):
        raise ValueError(f"{path} has {rows.shape[1]} numbers in a row; {3 + 3 * len(_EXPMAP_BONES)} are right")
    vectors = dict(zip(_EXPMAP_BONES, np.split(rows[:, 3:], len(_EXPMAP_BONES), axis=1), strict=True))
    turned: dict[str, Array] = {}
    heads: dict[str, Array] = {}
    bones = _read_asf(asf)
    for name, bone in bones.items():
        local = Rotation.from_rotvec(-vectors[name]).as_matrix()
        parent = bone["parent"]
        turned[name] = turned[parent] @ local if parent else local
        heads[name] = heads[parent] + bones[parent]["along"] if parent else np.zeros(3)
    return Recording(path.name, turned, heads)


def read_bvh(path: Path) -> Recording:
    """A Biovision motion whose zero pose is its rest pose."""
    clip = bvh.read_bvh(path)
    turned: dict[str, Array] = {}
    heads: dict[str, Array] = {}
    for joint, (name, row) in enumerate(zip(clip.names, clip.parents, strict=True)):
        local, parent = to_matrix(clip.turn(joint)), clip.names[row] if row >= 0 else ""
        turned[name] = turned[parent] @ local if parent else local
        heads[name] = (heads[parent] if parent else 0.0) + clip.offsets[joint]
    return Recording(path.name, turned, heads)


def read_glb(path: Path) -> Iterator[Recording]:
    """Every animation of a binary glTF at ``GLB_RATE_HZ``; the nodes as they stand in the file are the rest pose."""
    raw = path.read_bytes()
    json_size = struct.unpack_from("<I", raw, 12)[0]
    document = json.loads(raw[20 : 20 + json_size])
    binary = raw[20 + json_size + 8 :]
    nodes = document["nodes"]
    parents = {child: at for at, node in enumerate(nodes) for child in node.get("children", [])}
    rest = np.array([node.get("rotation", (0, 0, 0, 1)) for node in nodes], dtype=np.float64)
    rest_global = _compose(Rotation.from_quat(rest).as_matrix()[:, None], parents)[:, 0]
    heads = np.zeros((len(nodes), 3))
    for node in _downward(parents, len(nodes)):
        step = np.array(nodes[node].get("translation", (0, 0, 0)), dtype=np.float64)
        heads[node] = heads[parents[node]] + rest_global[parents[node]] @ step if node in parents else step
    for animation in document["animations"]:
        local = _sample(document, binary, animation, rest)
        turned = _compose(local, parents) @ np.swapaxes(rest_global, -1, -2)[:, None]
        names = [node.get("name", "") for node in nodes]
        label = f"{path.name}:{animation['name']}"
        yield Recording(label, dict(zip(names, turned, strict=True)), dict(zip(names, heads, strict=True)))


def _sample(document: dict[str, Any], binary: bytes, animation: dict[str, Any], rest: Array) -> Array:
    """(nodes, N, 3, 3) local rotations over time."""

    def read(accessor: int) -> Array:
        about = document["accessors"][accessor]
        if about["componentType"] != 5126:
            raise ValueError(f"animation data of component type {about['componentType']}; only 5126 (float) is read")
        view = document["bufferViews"][about["bufferView"]]
        width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[about["type"]]
        start = view.get("byteOffset", 0) + about.get("byteOffset", 0)
        return np.frombuffer(binary, "<f4", about["count"] * width, start).reshape(-1, width).astype(np.float64)

    samplers = [animation["samplers"][channel["sampler"]] for channel in animation["channels"]]
    end_s = max(read(sampler["input"])[-1, 0] for sampler in samplers)
    times_s = np.arange(int(end_s * GLB_RATE_HZ) + 1) / GLB_RATE_HZ
    local = np.repeat(Rotation.from_quat(rest).as_matrix()[:, None], len(times_s), axis=1)
    for channel, sampler in zip(animation["channels"], samplers, strict=True):
        if channel["target"]["path"] != "rotation":
            continue
        keys_s, turns = read(sampler["input"])[:, 0], Rotation.from_quat(read(sampler["output"]))
        if len(keys_s) == 1:
            local[channel["target"]["node"]] = turns.as_matrix()
        else:
            local[channel["target"]["node"]] = Slerp(keys_s, turns)(np.clip(times_s, keys_s[0], keys_s[-1])).as_matrix()
    return local


def _downward(parents: dict[int, int], count: int) -> list[int]:
    def depth(node: int) -> int:
        return 1 + depth(parents[node]) if node in parents else 0

    return sorted(range(count), key=depth)


def _compose(local: Array, parents: dict[int, int]) -> Array:
    """Global rotations (nodes, N, 3, 3) from local ones."""
    turned = local.copy()
    for node in _downward(parents, len(local)):
        if node in parents:
            turned[node] = turned[parents[node]] @ local[node]
    return turned
