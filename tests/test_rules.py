"""Rules: what expressions say of a body, and what is said of expressions that are wrong."""

import math
import random
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standing import T_POSE_M, TORSO_M, body, turned, with_joints

from mocap_bridge.errors import SettingsError
from mocap_bridge.records import Array, Past
from mocap_bridge.rules import Rules, check, load, together
from mocap_bridge.rules.compile import compiled
from mocap_bridge.rules.functions import FUNCTIONS
from mocap_bridge.rules.memory import Spread
from mocap_bridge.rules.moment import Moment, Track
from mocap_bridge.rules.parse import DEEPEST, LONGEST, MOST_NODES
from mocap_bridge.rules.signatures import WORDS
from mocap_bridge.rules.terms import Kind, Likeness, Names, Wrong, Zone
from mocap_bridge.rules.vocabulary import PLACES
from mocap_bridge.rules.writer import Writer
from mocap_bridge.skeleton import BONES, JOINT, JOINTS

NAMES = Names(
    frozenset({"crouch"}),
    {"spot": Zone("spot", (0.0, -3.0), 0.5)},
    {"tee": Likeness("tee", (JOINT["L_Wrist"],), (((1.4, 0.9, 0.0),),))},
)


def moment(
    joints_m: Array = T_POSE_M, frames: int = 1, unseen: tuple[str, ...] = (), past: dict[str, Past] | None = None
) -> Moment:
    track = Track()
    for frame in range(frames):
        track.see(body(frame / 30, joints_m, unseen=unseen), None)
    return Moment.of(track, 1, past or {})


def value(text: str, kind: Kind = "number", seen: Moment | None = None) -> object:
    return compiled(text, kind, NAMES)(seen or moment())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y(Thorax)", 1.0),
        ("x(L_Wrist) + x(R_Wrist)", 0.0),
        ("x_m(L_Wrist)", float(T_POSE_M[JOINT["L_Wrist"], 0])),
        ("height_m(Pelvis)", 0.92),
        ("height(Pelvis)", 0.92 / TORSO_M),
        ("angle(L_Shoulder, L_Elbow, L_Wrist)", 180.0),
        ("angle(L_Wrist - L_Shoulder, up)", 90.0),
        ("bend(L_Knee)", 0.0),
        ("dist_m(L_Wrist, L_Elbow)", 0.25),
        ("speed(L_Wrist)", 0.0),
        ("yaw(L_Wrist - L_Shoulder)", 90.0),
        ("vis(L_Wrist, R_Wrist)", 1.0),
        ("min(3, 1, 2) + max(1, 2) * abs(-2) - clamp(7, 0, 5)", 0.0),
        ("count_people()", 1.0),
        ("y(LeftHand) - y(L_Wrist)", 0.0),
        ("pick(y(Head) > 0, 1, 2)", 1.0),
        ("x(2 * left - left)", 1.0),
        ("unlike(tee)", math.dist((1.4, 0.9, 0.0), (0.69 / TORSO_M, 0.88 * 0 + 0.44 / TORSO_M, 0.0))),
    ],
)
def test_an_expression_measures_the_body(text: str, expected: float) -> None:
    found = value(text, seen=moment(frames=5))
    assert found == pytest.approx(expected, abs=2e-2)


@pytest.mark.parametrize("degrees", [0.0, 90.0, -120.0, 179.0])
def test_a_persons_axes_turn_with_the_person(degrees: float) -> None:
    seen = moment(turned(T_POSE_M, degrees))
    assert value("yaw()", seen=seen) == pytest.approx(degrees, abs=1e-6)
    assert value("z(L_Toe - L_Heel)", seen=seen) == pytest.approx(float(value("z(L_Toe - L_Heel)")), abs=1e-9)  # type: ignore[arg-type]


def test_units_are_torsos_so_that_a_child_is_measured_as_a_giant() -> None:
    for text in ("y(Head_top)", "dist(L_Wrist, R_Wrist)", "height(Head)"):
        small, tall = (value(text, seen=moment(T_POSE_M * np.array([size, size, size]))) for size in (0.6, 1.2))
        # The first moment of a track believes in an average torso; the taller one is learned at once.
        assert tall == pytest.approx(value(text, seen=moment()), rel=0.05)
        assert isinstance(small, float)


def test_speed_is_that_of_the_last_moments() -> None:
    track = Track()
    for frame in range(10):
        track.see(body(frame / 30, with_joints(L_Wrist=(0.0, 0.1 * frame, 0.0))), None)
    seen = Moment.of(track, 1, {})
    assert value("speed_m(L_Wrist)", seen=seen) == pytest.approx(3.0, rel=1e-6)
    assert value("y(vel(L_Wrist, R_Wrist))", seen=seen) == pytest.approx(3.0 / seen.torso_m, rel=1e-6)
    assert value("y(acc(L_Wrist))", seen=seen) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y(L_Wrist) > 0", None),
        ("not y(L_Wrist) > 0", None),
        ("y(L_Wrist) > 0 and y(R_Wrist) > 9", False),
        ("y(L_Wrist) > 0 and y(R_Wrist) > 0", None),
        ("y(L_Wrist) > 0 or y(R_Wrist) > 0", True),
        ("y(L_Wrist) > 0 or y(R_Wrist) > 9", None),
        ("vis(L_Wrist) > 0.5", False),
        ("1 / (y(Pelvis) - y(Pelvis)) > 0", None),
    ],
)
def test_what_is_not_seen_is_unknown_neither_true_nor_false(text: str, expected: bool | None) -> None:
    assert value(text, "truth", moment(unseen=("L_Wrist",))) is expected


def test_windows_look_back() -> None:
    track, texts = Track(), ["lowest(y(L_Wrist), 1)", "highest(y(L_Wrist), 0.5)", "ago(y(L_Wrist), 1)", "turn(1)"]
    rules = [compiled(text, "number", NAMES) for text in [*texts, "mean(count_people(), 1)", "swings(x(Head), 0.1, 2)"]]
    for frame in range(61):
        moved = with_joints(L_Wrist=(0.0, 0.01 * frame, 0.0), Head=(0.2 * (frame // 10 % 2), 0.0, 0.0))
        track.see(body(frame / 30, turned(moved, 3.0 * frame)), None)
        seen = Moment.of(track, 1, {})
        found = [rule(seen) for rule in rules]
    now = value("y(L_Wrist)", seen=seen)
    assert isinstance(now, float)
    low, high, before, turn, mean, swings = found
    assert low == before == pytest.approx(now - 0.3 / seen.torso_m)
    assert high == pytest.approx(now)
    assert turn == pytest.approx(90.0)
    assert mean == pytest.approx(1.0)
    assert swings == 5  # six changes; the first shows only which way it goes


def test_spread_tells_how_far_from_their_mean_numbers_and_joints_in_the_room_have_been() -> None:
    track, texts = Track(), ["spread(Head, 1)", "spread(y_m(L_Wrist), 1)", "spread(L_Ankle, 1)", "spread(R_Wrist, 1)"]
    rules = [compiled(text, "number", NAMES) for text in texts]
    for frame in range(45):
        sway = 0.1 * (-1) ** frame
        moved = with_joints(Head=(sway, 0.0, 0.0), L_Wrist=(0.0, sway, 0.0))
        track.see(body(frame / 30, moved, unseen=("R_Wrist",)), None)
        seen = Moment.of(track, 1, {})
        found = [rule(seen) for rule in rules]
        if frame == 29:  # not yet for a second: whoever has just come is not still
            assert found == [None] * 4
    assert found[0] == pytest.approx(0.1 / seen.torso_m, rel=1e-2)
    assert found[1] == pytest.approx(0.1, rel=1e-2)
    assert found[2] == pytest.approx(0.0, abs=1e-6)
    assert found[3] is None


@given(st.lists(st.floats(-1e3, 1e3), min_size=32, max_size=60), st.floats(-1e4, 1e4))
def test_spread_is_the_standard_deviation_of_a_window(values: list[float], far: float) -> None:
    spread = Spread()
    for number, one in enumerate(values):
        found = spread(number / 30, one + far, 1.01)
    assert found == pytest.approx(float(np.std(values[-31:])), abs=1e-3)
    assert spread(len(values) / 30, None, 1.01) == pytest.approx(float(np.std(values[-30:])), abs=1e-3)


def test_spread_does_not_drift_in_hours() -> None:
    spread, rng = Spread(), np.random.default_rng(4)
    ways = rng.normal(0, 0.01, 20_000)
    for number, way in enumerate(ways):
        found = spread(number / 30, (1e5 + way, 2.0, 3.0 + (1e4 if number < 9_000 else 0.0)), 1.0)
    assert found == pytest.approx(float(np.std(ways[-31:])), rel=1e-3)


def test_other_events_can_be_asked_for() -> None:
    seen = moment(past={"crouch": Past(False, -0.5, 3)})
    assert value("since(crouch)", seen=seen) == pytest.approx(0.5)
    assert value("count(crouch)", seen=seen) == 3.0
    assert value("active(crouch)", "truth", seen) is False
    assert value("since(crouch) < 9", "truth") is False  # never


def test_a_zone_is_a_part_of_the_floor() -> None:
    assert value("inside(spot)", "truth") is True
    assert value("inside(spot, L_Wrist)", "truth") is False
    assert value("inside(spot)", "truth", moment(T_POSE_M + np.array([0.0, 0.0, 0.6]))) is False


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("y(L_Wist) > 1", 3, 'nothing is called "L_Wist"; did you mean "L_Wrist"?'),
        ("y(lwrist) > 1", 3, 'did you mean "L_Wrist"?'),
        ("spede(Head) > 1", 1, 'there is no function "spede"; did you mean "speed"?'),
        ("y(Head) > 1 and crouhc", 17, 'did you mean "crouch"?'),
        ("L_Wrist > 1", 1, "a number is needed here, for example y(L_Wrist)"),
        ("y(Head)", 1, "this is a number, but something true or false is needed here"),
        ("y(Head) == 1", 1, "never exactly equal"),
        ("y(Head) ** 2 > 1", 1, "the operators are"),
        ("Head.x > 1", 1, "a dot cannot stand in a rule"),
        ("Head.y > 1", 1, "a dot cannot stand in a rule; write y(Head)"),
        ("y(Head) > 1 and spot", 17, "for example inside(spot)"),
        ("y(Head) > 1 && y(Pelvis) < 1", 13, '"&&" cannot stand in a rule; write "and"'),
        ("y(Head) > 1 || y(Pelvis) < 1", 13, 'write "or"'),
        ("!active(crouch)", 1, 'write "not"'),
        ("count(crouch) = 5", 15, 'write "<=" or ">="'),
        ("1 if y(Head) > 1 else 2", 1, "if cannot stand in a rule; pick(truth, number, number) chooses"),
        ("turn(9) > 90", 6, "seconds are more than 0, at most 5"),
        ("swings(x(Head), 0, 2) > 1", 17, "a size is more than 0"),
        ("Head[0] > 1", 1, "a square bracket"),
        ("(lambda: 1)() > 1", 1, "only the functions of the list may be called"),
        ("__import__(1) > 1", 1, "there is no function"),
        ("y('Head') > 1", 3, "without quotes"),
        ("y(Head > 1", 2, "was never closed"),
        ("y(Head) > ", 11, "this is no expression"),
        ("speed(3) > 1", 7, "does not fit here; write speed(joint) or speed(joint, joint)"),
        ("lowest(y(Head), y(Head)) > 1", 17, "write lowest(number, seconds)"),
        ("lowest(y(Head), 99) > 1", 17, "write lowest"),
        ("bend(Nose) > 1", 6, "bend() knows"),
        ("dist(L_Wrist, other(L_Wrist)) < 1", 21, 'give the event scope = "pair"'),
        ("crouch", 1, "the name of an event, but something true or false is needed here, for example active(crouch)"),
        ("1e999 > 1", 1, "only numbers up to"),
        ("y(Head) if 1 > 0 else 2", 1, "if cannot stand"),
    ],
)
def test_a_wrong_expression_is_told_with_its_column_and_the_nearest_word(text: str, column: int, says: str) -> None:
    with pytest.raises(Wrong) as caught:
        compiled(text, "truth", NAMES)
    assert says in caught.value.message
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("y(Head) > " + "1" * LONGEST, f"may have {LONGEST}"),
        ("(" * 201 + "1" + ")" * 201, "parenthes"),
        ("-" * 20 + "1 > 0", f"nested deeper than {DEEPEST}"),
        (" + ".join(["1"] * (MOST_NODES // 2 + 1)) + " > 0", f"may have {MOST_NODES}"),
        ("\0 > 1", "null"),
    ],
)
def test_limits_hold_before_anything_is_computed(text: str, says: str) -> None:
    with pytest.raises(Wrong, match=re.escape(says)):
        compiled(text, "truth", NAMES)


def random_expression(rng: random.Random, depth: int = 0) -> str:
    """Right ones, wrong ones, nonsense."""
    leaf = depth > 4 or rng.random() < 0.25
    if leaf:
        words = [*JOINTS, *BONES, "height", "up", "crouch", "spot", "tee", "L_Wirst", "1", "0", "2.5", "1e6", "0.3"]
        return rng.choice(words)
    if rng.random() < 0.6:
        name = rng.choice([*WORDS, "open"])
        count = rng.choice([0, 1, 1, 1, 2, 2, 3])
        return f"{name}({', '.join(random_expression(rng, depth + 1) for _ in range(count))})"
    operator = rng.choice(["+", "-", "*", "/", "<", ">", "<=", "and", "or", "**", ".", "[", "=="])
    return f"({random_expression(rng, depth + 1)} {operator} {random_expression(rng, depth + 1)})"


def test_a_thousand_random_expressions_are_refused_or_give_a_value() -> None:
    rng, values = random.Random(1), 0
    track = Track()
    for number in range(40):
        track.see(body(number / 30, with_joints(L_Wrist=(0.0, 0.01 * number, 0.0)), unseen=("R_Ankle",)), None)
    seen = Moment.of(track, 1, {"crouch": Past(True, 1.0, 2)})
    for _ in range(1000):
        text = random_expression(rng)
        for kind in ("truth", "number", "vector"):
            try:
                expression = compiled(text, kind, NAMES)  # type: ignore[arg-type]
            except Wrong:
                continue
            found = expression(seen)
            values += 1
            assert found is None or isinstance(found, bool | float | tuple)
    assert values > 100


@given(st.text(max_size=80))
def test_any_text_is_refused_or_compiled(text: str) -> None:
    try:
        found = (1, 1, compiled(text, "truth", NAMES)(moment()))
    except Wrong as wrong:
        found = (wrong.line, wrong.column, None)
    assert found[0] >= 1
    assert 1 <= found[1] <= len(text) + 1


@given(st.text(max_size=200))
def test_any_file_is_checked_without_a_fall(text: str) -> None:
    problems = check(text)
    assert problems or isinstance(load(text), Rules)


def test_the_largest_expression_is_evaluated_in_time() -> None:
    text = " + ".join(["dist(L_Wrist, Head)"] * 12 + ["y(R_Toe)"] * 2) + " > 3"
    expression, seen = compiled(text, "truth", NAMES), moment()
    begin_s = time.process_time()
    for _ in range(200):
        expression(seen)
    assert (time.process_time() - begin_s) / 200 < 200e-6  # ten times what it takes: this is no bench


FILE = """
[[event]]
name = "hands_up"
when = "y(L_Wrist) > y(Head)"

[[event]]
name = "two"
after = "hands_upp"
when = '''y(L_Wrist) > 1 and
  y(R_Wirst) > 1'''
hold_s = -1
colour = "red"
"""


def test_every_problem_of_a_file_is_told_with_its_line() -> None:
    told = {(problem.line, problem.column): problem.message for problem in check(FILE)}
    assert set(told) == {(8, 1), (10, 5), (11, 1), (12, 1)}
    assert 'did you mean "hands_up"?' in told[8, 1]
    assert 'did you mean "R_Wrist"?' in told[10, 5]
    assert "from 0 to 10" in told[11, 1]
    with pytest.raises(SettingsError, match=r"line 8, column 1: .*; line 10, column 5"):
        load(FILE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[event]", "this is not TOML"),
        ("event = 3", r"write \[\[event\]\]"),
        ("[[evnt]]", 'did you mean "event"'),
        ('[[event]]\nname = "a b"\nwhen = "True"', "needs a name"),
        ('[[event]]\nname = "Head"\nwhen = "True"', "a word of the language"),
        ('[[event]]\nname = "a"', "needs when"),
        ('[[event]]\nname = "a"\nwhen = "True"\n[[event]]\nname = "a"\nwhen = "True"', "two"),
        ('[[event]]\nname = "a"\nwhen = "True"\nscope = "eech"', 'did you mean "each"'),
        ('[[event]]\nname = "a"\nwhen = "True"\nstrength = "lowest(1, 1)"', "may look back"),
        ('[[zone]]\nname = "z1"\ncenter_m = [0]\nradius_m = 1', "list of 2 numbers"),
        ('[[zone]]\nname = "z1"', "a zone is"),
        ('[[pose]]\nname = "p"\njoints = ["L_Wirst"]\nexamples = [[0, 0, 0]]', "L_Wrist"),
        ('[[pose]]\nname = "p"\njoints = ["Head"]\nexamples = [[0, 0]]', "lists of 3 numbers"),
        ('[[action]]\nevent = "a"\nwebhook = "http://x"', 'no event "a"'),
        ('[[event]]\nname = "a"\nwhen = "True"\n[[action]]\nevent = "a"\nwebhook = "file:///etc"', "webhook is"),
        ('[[event]]\nname = "a"\nwhen = "True"\n[[action]]\nevent = "a"', "an action has"),
        (
            '[[event]]\nname = "a"\nwhen = "True"\n'
            '[[action]]\nevent = "a"\nosc = "h:1"\naddress = "/a"\nargs = ["$nmae"]',
            'did you mean "\\$name"',
        ),
    ],
)
def test_a_wrong_file_is_told_what_would_be_right(text: str, says: str) -> None:
    assert re.search(says, "; ".join(map(str, check(text))))


def test_a_file_may_refer_to_one_before_it_and_replaces_rules_of_the_same_name() -> None:
    first = load('[[event]]\nname = "a"\nwhen = "True"\n[[event]]\nname = "b"\nwhen = "True"')
    second = load('[[event]]\nname = "b"\nafter = "a"\nwhen = "since(a) < 1"', first)
    both = together(first, second)
    assert [rule.name for rule in both.rules] == ["a", "b"]
    assert both.rules[1].after == "a"
    assert check('[[event]]\nname = "b"\nwhen = "since(a) < 1"')  # alone it knows no a


def test_a_mistake_in_a_zone_or_a_scope_is_told_once() -> None:
    zone = '[[zone]]\nname = "stage"\nbox = [0, 0, 1, 1]\n[[event]]\nname = "on"\nwhen = "inside(stage)"\n'
    assert [problem.line for problem in check(zone)] == [1, 3]
    pair = '[[event]]\nname = "near"\nscope = "pairs"\nwhen = "dist_m(Pelvis, other(Pelvis)) < 1"\n'
    assert [problem.line for problem in check(pair)] == [3]


def test_a_unit_is_told_to_be_none() -> None:
    with pytest.raises(Wrong, match="numbers are written without a unit"):
        compiled("y(Head) > 10cm", "truth", NAMES)


def test_text_without_quotes_is_told_as_such() -> None:
    (problem,) = check('[[event]]\nname = "hero"\nwhen = y(Head) > 1\n')
    assert (problem.line, problem.message) == (3, "this is not TOML: invalid value; text stands in quotes")


def test_every_function_says_how_it_is_written_and_what_it_gives() -> None:
    for name, function in FUNCTIONS.items():
        assert all(form.startswith(f"{name}(") for form in function.forms)
        assert function.meaning


def test_who_looks_back_misses_no_moment_behind_a_false_and_or_beside_an_unknown_joint() -> None:
    track = Track()
    texts = ("y(Head) > 9 and lowest(y(L_Wrist), 5) < 0", "y(R_Ankle) + lowest(y(L_Wrist), 5) < 0")
    rules = [compiled(text, "truth", NAMES) for text in texts]
    later = [compiled(text.replace("9", "0").replace("y(R_Ankle)", "0"), "truth", NAMES) for text in texts]
    for frame in range(10):
        down_m = -3.0 if frame == 5 else 0.0
        track.see(body(frame / 30, with_joints(L_Wrist=(0.0, down_m, 0.0)), unseen=("R_Ankle",)), None)
        seen = Moment.of(track, 1, {})
        assert [rule(seen) for rule in rules] == [False, None]
        found = [rule(seen) for rule in later]
    assert found == [True, True]


def test_what_stands_in_an_expression_twice_is_measured_once() -> None:
    writer = Writer()
    one, again = (writer.joint("joints", PLACES["Spine"]) for _ in range(2))
    assert one == again
    asked: list[str] = []
    give = writer.given(lambda at: asked.append("asked") or 1.0)
    code = [writer.let(f"{give}({one})") for _ in range(3)]
    assert writer.function(" + ".join(code))(moment()) == 3.0
    assert asked == ["asked"]


def test_nothing_that_a_user_typed_is_written_but_names_of_tables_and_numbers() -> None:
    names = Names(frozenset({"crouch"}))
    text = "since(crouch) > 0.50 and count(crouch) >= +1e3 and y(L_Wrist - R_Wrist) < -2"
    code = compiled(text, "truth", names).value.__code__
    assert set(code.co_names) <= {*Moment.__dataclass_fields__, "max", "float", "get", "last_s", "count"} | {
        name for name in code.co_names if name.startswith("g")
    }
    assert {0.5, 1000.0} <= set(code.co_consts)
