"""The one fixed evaluation of the pose network: ``python -m models.training.evaluate --write``.

Judges the exported network as the program asks it. What a set needs and this machine lacks is named and left out.
With MediaPipe in the same environment (extra ``[mediapipe]``), BlazePose full is judged beside it in the same run.
Nothing that is read here is ever trained or fitted on.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.errors import MocapError
from mocap_bridge.model import read_card
from mocap_bridge.records import Array, Image
from mocap_bridge.refine import Lifter
from models.training.evaluation import ends, table
from models.training.evaluation.crops import Crop
from models.training.evaluation.eyes import BlazePose, Eyes, PoseNetwork
from models.training.evaluation.heads import Truthfulness, truthfulness
from models.training.evaluation.real import athletes, balance, beside
from models.training.evaluation.score import Scores, scored
from models.training.evaluation.synthetic import empty_crops, places, synthetic_crops
from models.training.evaluation.takes import ScriptError

SEED = 20
SYNTHETIC, EMPTY = 5000, 2500
PEER_EVERY = 5
"""The peer needs ten times as long for a crop; on every fifth its mean is known well enough."""
SHARDS = "val-*.npz"
OURS, THEIRS = "XS", "BlazePose full"


@dataclass(frozen=True, eq=False)
class Report:
    """What was measured, and why something was not."""

    sets: dict[str, dict[str, Scores]] = field(default_factory=dict)
    heads: dict[str, Truthfulness] = field(default_factory=dict)
    takes: list[ends.Row] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def main() -> None:
    options = parsed()
    cv2.setNumThreads(1)
    try:
        if options.write:
            table.with_block(options.card, "")  # before the long work: is there a place for what comes of it?
        network, lifter = PoseNetwork(options.model), Lifter(options.lifter)
        block = written(measured(options, network, lifter), options, network)
        print(block)
        if options.write:
            options.card.write_text(table.with_block(options.card, block))
    except (MocapError, FileNotFoundError, ValueError, ScriptError) as error:
        raise SystemExit(_refused(error)) from error


def parsed() -> argparse.Namespace:
    shared = os.environ.get("MOCAP_SHARED")
    parser = argparse.ArgumentParser(description="Judge the exported pose network, and BlazePose beside it.")
    parser.add_argument("--model", type=Path, default=Path("models/mobilehumanpose_xs.onnx"))
    parser.add_argument("--lifter", type=Path, default=Path("models/lifter.onnx"))
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="assets; backgrounds/ is read")
    parser.add_argument("--renders", type=Path, default=Path("runs/renders"), help=f"folder of {SHARDS}")
    default = Path(shared) / "data/validation" if shared else None
    parser.add_argument("--validation", type=Path, default=default, help="folder with balance/, athletes/, clips/")
    default = Path(shared) / "eval" if shared else None
    parser.add_argument("--scripts", type=Path, default=default, help="folder of score.py, score2d.py, agree.py, ...")
    parser.add_argument("--takes", type=Path, default=Path("runs/evaluation"), help="where recorded takes go")
    parser.add_argument("--crops", type=int, default=SYNTHETIC, help="synthetic crops; fewer for a quick look")
    parser.add_argument("--card", type=Path, default=Path("models/EVALUATION.md"), help="the file that --write changes")
    parser.add_argument("--write", action="store_true", help="replace the block of the card")
    return parser.parse_args()


def measured(options: argparse.Namespace, network: PoseNetwork, lifter: Lifter) -> Report:
    """Every set that this machine has."""
    report = Report()
    peer = open_peer(report)
    if options.data is None:
        report.left_out.append("synthetic: no folder of assets; name it with --data or MOCAP_DATA")
    else:
        measure_synthetic(report, options, network, peer, lifter)
    for name, read in (("balance", balance), ("athletes", athletes)):
        folder = None if options.validation is None else options.validation / name
        if folder is None or not folder.is_dir():
            report.left_out.append(f"{name}: no such folder; name the one around it with --validation")
            continue
        measure_real(report, name, read, folder, network, peer, lifter)
    measure_takes(report, options, peer is not None)
    return report


def open_peer(report: Report) -> BlazePose | None:
    try:
        return BlazePose()
    except ImportError as error:
        report.left_out.append(f"BlazePose: {error}; pip install '.[mediapipe]' brings it")
        return None


def measure_synthetic(
    report: Report, options: argparse.Namespace, network: PoseNetwork, peer: Eyes | None, lifter: Lifter
) -> None:
    views = places(options.data, "validate")
    crops = synthetic_crops(options.renders, SHARDS, views, SEED, options.crops)
    report.sets["synthetic"] = scored(crops, both(network, peer, PEER_EVERY), lifter)
    nobody = empty_crops(options.renders, SHARDS, views, SEED, min(EMPTY, options.crops))
    report.heads["synthetic"] = truthfulness(report.sets["synthetic"][OURS], presences(nobody, network))


def measure_real(
    report: Report,
    name: str,
    read: Callable[[Path], Iterator[tuple[Image, Array, Crop]]],
    folder: Path,
    network: PoseNetwork,
    peer: Eyes | None,
    lifter: Lifter,
) -> None:
    crops = [crop for _, _, crop in read(folder)]
    report.sets[name] = scored(crops, both(network, peer, 1), lifter)
    rng = np.random.default_rng(SEED)
    nobody = (beside(image, box_px, rng) for image, box_px, _ in read(folder))
    said = presences((crop for crop in nobody if crop is not None), network)
    report.heads[name] = truthfulness(report.sets[name][OURS], said)


def measure_takes(report: Report, options: argparse.Namespace, peer: bool) -> None:
    if options.validation is None or options.scripts is None or not options.scripts.is_dir():
        report.left_out.append("takes: needs --validation and --scripts")
        return
    where = options.scripts, options.takes, options.model
    report.takes.extend(ends.balance_rows(options.validation / "balance", *where, peer))
    report.takes.extend(ends.athletes_rows(options.validation / "athletes", *where, peer))
    if peer:
        report.takes.extend(ends.clips_rows(options.validation / "clips", *where))


def both(network: PoseNetwork, peer: Eyes | None, peer_every: int) -> dict[str, tuple[Eyes, int]]:
    """Who is asked about how many of the crops."""
    ours: dict[str, tuple[Eyes, int]] = {OURS: (network, 1)}
    return ours if peer is None else ours | {THEIRS: (peer, peer_every)}


def presences(crops: Iterator[Image], network: PoseNetwork) -> Array:
    """What presence is said of crops."""
    return np.array([network(crop, None).presence for crop in crops])


def written(report: Report, options: argparse.Namespace, network: PoseNetwork) -> str:
    """The block of the card."""
    card = read_card(options.model.with_suffix(".toml"))
    parts = [
        f"`{options.model.name}` {card.sha256[:12]}, {card.training.samples:,} samples, judged on "
        f"{datetime.now(UTC):%Y-%m-%d}: {network.median_ms():.1f} ms of one thread per crop, "
        f"{options.model.stat().st_size / 1e6:.2f} MB.",
        "### On crops around the true person",
        table.who_sees_what(report.sets),
        "### Do the heads tell the truth?",
        table.truth_of_heads(report.heads),
    ]
    if report.takes:
        parts += ["### The whole bridge, from video to take", table.markdown(ends.HEAD, report.takes)]
    if "synthetic" in report.sets:
        ours = report.sets["synthetic"][OURS]
        parts += ["### Synthetic, by what can be seen", table.per_bin(ours)]
        parts += ["### Synthetic, joint by joint", table.per_joint(ours)]
    if report.left_out:
        parts.append("Not measured: " + "; ".join(report.left_out) + ".")
    return "\n\n".join(parts)


def _refused(error: Exception) -> int:
    print(f"evaluate: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
