"""VRMA, read back by pygltflib: the nodes, the keys, and where they put every bone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pygltflib import GLTF2
from scenes import CAMERA, random_pose

from mocap_bridge.errors import OutputError
from mocap_bridge.export.gltf import continuous
from mocap_bridge.export.vrma import export_vrma
from mocap_bridge.records import Array, Scene
from mocap_bridge.rotations import about, angle_between, bone_heads_m, multiply
from mocap_bridge.skeleton import BONES
from mocap_bridge.wire.vmc import scaled_offsets_m

RANDOM = np.random.default_rng(8)
FIRST = random_pose(1, 0.0, RANDOM)
Y = np.array([0.0, 1.0, 0.0])


def motion(count: int, person_id: int = 1) -> list[Scene]:
    """A random pose that turns and glides."""
    poses = [
        replace(
            FIRST,
            person_id=person_id,
            time_s=index / 25,
            hips_world_m=FIRST.hips_world_m + 0.02 * index,
            rotations_xyzw=np.concatenate(
                [multiply(about(Y, index), FIRST.rotations_xyzw[0])[None], FIRST.rotations_xyzw[1:]]
            ),
        )
        for index in range(count)
    ]
    return [Scene(index, pose.time_s, CAMERA, (), (pose,)) for index, pose in enumerate(poses)]


def exported(path: Path, scenes: list[Scene]) -> GLTF2:
    (written,) = export_vrma(scenes, path)
    return GLTF2().load_binary(str(written))


def values(gltf: GLTF2, accessor: int) -> Array:
    view = gltf.bufferViews[gltf.accessors[accessor].bufferView]
    width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[gltf.accessors[accessor].type]
    raw = gltf.binary_blob()[view.byteOffset : view.byteOffset + view.byteLength]
    return np.frombuffer(raw, "<f4").reshape(-1, width).astype(np.float64)


def keyed(gltf: GLTF2, path: str) -> dict[int, Array]:
    """Node -> its keys."""
    (animation,) = gltf.animations
    return {
        channel.target.node: values(gltf, animation.samplers[channel.sampler].output)
        for channel in animation.channels
        if channel.target.path == path
    }


def test_a_strange_reader_finds_every_bone_where_the_take_has_it(tmp_path: Path) -> None:
    scenes = motion(12)
    gltf = exported(tmp_path / "dance.vrma", scenes)
    human = gltf.extensions["VRMC_vrm_animation"]["humanoid"]["humanBones"]
    assert [gltf.nodes[human[bone[0].lower() + bone[1:]]["node"]].name for bone in BONES] == list(BONES)
    rows = [human[bone[0].lower() + bone[1:]]["node"] for bone in BONES]
    offsets_m = np.array([gltf.nodes[row].translation for row in rows])
    turns, places = keyed(gltf, "rotation"), keyed(gltf, "translation")
    for index, scene in enumerate(scenes):
        pose = scene.poses[0]
        theirs = bone_heads_m(places[rows[0]][index], np.array([turns[row][index] for row in rows]), offsets_m)
        ours = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, scaled_offsets_m(pose.bone_lengths_m))
        np.testing.assert_allclose(theirs, ours, atol=1e-5)


def test_the_file_keeps_the_rules_of_the_format(tmp_path: Path) -> None:
    gltf = exported(tmp_path / "dance.vrma", motion(5))
    assert gltf.extensions["VRMC_vrm_animation"]["specVersion"] == "1.0"
    assert gltf.extensionsUsed == ["VRMC_vrm_animation"]
    assert list(keyed(gltf, "translation")) == [1]  # the hips alone
    assert not keyed(gltf, "scale")
    assert all(node.rotation is None and node.scale is None for node in gltf.nodes)
    times_s = values(gltf, gltf.animations[0].samplers[0].input)[:, 0]
    np.testing.assert_allclose(times_s, np.arange(5) / 25, atol=1e-6)
    assert (gltf.accessors[0].min, gltf.accessors[0].max) == ([times_s[0]], [pytest.approx(times_s[-1])])
    assert len(gltf.binary_blob()) >= gltf.buffers[0].byteLength
    assert all(view.byteOffset % 4 == 0 for view in gltf.bufferViews)


def test_neighbouring_keys_lie_on_the_same_side() -> None:
    turns = about(Y, np.linspace(0.0, 4 * np.pi, 50))[:, None]
    signs = np.where(np.random.default_rng(0).random((50, 1, 1)) < 0.5, -1.0, 1.0)
    smooth = continuous(turns * signs)
    assert np.sum(smooth[1:] * smooth[:-1], axis=-1).min() > 0.9
    assert angle_between(smooth, turns).max() < 1e-6


def test_several_people_go_to_several_files(tmp_path: Path) -> None:
    both = [replace(a, poses=a.poses + b.poses) for a, b in zip(motion(3), motion(3, person_id=4), strict=True)]
    assert [path.name for path in export_vrma(both, tmp_path / "duo.vrma")] == [
        "duo.person-1.vrma",
        "duo.person-4.vrma",
    ]


def test_what_cannot_be_exported_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds nobody"):
        export_vrma([Scene(0, 0.0, CAMERA)], tmp_path / "x.vrma")
    with pytest.raises(OutputError, match="cannot be written"):
        export_vrma(motion(2), tmp_path / "none" / "x.vrma")
