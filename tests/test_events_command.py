"""``mocap-bridge events ...`` as people type it, and what is learned from a take."""

from pathlib import Path

import numpy as np
import pytest
from scenes import CAMERA
from standing import body, with_joints
from test_watch import ARMS_DOWN, RATE_HZ, pose
from typer.testing import CliRunner

from mocap_bridge.cli import commands
from mocap_bridge.errors import MocapError
from mocap_bridge.learning import learned, look, rule_text
from mocap_bridge.records import Scene
from mocap_bridge.rules import load
from mocap_bridge.wire.take_json import TakeHeader, header_line, scene_line

UP = with_joints(ARMS_DOWN, L_Wrist=(0.0, 1.0, 0.0), R_Wrist=(0.0, 1.0, 0.0))
SIDE = with_joints(ARMS_DOWN, L_Wrist=(0.5, 0.6, 0.0), L_Elbow=(0.3, 0.3, 0.0))
TIMES = {"up": (30, 60), "side": (90, 110), "up again": (140, 170), "and again": (200, 230)}


def scenes() -> list[Scene]:
    """Somebody who raises the hands three times, and one arm to the side once."""
    rng, found = np.random.default_rng(2), []
    for frame in range(260):
        doing = next((name for name, (first, last) in TIMES.items() if first <= frame < last), "")
        joints_m = SIDE if doing == "side" else UP if doing else ARMS_DOWN
        seen = body(100 + frame / RATE_HZ, joints_m + rng.normal(0, 0.01, joints_m.shape))
        found.append(Scene(frame, 100 + frame / RATE_HZ, CAMERA, (seen,), (pose(100 + frame / RATE_HZ, [0.5] * 4),)))
    return found


@pytest.fixture
def take(tmp_path: Path) -> Path:
    header = header_line(TakeHeader(source="x", model="xs", model_sha256="00"))
    file = tmp_path / "x.take.jsonl"
    file.write_bytes(header + b"".join(map(scene_line, scenes())))
    return file


def run(*words: str | Path) -> tuple[str, MocapError | None]:
    result = CliRunner().invoke(commands(), ["events", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, MocapError | SystemExit):
        raise result.exception
    return result.output, result.exception if isinstance(result.exception, MocapError) else None


def test_list_and_words_tell_what_there_is() -> None:
    assert "hands_up" in run("list")[0]
    told = run("words")[0]
    assert "L_Wrist" in told
    assert "speed(joint)" in told


def test_check_names_line_and_column_and_the_nearest_word(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[event]]\nname = "mine"\nwhen = "y(L_Wist) > 1"\n')
    told, error = run("check", file)
    assert f'{file}:3:11: nothing is called "L_Wist"; did you mean "L_Wrist"?' in told
    assert "1 problem" in str(error)
    file.write_text('[[event]]\nname = "mine"\nwhen = "y(L_Wrist) > 1 and since(hands_up) > 1"\n')
    assert run("check", file)[1] is None
    assert "cannot read" in str(run("check", tmp_path / "none.toml")[1])


def test_test_tells_when_rules_would_fire_and_draws_it(take: Path, tmp_path: Path) -> None:
    picture = tmp_path / "x.png"
    told, error = run("test", take, "--only", "hands_up", "--out", picture)
    assert error is None
    lines = [line.split() for line in told.splitlines() if "hands_up" in line]
    assert [float(line[0]) for line in lines] == pytest.approx([1.2, 4.9, 6.9], abs=0.15)
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert 'did you mean "hands_up"' in str(run("test", take, "--only", "hand_up")[1])


def test_learn_writes_a_rule_that_finds_the_pose_and_nothing_else(take: Path, tmp_path: Path) -> None:
    file = tmp_path / "hero.toml"
    told, error = run("learn", "hero", "--take", take, "--at", "1.5,5.2", "-o", file)
    assert error is None
    assert "2 of 2 would be found by the others" in told
    assert "fire 1 times elsewhere" in told  # the third time
    lines = [line for line in run("test", take, "--events", file, "--only", "hero")[0].splitlines() if "hero" in line]
    assert len(lines) == 3
    assert "exists already" in str(run("learn", "hero", "--take", take, "--at", "1.5", "-o", file)[1])
    assert "there at 99 s" in str(run("learn", "h", "--take", take, "--at", "99", "-o", tmp_path / "h.toml")[1])


@pytest.mark.parametrize(
    "name",
    ['say "hi".take.jsonl', "two\nlines.take.jsonl", "back\\slash\t\x7f\x01.take.jsonl", "\udcff\u2028é.take.jsonl"],
)
def test_whatever_the_take_is_called_the_rule_can_be_read(name: str) -> None:
    lesson = learned(look(scenes()), [1.5, 5.2])
    text = rule_text("hero", lesson, name)
    text.encode()
    (rule,) = load(text).rules
    assert rule.about == f"Looks like 2 moments of {name.replace(chr(0xDCFF), '?')}."


def test_learn_copes_with_quotes_and_new_lines_in_the_name_of_a_take(take: Path, tmp_path: Path) -> None:
    odd, file = tmp_path / 'a "b"\n[[event]].take.jsonl', tmp_path / "hero.toml"
    take.rename(odd)
    assert run("learn", "hero", "--take", odd, "--at", "1.5,5.2", "-o", file)[1] is None
    assert run("check", file) == (f"{file} is right\n", None)


def test_learn_says_what_is_wrong_with_a_name_or_a_moment(take: Path, tmp_path: Path) -> None:
    for name, says in (
        ('my "pose"', "letters, digits"),
        ("my-pose", "letters, digits"),
        ("speed", "choose another name"),
    ):
        assert says in str(run("learn", name, "--take", take, "--at", "1.5", "-o", tmp_path / "a.toml")[1])
    assert "seconds with commas" in str(
        run("learn", "a", "--take", take, "--at", "1.5;2", "-o", tmp_path / "a.toml")[1]
    )
    told = run("learn", "mixed", "--take", take, "--at", "1.5,3.3", "-o", tmp_path / "a.toml")[0]
    assert "choose some that look more alike" in told


def test_a_lesson_says_how_near_the_rest_comes() -> None:
    seen = look(scenes())
    lesson = learned(seen, [1.5, 5.2, 7.2])
    assert lesson.recognised == 3
    assert lesson.elsewhere_s == ()
    assert lesson.apart < lesson.threshold < lesson.nearest_else
    assert load(rule_text("hero", lesson, "x")).poses["hero_pose"].rows
    with pytest.raises(ValueError, match="say whom you mean"):
        learned([*seen, *(type(one)(one.time_s, 2, one.joints) for one in seen)], [1.5])
