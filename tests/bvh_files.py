"""BVH files as other programs write them: their names, channel orders, units, resting poses and habits."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mocap_bridge.records import Array

_CMU_LEFT = """
LHipJoint Hips 0 0 0
LeftUpLeg LHipJoint 1.36306 -1.79463 0.83929
LeftLeg LeftUpLeg 2.44811 -6.72613 0
LeftFoot LeftLeg 2.5622 -7.03959 0
LeftToeBase LeftFoot 0.15764 -0.43311 2.32255
LeftShoulder Spine1 0 0 0
LeftArm LeftShoulder 3.54205 0.90436 -0.17364
LeftForeArm LeftArm 4.86513 0 0
LeftHand LeftForeArm 3.35554 0 0
LThumb LeftHand 0.6 0 0.6
"""
_CMU_TRUNK = """
LowerBack Hips 0 0 0
Spine LowerBack 0.02827 2.03559 -0.19338
Spine1 Spine 0.05672 2.04885 -0.04275
Neck Spine1 0 0 0
Neck1 Neck -0.05417 1.74624 0.17202
Head Neck1 0.10407 1.76136 -0.12397
"""
CMU_UNIT_M = 0.0254 / 0.45


@dataclass(frozen=True, eq=False)
class Joint:
    """One joint of a file to be."""

    name: str
    parent: str
    offset: Array
    order: str = "ZYX"


def cmu() -> list[Joint]:
    """A body like those of CMU's motions for 3D programs: splayed legs, helpers between bones, tenths of inches."""
    left = [line.split() for line in _CMU_LEFT.strip().splitlines()]
    trunk = [line.split() for line in _CMU_TRUNK.strip().splitlines()]
    right = [[_other(name), _other(parent), str(-float(x)), y, z] for name, parent, x, y, z in left]
    rows = [["Hips", "", "0", "0", "0"], *left[:5], *right[:5], *trunk, *left[5:], *right[5:]]
    return [Joint(name, parent, np.array([float(x), float(y), float(z)])) for name, parent, x, y, z in rows]


def _other(name: str) -> str:
    return "R" + name[1:] if name.startswith(("LH", "LT")) else name.replace("Left", "Right")


def renamed(joints: list[Joint], names: dict[str, str]) -> list[Joint]:
    """The same skeleton in another program's words."""
    return [
        Joint(names.get(joint.name, joint.name), names.get(joint.parent, joint.parent), joint.offset, joint.order)
        for joint in joints
    ]


def write_bvh(path: Path, joints: list[Joint], places: Array, angles_deg: Array, step_s: float = 1 / 120) -> Path:
    """``places`` (frames, 3) of the root, ``angles_deg`` (frames, joints, 3) in each joint's own order."""
    below: dict[str, list[int]] = {}
    for row, joint in enumerate(joints):
        below.setdefault(joint.parent, []).append(row)
    lines, columns = ["HIERARCHY"], [places]

    def write(row: int, depth: int) -> None:
        joint, tab = joints[row], "  " * depth
        lines.append(f"{tab}{'JOINT' if depth else 'ROOT'} {joint.name}")
        lines.append(tab + "{")
        lines.append(f"{tab}  OFFSET " + " ".join(f"{value:.5f}" for value in joint.offset))
        turns = " ".join(f"{axis}rotation" for axis in joint.order)
        moves = "" if depth else "Xposition Yposition Zposition "
        lines.append(f"{tab}  CHANNELS {3 if depth else 6} {moves}{turns}")
        columns.append(angles_deg[:, row])
        for child in below.get(joint.name, []):
            write(child, depth + 1)
        if joint.name not in below:
            lines.extend([f"{tab}  End Site", tab + "  {", f"{tab}    OFFSET 0 0 0.4", tab + "  }"])
        lines.append(tab + "}")

    write(0, 0)
    rows = np.concatenate(columns, axis=1)
    lines += ["MOTION", f"Frames:\t{len(rows)}", f"Frame Time: {step_s:.7f}"]
    lines += [" ".join(f"{value:.5f}" for value in row) for row in rows]
    path.write_bytes("\r\n".join(lines).encode() + b"\r\n")
    return path


def moved(joints: list[Joint], frames: int, seed: int = 3) -> tuple[Array, Array]:
    """Places and angles of a dance: all but the hip helpers swing by up to 40 degrees, and the root wanders."""
    rng = np.random.default_rng(seed)
    time = np.arange(frames)[:, None, None] / 120
    pace, start = rng.uniform(1.0, 4.0, (1, len(joints), 3)), rng.uniform(0, 6, (1, len(joints), 3))
    angles = 40 * rng.uniform(-1, 1, (1, len(joints), 3)) * np.sin(pace * time + start)
    angles[:, [joint.name.endswith("HipJoint") for joint in joints]] = 0.0  # as in CMU's files
    places = np.array([1.0, 17.0, 2.0]) + np.cumsum(rng.normal(scale=0.02, size=(frames, 3)), axis=0)
    return places, angles
