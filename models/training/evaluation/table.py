"""Markdown tables of scores, and the block between two marks that they replace."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mocap_bridge.skeleton import JOINTS
from models.training.evaluation.heads import Truthfulness
from models.training.evaluation.measures import calibration_error
from models.training.evaluation.score import LIFTED, NEAR, OWN, Scores

BEGIN, END = "<!-- evaluation: begin -->", "<!-- evaluation: end -->"
BINS = ((0.0, 0.0), (0.0, 0.25), (0.25, 0.5), (0.5, 1.0))
"""Shares of joints: above the first, up to the second; the first bin is exactly none."""


def markdown(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; numbers that are none become a dash."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def replaced(text: str, block: str) -> str:
    """``text`` with ``block`` between the marks. Raises ValueError where the marks are not there in this order."""
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise ValueError(f"the file must hold {BEGIN!r} and, after it, {END!r}")
    return f"{text[: begin + len(BEGIN)]}\n{block}\n{text[end:]}"


def with_block(path: Path, block: str) -> str:
    """The text of a file with its block replaced. Raises ValueError as ``replaced`` does, naming the file."""
    try:
        return replaced(path.read_text(), block)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def who_sees_what(sets: Mapping[str, Mapping[str, Scores]]) -> str:
    """For each set, the network alone and lifted, and the peer lifted and alone."""
    rows = []
    for name, eyes in sets.items():
        for who, scores in eyes.items():
            for source in (OWN, LIFTED) if scores.deep() else (OWN,):
                seen, pck = f"{len(scores.found)} ({scores.found.mean():.2f})", f"{scores.pck():.3f}"
                errors = [f"{scores.mean_mm(kind, source):.1f}" for kind in ("rooted", "aligned")]
                label = f"{who}, its 2D + our lifter" if source == LIFTED else f"{who} alone"
                rows.append([name, label, seen, pck, *(errors if scores.deep() else ["-", "-"])])
    return markdown(["set", "eyes", "crops (seen)", f"PCK@{NEAR}", "MPJPE mm", "PA-MPJPE mm"], rows)


def per_joint(scores: Scores) -> str:
    """The set joint by joint."""
    rows = []
    for joint, name in enumerate(JOINTS):
        inside = (scores.known[:, joint] > 0) & (scores.in_picture[:, joint] != 0)
        off, visible = scores.off[inside, joint], scores.visible[:, joint]
        ece = calibration_error(scores.visibility[:, joint], visible)
        millimetres = [np.nanmean(scores.aligned[source][:, joint]) * 1000 for source in (OWN, LIFTED)]
        away = np.nanmean(scores.off_sides[inside, joint]) * 100
        shares = [f"{(off < NEAR).mean():.2f}", f"{away:.1f}", *(f"{mm:.0f}" for mm in millimetres)]
        rows.append([name, *shares, f"{visible.mean():.2f}", f"{ece:.3f}"])
    head = ["joint", f"PCK@{NEAR}", "2D error, % of the crop", "PA mm alone", "PA mm lifted"]
    return markdown([*head, "visible", "visibility ECE"], rows)


def per_bin(scores: Scores) -> str:
    """The set by the share of joints that are covered (of those in the picture) and that are cut off."""
    inside = np.maximum(scores.in_picture.sum(axis=1), 1)
    covered = 1 - (scores.visible * scores.in_picture).sum(axis=1) / inside
    cut_off = 1 - scores.in_picture.mean(axis=1)
    rows = []
    for title, shares in (("covered", covered), ("cut off", cut_off)):
        for low, high in BINS:
            chosen = shares == 0 if high == 0 else (shares > low) & (shares <= high)
            if chosen.any():
                rows.append([f"{title} {_range(low, high)}", *_summary(scores.part(chosen))])
    head = ["joints", "crops", f"PCK@{NEAR} of joints in the picture"]
    return markdown([*head, "PA mm alone", "MPJPE mm lifted", "PA mm lifted"], rows)


def truth_of_heads(sets: Mapping[str, Truthfulness]) -> str:
    """What the heads say against what is."""
    rows = []
    for name, told in sets.items():
        worst = "-" if np.isnan(told.worst_error) else f"{told.worst_error:.3f} ({told.worst_joint})"
        said = [f"{value:.3f}" for value in (told.said_of_seen, told.said_of_hidden)]
        ranks = [f"{value:.2f}" for value in (told.sigma_rank, told.confidence_rank)]
        rows.append([name, f"{told.presence_auc:.4f}", f"{told.visibility_error:.3f}", worst, *said, *ranks])
    head = ["set", "presence AUC", "visibility ECE", "worst joint", "said of visible joints", "said of covered joints"]
    return markdown([*head, "rank correlation of sigma with the error", "of 1 - confidence"], rows)


def _summary(scores: Scores) -> list[str]:
    off = scores.off[(scores.known > 0) & (scores.in_picture > 0)]
    errors = (("aligned", OWN), ("rooted", LIFTED), ("aligned", LIFTED))
    millimetres = [f"{scores.mean_mm(kind, source):.0f}" for kind, source in errors]
    return [str(len(scores.found)), f"{(off < NEAR).mean():.3f}", *millimetres]


def _range(low: float, high: float) -> str:
    return "none" if high == 0 else f"{low:.0%} to {high:.0%}"


def _cell(value: Any) -> str:
    text = str(value)
    return "-" if value is None or text.startswith("nan") else text
