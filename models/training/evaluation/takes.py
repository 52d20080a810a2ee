"""From end to end: the program records a take, and scripts that read only files judge it.

The scripts are not part of this project, so that nobody can tune them here: ``score.py TAKE TRUTH``,
``score2d.py TAKE TRUTH2D``, ``agree.py OURS PEER`` and ``peer_blazepose.py VIDEO OUT``, each printing one JSON object.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from mocap_bridge.skeleton import JOINTS
from models.training.evaluation.eyes import BlazePose
from models.training.evaluation.real import athletes

ROOT = Path(__file__).parents[3]


class ScriptError(RuntimeError):
    """A command did not do its work; the message ends with what it said."""


def record(source: Path, take: Path, model: str, images: bool = False) -> Path:
    """The take of a video, or of a folder of unrelated photos, as the program makes it."""
    take.parent.mkdir(parents=True, exist_ok=True)
    asked = [str(ROOT / "main.py"), "record", str(source), "-o", str(take), "--overwrite", "--model", model]
    _run([*asked, "--images"] if images else asked)
    return take


def judged(script: Path, *files: Path) -> dict[str, Any]:
    """What a script prints of some files."""
    answer: dict[str, Any] = json.loads(_run([str(script), *map(str, files)]).strip().splitlines()[-1])
    return answer


def peer_photos(folder: Path, take: Path) -> Path:
    """A take of what BlazePose alone sees in each whole photo of the athletes."""
    eyes = BlazePose()
    header = {"format": "mocap-bridge-take", "version": 1, "joints": JOINTS, "bones": [], "source": "athletes"}
    lines = [header | {"model": "blazepose-full"}]
    for index, (image, _, _) in enumerate(athletes(folder)):
        answer = eyes(image)
        joints_px = None if answer is None else answer.joints * image.shape[1::-1]
        people = [] if joints_px is None else [{"id": 1, "joints_px": joints_px.tolist()}]
        lines.append({"frame": index, "people": people})
    take.parent.mkdir(parents=True, exist_ok=True)
    take.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return take


def _run(command: list[str]) -> str:
    """Run a Python file and return what it printed. Raises ScriptError."""
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if done.returncode:
        raise ScriptError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.strip()[-2000:]}")
    return done.stdout
