"""A TensorFlow.js graph of convolutions as ONNX: what MoveNet is made of, and no more."""

import json
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

_STORED = {"float16": np.float16, "float32": np.float32, "int32": np.int32}
_CONVOLUTIONS = ("_FusedConv2D", "FusedDepthwiseConv2dNative", "DepthwiseConv2dNative")


def read_graph(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, npt.NDArray[Any]]]:
    """Nodes by name, and weights by name, of ``X.json`` with ``X.bin``. ValueError unless the bytes are used up."""
    described = json.loads(path.read_text())
    raw, at, weights = path.with_suffix(".bin").read_bytes(), 0, {}
    for one in (one for group in described["weightsManifest"] for one in group["weights"]):
        kind = np.dtype(_STORED[one.get("quantization", {}).get("dtype", one["dtype"])])
        count = int(np.prod(one["shape"]))
        weights[one["name"]] = np.frombuffer(raw, kind, count, at).astype(_STORED[one["dtype"]]).reshape(one["shape"])
        at += count * kind.itemsize
    if at != len(raw):
        raise ValueError(f"{path.with_suffix('.bin')} has {len(raw)} bytes, {path.name} describes {at}")
    return {node["name"]: node for node in described["modelTopology"]["node"]}, weights


def to_onnx(
    nodes: Mapping[str, Mapping[str, Any]],
    weights: Mapping[str, npt.NDArray[Any]],
    source: str,
    outputs: Mapping[str, tuple[str, tuple[int, ...]]],
    input_shape: tuple[int, ...],
) -> bytes:
    """A model that computes ``outputs`` (name -> node and shape) from node ``source``; planes first.

    ValueError names an operation that this translation does not know.
    """
    writer = _Writer(nodes, weights, source)
    for name, (node, _) in outputs.items():
        writer.nodes.append(helper.make_node("Identity", [writer.value(node)], [name]))
    graph = helper.make_graph(
        writer.nodes,
        "graph",
        [helper.make_tensor_value_info(_INPUT, TensorProto.FLOAT, input_shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, (_, shape) in outputs.items()],
        writer.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


_INPUT = "image"


class _Writer:
    """Translates what an output needs, from the outputs back to the source."""

    def __init__(
        self, nodes: Mapping[str, Mapping[str, Any]], weights: Mapping[str, npt.NDArray[Any]], source: str
    ) -> None:
        self._from, self._weights = nodes, weights
        self._known = {source: _INPUT}
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._constant("zero", np.float32(0))
        self._constant("six", np.float32(6))
        self._constant("twice", np.array([1, 1, 2, 2], np.float32))

    def value(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = self._translated(self._from[name], name.replace("/", "_"))
        return self._known[name]

    def _translated(self, node: Mapping[str, Any], out: str) -> str:
        kind, inputs = node["op"], node["input"]
        if kind in _CONVOLUTIONS:
            return self._convolution(node, out)
        if kind == "AddV2":
            written = helper.make_node("Add", [self.value(inputs[0]), self.value(inputs[1])], [out])
        elif kind == "Sigmoid":
            written = helper.make_node("Sigmoid", [self.value(inputs[0])], [out])
        elif kind == "ResizeBilinear":  # always to twice the size here
            asked = [self.value(inputs[0]), "", "twice"]
            written = helper.make_node(
                "Resize", asked, [out], mode="linear", coordinate_transformation_mode="half_pixel"
            )
        else:
            raise ValueError(f"{node['name']} is a {kind}, which is not translated")
        self.nodes.append(written)
        return out

    def _convolution(self, node: Mapping[str, Any], out: str) -> str:
        source, kernel, *rest = node["input"]
        depthwise = "Depthwise" in node["op"]
        weights = self._weights[kernel].transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
        fused = [b64decode(name).decode() for name in node["attr"].get("fused_ops", {}).get("list", {}).get("s", [])]
        asked = [self.value(source), self._constant(f"{out}_w", weights)]
        if "BiasAdd" in fused:
            asked.append(self._constant(f"{out}_b", self._weights[rest[0]].ravel()))
        active = [name for name in fused if name != "BiasAdd"]
        strides = [int(stride) for stride in node["attr"]["strides"]["list"]["i"][1:3]]
        groups = len(weights) if depthwise else 1
        before = f"{out}_linear" if active else out
        self.nodes.append(
            helper.make_node("Conv", asked, [before], strides=strides, auto_pad="SAME_UPPER", group=groups)
        )
        for name in active:
            self.nodes.append(
                helper.make_node("Clip", [before, "zero", "six"], [out])
                if name == "Relu6"
                else helper.make_node(name, [before], [out])
            )
        return out

    def _constant(self, name: str, value: npt.NDArray[Any] | np.float32) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name
