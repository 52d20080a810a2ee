"""The page's JavaScript agrees with Python: the skeleton's tables, and one golden body both compute."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from dashboard_tables import FILE, tables_js

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.replay import read_take
from mocap_bridge.rotations import bone_heads_m
from mocap_bridge.skeleton import REST_OFFSETS_M
from mocap_bridge.wire.mocap import capsule_radii_m

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parent.parent / "mocap_bridge" / "dashboard"


def rig() -> dict[str, object]:
    """What the page must find for the first person of the golden take: heads of bones, radii, the hips' pixel."""
    scene = next(scene for scene in read_take(GOLDEN / "one.take.jsonl").scenes if scene.poses)
    pose = scene.poses[0]
    rest_m = np.linalg.norm(REST_OFFSETS_M, axis=1)
    size = np.where(pose.bone_lengths_m > 0, pose.bone_lengths_m / rest_m, 1.0)
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, REST_OFFSETS_M * size[:, None])
    seen_m = camera_from_world(pose.hips_world_m, scene.camera)
    return {
        "frame": scene.frame_index,
        "person": pose.person_id,
        "bone_heads_m": np.round(heads_m, 6).tolist(),
        "capsule_radii_m": np.round(capsule_radii_m(pose.bone_lengths_m, pose.girth), 6).tolist(),
        "hips_px_and_depth_m": np.round([*project(seen_m, scene.camera), seen_m[2]], 4).tolist(),
    }


def test_the_pages_tables_are_the_skeletons() -> None:
    assert FILE.read_text() == tables_js(), "run: python tests/dashboard_tables.py"


def test_the_golden_body_is_what_python_computes() -> None:
    golden = json.loads((GOLDEN / "rig.json").read_text())
    for key, value in rig().items():
        assert np.allclose(golden[key], value, atol=2e-6), key


def test_the_page_passes_its_own_tests() -> None:
    if shutil.which("node") is None or not (PAGE / "node_modules" / "three").is_dir():
        pytest.skip(f"needs Node.js and the page's packages: cd {PAGE} && npm ci")
    done = subprocess.run(["node", "--test", "test/"], cwd=PAGE, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


if __name__ == "__main__":
    (GOLDEN / "rig.json").write_text(json.dumps(rig(), indent=1) + "\n")
