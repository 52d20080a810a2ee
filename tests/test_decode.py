"""Maps become joints, and nothing in them can throw a joint out of the crop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.decode import around_peak, decode

RANGE_M = (-1.0, 1.0)


def bump(x: float, y: float, cells: int = 16) -> np.ndarray:
    """(1, cells, cells) a Gaussian of the width that training aims at, around x, y in crop sides."""
    centers = (np.arange(cells) + 0.5) / cells
    weight = (
        np.exp(-(((centers - x) * cells / 0.7) ** 2) / 2)[None]
        * np.exp(-(((centers - y) * cells / 0.7) ** 2) / 2)[:, None]
    )
    return (weight / weight.sum())[None]


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.sampled_from([16, 32]))
def test_a_bump_is_found_within_a_thousandth_of_the_crop(x: float, y: float, cells: int) -> None:
    np.testing.assert_allclose(around_peak(bump(x, y, cells))[0], (x, y), atol=0.001)


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 16, 32]))
def test_whatever_a_map_shows_the_joint_lies_in_the_crop_beside_the_strongest_cell(seed: int, cells: int) -> None:
    random = np.random.default_rng(seed)
    xy_map = random.choice([0.0, 1.0], (4, cells, cells), p=[0.9, 0.1]) * random.random((4, cells, cells)) ** 4
    found = around_peak(xy_map) * cells - 0.5
    strongest = np.stack(np.unravel_index(xy_map.reshape(4, -1).argmax(axis=1), (cells, cells)), axis=1)[:, ::-1]
    assert (found >= 0).all()
    assert (found <= cells - 1).all()
    assert np.abs(found - strongest).max() <= 2


def test_a_second_weaker_bump_does_not_pull_the_joint_away() -> None:
    both = 0.6 * bump(0.3, 0.3) + 0.4 * bump(0.8, 0.8)
    np.testing.assert_allclose(around_peak(both)[0], (0.3, 0.3), atol=0.01)


@pytest.mark.parametrize("depth_m", [-0.9, -0.3, 0.0, 0.42])
def test_depth_is_read_in_metres(depth_m: float) -> None:
    line = np.zeros((1, 32))
    cell = (depth_m + 1) / 2 * 32 - 0.5
    line[0, int(cell)], line[0, int(cell) + 1] = 1 - cell % 1, cell % 1
    found = decode(bump(0.5, 0.5), line, np.ones(1), np.zeros(1), RANGE_M)
    assert found.depth_m[0] == pytest.approx(depth_m, abs=1e-9)


def test_confidence_falls_with_the_expected_error_and_when_the_joint_is_hidden() -> None:
    corners = [bump(x, y) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))]
    torn = 0.5 * bump(0.2, 0.2) + 0.5 * bump(0.8, 0.8)
    maps, lines = np.concatenate([*corners, torn, np.full((1, 16, 16), 1 / 256)]), np.full((6, 32), 1 / 32)
    visibility = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    sure = decode(maps, lines, visibility, np.full(6, 0.02), RANGE_M).confidence
    assert sure[0] > 0.8
    assert 0.3 < sure[3] < 0.5
    assert max(sure[4], sure[5]) < 0.2
    worse = decode(maps, lines, visibility, np.full(6, 0.2), RANGE_M).confidence
    assert (worse < sure).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["map", "line", "visibility", "sigma"])
def test_a_joint_without_sound_numbers_is_a_guess_in_the_middle_and_harms_no_other(bad: float, where: str) -> None:
    values = {
        "map": np.repeat(bump(0.3, 0.6), 2, axis=0),
        "line": np.full((2, 32), 1 / 32),
        "visibility": np.ones(2),
        "sigma": np.full(2, 0.02),
    }
    values[where][0] = bad
    found = decode(values["map"], values["line"], values["visibility"], values["sigma"], RANGE_M)
    np.testing.assert_array_equal(found.joints[0], (0.5, 0.5))
    assert found.confidence[0] == 0
    assert np.isfinite(found.depth_m).all()
    np.testing.assert_allclose(found.joints[1], (0.3, 0.6), atol=0.01)


def test_maps_of_different_joints_are_refused_with_the_shapes() -> None:
    with pytest.raises(ValueError, match=r"\(3, 32\).*same joints"):
        decode(bump(0.5, 0.5), np.ones((3, 32)), np.ones(1), np.ones(1), RANGE_M)


def test_an_empty_map_is_no_division_by_zero() -> None:
    found = decode(np.zeros((1, 16, 16)), np.zeros((1, 32)), np.zeros(1), np.zeros(1), RANGE_M)
    assert np.isfinite(found.joints).all()
    assert np.isfinite(found.depth_m).all()
