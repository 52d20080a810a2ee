"""The program as its users meet it: started as a process, with real files, sockets and signals."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from avatars import write_avatar
from clips import mjpeg_server, picture, write_clip
from plain_networks import one_person

from mocap_bridge.assets import shipped
from mocap_bridge.capture import open_source
from mocap_bridge.cli import main
from mocap_bridge.daemon import drive
from mocap_bridge.errors import MocapError
from mocap_bridge.outputs import begin_recordings, open_outputs
from mocap_bridge.pipeline import PipelineSettings
from mocap_bridge.wire.take_json import TakeHeader

ROOT = Path(__file__).parent.parent
Call = Callable[..., tuple[int, str, str]]
COMMANDS = (
    "demo",
    "run",
    "record",
    "calibrate",
    "replay",
    "info",
    "import",
    "export",
    "trim",
    "resample",
    "render",
    "quality",
    "cameras",
    "bench",
    "hub",
    "keys",
)


def missing(*files: str) -> str | None:
    """Why a test cannot run yet, if one of the shipped files is not there."""
    try:
        for file in files:
            shipped(file)
    except MocapError as error:
        return str(error)
    return None


NETWORKS = ("models/mobilehumanpose_xs.onnx", "models/people_xs.onnx", "models/lifter.onnx")
DEMO = "mocap_bridge/demo/two_people.mp4"
needs_networks = pytest.mark.skipif(bool(missing(*NETWORKS)), reason=str(missing(*NETWORKS)))
needs_demo = pytest.mark.skipif(bool(missing(*NETWORKS, DEMO)), reason=str(missing(*NETWORKS, DEMO)))


def started(*arguments: object, folder: Path = ROOT) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "main.py"), *map(str, arguments)]
    plain = {
        **os.environ,
        "TERM": "dumb",
        "COLUMNS": "200",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    return subprocess.Popen(command, cwd=folder, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str], timeout_s: float = 60) -> tuple[int, str, str]:
    with process:
        out, err = process.communicate(timeout=timeout_s)
    return process.returncode, out, err


def done(*arguments: object, folder: Path = ROOT) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command in a process of its own."""
    return ended(started(*arguments, folder=folder))


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """The same without a new process (a second each): for what ends before any network is loaded."""

    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mocap-bridge", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return called


def test_the_program_starts_from_a_checkout() -> None:
    code, out, _ = done("--help")
    assert code == 0
    assert all(re.search(rf"\b{command}\b", out) for command in COMMANDS)
    assert "mocap-bridge demo" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_an_example(call: Call, command: str) -> None:
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"Example: mocap-bridge {command}" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["run", "gone.mp4"], r"error: no source 'gone\.mp4'"),
        (["record", "gone.mp4", "-o", "x.take.jsonl"], r"error: no source 'gone\.mp4'"),
        (["run", "clip.avi", "--output", "vmc:127.0.0.1:99999"], r"99999"),
        (["run", "clip.avi", "--output", "fax:127.0.0.1:1"], r"fax.*vmc"),
        (["run", "clip.avi", "--preview", "seen.avi"], r"--preview seen\.avi: the name must end in \.mp4"),
        (["run", "clip.avi", "--preview", "no/such/folder/seen.mp4"], r"there is no folder no/such/folder"),
        (["run", "clip.avi", "--settings", "gone.toml"], r"no settings file 'gone\.toml'.*webcam\.toml"),
        (["record", "clip.avi", "-o", "no/such/folder/x.take.jsonl"], r"no/such/folder"),
        (["replay", "gone.take.jsonl"], r"gone\.take\.jsonl"),
        (["export", "gone.take.jsonl", "--to", "bvh"], r"gone\.take\.jsonl"),
        (["run", "clip.avi", "--avatar", "gone.vrm"], r"gone\.vrm cannot be read"),
        (["run", "clip.avi", "--avatar", "clip.avi"], r"clip\.avi is no glTF, GLB or VRM file"),
        (["run", "clip.avi", "--avatar", "x.vrm", "--output", "osc:127.0.0.1:39600"], r"--avatar x\.vrm is for vmc:"),
        (["run", "clip.avi", "--output", "vmc:127.0.0.1:39539?scale=2"], r"asks for nothing known.*\?avatar=hero\.vrm"),
        (["quality", "gone.take.jsonl"], r"gone\.take\.jsonl cannot be read"),
        (["quality", "clip.avi"], r"clip\.avi: the first line is not the header"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(
    call: Call, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    write_clip(tmp_path / "clip.avi", frames=3)
    code, _, err = call(*arguments)
    assert code == 2
    assert "Traceback" not in err
    assert re.search(complaint, err)
    assert len(err.strip().splitlines()) == 1, err


def test_an_unknown_model_is_a_clear_line(call: Call, tmp_path: Path) -> None:
    code, _, err = call("run", write_clip(tmp_path / "clip.avi", frames=3), "--model", "gone.onnx")
    assert code == 2
    assert "Traceback" not in err


def test_a_typo_in_a_settings_file_names_the_right_key(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[capture]\nfow_deg = 70\n")
    code, _, err = call("run", "0", "--settings", "mine.toml")
    assert code == 2
    assert "mine.toml: there is no key 'capture.fow_deg'; did you mean 'capture.fov_deg'?" in err


def test_cameras_answers_on_any_machine(call: Call) -> None:
    code, out, err = call("cameras")
    assert code == 0
    assert out or "no camera was found" in err


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """A recording of ten frames at 50 Hz with one person in them."""
    networks, path = one_person(), tmp_path / "dance.take.jsonl"
    (output,) = outputs = open_outputs([f"take:{path}"])
    begin_recordings(outputs, TakeHeader(source="dance", model=networks.name, model_sha256=networks.sha256))
    with open_source(str(write_clip(tmp_path / "clip.avi", frames=10, fps=50))) as source:
        drive(source, networks, PipelineSettings(), outputs, lambda *_: None, real_time=False)
    output.close()
    return path


def test_a_take_is_sent_again(call: Call, take: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        code, _, err = call("replay", take, "--output", f"vmc:127.0.0.1:{receiver.getsockname()[1]}")
        packet = receiver.recv(65536)
    assert code == 0, err
    assert b"/VMC/Ext/Bone/Pos" in packet
    assert "10 frames" in err


def test_a_take_moves_the_avatar_that_the_receiver_shows(call: Call, take: Path, tmp_path: Path) -> None:
    avatar = write_avatar(tmp_path / "hero.vrm", "vrm0", ("UpperChest",))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        port = receiver.getsockname()[1]
        code, _, err = call("replay", take, "--output", f"vmc:127.0.0.1:{port}", "--avatar", avatar)
        packet = receiver.recv(65536)
    assert code == 0, err
    assert b"\0Chest\0" in packet
    assert b"UpperChest" not in packet


def test_a_replay_into_a_take_gives_the_same_bytes(call: Call, take: Path, tmp_path: Path) -> None:
    code, _, err = call("replay", take, "--speed", 50, "--output", "take:again.take.jsonl")
    assert code == 0, err
    assert (tmp_path / "again.take.jsonl").read_bytes() == take.read_bytes()


def test_a_replay_keeps_its_pace(call: Call, take: Path) -> None:
    start_s = time.perf_counter()
    call("replay", take, "--speed", 0.25, "--output", "take:again.take.jsonl")
    assert 0.18 / 0.25 <= time.perf_counter() - start_s < 5


def test_a_torn_take_is_replayed_up_to_the_tear_and_says_so(call: Call, take: Path, tmp_path: Path) -> None:
    take.write_bytes(take.read_bytes()[:-100])
    code, _, err = call("replay", take, "--speed", 50, "--output", "take:again.take.jsonl")
    assert code == 0
    assert "dance.take.jsonl was cut off in line 11" in err
    assert (tmp_path / "again.take.jsonl").read_bytes().count(b"\n") == 10


def test_a_take_is_exported_beside_itself(call: Call, take: Path, tmp_path: Path) -> None:
    code, out, err = call("export", take, "--to", "bvh")
    assert code == 0, err
    assert out.strip() == str(tmp_path / "dance.bvh")
    assert (tmp_path / "dance.bvh").read_text().startswith("HIERARCHY")


def test_the_ending_of_the_file_says_the_format(call: Call, take: Path, tmp_path: Path) -> None:
    code, out, err = call("export", take, "out.vrma")
    assert (code, out.strip()) == (0, "out.vrma"), err
    assert (tmp_path / "out.vrma").read_bytes()[:4] == b"glTF"
    code, _, err = call("export", take, "out.fbx")
    assert code == 2
    assert "out.fbx: the name must end in .bvh, .vrma, .glb, .trc, .csv" in err
    code, _, err = call("export", take, "out.vrma", "--avatar", "x.vrm")
    assert code == 2
    assert "fits every avatar" in err


def test_a_take_is_measured_as_a_table_as_json_and_as_a_picture(call: Call, take: Path, tmp_path: Path) -> None:
    code, out, err = call("quality", take, "--out", "report.png")
    assert code == 0, err
    assert re.search(r"frames \(unseen\)\W+10 \(0\)", out)
    assert cv2.imread(str(tmp_path / "report.png")).shape[1] == 1200
    code, out, _ = call("quality", take, "--json")
    (person,) = json.loads(out)["people"]
    assert (code, person["frames"], person["hinge_flips"]) == (0, 10, 0)


def test_a_take_of_nobody_is_measured_too(call: Call, take: Path, tmp_path: Path) -> None:
    lines = [
        json.loads(line) | ({"people": []} if number else {})
        for number, line in enumerate(take.read_text().splitlines())
    ]
    take.write_text("".join(json.dumps(line) + "\n" for line in lines))
    code, out, err = call("quality", take, "--out", "report.png")
    assert (code, err) == (0, "")
    assert "holds nobody" in out
    assert (tmp_path / "report.png").is_file()


def test_a_quality_report_with_a_wrong_file_is_one_clear_line(call: Call, take: Path) -> None:
    for arguments, complaint in (
        (["--truth", "gone.json"], "gone.json cannot be read"),
        (["--truth", take], "is no truth"),
        (["--out", "report.jpg"], "must end in .png"),
        (["--strip", "moments.png"], "belong together"),
        (["--strip", "moments.png", "--video", "gone.mp4"], "gone.mp4"),
        (["--out", "no/such/folder/report.png"], "cannot be written"),
    ):
        code, _, err = call("quality", take, *arguments)
        assert code == 2
        assert complaint in err
        assert len(err.strip().splitlines()) == 1, err


def test_a_recording_is_not_overwritten_unasked(call: Call, take: Path) -> None:
    before = take.read_bytes()
    code, _, err = call("record", "clip.avi", "-o", take)
    assert code == 2
    assert "exists already; add --overwrite" in err
    assert take.read_bytes() == before


def test_nothing_live_may_wait_for_what_comes_next(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('refine = "offline"\n')
    code, _, err = call("run", "clip.avi", "--settings", tmp_path / "mine.toml")
    assert code == 2
    assert "is for record" in err


@needs_networks
@pytest.mark.parametrize("refine", ["live", "offline"])
def test_a_recording_holds_every_frame(tmp_path: Path, refine: str) -> None:
    clip = write_clip(tmp_path / "clip.avi", frames=15)
    arguments = ("-o", "x.take.jsonl", "--preview", "seen.mp4", "--refine", refine)
    code, _, err = done("record", clip, *arguments, folder=tmp_path)
    assert code == 0, err
    header, *frames = map(json.loads, (tmp_path / "x.take.jsonl").read_text().splitlines())
    assert header["format"] == "mocap-bridge-take"
    assert header["source"] == str(clip)
    assert header["settings"]["refine"] == refine
    assert [frame["frame"] for frame in frames] == list(range(15))
    assert "15 frames" in err
    seen = cv2.VideoCapture(str(tmp_path / "seen.mp4"))
    assert seen.get(cv2.CAP_PROP_FRAME_COUNT) == 15


@needs_networks
def test_photos_are_recorded_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for name in ("a", "c"):
        cv2.imwrite(str(tmp_path / "photos" / f"{name}.png"), picture(90))
    (tmp_path / "photos" / "b.png").write_bytes(b"broken")
    code, _, err = done("record", "photos", "--images", "-o", "x.take.jsonl", folder=tmp_path)
    assert code == 0, err
    assert "b.png cannot be read" in err
    frames = [json.loads(line) for line in (tmp_path / "x.take.jsonl").read_text().splitlines()][1:]
    assert [frame["frame"] for frame in frames] == [0, 2]


@needs_networks
def test_calibrating_nobody_says_how_to_stand(call: Call, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.avi", frames=5)
    code, _, error = call("calibrate", clip, "--performer", "anna")
    assert code == 2
    assert "nobody held a T-pose or A-pose for 3 s" in error


def test_a_name_that_is_none_is_a_clear_line(call: Call, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.avi", frames=5)
    for command in (("calibrate", clip), ("run", clip)):
        code, _, error = call(*command, "--performer", "../anna")
        assert code == 2
        assert "cannot name a performer" in error


@needs_networks
def test_run_sends_vmc_and_ends_after_so_many_seconds(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", frames=50, fps=25)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(20)
        port = receiver.getsockname()[1]
        code, _, err = done("run", clip, "--seconds", 1, "--output", f"vmc:127.0.0.1:{port}")
        assert code == 0, err
        packet = receiver.recv(65536)
    assert b"/VMC/Ext/" in packet
    assert re.search(r"\d+ frames in \d\.\d s .*\d+ packets sent", err), err


@needs_networks
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_recording_is_complete(tmp_path: Path, number: signal.Signals) -> None:
    take = tmp_path / "x.take.jsonl"
    with mjpeg_server(frames_per_client=100_000, fps=30) as url:
        process = started("record", url, "-o", take)
        until_s = time.monotonic() + 30
        while (
            process.poll() is None
            and time.monotonic() < until_s
            and (not take.exists() or take.read_bytes().count(b"\n") < 5)
        ):
            time.sleep(0.1)
        process.send_signal(number)
        code, _, err = ended(process)
    assert code == 0, err
    assert "stopped by you" in err
    lines = take.read_text().splitlines(keepends=True)
    assert len(lines) >= 5
    assert all(line.endswith("\n") and json.loads(line) for line in lines)


@needs_networks
def test_a_truncated_video_is_recorded_as_far_as_it_goes(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", frames=40)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    code, _, err = done("record", clip, "-o", "x.take.jsonl", folder=tmp_path)
    assert code == 0
    told = re.search(r"ends early: only (\d+) of the 40 promised", err)
    assert told
    assert len((tmp_path / "x.take.jsonl").read_text().splitlines()) == 1 + int(told[1])


@needs_demo
def test_the_demo_needs_nothing_and_shows_two_people(tmp_path: Path) -> None:
    code, _, err = done("demo", "--seconds", 3, "--preview", "seen.mp4", folder=tmp_path)
    assert code == 0, err
    assert "VSeeFace" in err
    assert re.search(r"[2-9] people seen in", err), err
    assert (tmp_path / "seen.mp4").stat().st_size > 10_000


@needs_demo
def test_bench_prints_every_stage_and_the_rate() -> None:
    code, out, err = done("bench", "--frames", 30)
    assert code == 0, err
    assert all(stage in out for stage in ("detect", "track", "estimate", "lift", "smooth", "retarget", "whole line"))
    assert re.search(r"30 frames, .* people in each: [\d.]+ frames/s", out)
