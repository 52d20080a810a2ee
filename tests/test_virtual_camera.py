"""Pictures for a v4l2loopback device. The kernel's own header is the measure of the bytes; no real device is here:
what a device answers is played by a function, and its memory by a file."""

import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from clips import picture
from hypothesis import given
from hypothesis import strategies as st
from scenes import random_scene

from mocap_bridge import v4l2
from mocap_bridge.camera import level_camera
from mocap_bridge.cli import with_address
from mocap_bridge.errors import SettingsError
from mocap_bridge.preview import HEIGHT_PX, fitted, side_by_side
from mocap_bridge.records import Frame, Image, Scene
from mocap_bridge.v4l2 import Format, capability_from, format_from, format_request
from mocap_bridge.virtual_camera import VirtualCamera, padded, yuyv

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="video devices are Linux's")
HEADER = """
#include <linux/videodev2.h>
#include <stdio.h>
#include <string.h>
int main(void) {
    struct v4l2_format wanted;
    struct v4l2_capability device;
    memset(&wanted, 0, sizeof wanted);
    memset(&device, 0, sizeof device);
    wanted.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    wanted.fmt.pix.width = 1120;
    wanted.fmt.pix.height = 480;
    wanted.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
    wanted.fmt.pix.field = V4L2_FIELD_NONE;
    wanted.fmt.pix.bytesperline = 2240;
    wanted.fmt.pix.sizeimage = 2240 * 480;
    wanted.fmt.pix.colorspace = V4L2_COLORSPACE_SRGB;
    strcpy((char *)device.driver, "v4l2 loopback");
    strcpy((char *)device.card, "Mocap Bridge");
    device.capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE;
    device.device_caps = V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_READWRITE;
    printf("%u %u\\n", (unsigned)VIDIOC_QUERYCAP, (unsigned)VIDIOC_S_FMT);
    for (unsigned i = 0; i < sizeof wanted; i++) printf("%02x", ((unsigned char *)&wanted)[i]);
    printf("\\n");
    for (unsigned i = 0; i < sizeof device; i++) printf("%02x", ((unsigned char *)&device)[i]);
}
"""


@on_linux
@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc and the kernel's header")
@pytest.mark.skipif(not Path("/usr/include/linux/videodev2.h").exists(), reason="needs the kernel's header")
def test_numbers_and_bytes_are_those_of_the_kernels_header(tmp_path: Path) -> None:
    (tmp_path / "header.c").write_text(HEADER)
    subprocess.run(["gcc", "header.c", "-o", "header"], cwd=tmp_path, check=True, timeout=60)
    told = subprocess.run([tmp_path / "header"], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert [int(told[0]), int(told[1])] == [v4l2.QUERYCAP, v4l2.S_FMT]
    assert bytes.fromhex(told[2]) == format_request(Format(1120, 480))
    assert format_from(bytes.fromhex(told[2])) == Format(1120, 480, v4l2.YUYV, 2240)
    assert capability_from(bytes.fromhex(told[3])) == v4l2.Capability("Mocap Bridge", True)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of 64-bit machines")
def test_numbers_are_those_that_are_known() -> None:
    assert (v4l2.QUERYCAP, v4l2.S_FMT) == (0x80685600, 0xC0D05605)


def by_the_book(image_rgb: Image) -> np.ndarray:
    """BT.601, 16..235, chroma of each pair of pixels from the left one or their mean: (H, W, 2)."""
    red, green, blue = np.moveaxis(image_rgb.astype(float) / 255, -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    u, v = 128 + 112 / 0.886 * (blue - luma), 128 + 112 / 0.701 * (red - luma)
    chroma = np.empty_like(luma)
    chroma[:, 0::2] = (u[:, 0::2] + u[:, 1::2]) / 2
    chroma[:, 1::2] = (v[:, 0::2] + v[:, 1::2]) / 2
    return np.stack([16 + 219 * luma, chroma], axis=-1)


@given(st.integers(0, 1000))
def test_colours_are_those_of_bt_601(seed: int) -> None:
    pairs = np.random.default_rng(seed).integers(0, 256, (4, 3, 3), dtype=np.uint8)
    image = np.repeat(pairs, 2, axis=1)  # both pixels of a pair alike, so that it is one colour
    packed = yuyv(image).reshape(4, 6, 2)
    assert np.abs(packed - by_the_book(image)).max() <= 1.5


def test_white_black_and_the_order_of_bytes() -> None:
    image = np.zeros((1, 4, 3), np.uint8)
    image[0, :2] = 255
    assert yuyv(image).tobytes() == bytes([235, 128, 235, 128, 16, 128, 16, 128])
    image[0, :2] = (255, 0, 0)
    y, u, y2, v = yuyv(image).tobytes()[:4]
    assert y == y2
    assert v > 200
    assert u < 100


def test_rows_of_a_device_that_leaves_gaps() -> None:
    rows = np.arange(8, dtype=np.uint8).reshape(2, 4)
    assert padded(rows, 6) == bytes([0, 1, 2, 3, 0, 0, 4, 5, 6, 7, 0, 0])
    assert padded(rows, 4) == padded(rows, 0) == rows.tobytes()


class Device:
    """What a device answers: what it can do, and the pictures that it insists on."""

    def __init__(self, can: int = 0x2, insists: Format | None = None, refuses: int = 0) -> None:
        self.can, self.insists, self.refuses = can, insists, refuses
        self.asked: list[int] = []

    def __call__(self, file: int, number: int, data: bytearray) -> None:
        self.asked.append(number)
        if number == v4l2.QUERYCAP:
            data[16:28], data[84:88] = b"Mocap Bridge", self.can.to_bytes(4, sys.byteorder)
        elif self.refuses:
            raise OSError(self.refuses, os.strerror(self.refuses))
        elif self.insists:
            data[:] = format_request(self.insists)


def shown(seed: int = 0, size_px: tuple[int, int] = (160, 120)) -> tuple[Frame, Scene]:
    camera = level_camera(size_px)
    return Frame(0, 0.0, picture(90, size_px), camera), random_scene(seed=seed)


def add(camera: VirtualCamera, frame: Frame, scene: Scene) -> None:
    """Adds a frame, and waits until it has been shown or lost."""
    before, until_s = camera.pictures_sent + camera.pictures_lost, time.perf_counter() + 20.0
    camera.add(frame, scene)
    while camera.pictures_sent + camera.pictures_lost == before:
        assert time.perf_counter() < until_s
        time.sleep(0.005)


@on_linux
def test_what_is_written_is_the_preview(tmp_path: Path) -> None:
    path, device = tmp_path / "video", Device()
    path.touch()
    with VirtualCamera(str(path), device) as camera:
        assert camera.name == "Mocap Bridge"
        for seed in range(2):
            add(camera, *shown(seed))
        add(camera, *shown(0, (320, 120)))  # a picture of another shape is fitted into the first one's
        assert (camera.pictures_sent, camera.trouble) == (3, None)
    assert device.asked == [v4l2.QUERYCAP, v4l2.S_FMT]
    width_px = HEIGHT_PX * 4 // 3 + HEIGHT_PX
    size = 2 * width_px * HEIGHT_PX
    written = path.read_bytes()
    assert len(written) == 3 * size
    frame, scene = shown(1)
    assert written[size : 2 * size] == yuyv(side_by_side(frame.image_rgb, scene)).tobytes()


@on_linux
def test_the_line_does_not_wait_and_the_newest_picture_is_the_last(tmp_path: Path) -> None:
    path = tmp_path / "video"
    path.touch()
    frame, scene = shown(5)
    with VirtualCamera(str(path), Device()) as camera:
        begun_s = time.thread_time()
        for _ in range(100):
            camera.add(frame, Scene(0, 0.0, scene.camera))
        camera.add(frame, scene)
        assert time.thread_time() - begun_s < 0.1  # drawing one takes longer than 1 ms
    assert 1 <= camera.pictures_sent <= 101
    last = yuyv(side_by_side(frame.image_rgb, scene)).tobytes()
    assert path.read_bytes().endswith(last)


@on_linux
def test_a_device_that_insists_on_its_size_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "video"
    path.touch()
    with VirtualCamera(str(path), Device(insists=Format(640, 360, row_bytes=1312))) as camera:
        camera.add(*shown())
    frame, scene = shown()
    small = yuyv(fitted(side_by_side(frame.image_rgb, scene), (640, 360)))
    assert path.read_bytes() == padded(small, 1312)
    assert len(path.read_bytes()) == 1312 * 360


@on_linux
@pytest.mark.parametrize(
    ("device", "says"),
    [
        (Device(refuses=16), "takes no pictures of 1120x480 px: Device or resource busy; does another program"),
        (Device(insists=Format(640, 360, pixels=1)), "640x360 px of another kind than YUYV"),
        (Device(insists=Format(0, 0)), "of another kind than YUYV"),
    ],
)
def test_a_device_that_takes_no_such_pictures_is_told(tmp_path: Path, device: Device, says: str) -> None:
    path = tmp_path / "video"
    path.touch()

    def adding(camera: VirtualCamera) -> None:
        until_s = time.perf_counter() + 20.0
        while time.perf_counter() < until_s:
            camera.add(*shown())  # the first one is tried, and the next is told
            time.sleep(0.01)

    with VirtualCamera(str(path), device) as camera, pytest.raises(SettingsError, match=says):
        adding(camera)


@on_linux
def test_a_picture_that_cannot_be_written_is_counted_and_the_line_goes_on() -> None:
    with VirtualCamera("/dev/full", Device()) as camera:
        for _ in range(2):
            add(camera, *shown())
        assert camera.pictures_sent == 0
        assert "2 pictures could not be shown, the last: No space left on device" in str(camera.trouble)


@on_linux
@pytest.mark.parametrize(
    ("name", "device", "says"),
    [
        ("gone", None, "there is no such device; install v4l2loopback .* modprobe v4l2loopback"),
        ("file", None, "this is no video device"),  # the kernel's own answer
        ("file", Device(can=0x1), "'Mocap Bridge' is a camera to be read, and cannot be written to"),
        ("file", Device(can=0x80000002), "is a camera to be read"),  # another node of it can
        ("folder", None, "may you write to it"),
        ("pipe", None, "may you write to it"),  # nobody reads it, and nobody waits
    ],
)
def test_what_is_no_device_to_write_to_is_told(tmp_path: Path, name: str, device: Device | None, says: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match=says):
        VirtualCamera(str(tmp_path / name), device)


@on_linux
def test_without_any_device_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glob.glob", lambda pattern: [])
    with pytest.raises(SettingsError, match="no video device of this computer can be written to; install v4l2loopback"):
        VirtualCamera()


@on_linux
def test_the_first_device_that_can_be_written_to_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(tmp_path / f"video{number}") for number in (10, 2, 0)]
    for path in paths:
        Path(path).touch()
    monkeypatch.setattr("glob.glob", lambda pattern: paths)

    def ioctl(file: int, number: int, data: bytearray) -> None:
        Device(can=0x1 if os.readlink(f"/proc/self/fd/{file}").endswith("video0") else 0x2)(file, number, data)

    with VirtualCamera("auto", ioctl) as camera:
        assert camera.path.endswith("video2")


def test_elsewhere_it_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SettingsError, match="for Linux, with v4l2loopback; elsewhere let OBS film the dashboard"):
        VirtualCamera()


def test_the_device_may_be_left_out() -> None:
    assert with_address(["run", "0", "--virtual-camera"]) == ["run", "0", "--virtual-camera", "auto"]
    given = ["run", "--virtual-camera", "/dev/video9", "0"]
    assert with_address(given) == given
    assert with_address(["run", "--virtual-camera", "0"]) == ["run", "--virtual-camera", "auto", "0"]
    assert with_address(["run", "--vmc-in", "0"]) == ["run", "--vmc-in", "127.0.0.1:39540", "0"]
    assert with_address(["run", "--vmc-in", "39541", "0"]) == ["run", "--vmc-in", "39541", "0"]
