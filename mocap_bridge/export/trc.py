"""TRC: the joints as markers for OpenSim. Millimetres, Y up; a marker that was not seen is an empty cell.

Markers are where they were seen, not where the bones of the pose are: OpenSim solves its own skeleton.
https://simtk-confluence.stanford.edu/display/OpenSim/Marker+(.trc)+Files
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..errors import OutputError
from ..records import BodyJoints, Scene
from ..skeleton import JOINTS
from .clips import median_fps, person_path, write_bytes

_MM = 1000.0
_UNSEEN = 0.02  # a visibility below it is a guess


def export_trc(
    scenes: Iterable[Scene], path: Path, fps: float | None = None, person_id: int | None = None
) -> list[Path]:
    """One file per person, named as ``clips`` does, all as long as the take; returns the files.

    ``fps`` is only what the head of the file says: for another rate, resample the take. Raises OutputError if nobody
    (or not ``person_id``) is there, or a file cannot be written.
    """
    people: dict[int, dict[int, BodyJoints]] = {}
    times_s: list[float] = []
    for row, scene in enumerate(scenes):
        times_s.append(scene.time_s)
        for body in scene.bodies:
            people.setdefault(body.person_id, {})[row] = body
    if not people or person_id not in (None, *people):
        there = f"the take holds person {', '.join(map(str, people))}" if people else "the take holds nobody"
        raise OutputError(f"no motion to export: {there}" + (f", not {person_id}" if people else ""))
    fps = fps if fps is not None else median_fps(times_s)
    chosen = people if person_id is None else {person_id: people[person_id]}
    files = []
    for number, bodies in chosen.items():
        file = person_path(path, number, len(chosen) == 1)
        write_bytes(file, _text(file.name, times_s, bodies, fps).encode("ascii", "replace"))
        files.append(file)
    return files


def _text(name: str, times_s: list[float], bodies: dict[int, BodyJoints], fps: float) -> str:
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{fps:.6g}\t{fps:.6g}\t{len(times_s)}\t{len(JOINTS)}\tmm\t{fps:.6g}\t1\t{len(times_s)}",
        "Frame#\tTime\t" + "\t\t\t".join(JOINTS) + "\t\t",
        "\t\t" + "\t".join(f"X{n}\tY{n}\tZ{n}" for n in range(1, len(JOINTS) + 1)),
        "",
    ]
    rows = [
        f"{row + 1}\t{time_s - times_s[0]:.6f}\t" + "\t".join(_cells(bodies.get(row)))
        for row, time_s in enumerate(times_s)
    ]
    return "\n".join(head + rows) + "\n"


def _cells(body: BodyJoints | None) -> list[str]:
    if body is None:
        return [""] * (3 * len(JOINTS))
    seen = body.visibility > _UNSEEN
    rows_mm = np.round(body.joints_world_m * _MM, 3)
    return [f"{value:.3f}" if there else "" for row, there in zip(rows_mm, seen, strict=True) for value in row]
