"""A rule learned from a few moments of a take: bodies that look like one of them, no farther than a threshold.

Nearest template on poses in the person's own axes and torsos. The threshold lies between how much the moments differ
among themselves and how near the rest of the take comes, and the rule is tried on that rest at once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .records import Array, BodyJoints, Scene
from .rules.moment import Moment, Track
from .skeleton import JOINT

JOINTS_COMPARED = (
    *("Head", "Thorax", "L_Shoulder", "L_Elbow", "L_Wrist", "R_Shoulder", "R_Elbow", "R_Wrist"),
    *("L_Hip", "L_Knee", "L_Ankle", "R_Hip", "R_Knee", "R_Ankle"),
)
FEWEST = 6
"""Joints that all examples must show."""
NEAR_S = 1.0
"""Moments this near to an example belong to it, and are not held against the rule."""
LEAST, MOST = 0.08, 0.45
"""The threshold, in torsos: trembling alone gives some five hundredths; beyond the other end everything is alike."""


@dataclass(frozen=True, eq=False)
class Seen:
    """One person in one frame of the take."""

    time_s: float  # since the take began
    person_id: int
    joints: Array  # (14, 3) in the person's axes and torsos; NaN where unseen


@dataclass(frozen=True, eq=False)
class Lesson:
    """What was learned, and how sure one may be of it."""

    joints: tuple[str, ...]  # those that every example shows
    examples: Array  # (E, joints, 3)
    threshold: float
    apart: float  # how far each example is at most from its nearest other
    nearest_else: float  # how near the rest of the take comes; infinite if there is no rest
    recognised: int  # examples that the others alone would have found
    elsewhere_s: tuple[float, ...]  # where else it would fire, first moments


def look(scenes: Iterable[Scene]) -> list[Seen]:
    """Every person of every scene, as rules see them."""
    tracks: dict[int, Track] = {}
    rows, seen = [JOINT[name] for name in JOINTS_COMPARED], []
    begin_s: float | None = None
    for scene in scenes:
        begin_s = scene.time_s if begin_s is None else begin_s
        poses = {pose.person_id: pose for pose in scene.poses}
        for body in scene.bodies:
            track = tracks.setdefault(body.person_id, Track())
            track.see(body, poses.get(body.person_id))
            seen.append(Seen(scene.time_s - begin_s, body.person_id, _joints(Moment.of(track, 1, {}), body, rows)))
    return seen


def _joints(moment: Moment, body: BodyJoints, rows: Sequence[int]) -> Array:
    return np.array([(np.nan,) * 3 if (place := moment.joints[row]) is None else place for row in rows])


def learned(seen: Sequence[Seen], moments_s: Sequence[float], person_id: int | None = None) -> Lesson:
    """The lesson of some moments, seconds since the take began. ValueError says what is missing."""
    whole = np.array([_example(seen, at_s, person_id) for at_s in moments_s])
    shown = np.isfinite(whole).all(axis=(0, 2))
    if shown.sum() < FEWEST:
        unseen = ", ".join(name for name, known in zip(JOINTS_COMPARED, shown, strict=True) if not known)
        raise ValueError(f"too little of the body is seen in all of these moments: not {unseen}")
    examples = whole[:, shown]
    others = [Seen(one.time_s, one.person_id, one.joints[shown]) for one in seen]
    others = [one for one in others if min(abs(one.time_s - at_s) for at_s in moments_s) > NEAR_S]
    among = np.array([[_distance(a, b) for b in examples] for a in examples]) + np.diag([np.inf] * len(examples))
    apart = float(among.min(axis=1).max()) if len(examples) > 1 else 0.0
    far = np.array([min(_distance(one.joints, example) for example in examples) for one in others])
    nearest = float(np.nanmin(far)) if len(far) and np.isfinite(far).any() else np.inf
    wanted = max(1.3 * apart, LEAST if len(examples) > 1 else 0.15)
    # Rather missing one than firing everywhere: no farther than half way to what it is not, if that leaves anything.
    limit = (apart + nearest) / 2 if nearest > apart else nearest
    threshold = float(np.clip(min(wanted, max(limit, LEAST)), LEAST, MOST))
    recognised = int((among.min(axis=1) < threshold).sum()) if len(examples) > 1 else 0
    hits_s = [one.time_s for one, distance in zip(others, far, strict=True) if distance < threshold]
    first_s = [at_s for before_s, at_s in zip([-np.inf, *hits_s], hits_s, strict=False) if at_s - before_s > 0.5]
    names = tuple(name for name, known in zip(JOINTS_COMPARED, shown, strict=True) if known)
    return Lesson(names, examples, threshold, apart, nearest, recognised, tuple(first_s))


def rule_text(name: str, lesson: Lesson, take: str) -> str:
    """The rule as a file that can be used and edited. ``take`` is any name that a file may have."""
    joints = ", ".join(f'"{joint}"' for joint in lesson.joints)
    rows = ",\n".join(
        "  [" + ", ".join(f"{number:.3f}" for number in example.reshape(-1)) + "]" for example in lesson.examples
    )
    source = f"{len(lesson.examples)} moment{'s' if len(lesson.examples) > 1 else ''} of {take}"
    return f"""# Learned from {quoted(source)}.

[[pose]]
name = "{name}_pose"
joints = [{joints}]
examples = [
{rows},
]

[[event]]
name = "{name}"
about = {quoted(f"Looks like {source}.")}
when = "unlike({name}_pose) < {lesson.threshold:.3f}"
release = "unlike({name}_pose) > {1.25 * lesson.threshold:.3f}"
strength = "1 - unlike({name}_pose) / {2 * lesson.threshold:.3f}"
hold_s = 0.1
cooldown_s = 0.3
"""


def quoted(text: str) -> str:
    """As a string of TOML, whatever stands in it: names of files may hold quotes, new lines, and bytes of no letter."""
    plain = text.encode("utf-8", "replace").decode()
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def _example(seen: Sequence[Seen], at_s: float, person_id: int | None) -> Array:
    there = [one for one in seen if abs(one.time_s - at_s) < 0.1 and person_id in (None, one.person_id)]
    who = "nobody" if person_id is None else f"person {person_id} is not"
    if not there:
        raise ValueError(f"{who} {'is ' if person_id is None else ''}there at {at_s:g} s of the take")
    if person_id is None and len({one.person_id for one in there}) > 1:
        people = ", ".join(str(number) for number in sorted({one.person_id for one in there}))
        raise ValueError(f"at {at_s:g} s there are people {people}; say whom you mean with --person")
    return min(there, key=lambda one: abs(one.time_s - at_s)).joints


def _distance(a: Array, b: Array) -> float:
    """Mean over the joints that both show; infinite if that is less than two thirds (as ``unlike`` counts)."""
    lengths = np.sqrt(((a - b) ** 2).sum(axis=-1))
    known = np.isfinite(lengths)
    return float(lengths[known].mean()) if known.sum() * 3 >= 2 * len(lengths) else np.inf
