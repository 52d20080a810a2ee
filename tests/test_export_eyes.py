"""Exports seen by programs that know nothing of us: Blender, and three.js with three-vrm.

Blender: ``pip install bpy`` for some Python, named by MOCAP_BLENDER_PYTHON if it is not this one.
three-vrm: node, and ``npm ci`` in ``tests/three``.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from avatars import write_avatar, write_twin
from scenes import CAMERA, random_pose
from test_avatar import SHARED
from test_retarget import legal_pose

from mocap_bridge.avatar import Fit, load_avatar, retargeted
from mocap_bridge.avatar.pose import performer_height_m
from mocap_bridge.export.bvh import export_bvh
from mocap_bridge.export.glb import export_glb
from mocap_bridge.export.vrma import export_vrma
from mocap_bridge.imported import read_motion
from mocap_bridge.mannequin import parts_for, placed, surface
from mocap_bridge.records import Array, RigPose, Scene
from mocap_bridge.rotations import angle_between, bone_heads_m, slerp, world_from_local
from mocap_bridge.skeleton import BONES
from mocap_bridge.wire.vmc import scaled_offsets_m

HERE = Path(__file__).parent
FPS = 30
FRAMES = (0, 7, 20, 33, 40)
NEAR_M, NEAR_DEG = 0.005, 1.0


def scenes() -> list[Scene]:
    """One person who moves through three random poses, and the same bones all the way."""
    rng = np.random.default_rng(12)
    stations = [legal_pose(rng) for _ in range(3)]
    first = random_pose(1, 0.0, rng)
    take = []
    for frame in range(41):
        leg, share = divmod(frame / 20, 1)
        last = min(int(leg) + 1, 2)
        pose = replace(
            first,
            time_s=frame / FPS,
            hips_world_m=first.hips_world_m + np.array([0.01, 0.002, -0.005]) * frame,
            rotations_xyzw=slerp(stations[int(leg)], stations[last], share),
        )
        take.append(Scene(frame, frame / FPS, CAMERA, (), (pose,)))
    return take


TAKE = scenes()


def heads_m(pose: RigPose) -> Array:
    return bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, scaled_offsets_m(pose.bone_lengths_m))


def expected_m(scale: float = 1.0) -> Array:
    """(frames, 22, 3) where the take has the bones."""
    return np.array([heads_m(TAKE[frame].poses[0]) for frame in FRAMES]) * scale


def seconds() -> list[str]:
    return [str(frame / FPS) for frame in FRAMES]


def answer(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def in_blender(file: Path) -> tuple[Array, Array]:
    """(frames, 22, 3) places and (frames, 22, 4) turns from rest, both of the world."""
    python = os.environ.get("MOCAP_BLENDER_PYTHON") or (sys.executable if importlib.util.find_spec("bpy") else "")
    if not python:
        pytest.skip("no Blender: pip install bpy, and name that Python in MOCAP_BLENDER_PYTHON")
    places = answer([python, str(HERE / "blender" / "joints.py"), str(file), *seconds()])
    found = np.array([places[bone] for bone in BONES]).swapaxes(0, 1)
    return found[..., :3], found[..., 3:]


def by_three(script: str, *arguments: object) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None or not (HERE / "three" / "node_modules").is_dir():
        pytest.skip("no three-vrm: install node, and run npm ci in tests/three")
    return answer([node, str(HERE / "three" / script), *map(str, arguments)])


def in_three(avatar: Path, take: Path) -> Array:
    seen = by_three("joints.mjs", avatar, take, *seconds())
    return np.array([[frame[bone[0].lower() + bone[1:]] for bone in BONES] for frame in seen["frames"]])


def twin(folder: Path, size: float = 1.0) -> Path:
    """An avatar with the performer's bones, times ``size``, that stands on the floor."""
    lengths_m = TAKE[0].poses[0].bone_lengths_m
    offsets_m = scaled_offsets_m(lengths_m)
    offsets_m[0] = 0.0, performer_height_m(lengths_m), 0.0
    return write_twin(folder / "twin.vrm", offsets_m * size)


EXPORTS = {"bvh": export_bvh, "vrma": export_vrma, "glb": export_glb}


@pytest.mark.parametrize("ending", EXPORTS)
def test_blender_finds_every_bone_where_the_take_has_it_and_as_it_is_turned(tmp_path: Path, ending: str) -> None:
    (file,) = EXPORTS[ending](TAKE, tmp_path / f"take.{ending}")
    places_m, turns = in_blender(file)
    off_m = np.linalg.norm(places_m - expected_m(), axis=-1)
    assert off_m.max() < NEAR_M, f"up to {off_m.max() * 1e3:.2f} mm"
    expected = np.array([world_from_local(TAKE[frame].poses[0].rotations_xyzw) for frame in FRAMES])
    off_deg = np.degrees(angle_between(turns, expected))
    assert off_deg.max() < NEAR_DEG, f"up to {off_deg.max():.3f} degrees"


@pytest.mark.parametrize("size", [1.0, 0.6])
def test_three_vrm_finds_every_bone_where_the_take_has_it_after_scale(tmp_path: Path, size: float) -> None:
    """An avatar with the performer's bones, and one that is smaller: players scale steps by hip height."""
    (file,) = export_vrma(TAKE, tmp_path / "take.vrma")
    seen_m = in_three(twin(tmp_path, size), file)
    off_m = np.linalg.norm(seen_m - expected_m(size), axis=-1)
    assert off_m.max() < NEAR_M * size, f"up to {off_m.max() * 1e3:.2f} mm"


def test_three_js_finds_bones_and_skin_of_the_mannequin_where_the_take_has_them(tmp_path: Path) -> None:
    (file,) = export_glb(TAKE, tmp_path / "take.glb")
    seen = by_three("mannequin.mjs", file, *seconds())
    bones_m = np.array([[frame["bones"][bone] for bone in BONES] for frame in seen["frames"]])
    off_m = np.linalg.norm(bones_m - expected_m(), axis=-1)
    assert off_m.max() < NEAR_M, f"up to {off_m.max() * 1e3:.2f} mm"
    parts = parts_for(TAKE[0].poses[0].bone_lengths_m)
    for number, frame in zip(FRAMES, seen["frames"], strict=True):
        ends_m = placed(parts, TAKE[number].poses[0])
        each = seen["points"] // len(ends_m)
        for row, at in frame["skin"]:  # on the surface of its part: as far from its axis as the cone is thick there
            a, b = ends_m[row // each]
            thick, thin = parts.radii_m[row // each]
            balls = [
                np.linalg.norm(at - (a + s * (b - a))) - (thick + s * (thin - thick)) for s in np.linspace(0, 1, 500)
            ]
            assert abs(min(balls)) < NEAR_M
    assert each == len(surface(ends_m[0], parts.radii_m[0])[0])


@pytest.mark.parametrize("export", [export_glb, export_vrma])
def test_khronos_validator_has_nothing_to_say(tmp_path: Path, export: object) -> None:
    if not (HERE / "three" / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("no gltf-validator: run npm ci in tests/three")
    (file,) = export(TAKE, tmp_path / f"take.{'glb' if export is export_glb else 'vrma'}")
    told = by_three("validate.mjs", file)
    assert told["errors"] == told["warnings"] == 0, told["messages"]
    # A VRMA has nothing but bones, and an extension that the validator does not know.
    hints = {"UNSUPPORTED_EXTENSION", "NODE_EMPTY"} if export is export_vrma else set()
    assert {message.split()[0] for message in told["messages"]} <= hints


def test_bvh_in_blender_and_vrma_in_three_vrm_agree(tmp_path: Path) -> None:
    (bvh,), (vrma,) = export_bvh(TAKE, tmp_path / "take.bvh"), export_vrma(TAKE, tmp_path / "take.vrma")
    off_m = np.linalg.norm(in_blender(bvh)[0] - in_three(twin(tmp_path), vrma), axis=-1)
    assert off_m.max() < NEAR_M, f"up to {off_m.max() * 1e3:.2f} mm"


@pytest.mark.parametrize("file", ["vrm0", "vrm1", "cryptovoxels.vrm", "VRMC_materials_mtoon_UV_Animation_Test.vrm"])
def test_three_vrm_takes_the_same_raw_rotations_from_normalised_ones(tmp_path: Path, file: str) -> None:
    path = write_avatar(tmp_path / "a.vrm", file) if "." not in file else SHARED / file
    if not path.is_file():
        pytest.skip(f"the test avatars are not here: {path}")
    avatar, pose = load_avatar(path), TAKE[7].poses[0]
    fit, names = Fit(avatar), [bone[0].lower() + bone[1:] for bone in load_avatar(path).bones]
    turns = fit.normalised(pose.rotations_xyzw)
    if avatar.kind == "vrm0":  # three-vrm keeps the axes of the file, which faces -Z
        turns = turns * np.array([-1.0, 1.0, -1.0, 1.0])
    given = by_three("raw.mjs", path, json.dumps(dict(zip(names, turns.tolist(), strict=True))))
    ours = fit.raw(pose)[:, 3:]
    assert np.degrees(angle_between(np.array([given[name] for name in names]), ours)).max() < 0.01


def test_three_vrm_and_our_retargeting_move_a_real_avatar_alike(tmp_path: Path) -> None:
    avatar_file = SHARED / "VRMC_vrm_expressions_isBinary_Overrides.vrm"  # stands in an exact T-pose with all 22 bones
    if not avatar_file.is_file():
        pytest.skip(f"the test avatars are not here: {avatar_file}")
    (file,) = export_vrma(TAKE, tmp_path / "take.vrma")
    avatar = load_avatar(avatar_file)
    ours_m = np.array([retargeted(TAKE[frame].poses[0], avatar) for frame in FRAMES])
    off_m = np.linalg.norm(in_three(avatar_file, file) - ours_m, axis=-1)
    assert off_m.max() < NEAR_M, f"up to {off_m.max() * 1e3:.2f} mm"


def test_a_vrma_of_another_program_is_imported_as_three_vrm_plays_it(tmp_path: Path) -> None:
    file = SHARED / "test.vrma"
    if not file.is_file():
        pytest.skip(f"the test animations are not here: {file}")
    imported = read_motion(file, fps=FPS)
    offsets_m = scaled_offsets_m(TAKE[0].poses[0].bone_lengths_m)
    played_m = in_three(twin(tmp_path), file)
    for frame, seen_m in zip(FRAMES, played_m, strict=True):
        ours_m = bone_heads_m(seen_m[0], imported.rotations_xyzw[frame], offsets_m)
        assert np.linalg.norm(ours_m - seen_m, axis=-1).max() < NEAR_M
