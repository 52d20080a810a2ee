"""The trained lifter as ``lifter.onnx`` with the card that the program checks it against."""

import datetime
import hashlib
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from mocap_bridge.skeleton import JOINTS

TOLERANCE_M = 1e-4

_CARD = """\
name = "lifter"
kind = "lifter"
version = 1
sha256 = "{sha256}"
licence = "MIT"
joints = {joints}
notes = \"\"\"
Input: per joint x and y as rays of a virtual camera that looks at the person, centred and scaled to one size, and
confidence; all zero where unseen (mocap_bridge.refine.normalized). Output: metres from the pelvis in the axes of
that camera, for a body of average size; left and right are treated alike by construction.
\"\"\"

[input]
name = "joints"
shape = {shape}
dtype = "float32"

[outputs]
joints_m = {shape}

[training]
samples = {samples}
data = [
  "CMU motion capture, mocap.cs.cmu.edu, created with funding from NSF EIA-0196217 (free for any use)",
  "Mesh2Motion animations (CC0)",
  "MakeHuman poses, base mesh and rig (CC0)",
]
date = "{date}"

[scores]
{scores}
"""


def export(network: nn.Module, path: Path, samples: int, scores: Mapping[str, float]) -> None:
    """Writes the network and its card. Raises ValueError if ONNX Runtime computes something else than torch."""
    shape = (1, len(JOINTS), 3)
    network.eval()
    example = torch.randn(shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # Torch prefers its newer exporter, which needs one more package and unrolls this graph less plainly.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (example,),
            str(path),
            input_names=["joints"],
            output_names=["joints_m"],
            opset_version=17,
            dynamo=False,
        )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"joints": example.numpy()})
    with torch.no_grad():
        difference_m = float(np.abs(found - network(example).numpy()).max())
    if difference_m > TOLERANCE_M:
        raise ValueError(
            f"{path} differs from the trained network by {difference_m} m; at most {TOLERANCE_M} is rounding"
        )
    card = _CARD.format(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        joints=str(list(JOINTS)).replace("'", '"'),
        shape=list(shape),
        samples=samples,
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        scores="\n".join(f"{name} = {value}" for name, value in scores.items()),
    )
    path.with_suffix(".toml").write_text(card)
