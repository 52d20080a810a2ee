"""One pass of somebody's eyes over a set of crops: every error as an array, to be summed up in any way later."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mocap_bridge.records import Array, Camera, JointEstimate
from mocap_bridge.skeleton import JOINTS
from models.training.evaluation.crops import LIMB_ROWS, Crop
from models.training.evaluation.eyes import Answer, Eyes
from models.training.evaluation.measures import aligned_error, rooted_error

NEAR = 0.2
"""Torso lengths within which a joint counts as found."""
OWN, LIFTED = "own", "lifted"
"""Where 3D comes from: the eyes' own depth, or the lifter on their 2D."""

Lift = Callable[[JointEstimate, Camera], Array]
"""The joints (30, 3) of a picture that stands alone."""


@dataclass(frozen=True, eq=False)
class Scores:
    """N crops; NaN where the truth is unknown or nobody was seen. Errors in 3D are in metres."""

    off: Array  # (N, 30) 2D errors in torso lengths
    off_sides: Array  # (N, 30) in crop sides
    known: Array  # (N, 30) 1 where the place is known
    found: Array  # (N,) 1 where somebody was seen
    confidence: Array  # (N, 30)
    visibility: Array  # (N, 30) as said
    sigma: Array  # (N, 30) as said
    presence: Array  # (N,)
    visible: Array  # (N, 30) as it is
    in_picture: Array  # (N, 30)
    rooted: dict[str, Array]  # (N, 30) with the middles of the hips on each other
    aligned: dict[str, Array]  # (N, 30) after Procrustes alignment of the joints that are known

    def pck(self) -> float:
        """Share of the limb joints found within ``NEAR``; nobody seen counts as nothing found."""
        rows = self.known[:, LIMB_ROWS] > 0
        return float((self.off[:, LIMB_ROWS] < NEAR)[rows].mean())

    def mean_mm(self, kind: str, source: str) -> float:
        """MPJPE (``rooted``) or PA-MPJPE (``aligned``) of the limb joints in millimetres, of those who were seen."""
        errors = getattr(self, kind).get(source)
        return float("nan") if errors is None else _mean(errors[:, LIMB_ROWS]) * 1000

    def deep(self) -> bool:
        """Whether the set knows depth."""
        return any(bool(np.isfinite(errors).any()) for errors in self.aligned.values())

    def part(self, rows: Array) -> "Scores":
        """The crops of a mask (N,)."""
        cut = {name: value[rows] for name, value in vars(self).items() if not isinstance(value, dict)}
        cut |= {kind: {source: values[rows] for source, values in getattr(self, kind).items()} for kind in KINDS}
        return Scores(**cut)


KINDS = ("rooted", "aligned")


def scored(crops: Iterable[Crop], eyes: Mapping[str, tuple[Eyes, int]], lift: Lift) -> dict[str, Scores]:
    """Ask everybody in one pass, each about every n-th crop."""
    rows: dict[str, list[dict[str, Array]]] = {name: [] for name in eyes}
    for number, crop in enumerate(crops):
        for name, (look, every) in eyes.items():
            if number % every == 0:
                rows[name].append(_row(crop, look(crop.image, crop.camera), lift))
    return {name: _stacked(theirs) for name, theirs in rows.items()}


def _stacked(rows: list[dict[str, Array]]) -> Scores:
    if not rows:
        raise ValueError("there was no crop to score; is the folder of the set empty?")
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    for kind in KINDS:
        columns[kind] = {source: columns.pop(f"{kind} {source}") for source in (OWN, LIFTED)}  # type: ignore[assignment]
    return Scores(**columns)  # type: ignore[arg-type]


def _row(crop: Crop, answer: Answer | None, lift: Lift) -> dict[str, Array]:
    nothing = np.full(len(JOINTS), np.nan)
    row = dict.fromkeys(("off", "off_sides", "confidence", "visibility", "sigma"), nothing)
    row |= {f"{kind} {source}": nothing for kind in KINDS for source in (OWN, LIFTED)}
    row |= {"known": np.isfinite(crop.joints).all(axis=1).astype(float), "found": np.array(float(answer is not None))}
    row["presence"] = np.array(0.0 if answer is None else answer.presence)
    row["visible"] = nothing if crop.visible is None else crop.visible
    row["in_picture"] = nothing if crop.in_picture is None else crop.in_picture
    if answer is None:
        return row
    off = np.linalg.norm(answer.joints - crop.joints, axis=1)
    row |= {"off": off / crop.torso, "off_sides": off, "confidence": answer.confidence}
    row |= {"visibility": answer.visibility, "sigma": answer.sigma}
    if crop.camera is not None and crop.joints_m is not None:
        found = {OWN: answer.own_m, LIFTED: lift(answer.estimate(), crop.camera)}
        for source, joints_m in found.items():
            if joints_m is not None:
                row[f"rooted {source}"] = rooted_error(joints_m, crop.joints_m)
                row[f"aligned {source}"] = _aligned(joints_m, crop.joints_m)
    return row


def _aligned(found_m: Array, true_m: Array) -> Array:
    """(30,) limbs aligned among themselves, as every set and everybody has them; the others with all that are known."""
    known, errors = np.isfinite(true_m).all(axis=1), np.full(len(true_m), np.nan)
    errors[known] = aligned_error(found_m[known], true_m[known])
    errors[LIMB_ROWS] = aligned_error(found_m[LIMB_ROWS], true_m[LIMB_ROWS])
    return errors


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
