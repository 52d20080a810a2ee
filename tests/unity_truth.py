"""What hosts have shown, against the take that was sent."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mocap_bridge.records import Array, Scene
from mocap_bridge.replay import read_take
from mocap_bridge.rotations import angle_between, multiply, world_from_local
from mocap_bridge.skeleton import BONE, REST_OFFSETS_M

Line = dict[str, Any]


@cache
def taken(path: Path) -> dict[int, Scene]:
    """The scenes of a take by frame."""
    return {scene.frame_index: scene for scene in read_take(path).scenes}


# Of the console host, which shows Core's own records:


def scenes(lines: list[Line]) -> list[Line]:
    """Those lines that are scenes."""
    return [line for line in lines if "frame" in line]


def changes(lines: list[Line]) -> list[str]:
    """Begins and ends of events, in order."""
    return [change for line in scenes(lines) for change in line["changes"]]


def core_off(lines: list[Line], take: Path) -> tuple[float, float]:
    """Worst bone in degrees and worst hips in mm, of everybody whose packet came, over all frames."""
    degrees, off_mm = [0.0], [0.0]
    for line in scenes(lines):
        scene = taken(take)[line["frame"]]
        assert abs(line["time_s"] - scene.time_s) < 2e-6
        for person in line["people"]:
            if person["time_s"] != line["time_s"]:
                continue  # filled in, because its packet was lost
            pose = next(pose for pose in scene.poses if pose.person_id == person["id"])
            degrees.append(np.rad2deg(angle_between(np.array(person["rotations_xyzw"]), pose.rotations_xyzw)).max())
            off_mm.append(1000 * float(np.linalg.norm(np.array(person["hips_world_m"]) - pose.hips_world_m)))
    return max(degrees), max(off_mm)


# Of the headless host, which shows avatars:


def frames(lines: list[Line]) -> Iterator[Line]:
    """Those in which somebody is there."""
    return (line for line in lines if "frame" in line and line["people"])


def edges(lines: list[Line], event: str) -> list[str]:
    """What a trigger has told."""
    return [line["phase"] for line in lines if line.get("event") == event]


def _unity(rotations: Array) -> Array:
    turned: Array = np.asarray(rotations) * np.array([1.0, -1.0, -1.0, 1.0])
    return turned


def _acting(bone: str, has: list[str]) -> str:
    """A bone of the trunk also turns for those missing right above it."""
    trunk = ["Spine", "Chest", "UpperChest"]
    while bone in trunk and trunk.index(bone) < 2 and trunk[trunk.index(bone) + 1] not in has:
        bone = trunk[trunk.index(bone) + 1]
    return bone


def avatars_off_degrees(lines: list[Line], avatars: list[Line], take: Path) -> float:
    """Worst between the world rotations of the avatars' transforms and what the take says: all frames, all bones."""
    worst = 0.0
    for line in frames(lines):
        scene = taken(take)[line["frame"]]
        for avatar, shown in zip(avatars, line["avatars"], strict=True):
            pose = next(pose for pose in scene.poses if pose.person_id == shown["person"])
            world = world_from_local(pose.rotations_xyzw)
            rows = [BONE[_acting(bone, avatar["bones"])] for bone in avatar["bones"]]
            wanted = multiply(_unity(world[rows]), np.array(avatar["in_tpose"]))
            degrees = np.rad2deg(angle_between(wanted, np.array(shown["rotations"])))
            worst = max(worst, float(degrees.max()))
    return worst


def hips_off_mm(lines: list[Line], take: Path, scaled: float | None = None, in_place: bool = False) -> float:
    """Worst of the avatars' hips; ``scaled``: to an avatar whose legs are so many times those of the rest skeleton."""
    worst = 0.0
    for line in frames(lines):
        scene = taken(take)[line["frame"]]
        for shown in line["avatars"]:
            pose = next(pose for pose in scene.poses if pose.person_id == shown["person"])
            wanted = pose.hips_world_m * [-1.0, 1.0, 1.0]
            if scaled is not None:
                legs = [BONE[f"{side}{bone}"] for side in ("Left", "Right") for bone in ("LowerLeg", "Foot")]
                share = pose.bone_lengths_m[legs].sum() / np.linalg.norm(REST_OFFSETS_M[legs], axis=1).sum()
                wanted = wanted * (scaled / share)
            if in_place:
                wanted = wanted * [0.0, 1.0, 0.0]
            worst = max(worst, 1000.0 * float(np.linalg.norm(wanted - shown["hips"])))
    return worst
