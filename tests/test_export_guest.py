"""Fingers and expressions in a VRMA, read back by three-vrm and by pygltflib."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from scenes import CAMERA, random_pose
from test_export_eyes import by_three
from test_export_vrma import exported, keyed

from mocap_bridge.export.vrma import export_vrma
from mocap_bridge.extra_bones import EXTRA_BONE, EXTRA_BONES, EXTRA_OFFSETS_M
from mocap_bridge.records import BlendValue, Scene
from mocap_bridge.rotations import IDENTITY, about, angle_between
from mocap_bridge.wire.vmc import scaled_offsets_m

FIRST = random_pose(1, 0.0, np.random.default_rng(8))
FRAMES = 12
AXIS = np.array([0.0, 0.6, 0.8])
TOLD = ("LeftThumbProximal", "LeftThumbIntermediate", "RightLittleDistal", "Jaw", "LeftEye")
BLENDS = ("Joy", "Blink_L", "mouthSmileLeft", "LookUp", "surprised")


def motion() -> list[Scene]:
    """Fingers that bend on and on, a smile that grows; in the first frame nobody tells anything."""
    take = []
    for frame in range(FRAMES):
        extra = np.zeros((len(EXTRA_BONES), 4))
        blends: tuple[BlendValue, ...] = ()
        if frame:
            for bone in TOLD:
                extra[EXTRA_BONE[bone]] = about(AXIS, 0.1 * frame)
            blends = tuple(BlendValue(name, frame / FRAMES) for name in BLENDS)
        pose = replace(FIRST, time_s=frame / 30, extra_rotations_xyzw=extra, blends=blends)
        take.append(Scene(frame, frame / 30, CAMERA, (), (pose,)))
    return take


def test_three_vrm_turns_the_fingers_and_shows_the_expressions(tmp_path: Path) -> None:
    (path,) = export_vrma(motion(), tmp_path / "guest.vrma")
    seen = by_three("guest.mjs", path)
    turned = about(AXIS, 0.1 * np.arange(FRAMES))
    for bone in ("leftThumbMetacarpal", "leftThumbProximal", "rightLittleDistal", "jaw"):
        assert angle_between(np.array(seen["bones"][bone]), turned).max() < 1e-5, bone
    for bone in ("leftThumbDistal", "rightLittleProximal", "rightLittleIntermediate"):  # the rest of those fingers
        assert angle_between(np.array(seen["bones"][bone]), IDENTITY).max() < 1e-6, bone
    assert "leftEye" not in seen["bones"]
    assert "leftIndexProximal" not in seen["bones"]
    assert set(seen["expressions"]) == {"happy", "blinkLeft", "mouthSmileLeft", "surprised"}
    for weights in seen["expressions"].values():
        np.testing.assert_allclose(weights, np.arange(FRAMES) / FRAMES, atol=1e-6)


def test_fingers_hang_on_the_hands_in_the_size_of_the_performer(tmp_path: Path) -> None:
    gltf = exported(tmp_path / "guest.vrma", motion())
    motion_of = gltf.extensions["VRMC_vrm_animation"]
    bones = {name: bone["node"] for name, bone in motion_of["humanoid"]["humanBones"].items()}
    above = {child: number for number, node in enumerate(gltf.nodes) for child in node.children or []}
    assert above[bones["leftThumbMetacarpal"]] == bones["leftHand"]
    assert above[bones["leftThumbDistal"]] == bones["leftThumbProximal"]
    assert above[bones["jaw"]] == bones["head"]
    forearm = scaled_offsets_m(FIRST.bone_lengths_m)[9, 0] / 0.25
    expected_m = EXTRA_OFFSETS_M[EXTRA_BONE["LeftThumbProximal"]] * forearm
    np.testing.assert_allclose(gltf.nodes[bones["leftThumbMetacarpal"]].translation, expected_m, atol=1e-9)
    assert set(motion_of["expressions"]["custom"]) == {"mouthSmileLeft"}
    moved = set(keyed(gltf, "translation")) - {bones["hips"]}
    told = [one["node"] for group in motion_of["expressions"].values() for one in group.values()]
    assert moved == set(told)
    assert all(above[node] == 0 for node in told)
    assert all(node.rotation is None and node.scale is None for node in gltf.nodes)
    assert set(above) == set(range(1, len(gltf.nodes)))  # every node is in the scene
