"""Measure a people finder: ``python -m models.training.evaluate_people MODEL --data DATA --photos PHOTOS``.

``empty_shown``: in how many of the empty places of DATA it sees somebody; ``found``: in which share of the photos
of PHOTOS (``images/`` and ``truth2d.json``, never trained on) it has a box that fits the annotated joints.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np

from mocap_bridge.detect import PeopleFinder, shared_area

from .people_sources import read_rgb

FITS = 0.3
"""IoU with the box of the joints; joints end at ankles and wrists, so even a perfect box does not reach 1."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a people finder.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with empty places")
    parser.add_argument("--photos", type=Path, help="folder with truth2d.json and images")
    options = parser.parse_args()
    measured = scores(options.model, options.data, options.photos) | {"processor_ms": milliseconds(options.model)}
    print(json.dumps(measured))


def scores(model: Path, data: Path | None, photos: Path | None) -> dict[str, float]:
    """What can be measured with the folders that are given."""
    finder = PeopleFinder(model)
    measured: dict[str, float] = {}
    if data is not None:
        folders = (data / "backgrounds/pano_jpg", data / "backgrounds/photos_cc0_budgie")
        empty = [path for folder in folders for path in sorted(folder.iterdir())]
        measured["empty_pictures"] = len(empty)
        measured["empty_shown"] = sum(len(finder(read_rgb(path, 4096)).scores) > 0 for path in empty)
    if photos is not None:
        truth = json.loads((photos / "truth2d.json").read_text())["images"]
        fits = [best_fit(finder, photos / "images" / photo["file"], photo["joints_px"]) > FITS for photo in truth]
        measured["photos"] = len(fits)
        measured["found"] = round(float(np.mean(fits)), 4)
    return measured


def best_fit(finder: PeopleFinder, path: Path, joints_px: list[list[float] | None]) -> float:
    """Largest IoU of any found box with the box of the annotated joints."""
    known = np.array([joint for joint in joints_px if joint is not None])
    wanted = np.concatenate([known.min(axis=0), known.max(axis=0)])
    return max((shared_area(wanted, box) for box in finder(read_rgb(path, 4096)).boxes_px), default=0.0)


def milliseconds(model: Path) -> float:
    """Median processor time of one call on 640x480 pixels of noise, letterboxing and reading the maps included.

    Processor time, because other programs on the machine must not change a card.
    """
    finder = PeopleFinder(model)
    image = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    times_s = []
    for _ in range(60):
        begin_s = time.process_time()
        finder(image)
        times_s.append(time.process_time() - begin_s)
    return round(float(np.median(times_s)) * 1e3, 2)


if __name__ == "__main__":
    main()
