"""Measure a people finder on the fixed examination: ``python -m models.training.evaluate_people``.

    python -m models.training.evaluate_people [MODEL] --data DATA --validation VALIDATION --write models/people_xs.md

Prints Markdown tables: recall on a thousand synthetic scenes (``people_trial``) by the height of the people and the
overlap asked for, false people per empty picture, people found in real clips within five frames, photos of athletes,
and the time of one call. What needs a folder that is not given is left out, and said to be.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.detect import PeopleFinder, shared_area
from mocap_bridge.records import Array, Boxes, Image
from mocap_bridge.search import Search
from models.training.people.sources import read_rgb
from models.training.people.trial import EMPTY_KINDS, Glimpse, Scene, glimpses, scenes

OVERLAPS = (0.3, 0.5, 0.75)
HEIGHTS = ((0.15, 0.2), (0.2, 0.35), (0.35, 0.6), (0.6, 1.0), (0.2, 1.0))
"""From and up to, as shares of the picture's height; the last is everybody whom a user cares for."""
WITHIN = 5
"""Frames in which a person of a real clip must be found."""
ELSEWHERE = 0.1
"""A box that overlaps nobody by more than this IoU is a false person."""
ATHLETE = 0.3
"""IoU with the box of the joints; joints end at ankles and wrists, so even a perfect box does not reach 1."""

INTRODUCTION = (
    "Written by `python -m models.training.evaluate_people`. The synthetic scenes show people, clothes and places that "
    "are kept from training (`training/people_trial.py`); who is more than half covered is not asked for. The empty "
    "pictures, in contrast, were among the negatives of the training."
)

Find = Callable[[Image], Boxes]


@dataclass(frozen=True, eq=False)
class Synthetic:
    """What came out on the synthetic scenes."""

    heights: Array  # (N,) of everybody who must be found, as a share of the picture
    overlaps: Array  # (N,) largest IoU of any box with each of them
    false_people: dict[str, list[int]]  # by kind of scene, boxes per picture where nobody is

    def recall(self, overlap: float, low: float = 0.2, high: float = 1.0) -> float:
        """Share of the people of these heights that some box covers by this IoU; not a number where there are none."""
        chosen = self.overlaps[(self.heights >= low) & ((self.heights < high) | (high >= 1))]
        return float((chosen >= overlap).mean()) if len(chosen) else float("nan")

    def false_per_empty(self) -> float:
        """False people per picture that shows nobody."""
        return float(np.mean([count for kind in EMPTY_KINDS for count in self.false_people[kind]]))


@dataclass(frozen=True, eq=False)
class Clip:
    """What came out on the marked frames of one real clip."""

    name: str
    overlaps: tuple[float, ...]  # best IoU within WITHIN frames, of each marked person
    false_people: tuple[int, ...]  # per frame


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a people finder.")
    parser.add_argument("model", type=Path, nargs="?", default=Path("models/people_xs.onnx"))
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder of the assets")
    parser.add_argument("--renders", type=Path, default=Path("runs/renders"), help="folder of val-NNN.npz")
    parser.add_argument("--validation", type=Path, help="folder with balance, clips and athletes")
    parser.add_argument("--write", type=Path, help="also write the tables into this file")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    text, _ = examined(options.model, options.data, options.renders, options.validation)
    print(text)
    if options.write is not None:
        options.write.write_text(text)


def examined(model: Path, data: Path | None, renders: Path, validation: Path | None) -> tuple[str, dict[str, float]]:
    """Tables in Markdown, and the scores for the card."""
    finder = PeopleFinder(model)
    parts = [f"# What `{model.stem}` finds", INTRODUCTION]
    measured: dict[str, float] = {}
    if data is not None:
        found = synthetic(finder, scenes(data, renders))
        parts += [recall_table(found), false_table(found)]
        measured |= {f"recall_{round(overlap * 100)}": round(found.recall(overlap), 3) for overlap in OVERLAPS}
        measured["false_per_empty_scene"] = round(found.false_per_empty(), 3)
        empty = [finder(read_rgb(path, 4096)).scores for path in empty_pictures(data)]
        measured["empty_pictures"], measured["empty_shown"] = len(empty), sum(len(scores) > 0 for scores in empty)
    if validation is not None:
        clips = real(finder, glimpses(validation, WITHIN))
        parts.append(clips_table(clips))
        overlaps = [overlap for clip in clips for overlap in clip.overlaps]
        measured["clips_people"] = len(overlaps)
        measured["clips_found"] = sum(overlap >= 0.5 for overlap in overlaps)
        measured["photos"], measured["found"] = athletes(finder, validation / "athletes")
    measured["processor_ms"] = milliseconds(finder)
    parts.append(other_table(measured))
    left_out = [name for name, folder in (("--data", data), ("--validation", validation)) if folder is None]
    parts += [f"Left out, for want of {' and '.join(left_out)}: the rest."] if left_out else []
    return "\n\n".join(parts) + "\n", measured


def synthetic(find: Find, examination: Iterable[Scene]) -> Synthetic:
    """Ask once per scene."""
    heights: list[float] = []
    overlaps: list[float] = []
    false_people: dict[str, list[int]] = {kind: [] for kind in ("people", *EMPTY_KINDS)}
    for scene in examination:
        boxes_px = find(scene.image).boxes_px
        heights += list((scene.boxes_px[:, 3] - scene.boxes_px[:, 1]) / scene.image.shape[0])
        overlaps += best_overlaps(scene.boxes_px, boxes_px)
        false_people[scene.kind].append(elsewhere(boxes_px, np.concatenate([scene.boxes_px, scene.unsure_px])))
    return Synthetic(np.array(heights), np.array(overlaps), false_people)


def real(find: Find, examination: Iterable[Glimpse]) -> list[Clip]:
    """Search each glimpse from its first frame, as the program does when it starts there."""
    clips: dict[str, Clip] = {}
    for glimpse in examination:
        search = Search(find)
        answers = [search(frame).boxes_px for frame in glimpse.frames]
        overlaps = best_overlaps(glimpse.boxes_px, np.concatenate(answers))
        everybody = np.concatenate([glimpse.boxes_px, glimpse.unsure_px])
        false_people = [elsewhere(boxes_px, everybody) for boxes_px in answers]
        before = clips.get(glimpse.clip, Clip(glimpse.clip, (), ()))
        clips[glimpse.clip] = Clip(
            glimpse.clip, before.overlaps + tuple(overlaps), before.false_people + tuple(false_people)
        )
    return list(clips.values())


def best_overlaps(wanted_px: Array, found_px: Array) -> list[float]:
    """Largest IoU of each wanted box (N, 4) with any found one (M, 4)."""
    return [max((shared_area(box, other) for other in found_px), default=0.0) for box in wanted_px]


def elsewhere(found_px: Array, people_px: Array) -> int:
    """How many of the found boxes (M, 4) lie where none of the people (N, 4) is."""
    return sum(overlap <= ELSEWHERE for overlap in best_overlaps(found_px, people_px))


def athletes(find: Find, folder: Path) -> tuple[int, float]:
    """Photos, and the share of them where a box fits the annotated joints of the athlete."""
    truth = json.loads((folder / "truth2d.json").read_text())["images"]
    fits = []
    for photo in truth:
        known = np.array([joint for joint in photo["joints_px"] if joint is not None])
        wanted_px = np.concatenate([known.min(axis=0), known.max(axis=0)])[None]
        found = find(read_rgb(folder / "images" / photo["file"], 4096))
        fits.append(best_overlaps(wanted_px, found.boxes_px)[0] > ATHLETE)
    return len(fits), round(float(np.mean(fits)), 4)


def empty_pictures(data: Path) -> list[Path]:
    """All places that nobody is in, whole."""
    folders = (data / "backgrounds/pano_jpg", data / "backgrounds/photos_cc0_budgie")
    return [path for folder in folders for path in sorted(folder.iterdir())]


def milliseconds(find: Find) -> float:
    """Median processor time of one call on 640x480 pixels of noise, letterboxing and reading the maps included.

    Processor time, because other programs on the machine must not change a card.
    """
    image = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    times_s = []
    for _ in range(60):
        begin_s = time.process_time()
        find(image)
        times_s.append(time.process_time() - begin_s)
    return round(float(np.median(times_s)) * 1e3, 2)


def recall_table(found: Synthetic) -> str:
    rows = []
    for low, high in HEIGHTS:
        count = int(((found.heights >= low) & ((found.heights < high) | (high >= 1))).sum())
        upper = "" if high >= 1 else f" to {high}"
        rows.append([f"from {low}{upper}", str(count), *(f"{found.recall(iou, low, high):.3f}" for iou in OVERLAPS)])
    return table(["height, of the picture's", "people", *(f"found at IoU {iou}" for iou in OVERLAPS)], rows)


def false_table(found: Synthetic) -> str:
    rows = [
        [f"nobody: {kind}" if kind in EMPTY_KINDS else kind, str(len(counts)), f"{np.mean(counts):.3f}"]
        for kind, counts in found.false_people.items()
    ]
    empty = sum(len(found.false_people[kind]) for kind in EMPTY_KINDS)
    rows.append(["nobody, all", str(empty), f"{found.false_per_empty():.3f}"])
    return table(["scenes with", "pictures", "false people per picture"], rows)


def clips_table(clips: list[Clip]) -> str:
    rows = []
    for clip in clips:
        shares = [str(sum(overlap >= iou for overlap in clip.overlaps)) for iou in OVERLAPS]
        middle, false = f"{np.median(clip.overlaps):.2f}", f"{np.mean(clip.false_people):.2f}"
        rows.append([clip.name, str(len(clip.overlaps)), *shares, middle, false])
    head = ["clip", "people marked", *(f"found at IoU {iou} within {WITHIN} frames" for iou in OVERLAPS)]
    return table([*head, "median IoU", "false people per frame"], rows)


def other_table(measured: dict[str, float]) -> str:
    rows = [["one call on one thread, ms", f"{measured['processor_ms']}"]]
    if "empty_pictures" in measured:
        rows.append(["empty pictures that show somebody", f"{measured['empty_shown']} of {measured['empty_pictures']}"])
    if "photos" in measured:
        rows.append([f"athletes found in {measured['photos']} hard photos", f"{measured['found']}"])
    return table(["what", "measured"], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
