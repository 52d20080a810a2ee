"""Choose the score from which a box counts: ``python -m models.training.people_threshold --data DATA``.

Asks the finder once for everything it can think of, on scenes like those of the examination but made of the places
and people of training, and prints what each threshold would keep. The examination itself must not choose.
"""

import argparse
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.detect import PeopleFinder
from mocap_bridge.records import Array
from models.training.evaluate_people import Find, best_overlaps, elsewhere, table
from models.training.people.trial import Scene, scenes

LOWEST = 0.2
THRESHOLDS = np.arange(0.24, 0.66, 0.02)
FITS = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description="Choose the people finder's threshold.")
    parser.add_argument("model", type=Path, nargs="?", default=Path("models/people_xs.onnx"))
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder of the assets")
    parser.add_argument("--renders", type=Path, default=Path("runs/renders"), help="folder of train-NNN.npz")
    options = parser.parse_args()
    if options.data is None:
        parser.error("say where the assets are: --data FOLDER, or the environment variable MOCAP_DATA")
    cv2.setNumThreads(1)
    finder = unguarded(options.model)
    head = ["threshold", f"recall at IoU {FITS}", "false people per empty picture", "per picture with people"]
    print(table(head, sweep(finder, scenes(options.data, options.renders, held_out=False))))


def unguarded(model: Path) -> PeopleFinder:
    """The finder with the lowest threshold."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / model.name
        copy.write_bytes(model.read_bytes())
        card = model.with_suffix(".toml").read_text()
        copy.with_suffix(".toml").write_text(re.sub(r"(?m)^threshold = .*$", f"threshold = {LOWEST}", card))
        return PeopleFinder(copy)


def sweep(find: Find, examination: Iterable[Scene]) -> list[list[str]]:
    """One row of the table per threshold. A higher one keeps a part of the same boxes: overlaps are settled first."""
    recalls: list[Array] = []
    empty: list[Array] = []
    crowded: list[Array] = []
    for scene in examination:
        found = find(scene.image)
        kept = [found.boxes_px[found.scores >= threshold] for threshold in THRESHOLDS]
        tall = scene.boxes_px[:, 3] - scene.boxes_px[:, 1] >= 0.2 * scene.image.shape[0]
        wanted_px = scene.boxes_px[tall]
        if len(wanted_px):
            recalls += list(np.array([best_overlaps(wanted_px, boxes_px) for boxes_px in kept]).T >= FITS)
        everybody_px = np.concatenate([scene.boxes_px, scene.unsure_px])
        false = np.array([elsewhere(boxes_px, everybody_px) for boxes_px in kept])
        (crowded if scene.kind == "people" else empty).append(false)
    columns = zip(THRESHOLDS, np.mean(recalls, axis=0), np.mean(empty, axis=0), np.mean(crowded, axis=0), strict=True)
    return [[f"{threshold:.2f}", *(f"{share:.3f}" for share in shares)] for threshold, *shares in columns]


if __name__ == "__main__":
    main()
