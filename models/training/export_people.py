"""Write ``models/people_xs.onnx`` and its card from a checkpoint: ``python -m models.training.export_people``.

The exported network is compared with the trained one, measured (``evaluate_people``), and only then written
together with its card, so that the card's figures are the figures of these very bytes.
"""

import argparse
import datetime
import hashlib
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch

from models.training.evaluate_people import examined
from models.training.people.litepose import HEIGHT_PX, STRIDE_PX, WIDTH_PX, PeopleNet, Shipped
from models.training.train_people import COMMITTED

DATA = (
    "backgrounds: 46 panoramas and 19 photos (CC0), shelf photos (MIT)",
    "MakeHuman bodies (CC0) in poses of the CMU graphics lab (free for any use) and CC0 clips, rendered",
    "COCO, 93 photos (CC BY 2.0, CC BY-SA 2.0, public domain), boxes (CC BY 4.0)",
    "Open Images, 3,222 photos (listed as CC BY 2.0), boxes (CC BY 4.0)",
    "Intel sample videos (CC BY 4.0), caliscope (BSD) and tfjs-models (Apache-2.0) clips, boxes by BlazePose",
    "cut-outs of the photos above by MediaPipe BlazePose (Apache-2.0)",
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Export the people finder with its card.")
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/checkpoints/people_xs.pt"))
    parser.add_argument("--out", type=Path, default=Path("models/people_xs.onnx"))
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder of the assets")
    parser.add_argument("--renders", type=Path, default=Path("runs/renders"), help="folder of val-NNN.npz")
    parser.add_argument("--validation", type=Path, help="folder with balance, clips and athletes")
    parser.add_argument("--threshold", type=float, default=0.4, help="score from which a box counts")
    parser.add_argument("--overlap", type=float, default=0.5, help="IoU from which a box is a second answer")
    options = parser.parse_args()
    checkpoint: dict[str, Any] = torch.load(options.checkpoint, weights_only=True)
    net = PeopleNet()
    net.load_state_dict(checkpoint["average"])
    content = exported(net.eval())
    card = {"threshold": options.threshold, "overlap": options.overlap}
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / options.out.name
        write(trial, content, checkpoint["pictures"], card, {})
        text, measured = examined(trial, options.data, options.renders, options.validation)
    options.out.with_suffix(".md").write_text(text)
    write(options.out, content, checkpoint["pictures"], card, measured)
    torch.save({name: checkpoint[name] for name in ("average", "step", "pictures")}, COMMITTED)
    print(f"{options.out}: {len(content) / 1e6:.2f} MB, {measured}")


def exported(net: PeopleNet) -> bytes:
    """The network as ONNX. Raises RuntimeError if it does not give what the trained network gives."""
    shipped = Shipped(net).eval()
    image = torch.randint(
        0, 256, (1, HEIGHT_PX, WIDTH_PX, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1)
    )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own age
        path = Path(folder) / "people.onnx"
        names = {"input_names": ["image"], "output_names": ["heat", "sides_px", "body"]}
        torch.onnx.export(shipped, (image,), str(path), opset_version=17, dynamo=False, **names)
        content = path.read_bytes()
    onnx.checker.check_model(content)
    found = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).run(
        None, {"image": image.numpy()}
    )
    with torch.no_grad():
        wanted = [tensor.numpy() for tensor in shipped(image)]
    for name, a, b in zip(names["output_names"], wanted, found, strict=True):
        if (error := float(np.abs(a - b).max() / np.abs(a).max())) > 1e-4:
            raise RuntimeError(
                f"exported {name} differs from the trained network's by {error:.1e} of its largest value"
            )
    return content


def write(path: Path, content: bytes, pictures: int, people: dict[str, float], measured: dict[str, float]) -> None:
    """Network and card side by side."""
    rows, columns = HEIGHT_PX // STRIDE_PX, WIDTH_PX // STRIDE_PX
    lines = [
        f'name = "{path.stem}"',
        'kind = "people"',
        "version = 1",
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
        'licence = "MIT"',
        'notes = "LitePose-like; the picture lies letterboxed in the middle. heat: is the centre of a person in this '
        "cell; sides_px: from the cell's centre to left, top, right, bottom of the visible person; body: the share of "
        'the cell that shows a person. The empty pictures of the scores were among the negatives of the training."',
        "",
        "[input]",
        'name = "image"',
        f"shape = [1, {HEIGHT_PX}, {WIDTH_PX}, 3]",
        'dtype = "uint8"',
        "",
        "[outputs]",
        f"heat = [1, {rows}, {columns}]",
        f"sides_px = [1, 4, {rows}, {columns}]",
        f"body = [1, {rows}, {columns}]",
        "",
        "[people]",
        *(f"{key} = {value}" for key, value in people.items()),
        "",
        "[training]",
        f"samples = {pictures}",
        f'date = "{datetime.datetime.now(datetime.UTC).date()}"',
        "data = [",
        *(f'    "{entry}",' for entry in DATA),
        "]",
        "",
        "[scores]",
        *(f"{key} = {value}" for key, value in measured.items()),
    ]
    path.write_bytes(content)
    path.with_suffix(".toml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
