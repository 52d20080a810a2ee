"""Write the averaged network as ``models/mobilehumanpose_xs.onnx`` with its card: ``python -m models.training.export``.

Its heads are calibrated first, on crops made for that (``calibration_crops``), and the calibration becomes part of the
graph. That is compared with torch before the file takes its place, so a wrong export never ships.
"""

# mypy: allow-untyped-decorators

import argparse
import hashlib
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from mocap_bridge.records import Image
from mocap_bridge.skeleton import JOINTS
from models.training.pose.calibrate import Calibration, fitted
from models.training.pose.calibrated import Calibrated
from models.training.pose.crops import observed
from models.training.pose.loss import DEPTH_RANGE_M
from models.training.pose.mobilehumanpose import INPUT_PX, MobileHumanPose, Shipped
from models.training.train import SHIPPED, newest_checkpoint

NAME, VERSION = "mobilehumanpose_xs", 1
OUTPUTS = {
    "xy_map": (1, 30, 32, 32),
    "z_line": (1, 30, 32),
    "visibility": (1, 30),
    "sigma": (1, 30),
    "presence": (1, 1),
}
TOLERANCE = 1e-3
MAX_BYTES = 4_500_000
HALVED_FROM = 100_000
"""Numbers in a tensor from which it is stored in half precision."""
DATA = (
    "MakeHuman bodies (CC0) rendered with motion of the CMU graphics lab (free for any use) and CC0 clips",
    "Backgrounds (CC0, MIT)",
    "COCO, 840 photos with open licences (CC BY, CC BY-SA, no known restrictions), 2D labels by hand (CC BY 4.0)",
    "Open Images, 3,396 photos (listed as CC BY 2.0), 2D where BlazePose and MoveNet agree (both Apache-2.0)",
    "Intel sample videos (CC BY), caliscope recordings (BSD), TensorFlow.js test data (Apache-2.0), 2D by BlazePose",
    "Fall detection clips of ASSIST-IoT (CC BY 4.0) and GMDCSA24 (MIT), yogait photos (CC0), 2D by BlazePose",
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Export the pose network to ONNX with its card.")
    parser.add_argument("--checkpoint", type=Path, default=newest_checkpoint(NAME))
    parser.add_argument("--out", type=Path, default=Path("models") / f"{NAME}.onnx")
    parser.add_argument("--score", action="append", default=[], metavar="NAME=NUMBER", help="measured, for the card")
    parser.add_argument(
        "--ship-checkpoint", action="store_true", help="also write models/checkpoints, to continue from"
    )
    data = os.environ.get("MOCAP_DATA")
    parser.add_argument("--data", type=Path, default=data, help="assets; backgrounds/ is read for the calibration")
    parser.add_argument("--calibration", type=Path, default=Path("runs/calibration"), help="renders made for it")
    parser.add_argument("--real", type=Path, default=Path("runs/real/real.npz"), help="the teacher's file")
    parser.add_argument("--no-calibrate", dest="calibrate", action="store_false", help="export the heads as they are")
    options = parser.parse_args()
    if options.calibrate and options.data is None:
        parser.error("name the folder of the assets with --data or MOCAP_DATA, or add --no-calibrate")
    if options.checkpoint is None:
        parser.error(f"there is no checkpoint of {NAME} to export; train first, or name one with --checkpoint")
    try:
        net = load(options.checkpoint)
    except ValueError as error:
        parser.error(str(error))
    half = options.out.with_suffix(".half.onnx")
    shipped, told = Shipped(net).eval(), {}
    if options.calibrate:
        calibration = calibration_of(shipped, half, options)
        shipped, told = Calibrated(shipped, calibration).eval(), in_words(calibration)
    write_graph(shipped, half)
    session = open_session(half)
    difference = largest_difference(shipped, session)
    size = half.stat().st_size
    if difference >= TOLERANCE or size > MAX_BYTES:
        half.unlink()
        raise SystemExit(
            f"not exported: difference {difference:.2e} (limit {TOLERANCE}), {size} bytes (limit {MAX_BYTES})"
        )
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    progress = state["progress"]
    digest = hashlib.sha256(half.read_bytes()).hexdigest()
    scores = {"ms_one_thread": round(median_ms(session), 2), "parity": float(f"{difference:.1e}")}
    scores |= told | {name: float(number) for name, _, number in (score.partition("=") for score in options.score)}
    os.replace(half, options.out)
    options.out.with_suffix(".toml").write_text(card(digest, progress, scores))
    if options.ship_checkpoint:
        ship_checkpoint(state)
    print(f"{options.out}: {size / 1e6:.2f} MB, differs from torch by {difference:.1e}, {scores['ms_one_thread']} ms")


def calibration_of(shipped: nn.Module, half: Path, options: argparse.Namespace) -> Calibration:
    """What the heads must be told, measured on the graph as it would ship without it. Exits where crops are missing."""
    write_graph(shipped, half)
    session = open_session(half)

    def ask(image: Image) -> list[Any]:
        return [output[0] for output in session.run(list(OUTPUTS), {"image": image[None]})]

    try:
        return fitted(observed(ask, options.data, options.calibration, options.real))
    except (FileNotFoundError, ValueError) as error:
        print(f"export: cannot calibrate: {error}; --no-calibrate exports the heads as they are", file=sys.stderr)
        raise SystemExit(2) from error
    finally:
        half.unlink()


def in_words(calibration: Calibration) -> dict[str, float]:
    """The numbers of all joints together, for the card."""
    names = ("visibility_slope", "presence_slope", "presence_bias", "sigma_power")
    return {f"calibration_{name}": round(float(getattr(calibration, name)), 3) for name in names}


def load(checkpoint: Path, size: str = "xs") -> MobileHumanPose:
    """The averaged network of a checkpoint, ready to be asked. Raises ValueError for one that has no maps yet."""
    net: MobileHumanPose = MobileHumanPose(size).eval()
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["ema"]
    if not any(name.startswith("fine.") for name in state):
        raise ValueError(f"{checkpoint} is of a network that had no maps beside its volume; train it further first")
    net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in state.items()})
    return net


def ship_checkpoint(state: dict[str, Any]) -> None:
    """The averaged weights in half precision, without the optimiser: a fifth of the size of a full checkpoint."""
    ema = {name: value.half() if value.is_floating_point() else value for name, value in state["ema"].items()}
    SHIPPED.mkdir(parents=True, exist_ok=True)
    torch.save({"ema": ema, "progress": state["progress"]}, SHIPPED / f"{NAME}.pt")


def write_graph(shipped: nn.Module, path: Path) -> None:
    """Normalisation, maps and sigmoids are part of the graph; batch norms are folded into the convolutions."""
    torch.onnx.export(
        shipped,
        (torch.zeros(1, INPUT_PX, INPUT_PX, 3, dtype=torch.uint8),),
        str(path),
        input_names=["image"],
        output_names=list(OUTPUTS),
        opset_version=17,
        dynamo=False,
    )
    graph = onnx.load(path)
    halve_large_weights(graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def halve_large_weights(graph: onnx.ModelProto) -> None:
    """Store large tensors as float16, in place; ONNX Runtime widens them once, when it loads the graph."""
    for tensor in graph.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < HALVED_FROM:
            continue
        wide, narrow = tensor.name, f"{tensor.name}_half"
        tensor.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor).astype(np.float16), narrow))
        cast = onnx.helper.make_node("Cast", [narrow], [wide], to=onnx.TensorProto.FLOAT)
        graph.graph.node.insert(0, cast)


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """One thread that does not spin, as the program runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@torch.no_grad()
def largest_difference(shipped: nn.Module, session: onnxruntime.InferenceSession) -> float:
    """Over all outputs, for noise, grey and a picture with edges."""
    largest = 0.0
    for image in _pictures():
        ours = shipped(torch.from_numpy(image))
        for mine, (name, shape), other in zip(ours, OUTPUTS.items(), session.run(None, {"image": image}), strict=True):
            assert other.shape == shape, f"{name} has shape {other.shape}, its contract says {shape}"
            largest = max(largest, float(np.abs(mine.numpy() - other).max()))
    return largest


def median_ms(session: onnxruntime.InferenceSession, runs: int = 60) -> float:
    """That a crop keeps the one thread busy: other work on the machine hardly counts."""
    image, times = _pictures()[0], []
    for _ in range(runs):
        begin_s = time.thread_time()
        session.run(None, {"image": image})
        times.append(time.thread_time() - begin_s)
    return float(np.median(times)) * 1000


def card(digest: str, progress: dict[str, Any], scores: dict[str, float]) -> str:
    lines = [
        f'name = "{NAME}"',
        'kind = "pose"',
        f"version = {VERSION}",
        'licence = "MIT"',
        f'sha256 = "{digest}"',
        f"joints = {_listed(JOINTS)}",
        f"depth_range_m = {list(DEPTH_RANGE_M)}",
        f'notes = "After MobileHumanPose XS (CVPR Workshops 2021), own weights. Began with: {progress["source"]}."',
        "",
        "[input]",
        'name = "image"',
        f"shape = [1, {INPUT_PX}, {INPUT_PX}, 3]",
        'dtype = "uint8"',
        "",
        "[outputs]",
        *(f"{name} = {list(shape)}" for name, shape in OUTPUTS.items()),
        "",
        "[training]",
        f"samples = {progress['samples']}",
        f"data = {_listed(DATA)}",
        f'date = "{datetime.now(UTC):%Y-%m-%d}"',
        "",
        "[scores]",
        *(f"{name} = {value}" for name, value in scores.items()),
    ]
    return "\n".join(lines) + "\n"


def _listed(words: tuple[str, ...]) -> str:
    return "[\n" + "".join(f'    "{word}",\n' for word in words) + "]"


def _pictures() -> list[Image]:
    shape = (1, INPUT_PX, INPUT_PX, 3)
    edges = np.zeros(shape, np.uint8)
    edges[:, 40:220, 90:170] = (200, 120, 40)
    return [np.random.default_rng(7).integers(0, 256, shape, dtype=np.uint8), np.full(shape, 128, np.uint8), edges]


if __name__ == "__main__":
    main()
