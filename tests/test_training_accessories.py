"""Glasses sit before the eyes, caps on the skull, things in the hand, on a body of any shape."""

import os
from pathlib import Path

import numpy as np
import pytest

from mocap_bridge.skeleton import JOINT
from models.training.figures.accessories import bag, cap, eyes, glasses, held, prism, random_things
from models.training.figures.bodies import Closet, open_closet, random_shape_m

DATA = Path(os.environ.get("MOCAP_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "train"

needs_bodies = pytest.mark.skipif(
    not (DATA / "bodies").is_dir(), reason="no bodies: set MOCAP_SHARED to the folder that holds data/train"
)


@pytest.fixture(scope="module")
def closet() -> Closet:
    return open_closet(DATA)


@pytest.mark.parametrize("sides", [4, 12])
def test_the_faces_of_a_solid_look_outwards(sides: int) -> None:
    triangles = prism(np.zeros(3), np.eye(3), (0.1, 0.2, 0.3), sides)
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    assert ((normals * triangles.mean(axis=1)).sum(axis=1) > 0).all()
    np.testing.assert_allclose(np.abs(triangles[..., 1]).max(), 0.2)


@needs_bodies
@pytest.mark.parametrize("seed", range(4))
def test_things_sit_where_they_belong_on_any_body(closet: Closet, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape_m, _ = random_shape_m(closet, rng)
    joints_m, eyes_m = closet.rig.joints_rest_m(shape_m), eyes(closet, shape_m)
    assert eyes_m[0, 0] > eyes_m[1, 0]  # left is +x
    lens_m = glasses(closet, shape_m, joints_m, rng).corners[:, :3]
    assert np.linalg.norm(lens_m.mean(axis=0) - eyes_m.mean(axis=0)) < 0.12
    assert lens_m[:, 2].max() > eyes_m[:, 2].max()
    thing_m = held(closet, joints_m, "L", rng).corners[:, :3]
    assert np.linalg.norm(thing_m.mean(axis=0) - joints_m[JOINT["L_Hand"]]) < 0.45  # a stick is held near one end
    assert bag(closet, shape_m, joints_m, rng).corners[:, 2].max() < joints_m[JOINT["Thorax"], 2] + 0.05
    skull = cap(closet, shape_m, rng)[0]
    worn_m = skull.corners[np.unique(skull.triangles), :3]
    assert worn_m[:, 1].min() > joints_m[JOINT["Nose"], 1] - 0.05
    assert worn_m[:, 1].max() > joints_m[JOINT["Head_top"], 1]


@needs_bodies
def test_most_people_carry_nothing(closet: Closet) -> None:
    rng = np.random.default_rng(0)
    counts = [len(random_things(closet, closet.rig.base_m, rng)) for _ in range(60)]
    assert 0.4 < np.mean(np.equal(counts, 0)) < 0.9
