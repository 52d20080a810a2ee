"""How well the shipped event rules find known actions, and how seldom they fire without reason.

    python -m models.training.events_bench --data DATA --set held-out

The rules were written while looking at the takes ``tuning``; ``held-out`` has other people, clips and chance, and some
mistakes there have been seen and mended. ``blind`` has others again, actions done in other ways, and was fixed before
any rule had been run on it; what came of its first run, and what was mended after it, stands in the lab book. Takes
are recorded people who act, with noise on their joints and joints lost for a while, seen under several conditions (see
``models.training.events``). A find is right if it begins within the time in which the action should be noticed; a
second find of one action is wrong. Needs ``runs/motions.npz`` of ``models.training.motions``.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mocap_bridge.events import begun
from mocap_bridge.records import ActiveEvent
from mocap_bridge.rulebook import SHIPPED, load_rules
from mocap_bridge.rules import Rules
from mocap_bridge.watch import Watch
from models.training.events.acts import Label
from models.training.events.ground import RATE_HZ, Ground
from models.training.events.takes import CLIPS, Examination, Noise, bodies, examinations, unrelated
from models.training.motions import MOTIONS, load_motions

EARLY_S, LATE_S = 0.15, 0.25
"""How far outside of its label an event may begin: filters and hold times take their time."""


@dataclass
class Tally:
    """Of one rule."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of finds that are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of actions that are found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Examine the event rules on known actions.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with motion/, bodies/")
    parser.add_argument("--motions", type=Path, default=MOTIONS)
    parser.add_argument("--events", action="append", help="rules files; the shipped ones by default")
    parser.add_argument("--set", choices=[*CLIPS], default="held-out", help="which takes")
    parser.add_argument("--repeats", type=int, default=20, help="takes of each action")
    parser.add_argument("--seed", type=int, help="by default another one for each set")
    parser.add_argument("--noise", type=float, default=1.0, help="times as much as usual")
    parser.add_argument("--tell", default="", help="a rule whose mistakes are told one by one, or all")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    rules, motions = load_rules(options.events or [SHIPPED]), load_motions(options.motions)
    ground, usual, clips = Ground(Path(options.data), motions), Noise(), CLIPS[options.set]
    seed = [*CLIPS].index(options.set) if options.seed is None else options.seed
    noise = Noise(usual.slow_m * options.noise, usual.fast_m * options.noise)
    tallies: dict[str, Tally] = defaultdict(Tally)
    by_condition: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for number, one in enumerate(examinations(ground, clips, options.repeats, seed)):
        found = fires(rules, one, noise, np.random.default_rng((seed, number)))
        judge(tallies, one, found, options.tell)
        judge(by_condition[one.condition.name], one, found, "")
    idle: dict[str, int] = defaultdict(int)
    idle_s: dict[str, float] = defaultdict(float)
    names = [rule.name for rule in rules.rules]
    others = unrelated(ground, clips, lambda begin: [name for name in motions.names if begin in name])
    for number, one in enumerate(others):
        found = fires(rules, one, noise, np.random.default_rng((seed, 1, number)))
        for name in names:
            if name not in one.may:
                idle_s[name] += len(one.people[0]) / RATE_HZ
                idle[name] += sum(fired == name for fired, _ in found)
                if options.tell in (name, "all") and any(fired == name for fired, _ in found):
                    print(
                        f"unrelated: {name} in {one.name}: {[round(at_s, 1) for fired, at_s in found if fired == name]}"
                    )
    print(
        "| rule | actions | precision | recall | fires in 5 minutes of other motion (of minutes) |\n" + "|---" * 5 + "|"
    )
    for name in names:
        tally, minutes = tallies[name], idle_s[name] / 60
        per_five = f"{idle[name] * 5 / minutes:.1f} ({idle[name]} in {minutes:.1f})" if minutes else "-"
        actions = tally.right + tally.missed
        shown = f"{tally.precision:.3f} | {tally.recall:.3f}" if actions else "- | -"
        print(f"| {name} | {actions} | {shown} | {per_five} |")
    print("\n| condition | actions | precision | recall |\n" + "|---" * 4 + "|")
    for title, own in by_condition.items():
        both = Tally(*(sum(getattr(tally, part) for tally in own.values()) for part in ("right", "wrong", "missed")))
        print(f"| {title} | {both.right + both.missed} | {both.precision:.3f} | {both.recall:.3f} |")


def fires(rules: Rules, one: Examination, noise: Noise, rng: np.random.Generator) -> list[tuple[str, float]]:
    """Name and begin of every event in a take."""
    watch = Watch(rules)
    last: Sequence[ActiveEvent] = ()
    found = []
    for time_s, people in bodies(one, noise, rng):
        now = watch(time_s, people, [])
        found += [(event.name, time_s) for event in begun(last, now)]
        last = now
    return found


def judge(tallies: dict[str, Tally], one: Examination, found: list[tuple[str, float]], tell: str) -> None:
    """Adds what was found in a take to the tallies."""
    for name in {label.name for label in one.labels} | {name for name, _ in found}:
        tally, open_labels = tallies[name], [label for label in one.labels if label.name == name]
        if name in one.may and not open_labels:
            continue
        for at_s in [at_s for fired, at_s in found if fired == name]:
            hit = next((label for label in open_labels if _within(label, at_s)), None)
            if hit is not None and hit.must:
                open_labels.remove(hit)
                tally.right += 1
            elif hit is not None:
                continue
            elif name not in one.may:
                tally.wrong += 1
                if tell in (name, "all"):
                    print(f"wrong: {name} in {one.name} at {at_s:.2f} s; right: {_times(one, name)}")
        missed = [label for label in open_labels if label.must]
        tally.missed += len(missed)
        if missed and tell in (name, "all"):
            found_s = [at for fired, at in found if fired == name]
            print(f"missed: {name} in {one.name}: {_times(one, name)}, found at {found_s}")


def _times(one: Examination, name: str) -> list[str]:
    return [f"{label.from_s:.2f}-{label.to_s:.2f}" for label in one.labels if label.name == name]


def _within(label: Label, at_s: float) -> bool:
    return label.from_s - EARLY_S <= at_s <= label.to_s + LATE_S


if __name__ == "__main__":
    main()
