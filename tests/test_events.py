"""From readings to events: holding, ending, waiting, counting, following one another."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.events import LEAST_S, PATIENCE_S, Events, begun
from mocap_bridge.records import ActiveEvent, Reading

RATE_HZ = 30.0


@dataclass(frozen=True)
class Timing:
    """What events know of a rule."""

    name: str = "e"
    hold_s: float = 0.0
    cooldown_s: float = 0.0
    after: str | None = None
    within_s: float = 1.0
    counted: bool = False


def spans(holds: str, timing: Timing = Timing(), ends: str = "") -> list[tuple[int, int]]:
    """First and last frame of each time that the event is active. T true, F false, ? unknown, a dot: not there."""
    events, active = Events([timing]), []
    known = {"T": True, "F": False, "?": None}
    for frame, letter in enumerate(holds):
        release = ends[frame] if ends else {"T": "F", "F": "T"}.get(letter, "?")
        readings = [] if letter == "." else [Reading(timing.name, 1, -1, known[letter], known[release], 1.0)]
        active.append(bool(events(frame / RATE_HZ, readings)))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.array(active, int), [0]])))
    return [(int(begin), int(end) - 1) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def test_an_event_is_active_while_its_rule_holds() -> None:
    assert spans("FFTTTTTTTFFF") == [(2, 8)]


def test_it_begins_only_after_the_hold_time() -> None:
    assert spans("FTTFTTTTTTTTF", Timing(hold_s=0.1)) == [(7, 11)]


def test_however_short_it_lasts_long_enough_for_a_lost_packet() -> None:
    ((begin, end),) = spans("FTFFFFFFFFFF")
    assert (end + 1 - begin) / RATE_HZ == pytest.approx(LEAST_S, abs=0.5 / RATE_HZ)


def test_release_ends_it_and_nothing_else_does() -> None:
    assert spans("TTFFTTFFFFFFF", ends="FFFFFFFFTFFFF") == [(0, 7)]


def test_after_its_end_it_waits_for_the_cooldown() -> None:
    assert spans("TTTTTTFTTTTTTTTTTF", Timing(cooldown_s=0.3)) == [(0, 5), (14, 16)] or spans(
        "TTTTTTFTTTTTTTTTTF", Timing(cooldown_s=0.3)
    )[1][0] == pytest.approx(5 + 0.3 * RATE_HZ, abs=1)


def test_unknown_neither_begins_nor_ends_it_for_a_while() -> None:
    patient = round(PATIENCE_S * RATE_HZ)
    assert spans("F" + "?" * 40) == []
    assert spans("TTTTTT" + "?" * (patient - 1) + "TTTF") == [(0, 5 + patient - 1 + 3)]
    ((_, end),) = spans("TTTTTT" + "?" * 40)
    assert end == pytest.approx(5 + patient, abs=1)


def test_unknown_does_not_break_the_hold_time() -> None:
    assert spans("FTT??TTTTTTF", Timing(hold_s=0.15))[0][0] == 6  # held since frame 1


def test_an_event_of_somebody_who_has_left_ends_as_if_unknown() -> None:
    ((_, end),) = spans("TTTTTT" + "." * 40)
    assert end == pytest.approx(5 + PATIENCE_S * RATE_HZ, abs=1)


def test_times_are_counted_for_each_person() -> None:
    events = Events([Timing(counted=True)])
    counts = []
    for frame in range(40):
        holds = frame % 10 < 6
        readings = [Reading("e", 1, -1, holds, not holds, 0.5), Reading("e", 2, -1, frame > 20, frame <= 20, 0.5)]
        counts.append({event.person_id: event.count for event in events(frame / RATE_HZ, readings)})
    assert counts[3] == {1: 1}
    assert counts[35] == {1: 4, 2: 1}


def test_a_sequence_needs_its_first_part_each_time() -> None:
    rules = [Timing("low"), Timing("up", after="low", within_s=0.5)]
    events, found = Events(rules), []
    low = [*range(5, 12), *range(60, 67)]
    for frame in range(120):
        readings = [
            Reading("low", 1, -1, frame in low, frame not in low),
            Reading("up", 1, -1, frame not in low and frame % 12 > 2, frame % 12 <= 2),
        ]
        found.append({event.name for event in events(frame / RATE_HZ, readings)})
    ups = [frame for frame in range(1, 120) if "up" in found[frame] and "up" not in found[frame - 1]]
    assert len(ups) == 2
    assert all(0 < up - end <= 0.5 * RATE_HZ + 1 for up, end in zip(ups, (11, 66), strict=True))


def test_the_past_of_a_person_is_told_to_the_rules() -> None:
    events = Events([Timing("a"), Timing("room")])
    for frame in range(10):
        events(
            frame / RATE_HZ, [Reading("a", 1, -1, frame < 6, frame >= 6), Reading("room", 0, -1, frame < 3, frame >= 3)]
        )
    assert events.past(1)["a"].active is False
    assert events.past(1)["a"].last_s == pytest.approx(5 / RATE_HZ)
    assert "a" not in events.past(2)
    assert events.past(2)["room"].count == 1
    assert events.past(0)["a"].count == 1


def test_a_recording_that_begins_anew_finds_the_same_again() -> None:
    events = Events([Timing(hold_s=0.1)])
    first, second = (
        [bool(events(frame / RATE_HZ, [Reading("e", 1, -1, frame > 4, frame <= 4)])) for frame in range(20)]
        for _ in range(2)
    )
    assert first == second


@given(st.text("TF?.", max_size=80), st.sampled_from([0.0, 0.1, 0.3]), st.sampled_from([0.0, 0.2]))
def test_no_event_is_ever_too_short(holds: str, hold_s: float, cooldown_s: float) -> None:
    found = spans(holds, Timing(hold_s=hold_s, cooldown_s=cooldown_s))
    for begin, end in found:
        assert end == len(holds) - 1 or (end + 1 - begin) / RATE_HZ >= LEAST_S - 1e-6
    for (_, end), (begin, _) in itertools.pairwise(found):
        assert (begin - end) / RATE_HZ >= cooldown_s - 1e-6


def test_what_was_active_before_a_gap_in_the_take_does_not_go_on_through_it() -> None:
    events, reading = Events([Timing(hold_s=0.1, counted=True)]), Reading("e", 1, -1, True, False, 1.0)
    before = [events(frame / RATE_HZ, [reading]) for frame in range(10)][-1]
    after = [events(7.0 + frame / RATE_HZ, [reading]) for frame in range(5)]
    assert before[0].since_s == pytest.approx(0.1)
    assert [bool(active) for active in after] == [False, False, False, True, True]
    assert after[-1][0].since_s == pytest.approx(7.1)
    assert after[-1][0].count == 2


def test_begun_compares_two_moments() -> None:
    def event(name: str, person_id: int = 1, other_id: int = -1) -> ActiveEvent:
        return ActiveEvent(name, person_id, 1.0, 0.0, np.zeros(3), other_id)

    before, now = [event("a"), event("b")], [event("b"), event("b", 2), event("b", 1, 2)]
    assert [(e.person_id, e.other_id) for e in begun(before, now)] == [(2, -1), (1, 2)]
    assert [e.name for e in begun(now, before)] == ["a"]
