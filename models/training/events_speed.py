"""How long the expressions of rules take: a thousand random ones, as large as the limits let them be.

    python -m models.training.events_speed

Clauses are drawn from the signatures of the language and joined until another one would be beyond a limit (64 nodes,
512 characters). A time is processor time of one evaluation: the median of ``ROUNDS`` rounds, and of ``PASSES`` passes
through all of them.
"""

import argparse
import random
import statistics
import time
from collections.abc import Sequence

import numpy as np

from mocap_bridge.records import BodyJoints, Past
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.rules.compile import Expression, compiled
from mocap_bridge.rules.moment import Moment, Track
from mocap_bridge.rules.parse import parsed
from mocap_bridge.rules.signatures import WORDS
from mocap_bridge.rules.terms import Likeness, Names, Wrong, Zone
from mocap_bridge.rules.vocabulary import BENDS, CONSTANTS, DIRECTIONS, FEET, PLACES
from mocap_bridge.skeleton import BONES, JOINT

RATE_HZ, PASSES, ROUNDS, MOMENTS = 30.0, 3, 5, 20
_GIVES = {"vector": ("pos", "vel", "acc"), "truth": ("inside", "active")}
"""What functions give that do not give a number; ``pick`` gives any, ``other`` needs a partner."""
_ROWS = tuple(range(14))


def names(rng: random.Random) -> Names:
    """A zone, an event and a pose learned from three examples."""
    examples = tuple(tuple((rng.random(), rng.random(), rng.random()) for _ in _ROWS) for _ in range(3))
    return Names(
        frozenset({"crouch"}), {"spot": Zone("spot", (0.0, -3.0), 0.5)}, {"tee": Likeness("tee", _ROWS, examples)}
    )


def clause(rng: random.Random) -> str:
    """A random comparison, or another piece that is true or false."""
    if rng.random() < 0.1:
        return _call(rng, rng.choice(_GIVES["truth"]), 0)
    return f"{_piece(rng, 'number', 0)} {rng.choice(['<', '>', '<=', '>='])} {_piece(rng, 'number', 0)}"


def largest(rng: random.Random, known: Names) -> Expression:
    """A random expression to which nothing more could be added."""
    text = ""
    while True:
        longer = f"{text} {rng.choice(['and', 'or'])} {clause(rng)}" if text else clause(rng)
        try:
            parsed(longer, WORDS)
        except Wrong:
            if text:
                return compiled(text, "truth", known)
            continue
        try:
            compiled(longer, "truth", known)
        except Wrong:  # this joint does not bend, or the like
            continue
        text = longer


def _piece(rng: random.Random, kind: str, depth: int) -> str:
    leaf = depth > 2 or rng.random() < 0.3
    if kind == "truth":
        return clause(rng)
    if kind == "vector" and leaf:
        return rng.choice([*PLACES, *DIRECTIONS] if rng.random() < 0.2 else [*PLACES])
    if leaf and depth > 2:
        return rng.choice([*CONSTANTS, f"{rng.uniform(0.1, 3):.1f}"])
    if rng.random() < 0.3:
        signs = "+-*/" if kind == "number" else "+-"
        return f"({_piece(rng, kind, depth + 1)} {rng.choice(signs)} {_piece(rng, kind, depth + 1)})"
    if kind == "vector":
        return _call(rng, rng.choice(_GIVES["vector"]), depth)
    numbers = [name for name in WORDS if name not in (*_GIVES["vector"], *_GIVES["truth"], "other", "pick")]
    return _call(rng, rng.choice(numbers), depth)


def _call(rng: random.Random, name: str, depth: int) -> str:
    form = rng.choice(WORDS[name])
    words = [word.strip() for word in form[form.index("(") + 1 : -1].split(",")]
    words = [word for word in words if word and word != "..."]
    if name == "bend":
        return f"bend({rng.choice([*BENDS])})"
    plain = {"joint": [*PLACES], "place": [*PLACES], "foot": [*FEET], "event": ["crouch"], "zone": ["spot"]}
    plain |= {"pose": ["tee"], "seconds": [f"{rng.uniform(0.1, 3):.1f}"], "size": ["0.2"]}
    args = [rng.choice(plain[word]) if word in plain else _piece(rng, word, depth + 1) for word in words]
    return f"{name}({', '.join(args)})"


def moments(count: int) -> list[Moment]:
    """Somebody in motion, seen for a second and then ``count`` more times."""
    rng, track, found = np.random.default_rng(3), Track(), []
    t_pose_m = joints_from_rotations(np.array([0.0, 0.92, -3.0]), np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1)))
    past = {"crouch": Past(True, 1.0, 2)}
    for frame in range(round(RATE_HZ) + count):
        joints_m = t_pose_m + rng.normal(0, 0.03, (len(JOINT), 3))
        seen = BodyJoints(1, frame / RATE_HZ, joints_m, np.ones(len(JOINT)), np.zeros((len(JOINT), 2)), np.zeros(4))
        track.see(seen, None)
        found.append(Moment.of(track, 1, past))
    return found[-count:]


def microseconds(expression: Expression, seen: Sequence[Moment]) -> float:
    """Of one evaluation: median of ``ROUNDS`` over moments one after the other."""
    rounds = []
    for _ in range(ROUNDS):
        begin_ns = time.process_time_ns()
        for moment in seen:
            expression(moment)
        rounds.append((time.process_time_ns() - begin_ns) / len(seen) / 1e3)
    return statistics.median(rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the largest random expressions.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    known, seen = names(rng), moments(MOMENTS)
    expressions = [largest(rng, known) for _ in range(options.count)]
    passes = [[microseconds(one, seen) for one in expressions] for _ in range(PASSES)]
    times = sorted(
        zip(map(statistics.median, zip(*passes, strict=True)), (one.text for one in expressions), strict=True)
    )
    median, most = times[len(times) // 2][0], times[int(len(times) * 0.99)][0]
    print(f"an evaluation: median {median:.1f} us, 99 % {most:.1f} us, longest {times[-1][0]:.1f} us")
    print(f"{len(times)} expressions; the longest takes: {times[-1][1]}")


if __name__ == "__main__":
    main()
