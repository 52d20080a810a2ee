"""Render the films that the whole line is scored on.

    python -m models.training.motion_films --data DATA

writes ``runs/films/NAME.mp4`` and its truth for each of ``models.training.bench.films.ALL`` that is not there yet;
``models.training.motion_bench`` scores them. Needs ffmpeg with H.264, and ``runs/motions.npz``.
"""

import argparse
import os
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.camera import level_camera
from mocap_bridge.records import Image
from models.training.bench.films import ALL, FILMS, FRAMES, Film, Library
from models.training.demo_clip import FOV_DEG, SIZE_PX, dressed, film
from models.training.figures.bodies import Closet, open_closet
from models.training.figures.looks import eye_picture, fabric, print_picture
from models.training.figures.painter import Painter
from models.training.material.backgrounds import panorama_view, read_photos
from models.training.material.splits import backgrounds_of
from models.training.motions import load_motions

_FABRICS, _PRINTS = 40, 12


def place(data: Path, one: Film) -> Image:
    """What the camera sees while nobody is there. FileNotFoundError if its panorama is not kept for validation."""
    kept = {path.name: path for path in backgrounds_of(data, "validate")}
    if one.place not in kept:
        raise FileNotFoundError(f"{one.place} is no background for validation; choose from {', '.join(kept)}")
    picture = cv2.imread(str(kept[one.place]))
    if picture is None:
        raise FileNotFoundError(f"{kept[one.place]} cannot be read as a picture")
    rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    angles = one.place_yaw_rad, float(np.radians(one.pitch_deg)), 0.0
    return panorama_view(rgb, *angles, float(np.radians(FOV_DEG)), *SIZE_PX)


def render(name: str, one: Film, data: Path, closet: Closet, library: Library, painter: Painter) -> None:
    camera = level_camera(SIZE_PX, FOV_DEG, one.camera_height_m, one.pitch_deg)
    performers = [
        dressed(part.seed, library(part)[0], part.start_m, closet, painter, (_FABRICS, _PRINTS)) for part in one.parts
    ]
    # Under its final name only once it is whole.
    unfinished = FILMS / f"unfinished {name}.mp4"
    film(unfinished, performers, painter, closet.rig, camera, place(data, one), range(FRAMES))
    unfinished.with_suffix(".truth.json.gz").replace(FILMS / f"{name}.truth.json.gz")
    unfinished.replace(FILMS / f"{name}.mp4")


def main() -> None:
    parser = argparse.ArgumentParser(description="Render the films that the whole line is scored on.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/, motion/")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    cv2.setNumThreads(1)
    data = Path(options.data)
    missing = {name: one for name, one in ALL.items() if not (FILMS / f"{name}.mp4").exists()}
    closet, rng, photos = open_closet(data), np.random.default_rng(0), read_photos(data, "validate")
    library = Library(data, load_motions(), closet.rig)
    fabrics = [fabric(rng, photos) for _ in range(_FABRICS)]
    prints = [print_picture(rng, photos) for _ in range(_PRINTS)]
    painter = Painter(SIZE_PX, fabrics, prints, eye_picture(rng))
    for name, one in missing.items():
        render(name, one, data, closet, library, painter)
        print(FILMS / f"{name}.mp4", flush=True)


if __name__ == "__main__":
    main()
