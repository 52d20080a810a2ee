"""Every figure that the package promises, measured: the trials of its tests, for longer, as a table.

    python unity_plugin/DotNet~/measure.py                 everything, a minute of dancing for each that takes time
    python unity_plugin/DotNet~/measure.py --seconds 10    the same with ten
    python unity_plugin/DotNet~/measure.py udp decode      only these rows

Needs mono, nunit-console and the bridge's own Python. The exit code is 1 if a figure is not what it should be.
"""

import argparse
import re
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
sys.path[:0] = [str(PACKAGE.parent), str(PACKAGE.parent / "tests")]

import unity_rays  # noqa: E402  found by the line above
from unity_takes import FPS, dancing, write_take  # noqa: E402
from unity_trials import Followed, decoded, followed, found_again, garbage, heard_by_two, nunit, survived  # noqa: E402

Row = tuple[str, str, bool]
"""What was measured, the figure, and whether it is as it should be."""

EVENT_EVERY, EVENT_FRAMES, FIRST_EVENT = 5 * FPS, 2 * FPS, 2 * FPS
PEERS = ("VirtualMotionCapture", "XR_Animator", "VMagicMirror", "SlimeVR")


def spans(frames: int) -> tuple[tuple[int, int], ...]:
    """An event of two seconds every five, none at either end."""
    begins = range(FIRST_EVENT, frames - 2 * EVENT_FRAMES, EVENT_EVERY)
    return tuple((begin, begin + EVENT_FRAMES) for begin in begins)


class Trials:
    """Takes of so many seconds, and a folder for what is written."""

    def __init__(self, seconds: float, folder: Path) -> None:
        self.seconds = seconds
        self.folder = folder
        frames = round(seconds * FPS)
        self.events = len(spans(frames))
        events = spans(frames)
        self.take = write_take(folder / "long.take.jsonl", [dancing(frame, (1, 2), events) for frame in range(frames)])
        self.short = write_take(folder / "short.take.jsonl", [dancing(frame, (1, 2)) for frame in range(3 * FPS)])

    def udp(self) -> Iterator[Row]:
        yield from self._followed("osc", "over UDP")

    def zeromq(self) -> Iterator[Row]:
        yield from self._followed("zeromq", "over ZeroMQ")

    def _followed(self, transport: str, way: str) -> Iterator[Row]:
        shown = followed(self.take, transport, "tpose,rolled", self.seconds + 60.0)
        yield from self._errors(shown, f"{self.seconds:g} s, two avatars {way}")
        turns = shown.edges.count("begin"), shown.edges.count("end")
        text = f"{turns[0]} begun, {turns[1]} ended, of {self.events}"
        yield f"events {way}", text, shown.edges == ("begin", "end") * self.events
        yield f"delay {way}", f"{shown.latency_ms:.0f} ms beyond the fastest packet, at 120 Hz (median)", True

    @staticmethod
    def _errors(shown: Followed, what: str) -> Iterator[Row]:
        frames = f"{shown.sent} frames, {shown.missed} missed, {len(set(shown.frames))} shown"
        text = f"worst bone {shown.worst_degrees:.5f} degrees, worst hips {shown.worst_hips_mm:.4f} mm"
        good = shown.worst_degrees < 0.05 and shown.worst_hips_mm < 0.1
        yield what, f"{frames}; {text}", good and shown.missed < 0.01 * shown.sent

    def network(self) -> Iterator[Row]:
        shown = survived(self.take, "every", seed=1)
        expected = ("+clap:1", "-clap:1") * self.events
        text = (
            f"{len(shown.times_s)} scenes, {shown.missing} packets lost, worst bone {shown.worst_degrees:.5f} degrees"
        )
        good = list(shown.times_s) == sorted(shown.times_s) and shown.runs == {0} and shown.refused == 0
        yield "20 % loss, doubles, overtaking", f"{text}, time never back", good and shown.worst_degrees < 0.05
        begun = sum(change[0] == "+" for change in shown.changes)
        text = f"{begun} begun, {len(shown.changes) - begun} ended, of {self.events}"
        yield "events meanwhile", text, shown.changes == expected

    def restart(self) -> Iterator[Row]:
        backs_s = [found_again(self.short).back_s for _ in range(3)]
        text = ", ".join(f"{back_s:.2f} s" for back_s in backs_s)
        yield "bridge killed and started again", f"first scene after {text}", max(backs_s) < 2.0

    def two(self) -> Iterator[Row]:
        for number, heard in enumerate(heard_by_two(self.take), 1):
            whole = heard.edges == ("+clap:1", "-clap:1") * self.events
            for what, figure, good in self._errors(heard, f"two subscribers of one publisher: {number}"):
                yield what, f"{figure}, {len(heard.edges) // 2} events", good and whole

    def decode(self) -> Iterator[Row]:
        for line in decoded(5.0):
            what, told = line.split(": ", 1)
            a_second = re.search(r"(\d+) per second of processor time", told)
            enough = a_second is None or int(a_second[1]) >= 20_000
            yield f"decode {what}", told, enough and re.search(r"(?<!\d)0 collections", told) is not None

    def garbage(self) -> Iterator[Row]:
        told = garbage(self.short, 10_000)
        text = f"{told['collections']} collections in {told['frames']} frames, {told['ms_per_frame']:.2f} ms each"
        yield "all components, two people", text, told["collections"] == 0

    def occlusion(self) -> Iterator[Row]:
        share = unity_rays.agreement(self.folder)
        what = f"depth buffer and rays, {unity_rays.POSES} poses of {unity_rays.POINTS} points"
        yield what, f"{100 * share:.2f} % agree", share >= 0.99

    def nunit(self) -> Iterator[Row]:
        report = self.folder / "nunit.xml"
        core, _ = nunit(report, "MocapBridge.Core.Tests")
        passed = {case.get("name", "") for case in ET.parse(report).iter("test-case") if case.get("success") == "True"}
        unity, _ = nunit(self.folder / "unity.xml", "MocapBridge.Tests", "MocapBridge.Editor.Tests")
        yield "NUnit", f"{core} tests of Core, {unity} of the Unity layer, none failed", core + unity >= 120
        fuzz = sorted(name.rpartition(".")[2] for name in passed if ".FuzzTests.Mutated" in name)
        source = (PACKAGE / "Tests" / "Core" / "FuzzTests.cs").read_text(encoding="utf-8")
        packets, takes = re.search(r"Rounds = (\d+)", source), re.search(r"round < (\d+)", source)
        counts = f"{int(packets[1]):,} each, {int(takes[1]):,} takes" if packets and takes else "?"
        text = f"{counts}; no exception, no megabyte, the next good one is taken"
        yield "mutated /mocap, VMC, ZMTP streams and commands", text, len(fuzz) == 5 and counts != "?"
        heard = [peer for peer in PEERS if any(f".{peer}_" in name for name in passed)]
        yield "other senders' packets", ", ".join(heard), len(heard) == len(PEERS)


TRIALS: dict[str, Callable[[Trials], Iterator[Row]]] = {
    trial.__name__: trial
    for trial in (
        Trials.udp,
        Trials.zeromq,
        Trials.network,
        Trials.restart,
        Trials.two,
        Trials.decode,
        Trials.garbage,
        Trials.occlusion,
        Trials.nunit,
    )
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help=f"of {', '.join(TRIALS)}; all if none is named")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long people dance (60)")
    given = parser.parse_args()
    if unknown := set(given.trials) - set(TRIALS):
        parser.error(f"no trial {', '.join(sorted(unknown))}; choose from {', '.join(TRIALS)}")
    if given.seconds < 10.0:
        parser.error("--seconds: at least 10, for an event to begin and end")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(given.seconds, Path(folder))
        print("| measured | figure | |\n|---|---|---|")
        for name in given.trials or TRIALS:
            for what, figure, good in TRIALS[name](trials):
                print(f"| {what} | {figure} | {'' if good else 'NOT AS IT SHOULD BE'} |", flush=True)
                failed += not good
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
