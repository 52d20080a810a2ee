"""What is packed comes back as it was, or as small as it is used; what is damaged is named."""

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from mocap_bridge import rotations as quaternions  # noqa: E402
from models.training.figures.rig import read_target  # noqa: E402
from models.training.gpu import shrink  # noqa: E402
from models.training.gpu.pack_file import PackError, read_pack, write_pack  # noqa: E402
from models.training.material.pictures import packed, unpacked  # noqa: E402
from models.training.pack import make_pack  # noqa: E402
from models.training.unpack import unpack  # noqa: E402

FILES = [("data/a.txt", "text", b"one " * 500), ("data/b.jpg", "picture", bytes(range(256)))]


@given(st.lists(st.tuples(st.integers(0, 19157), *[st.integers(-9999, 9999)] * 3), min_size=1, max_size=40))
def test_a_morph_comes_back_exactly(moves: list[tuple[int, int, int, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.target.gz"
        text = "# made by hand\n" + "".join(
            f"{v} {x / 1000:.3f} {y / 1000:.3f} {z / 1000:.3f}\n" for v, x, y, z in moves
        )
        path.write_bytes(gzip.compress(text.encode()))
        before = read_target(path)
        path.write_bytes(shrink.RESTORE["morph"](shrink.shrunk_morph(path)))
        after = read_target(path)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_allclose(before[1], after[1], atol=1e-12)


def test_rotations_come_back_within_half_precision(tmp_path: Path) -> None:
    turns = quaternions.normalized(np.random.default_rng(0).normal(size=(50, 31, 4)))
    matrices = quaternions.to_matrix(turns)
    np.savez(tmp_path / "poses.npz", rotations=matrices.astype(np.float16), is_val=np.arange(50) % 2 == 0)
    (tmp_path / "poses.npz").write_bytes(shrink.RESTORE["rotations"](shrink.shrunk_rotations(tmp_path / "poses.npz")))
    with np.load(tmp_path / "poses.npz") as file:
        assert file["rotations"].dtype == np.float16
        np.testing.assert_allclose(file["rotations"].astype(float), matrices, atol=2e-3)
        assert file["is_val"].sum() == 25


def test_a_transparent_texture_stays_transparent_and_shrinks(tmp_path: Path) -> None:
    picture = np.zeros((600, 800, 4), np.uint8)
    picture[:, 400:] = (10, 200, 60, 255)
    cv2.imwrite(str(tmp_path / "hair.png"), picture)
    data = np.frombuffer(shrink.shrunk_picture(tmp_path / "hair.png", 400, 90), np.uint8)
    small = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert small.shape == (300, 400, 4)
    assert small[:, :190, 3].max() == 0
    assert np.abs(small[50, 300, :3].astype(int) - (10, 200, 60)).max() < 8


def test_people_keep_their_pictures_and_lose_masks_that_may_not_be_used(tmp_path: Path) -> None:
    picture = np.full((64, 64, 3), (30, 90, 200), np.uint8)
    arrays = packed("rgb", [picture] * 2) | packed("alpha", [np.full((64, 64), 255, np.uint8)] * 2)
    np.savez(tmp_path / "real.npz", alpha_good=np.array([1, 0]), joints_px=np.zeros((2, 30, 2)), **arrays)
    (tmp_path / "real.npz").write_bytes(shrink.shrunk_people(tmp_path / "real.npz", 85))
    with np.load(tmp_path / "real.npz") as file:
        assert np.abs(unpacked(file, "rgb", 1).astype(int) - (200, 90, 30)).max() < 8
        assert unpacked(file, "alpha", 0).shape == (64, 64)
        assert unpacked(file, "alpha", 1).max() == 0


def test_people_in_smaller_pictures_are_where_they_were(tmp_path: Path) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[16:32, 32:48] = 255
    arrays = packed("rgb", [picture]) | packed("alpha", [picture[..., 0]])
    joints_px, box_px = np.tile([40.0, 24.0], (1, 30, 1)), np.array([[32.0, 16, 48, 32]])
    np.savez(tmp_path / "real.npz", alpha_good=np.ones(1), joints_px=joints_px, box_px=box_px, **arrays)
    (tmp_path / "real.npz").write_bytes(shrink.shrunk_people(tmp_path / "real.npz", 85, 32))
    with np.load(tmp_path / "real.npz") as file:
        for small in (unpacked(file, "rgb", 0)[..., 0], unpacked(file, "alpha", 0)):
            assert small.shape == (32, 32)
            rows, columns = np.nonzero(small > 128)
            np.testing.assert_allclose([columns.mean() + 0.5, rows.mean() + 0.5], file["joints_px"][0, 0], atol=0.3)
        np.testing.assert_allclose(file["box_px"], [[16, 8, 24, 16]])


def test_what_is_packed_is_unpacked(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.pack", FILES)
    assert unpack(tmp_path / "a.pack", tmp_path / "out") == 2
    for name, _, data in FILES:
        assert (tmp_path / "out" / name).read_bytes() == data


@pytest.mark.parametrize(("name", "where"), [("data/a.txt", 30), ("data/b.jpg", 100)])
def test_a_damaged_member_is_named(tmp_path: Path, name: str, where: int) -> None:
    write_pack(tmp_path / "a.pack", FILES)
    with zipfile.ZipFile(tmp_path / "a.pack") as archive:
        begin = archive.getinfo(name).header_offset + 30 + len(name)
    damaged = bytearray((tmp_path / "a.pack").read_bytes())
    damaged[begin + where] ^= 0xFF
    (tmp_path / "a.pack").write_bytes(damaged)
    with pytest.raises(PackError, match=f"{name} is damaged"):
        list(read_pack(tmp_path / "a.pack"))


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.pack", FILES)
    with zipfile.ZipFile(tmp_path / "a.pack") as whole, zipfile.ZipFile(tmp_path / "b.pack", "w") as part:
        for name in ("data/a.txt", "manifest.json"):
            part.writestr(name, whole.read(name))
    with pytest.raises(PackError, match=r"data/b\.jpg is missing"):
        list(read_pack(tmp_path / "b.pack"))


def test_a_pack_of_another_making_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.pack", [("../evil.txt", "text", b"x")])
    with pytest.raises(PackError, match="outside"):
        unpack(tmp_path / "a.pack", tmp_path / "out")
    assert not (tmp_path / "evil.txt").exists()


def test_a_folder_without_bodies_is_refused_with_the_name_of_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="LICENSE"):
        make_pack(tmp_path / "a.pack", tmp_path, tmp_path)


def test_a_cut_off_pack_ends_the_command_with_2(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.pack", FILES)
    (tmp_path / "a.pack").write_bytes((tmp_path / "a.pack").read_bytes()[:-40])
    command = [sys.executable, "-m", "models.training.unpack", str(tmp_path / "a.pack"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 2
    assert "cut off" in done.stderr
