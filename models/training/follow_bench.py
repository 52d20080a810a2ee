"""How well people are found and followed in the films of ``crowd_films`` and ``motion_films``.

    python -m models.training.follow_bench

One row per film: share of the people found who must be, ghosts and doubles per frame, changes of ids, 2D joints within
0.2 torsos of all due and of those found, and how far the crops are off, in sizes of the true box.
"""

import argparse
from pathlib import Path

import cv2
import msgspec

from mocap_bridge.commands.networks import load_networks
from mocap_bridge.track import TrackSettings
from models.training.bench.crowds import CROWDS
from models.training.bench.films import FILMS
from models.training.bench.following import HEADINGS, Score, cells, follow, read_film, score


def main() -> None:
    parser = argparse.ArgumentParser(description="Score finding and following people on films with truth.")
    parser.add_argument("films", type=Path, nargs="*", help="by default all of runs/crowds and runs/films")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="one of the track settings")
    options = parser.parse_args()
    given = dict(pair.split("=", 1) for pair in options.set)
    settings = msgspec.convert(given, TrackSettings, strict=False)
    cv2.setNumThreads(1)
    print(f"| film | {' | '.join(HEADINGS)} |")
    print("|---" * (1 + len(HEADINGS)) + "|")
    total = Score()
    for path in options.films or sorted([*CROWDS.glob("[!u]*.mp4"), *FILMS.glob("[!u]*.mp4")]):
        film, networks = read_film(path), load_networks("xs")
        one = score(film, follow(film.frames, networks.detect, networks.estimate, settings))
        total += one
        print(f"| {path.stem} | {' | '.join(cells(one))} |", flush=True)
    print(f"| all | {' | '.join(cells(total))} |")


if __name__ == "__main__":
    main()
