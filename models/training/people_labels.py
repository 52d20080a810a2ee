"""Cut people out of openly licensed photos, and find them in video frames, with BlazePose as the teacher.

``python -m models.training.people_labels --data DATA --out runs/real/people.npz`` needs the extra ``[mediapipe]`` and
runs once; once more, with ``--data runs/more --out runs/real/people-more.npz``, for the photos of
``models.training.open_images``. The file holds two lists of pictures, each as concatenated JPEG bytes with offsets:

- ``cutout_rgb``, ``cutout_alpha`` (N): one person each, longest side ``CUTOUT_PX``, alpha as a grey JPEG;
- ``frame_rgb``, ``frame_box_px`` (M, 4): whole video frames and the box of the one person in them.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import mediapipe
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.float32]

CUTOUT_PX = 256
FRAME_PX = 480
EVERY = 10
"""Frames between two that are used: neighbours show the same."""
CLIPS = ("people/intel_sample_videos/*.mkv", "people/intel_sample_videos/*.mp4", "video/*/*.mp4")


def main() -> None:
    parser = argparse.ArgumentParser(description="Cut people out of photos and find them in video frames.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/real/people.npz"))
    options = parser.parse_args()
    teacher = mediapipe.solutions.pose.Pose(
        static_image_mode=True, model_complexity=1, enable_segmentation=True, min_detection_confidence=0.5
    )
    cutouts = [pair for crop in person_crops(options.data) if (pair := cut_out(teacher, crop)) is not None]
    print(f"{len(cutouts)} people cut out")
    frames = [
        (frame, box) for frame in video_frames(options.data) if (box := person_box_px(teacher, frame)) is not None
    ]
    print(f"{len(frames)} video frames with a person")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    columns: dict[str, Any] = {
        **packed("cutout_rgb", [rgb for rgb, _ in cutouts]),
        **packed("cutout_alpha", [alpha for _, alpha in cutouts]),
        **packed("frame_rgb", [frame for frame, _ in frames]),
        "frame_box_px": np.array([box for _, box in frames], np.float32).reshape(-1, 4),
    }
    np.savez(options.out, **columns)


def person_crops(data: Path) -> Iterator[Image]:
    """Every annotated person large enough, with a tenth of margin. Stretched photos are taken at 4:3, as most were."""
    for folder, boxes_of, aspect in (
        (data / "people/openimages_416", lambda photo: photo["person_boxes_xywh"], 4 / 3),
        (data / "people/coco_ok", lambda photo: [person["bbox"] for person in photo["annotations"]], 1.0),
    ):
        listed = folder / "annotations.json"
        for photo in json.loads(listed.read_text()) if listed.exists() else []:
            image = cv2.imread(str(folder / "images" / photo["file"]))
            if image is None:
                raise FileNotFoundError(f"{folder / 'images' / photo['file']} is no picture that OpenCV can read")
            image = cv2.resize(image, (round(image.shape[1] * aspect), image.shape[0]))
            for x, y, width, height in boxes_of(photo):
                x, width = x * aspect, width * aspect
                if height < 100 or width < 40:
                    continue
                x0, y0 = max(0, round(x - width * 0.1)), max(0, round(y - height * 0.1))
                yield image[y0 : round(y + height * 1.1), x0 : round(x + width * 1.1)]


def cut_out(teacher: Any, crop_bgr: Image) -> tuple[Image, Image] | None:
    """The crop and its alpha, if the teacher is sure of the shoulders and of one solid silhouette."""
    scale = CUTOUT_PX / max(crop_bgr.shape[:2])
    crop_bgr = cv2.resize(crop_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = teacher.process(cv2.cvtColor(crop_bgr, cv2.COLOR_BGR2RGB))
    if found.pose_landmarks is None:
        return None
    sure = [found.pose_landmarks.landmark[joint].visibility > 0.6 for joint in (11, 12)]
    alpha = solid(found.segmentation_mask)
    share = float((alpha > 0.5).mean())
    undecided = float(((alpha > 0.2) & (alpha < 0.8)).sum() / max(1, (alpha > 0.5).sum()))
    if not all(sure) or not 0.15 < share < 0.9 or undecided > 0.2:
        return None
    return crop_bgr, (alpha * 255).astype(np.uint8)


def solid(mask: Mask) -> Mask:
    """The mask without the islands beside its largest part."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 0.2).astype(np.uint8))
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if count > 1 else -1
    return np.where(labels == largest, mask, 0).astype(np.float32)


def video_frames(data: Path) -> Iterator[Image]:
    for pattern in CLIPS:
        for path in sorted(data.glob(pattern)):
            clip = cv2.VideoCapture(str(path))
            index = 0
            while clip.grab():
                if index % EVERY == 0:
                    _, frame = clip.retrieve()
                    scale = FRAME_PX / max(frame.shape[:2])
                    yield cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                index += 1


def person_box_px(teacher: Any, frame_bgr: Image) -> tuple[int, int, int, int] | None:
    """Box of the silhouette, if most joints lie in it."""
    found = teacher.process(cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2RGB))
    if found.pose_landmarks is None:
        return None
    height, width = frame_bgr.shape[:2]
    rows, columns = np.nonzero(solid(found.segmentation_mask) > 0.5)
    if len(rows) < 200:
        return None
    box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    joints_px = [(p.x * width, p.y * height) for p in found.pose_landmarks.landmark if p.visibility > 0.6]
    inside = [box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in joints_px]
    return box if len(inside) >= 8 and np.mean(inside) > 0.9 else None


def packed(name: str, pictures: list[Image]) -> dict[str, npt.NDArray[Any]]:
    """``name`` = all JPEG bytes, ``name_at`` (N+1,) = where each begins."""
    jpegs = [cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1] for picture in pictures]
    at = np.cumsum([0, *(len(jpeg) for jpeg in jpegs)])
    return {name: np.concatenate([np.zeros(0, np.uint8), *jpegs]), f"{name}_at": at}  # also of no picture at all


if __name__ == "__main__":
    main()
