"""Pictures are shared out among all who look."""

import pytest

from mocap_bridge.serving.ration import Ration

CAMERA_HZ, RATION_HZ = 30, 60.0


@pytest.mark.parametrize(("sharers", "expected_hz"), [(1, 30), (2, 30), (4, 15), (6, 10), (10, 6), (64, 60 / 64)])
def test_the_more_look_the_fewer_each_gets(sharers: int, expected_hz: float) -> None:
    ration = Ration(RATION_HZ)
    given = sum(ration.allows(frame / CAMERA_HZ, sharers) for frame in range(64 * CAMERA_HZ))
    assert given / 64 == pytest.approx(expected_hz, rel=0.05)


def test_an_uneven_camera_gets_as_many() -> None:
    ration = Ration(RATION_HZ)
    given = sum(ration.allows((frame + 0.3 * (frame % 3 == 1)) / CAMERA_HZ, 4) for frame in range(30 * CAMERA_HZ))
    assert given / 30 == pytest.approx(15, rel=0.05)


def test_whoever_comes_after_a_pause_gets_one_and_no_more_for_the_pause() -> None:
    ration = Ration(RATION_HZ)
    assert ration.allows(0.0, 60)
    assert [ration.allows(100.0 + frame / CAMERA_HZ, 60) for frame in range(20)] == [True] + [False] * 19


def test_a_film_that_begins_anew_is_shown_at_once() -> None:
    ration = Ration(RATION_HZ)
    assert ration.allows(500.0, 10)
    assert ration.allows(0.0, 10)
    assert not ration.allows(1 / CAMERA_HZ, 10)
