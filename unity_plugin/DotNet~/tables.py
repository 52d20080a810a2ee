"""Writes what C# has from the Python side, so that both mean the same.

Runtime/Core/Skeleton.cs      the tables of mocap_bridge/skeleton.py
Tests/Core/GoldenPackets.cs   the packets of tests/golden, as text, because Unity's test runner has no such folder

    python unity_plugin/DotNet~/tables.py          writes the files
    python unity_plugin/DotNet~/tables.py --check  only says whether they are up to date (exit code 1 if not)
"""

import base64
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

PACKAGE = Path(__file__).parents[1]
TABLE = PACKAGE / "Runtime" / "Core" / "Skeleton.cs"
PACKETS = PACKAGE / "Tests" / "Core" / "GoldenPackets.cs"
GOLDEN = PACKAGE.parent / "tests" / "golden"
sys.path.insert(0, str(PACKAGE.parent))

from mocap_bridge import skeleton  # noqa: E402  found by the line above, also where it is not installed
from mocap_bridge.extra_bones import EXTRA_BONES  # noqa: E402

_FINGERS = [
    f"{finger}{part}"
    for finger in "Thumb Index Middle Ring Little".split()
    for part in "Proximal Intermediate Distal".split()
]
HUMAN_BONES = [
    *"Hips LeftUpperLeg RightUpperLeg LeftLowerLeg RightLowerLeg LeftFoot RightFoot Spine Chest Neck Head".split(),
    *"LeftShoulder RightShoulder LeftUpperArm RightUpperArm LeftLowerArm RightLowerArm LeftHand RightHand".split(),
    *"LeftToes RightToes LeftEye RightEye Jaw".split(),
    *(f"Left{name}" for name in _FINGERS),
    *(f"Right{name}" for name in _FINGERS),
    "UpperChest",
]
"""Unity's HumanBodyBones in the order of their values, without LastBone (55)."""


def skeleton_cs() -> str:
    """The whole file."""
    return "\n".join(
        [
            "// Written by DotNet~/tables.py from mocap_bridge/skeleton.py; edit there and run it again.",
            "",
            "namespace MocapBridge",
            "{",
            "    /// <summary>The body as tables, the same rows as on the Python side. Do not write to these arrays.",
            "    /// World axes (right-handed, Y up, metres); the rest pose is the T-pose that faces +Z.",
            "    /// </summary>",
            "    public static class Skeleton",
            "    {",
            *_numbers_of_rows(),
            *_texts("Joints", 'Names of the joints: the order of <see cref="Body"/>.', skeleton.JOINTS),
            *_ints("JointParents", "Joint that each joint hangs on; -1 for the pelvis.", skeleton.JOINT_PARENTS),
            *_ints("JointBones", "Row of the bone that carries each joint.", skeleton.JOINT_BONES),
            *_vectors("JointOffsetsM", "Each joint from its bone's head in the T-pose.", skeleton.JOINT_OFFSETS_M),
            *_texts("Bones", 'Names of the bones, Unity\'s own: the order of <see cref="RigPose"/>.', skeleton.BONES),
            *_ints("Parents", "Row of each bone's parent, always an earlier one; -1 for the hips.", skeleton.PARENTS),
            *_vectors("RestOffsetsM", "Each bone's head from its parent's in the T-pose.", skeleton.REST_OFFSETS_M),
            *_floats("CapsuleRadiiM", "Radius of each bone's capsule of an average body.", skeleton.CAPSULE_RADII_M),
            *_texts("Contacts", 'The order of <see cref="RigPose.Contacts"/>.', skeleton.CONTACTS),
            *_texts("HumanBones", "Unity's HumanBodyBones by value (55, without LastBone).", HUMAN_BONES),
            *_ints(
                "HumanBoneOfBone",
                "For each row of Bones: the value of UnityEngine.HumanBodyBones.",
                [HUMAN_BONES.index(name) for name in skeleton.BONES],
            ),
            *_texts("ExtraBones", "Bones that only another program can tell: eyes, jaw, fingers.", EXTRA_BONES),
            *_ints(
                "HumanBoneOfExtra",
                "For each row of ExtraBones: the value of UnityEngine.HumanBodyBones.",
                [HUMAN_BONES.index(name) for name in EXTRA_BONES],
            ),
            "    }",
            "}",
            "",
        ]
    )


def _numbers_of_rows() -> list[str]:
    counts = {
        "JointCount": len(skeleton.JOINTS),
        "BoneCount": len(skeleton.BONES),
        "ContactCount": len(skeleton.CONTACTS),
        "HumanBoneCount": len(HUMAN_BONES),
        "ExtraBoneCount": len(EXTRA_BONES),
    }
    heights = {"HeightM": skeleton.HEIGHT_M, "HipsHeightM": skeleton.HIPS_HEIGHT_M}
    return [
        *(f"        public const int {name} = {count};" for name, count in counts.items()),
        *(f"        public const float {name} = {_float(height)};" for name, height in heights.items()),
    ]


def _array(kind: str, name: str, comment: str, cells: Iterable[str]) -> list[str]:
    lines = [
        "",
        f"        /// <summary>{comment}</summary>",
        f"        public static readonly {kind}[] {name} =",
        "        {",
    ]
    line = ""
    for cell in cells:
        if len(line) + len(cell) > 95:
            lines.append("            " + line.rstrip())
            line = ""
        line += cell + ", "
    return [*lines, "            " + line.rstrip(), "        };"]


def _texts(name: str, comment: str, values: Iterable[str]) -> list[str]:
    return _array("string", name, comment, (f'"{value}"' for value in values))


def _ints(name: str, comment: str, values: Iterable[int]) -> list[str]:
    return _array("int", name, comment, (str(value) for value in values))


def _floats(name: str, comment: str, values: Iterable[float]) -> list[str]:
    return _array("float", name, comment, (_float(value) for value in values))


def _vectors(name: str, comment: str, rows: Iterable[Iterable[float]]) -> list[str]:
    return _array("Vec3", name, comment, (f"new Vec3({', '.join(map(_float, row))})" for row in rows))


def _float(value: float) -> str:
    return f"{np.float32(value)!s}f".replace("-0.0f", "0.0f")


def golden_cs() -> str:
    """The packets, each as a constant in base64 and a method that gives its bytes."""
    lines = [
        "// Written by DotNet~/tables.py from tests/golden; do not edit.",
        "using System;",
        "",
        "namespace MocapBridge.Tests",
        "{",
        "    /// <summary>Whole packets that Python, JavaScript and C# read alike.</summary>",
        "    static class GoldenPackets",
        "    {",
    ]
    for path in sorted([*GOLDEN.glob("*.osc"), *GOLDEN.glob("*.take.jsonl")]):
        name = "".join(part.capitalize() for part in path.name.split(".")[0].split("-"))
        text = base64.b64encode(path.read_bytes()).decode()
        rows = [text[at : at + 100] for at in range(0, len(text), 100)]
        lines.append(f"        public static byte[] {name}() => Convert.FromBase64String(")
        lines += [f'            "{row}" +' for row in rows[:-1]]
        lines += [f'            "{rows[-1]}");', ""]
    return "\n".join([*lines[:-1], "    }", "}", ""])


def main() -> int:
    written = {TABLE: skeleton_cs(), PACKETS: golden_cs()}
    stale = [path for path, text in written.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(PACKAGE)} is out of date: run DotNet~/tables.py")
        if "--check" not in sys.argv[1:]:
            path.write_text(written[path], encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
