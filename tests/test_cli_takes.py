"""Commands that make or read takes, as their users meet them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from bvh_files import cmu, moved, write_bvh
from scenes import random_scene
from test_cli import ROOT, started

from mocap_bridge.outputs.take import TakeOutput
from mocap_bridge.replay import read_take
from mocap_bridge.wire.take_json import TakeHeader

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        process = started(*arguments, folder=tmp_path)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    return call


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """Two seconds at 30 frames a second; person 5 is there for a third of them, and claps."""
    path = tmp_path / "dance.take.jsonl"
    output = TakeOutput(path, overwrite=False)
    output.begin(TakeHeader(source="dance.mp4", model="xs", model_sha256="00"))
    for n in range(61):
        clapping = 20 <= n < 40
        output.send(random_scene((1, 5) if clapping else (1,), n, 100 + n / 30, events=int(25 <= n < 30)))
    output.close()
    return path


def test_help_needs_nothing_that_is_slow_to_load() -> None:
    """Loading numpy, OpenCV and the networks' runtime takes longer than anybody likes to wait for a word of help."""
    code = "import sys; from mocap_bridge.cli import commands; commands(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"numpy", "cv2", "onnxruntime", "scipy", "zmq", "msgspec"} & set(loaded.split())


def test_info_tells_length_people_and_events(run: Run, take: Path) -> None:
    code, out, err = run("info", take)
    assert code == 0, err
    assert "61 frames, 2.00 s, 30 frames a second, longest gap 33 ms" in out
    assert "of dance.mp4, seen by xs, 640x480 px" in out
    assert "events: hands_up 1x" in out
    code, out, _ = run("info", take, "--json")
    told = json.loads(out)
    assert [(person["id"], person["frames"]) for person in told["people"]] == [(1, 61), (5, 20)]
    assert told["people"][1]["first_s"] == pytest.approx(20 / 30, abs=1e-5)
    assert 1.3 < told["people"][0]["height_m"] < 2.0


def test_a_piece_is_cut_out_and_keeps_its_lines(run: Run, take: Path, tmp_path: Path) -> None:
    code, out, err = run("trim", take, "--from", 0.5, "--to", 1, "-o", "part.take.jsonl")
    assert (code, out.strip()) == (0, "part.take.jsonl"), err
    lines, part = take.read_bytes().splitlines(), (tmp_path / "part.take.jsonl").read_bytes().splitlines()
    assert part == [lines[0], *lines[16:32]]
    code, _, err = run("trim", take, "--from", 0.5, "-o", "part.take.jsonl")
    assert (code, "part.take.jsonl exists already; add --overwrite" in err) == (2, True)
    code, _, err = run("trim", take, "-o", take, "--overwrite")
    assert (code, "is the take itself" in err) == (2, True)
    code, _, err = run("trim", take, "--from", 2, "--to", 1, "-o", "x.take.jsonl")
    assert (code, "ends before it begins" in err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dance.take.jsonl", "part.take.jsonl"]


def test_a_take_gets_another_rate(run: Run, take: Path, tmp_path: Path) -> None:
    code, _, err = run("resample", take, "--fps", 60, "-o", "fast.take.jsonl")
    assert code == 0, err
    scenes = list(read_take(tmp_path / "fast.take.jsonl").scenes)
    assert len(scenes) == 121
    assert scenes[7].time_s == pytest.approx(100 + 7 / 60, abs=1e-5)


def test_a_clip_is_imported_beside_itself_and_says_what_was_guessed(run: Run, tmp_path: Path) -> None:
    write_bvh(tmp_path / "walk.bvh", cmu(), *moved(cmu(), 30))
    code, out, err = run("import", "walk.bvh")
    assert (code, out.strip()) == (0, "walk.take.jsonl"), err
    assert "its unit is taken for 1/0.45 inch" in err
    assert "30 frames, 0.2 s at 120 frames a second" in err
    assert len(list(read_take(tmp_path / "walk.take.jsonl").scenes)) == 30
    code, _, err = run("import", "walk.bvh")
    assert (code, "exists already" in err) == (2, True)
    code, _, err = run("import", "walk.bvh", "--rest", "lying", "--overwrite")
    assert (code, "choose from auto, skeleton, first" in err) == (2, True)
    (tmp_path / "bad.bvh").write_text("HIERARCHY\nJOINT x\n")
    code, _, err = run("import", "bad.bvh")
    assert (code, "error: bad.bvh: line 2: 'JOINT' stands where 'ROOT' should" in err) == (2, True)
    assert not (tmp_path / "bad.take.jsonl").exists()


def test_an_interrupted_import_leaves_nothing_half(tmp_path: Path) -> None:
    write_bvh(tmp_path / "long.bvh", cmu(), *moved(cmu(), 4_000))
    process = started("import", "long.bvh", folder=tmp_path)
    part = tmp_path / "long.take.jsonl.part"
    until_s = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size) and time.monotonic() < until_s and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "stopped by you; long.take.jsonl was not written" in err
    assert [path.name for path in tmp_path.iterdir()] == ["long.bvh"]
