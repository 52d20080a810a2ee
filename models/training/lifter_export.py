"""The trained lifter as ``lifter.onnx`` with the card that the program checks it against.

    python -m models.training.lifter_export --data DATA

exports the newest checkpoint. Weights are stored as bytes with one scale per output, which ONNX Runtime unpacks when it
loads them; the network that is scored has the same rounded weights.
"""

import argparse
import copy
import datetime
import hashlib
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from torch import nn

from mocap_bridge.refine import FRAME, WINDOW
from mocap_bridge.skeleton import CONTACTS, JOINTS
from models.training.lifting.network import LAYERS, MEMORY, Symmetric

TOLERANCE_M = 1e-4
_LEVELS = 127
_LARGE = 4096
"""Weights from which a matrix is worth packing."""

INPUTS = {"frame": (1, FRAME), "past": (LAYERS, 2, WINDOW - 1, MEMORY), "age_s": (WINDOW - 1,)}
OUTPUTS = {"joints_m": (1, len(JOINTS), 3), "contacts": (1, len(CONTACTS)), "memory": (LAYERS, 2, MEMORY)}

_CARD = """\
name = "lifter"
kind = "lifter"
version = 2
sha256 = "{sha256}"
licence = "MIT"
joints = {joints}
notes = \"\"\"
Input: per joint x and y as rays of a virtual camera that looks at the person, centred and scaled to one size,
confidence and the pose network's depth, all zero where unseen; then whether depth is known, gravity where the
camera's tilt is known, where the virtual camera looks and how large the person appears
(mocap_bridge.refine.seen_frame); beside it what was remembered of up to {past} frames before, and how many seconds
ago (below 0: nothing). Output: metres from the pelvis in the axes of that camera, for a body of average size;
probabilities that heels and toes stand ({contacts}); and what to remember. Left and right are treated alike by
construction. Weights are bytes with a scale per output.
\"\"\"

[input]
name = "frame"
shape = {frame}
dtype = "float32"

[more_inputs]
{more_inputs}

[outputs]
{outputs}

[training]
samples = {samples}
sample = "a frame; the first 13,443,072 were single ones, before the network had a memory"
data = [
  "CMU motion capture, mocap.cs.cmu.edu, created with funding from NSF EIA-0196217 (free for any use)",
  "Mesh2Motion animations (CC0)",
  "MakeHuman poses, base mesh and rig (CC0)",
]
date = "{date}"

[scores]
{scores}
"""


def rounded(network: nn.Module) -> nn.Module:
    """A copy whose large matrices hold only what a byte and a scale per output can say."""
    network = copy.deepcopy(network).eval()
    for weight in (p for p in network.parameters() if p.dim() == 2 and p.numel() >= _LARGE):
        scale = weight.detach().abs().amax(dim=1, keepdim=True) / _LEVELS
        weight.data = torch.round(weight.data / scale.clamp(min=1e-12)) * scale
    return network


def packed(model: Any) -> Any:
    """The ONNX model with the matrices of a ``rounded`` network stored as bytes, in place."""
    graph, nodes = model.graph, []
    for tensor in [t for t in graph.initializer if len(t.dims) == 2 and np.prod(t.dims) >= _LARGE]:
        values = numpy_helper.to_array(tensor)
        users = [node for node in graph.node if tensor.name in node.input]
        # Gemm multiplies by the transposed matrix, MatMul by the matrix itself: outputs are rows or columns.
        axis = 1 if users[0].op_type == "Gemm" else 0
        scale = np.abs(values).max(axis=axis, keepdims=True) / _LEVELS
        whole = np.rint(values / np.maximum(scale, 1e-12)).astype(np.int8)
        name = tensor.name
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(whole, name + ".byte"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), name + ".scale"))
        nodes.append(helper.make_node("Cast", [name + ".byte"], [name + ".float"], to=onnx.TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [name + ".float", name + ".scale"], [name]))
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.checker.check_model(model)
    return model


def export(network: Symmetric, path: Path, samples: int, scores: Mapping[str, float]) -> None:
    """Writes the network and its card. Raises ValueError if ONNX Runtime computes something else than torch."""
    exact = rounded(network)
    rng = torch.Generator().manual_seed(0)
    example = tuple(torch.randn(shape, generator=rng) for shape in INPUTS.values())
    example[2].copy_(torch.linspace(-0.2, 1.0, WINDOW - 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # Torch prefers its newer exporter, which needs one more package and unrolls this graph less plainly.
        warnings.simplefilter("ignore")
        names = {"input_names": list(INPUTS), "output_names": list(OUTPUTS)}
        torch.onnx.export(exact, example, str(path), opset_version=20, dynamo=False, **names)
    onnx.save(packed(onnx.load(path)), path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(list(OUTPUTS), {name: value.numpy() for name, value in zip(INPUTS, example, strict=True)})
    with torch.no_grad():
        difference = max(float(np.abs(a - b.numpy()).max()) for a, b in zip(found[:2], exact(*example), strict=False))
    if difference > TOLERANCE_M:
        raise ValueError(f"{path} differs from the trained network by {difference}; at most {TOLERANCE_M} is rounding")
    path.with_suffix(".toml").write_text(_card(path, samples, scores))


def _card(path: Path, samples: int, scores: Mapping[str, float]) -> str:
    def table(values: Mapping[str, Any]) -> str:
        return "\n".join(f"{name} = {list(v) if isinstance(v, tuple) else v}" for name, v in values.items())

    return _CARD.format(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        joints=str(list(JOINTS)).replace("'", '"'),
        past=WINDOW - 1,
        contacts=", ".join(CONTACTS),
        frame=list(INPUTS["frame"]),
        more_inputs=table({name: shape for name, shape in INPUTS.items() if name != "frame"}),
        outputs=table(OUTPUTS),
        samples=samples,
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        scores=table(scores),
    )


def main() -> None:
    from models.training.lifter import ONNX, SHIPPED_CHECKPOINT, begin, newest_checkpoint
    from models.training.lifting.clips import pools
    from models.training.lifting.scores import held_out

    parser = argparse.ArgumentParser(description="Export the newest checkpoint of the lifter with its card.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/")
    parser.add_argument("--out", type=Path, default=ONNX)
    parser.add_argument("--small", action="store_true", help=f"also write {SHIPPED_CHECKPOINT}")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    torch.set_num_threads(1)
    run = begin()
    run.load(newest_checkpoint())
    if options.small:
        run.save_small(SHIPPED_CHECKPOINT)
    _, validation = pools(Path(options.data))
    export(Symmetric(run.average), options.out, run.samples, held_out(run.average, validation))


if __name__ == "__main__":
    main()
