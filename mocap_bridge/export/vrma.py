"""VRMA: one person's motion for any VRM avatar. A glTF binary with the extension ``VRMC_vrm_animation`` 1.0.

Its nodes are the T-pose with the person's bone lengths, all without rotation; rotations are keyed on every bone,
translation on the hips alone, which players scale by hip height. Axes are VRM 1.0's, which are our world's. What a
guest told (fingers, jaw, expressions) is in it too.
https://github.com/vrm-c/vrm-specification/tree/master/specification/VRMC_vrm_animation-1.0
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..records import RigPose, Scene
from ..skeleton import BONES
from .clips import clips, write_bytes
from .gltf import ROOT, Arrays, animation, bone_nodes, standing_offsets_m
from .vrma_guest import GuestNodes


def export_vrma(
    scenes: Iterable[Scene], path: Path, fps: float | None = None, person_id: int | None = None
) -> list[Path]:
    """One file per person, named as ``clips`` does; returns the files.

    Raises OutputError for what ``clips`` refuses, and if a file cannot be written.
    """
    chosen = clips(scenes, path, fps, person_id)
    for clip in chosen:
        write_bytes(clip.path, vrma(clip.poses, clip.fps))
    return [clip.path for clip in chosen]


def vrma(poses: tuple[RigPose, ...], fps: float) -> bytes:
    """The bytes of a file with a key per pose."""
    arrays = Arrays()
    names = [bone[0].lower() + bone[1:] for bone in BONES]
    offsets_m = standing_offsets_m(poses)
    nodes = bone_nodes(offsets_m)
    guest = GuestNodes(poses, offsets_m, len(nodes))
    for node, children in guest.children.items():
        nodes[node]["children"] = nodes[node].get("children", []) + children
    human_bones = {name: {"node": bone + 1} for bone, name in enumerate(names)} | guest.human_bones
    motion: dict[str, Any] = {"specVersion": "1.0", "humanoid": {"humanBones": human_bones}}
    if guest.expressions:
        motion["expressions"] = guest.expressions
    return arrays.packed(
        {
            "asset": {"version": "2.0", "generator": "mocap-bridge"},
            "extensionsUsed": ["VRMC_vrm_animation"],
            "extensions": {"VRMC_vrm_animation": motion},
            "scene": 0,
            "scenes": [{"nodes": [ROOT]}],
            "nodes": nodes + guest.nodes,
            "animations": [animation(arrays, poses, fps, guest.keyed)],
        }
    )
