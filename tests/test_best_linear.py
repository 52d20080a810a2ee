"""The bound that smoothing is held against."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from models.training.bench.best_linear import best_linear


def test_points_without_noise_come_back_as_they_are() -> None:
    true_m = gaussian_filter1d(np.random.default_rng(1).normal(size=(90, 4, 3)), 4, axis=0)
    np.testing.assert_allclose(best_linear(true_m, true_m, 0.2), true_m, atol=1e-9)


def test_noise_is_taken_away_and_what_is_not_known_of_the_truth_is_no_trouble() -> None:
    rng = np.random.default_rng(2)
    true_m = 5 * gaussian_filter1d(rng.normal(size=(200, 6, 3)), 15, axis=0)
    raw_m = true_m + 0.05 * rng.normal(size=true_m.shape)
    known_m = true_m.copy()
    known_m[50:60, 2] = np.nan
    found_m = best_linear(raw_m, known_m, 0.2)
    assert np.isfinite(found_m).all()
    bent = [np.diff(points_m - true_m, n=2, axis=0).std() for points_m in (found_m, raw_m)]
    assert bent[0] < 0.15 * bent[1]
