"""The whole bridge against what is known or said of videos and photos, as rows of one table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from models.training.evaluation.takes import judged, peer_photos, record

PEER = "blazepose"
_BALANCE = ("coverage", "pck2d_02", "pa_mpjpe", "mpjpe", "accel_err", "false_people_per_frame")
HEAD = [
    "set",
    "eyes",
    "seen",
    "PCK@0.2",
    "PA-MPJPE mm",
    "MPJPE mm",
    "acceleration error mm/frame^2",
    "false people a frame",
]

Row = list[Any]


def balance_rows(folder: Path, scripts: Path, takes: Path, model: Path, peer: bool) -> Iterator[Row]:
    """The balancing man through the program, with and without the peer as its eyes, and the peer alone."""
    clip, truth = folder / "cam01.mp4", folder / "cam01.json"
    for name, title in _models(model, peer):
        take = record(clip, takes / f"balance-{Path(name).stem}.take.jsonl", name)
        yield ["balance/cam01", title, *_of(judged(scripts / "score.py", take, truth))]
    if peer:
        take = takes / "balance-peer.take.jsonl"
        judged(scripts / "peer_blazepose.py", clip, take)
        yield ["balance/cam01", "BlazePose full alone", *_of(judged(scripts / "score.py", take, truth))]


def athletes_rows(folder: Path, scripts: Path, takes: Path, model: Path, peer: bool) -> Iterator[Row]:
    """The athletes, each photo on its own."""
    made = []
    for name, title in _models(model, peer):
        made.append((record(folder / "images", takes / f"athletes-{Path(name).stem}.take.jsonl", name, True), title))
    if peer:
        made.append((peer_photos(folder, takes / "athletes-peer.take.jsonl"), "BlazePose full alone"))
    for take, title in made:
        told = judged(scripts / "score2d.py", take, folder / "truth2d.json")
        yield ["athletes", title, told["found"], told["pck_02"], *[None] * 4]


def clips_rows(folder: Path, scripts: Path, takes: Path, model: Path) -> Iterator[Row]:
    """How far the program agrees with the peer's confident joints on clips without truth, and the mean of them."""
    told: dict[str, list[dict[str, Any]]] = {}
    clips = sorted(path for path in folder.iterdir() if path.suffix in (".mp4", ".mkv"))
    for clip in clips:
        peer_take = takes / f"{clip.stem}-peer.take.jsonl"
        judged(scripts / "peer_blazepose.py", clip, peer_take)
        for name, title in _models(model, peer=True):
            take = record(clip, takes / f"{clip.stem}-{Path(name).stem}.take.jsonl", name)
            told.setdefault(title, []).append(judged(scripts / "agree.py", take, peer_take))
    for title, answers in told.items():
        for clip, answer in zip(clips, answers, strict=True):
            yield [clip.name, title, answer["coverage"], answer["pck_02"], answer["pa_mm"], None, None, None]
        means = [round(float(np.mean([answer[key] for answer in answers])), 4) for key in ("coverage", "pck_02")]
        yield [f"mean of the {len(clips)} clips", title, *means, *[None] * 4]


def _models(model: Path, peer: bool) -> list[tuple[str, str]]:
    ours = [(str(model.resolve()), "the bridge")]
    return [*ours, (PEER, "the bridge, `--model blazepose`")] if peer else ours


def _of(told: dict[str, Any]) -> Row:
    return [told[key] for key in _BALANCE]
