"""Where a picture stirs: on drawn pictures with the noise of a camera."""

import numpy as np
import pytest

from mocap_bridge.camera import level_camera
from mocap_bridge.records import Frame, Image, Track
from mocap_bridge.track import Stir

BOX_PX = np.array([200.0, 100.0, 300.0, 400.0])
AWAY_PX = np.array([450.0, 100.0, 550.0, 400.0])


def place(seed: int = 0) -> Image:
    """A room with edges everywhere, so that whatever moves shows."""
    rng = np.random.default_rng(seed)
    return np.kron(rng.integers(40, 200, (30, 40, 3)), np.ones((16, 16, 1))).astype(np.uint8)


def noisy(image: Image, number: int, sigma: float = 3.0) -> Image:
    noise = np.random.default_rng(number).normal(0, sigma, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def swaying(number: int, shift_px: float = 3.0) -> Image:
    """Somebody in bright clothes in the box, who sways by a few pixels a second."""
    image = place()
    x = 230 + round(shift_px * np.sin(number / 4))
    image[130:390, x : x + 40] = (240, 230, 220)
    return noisy(image, number)


def test_whoever_sways_stirs_and_the_furniture_beside_does_not() -> None:
    stir = Stir()
    for number in range(30):
        stir.watch(swaying(number), number / 30)
        if number > 12:
            assert stir.share(AWAY_PX, []) < 0.03
    assert stir.share(BOX_PX, []) > 0.06


def test_what_moves_in_the_box_of_another_does_not_count() -> None:
    stir, larger_px = Stir(), BOX_PX + np.array([0.0, 0, 120, 0])
    for number in range(30):
        stir.watch(swaying(number), number / 30)
    assert stir.share(larger_px, []) > 0.03
    assert stir.share(larger_px, [BOX_PX]) < 0.03
    assert np.isnan(stir.share(BOX_PX, [larger_px]))  # all of it is theirs


def test_nothing_can_be_said_at_first_nor_while_the_camera_moves() -> None:
    stir = Stir()
    for number in range(4):
        stir.watch(swaying(number), number / 30)
        assert np.isnan(stir.share(BOX_PX, []))
    for number in range(4, 20):
        stir.watch(np.roll(place(), 4 * number, axis=1), number / 30)
    assert np.isnan(stir.share(BOX_PX, []))


def test_a_picture_of_another_size_begins_anew() -> None:
    stir = Stir()
    for number in range(20):
        stir.watch(swaying(number), number / 30)
    stir.watch(swaying(20)[::2, ::2], 20 / 30)
    assert np.isnan(stir.share(BOX_PX / 2, []))


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (90, 5), (479, 641), (1080, 1920)])
def test_pictures_of_any_size_can_be_asked_about_any_box(size: tuple[int, int]) -> None:
    stir = Stir()
    for number in range(10):
        stir.watch(np.full((*size, 3), 90, np.uint8), number / 10)
    for box_px in (BOX_PX, np.array([-50.0, -50, -10, -10]), np.array([0.0, 0.0, 1e5, 1e5])):
        share = stir.share(box_px, [])
        assert np.isnan(share) or share == 0.0


def test_everybody_is_told_of_by_id() -> None:
    stir, camera = Stir(), level_camera((640, 480))
    tracks = [Track(3, BOX_PX, 0.0), Track(7, AWAY_PX, 0.0)]
    for number in range(30):
        shares = stir(Frame(number, number / 30, swaying(number), camera), tracks)
    assert shares.keys() == {3, 7}
    assert shares[3] > 0.06 > 0.03 > shares[7]
