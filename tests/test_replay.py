"""Takes on a real disk: what was recorded comes back, and damage is told by line."""

from pathlib import Path

import pytest
from scenes import random_scene

from mocap_bridge.errors import OutputError, TakeError
from mocap_bridge.outputs import begin_recordings, open_outputs
from mocap_bridge.replay import read_take
from mocap_bridge.wire.take_json import TakeHeader, scene_line

HEADER = TakeHeader(source="dance.mp4", model="xs", model_sha256="00")
SCENES = [random_scene((1, 2)[: index % 3], index, index / 30, events=int(index % 3 == 1)) for index in range(6)]


def recorded(folder: Path) -> Path:
    path = folder / "dance.take.jsonl"
    outputs = open_outputs([f"take:{path}"])
    begin_recordings(outputs, HEADER)
    for scene in SCENES:
        outputs[0].send(scene)
    outputs[0].close()
    return path


def test_a_recording_comes_back_twice_with_the_same_bytes(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    take = read_take(path)
    assert take.header == HEADER
    lines = path.read_bytes().splitlines(keepends=True)[1:]
    assert len(lines) == len(SCENES)
    for _ in range(2):
        assert [scene_line(scene) for scene in take.scenes] == lines
    assert not take.torn


@pytest.mark.parametrize("cut", [1, 2, 300, 2000])
def test_a_torn_last_line_is_told_and_what_stands_before_it_is_read(tmp_path: Path, cut: int) -> None:
    path = recorded(tmp_path)
    whole = path.read_bytes()
    last_bytes = len(whole.splitlines(keepends=True)[-1])
    path.write_bytes(whole[:-cut])
    take = read_take(path)
    scenes = list(take.scenes)
    if cut == 1:  # only the line end is missing: nothing is lost
        assert (len(scenes), take.torn) == (6, False)
    else:
        assert (len(scenes), take.torn, take.torn_line, take.torn_bytes) == (5, True, 7, last_bytes - cut)


def test_a_damaged_line_in_the_middle_is_an_error_with_its_number(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3][:50] + b"\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(TakeError, match=r"dance.take.jsonl, line 4: "):
        list(read_take(path).scenes)


def test_a_line_beyond_all_measure_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    with path.open("ab") as file:
        file.write(b" " * 4_000_100 + b"{}\n")
    with pytest.raises(TakeError, match="line 8: longer than 4,000,000 bytes"):
        list(read_take(path).scenes)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04\xff", "not the header of a take"),
        (b'{"format":"something-else"}\n', "not the header of a take"),
        (b'{"format":"mocap-bridge-take","version":2,"source":"","model":"","model_sha256":""}\n', "version"),
        (b'{"format":"mocap-bridge-take","version":1,"source":"","mod', "not the header of a take"),
    ],
)
def test_a_file_that_is_no_take_says_so(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.take.jsonl"
    path.write_bytes(content)
    with pytest.raises(TakeError, match=says):
        read_take(path)


def test_a_missing_take_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.take.jsonl", tmp_path):
        with pytest.raises(TakeError, match="cannot be read"):
            read_take(path)


def test_a_recording_is_never_overwritten_unless_asked(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        open_outputs([f"take:{path}"])
    assert path.read_bytes() == before
    (output,) = open_outputs([f"take:{path}?overwrite=true"])
    begin_recordings([output], HEADER)
    output.close()
    assert list(read_take(path).scenes) == []


def test_a_recording_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.take.jsonl"
    (output,) = open_outputs([f"take:{path}"])
    with pytest.raises(OutputError, match="begin"):
        output.send(SCENES[0])
    output.close()
    assert not path.exists()


def test_every_frame_is_on_the_disk_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "x.take.jsonl"
    (output,) = open_outputs([f"take:{path}"])
    begin_recordings([output], HEADER)
    for count, scene in enumerate(SCENES, start=1):
        output.send(scene)
        assert len(list(read_take(path).scenes)) == count == output.packets_sent
    output.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_not_raised() -> None:
    (output,) = open_outputs(["take:/dev/full?overwrite=true"])
    with pytest.raises(OutputError, match="No space left"):
        begin_recordings([output], HEADER)
    output.send(SCENES[0])
    assert output.packets_sent == 0
    assert "2 lines could not be written: No space left" in str(output.trouble)
    output.close()
