"""Networks and their cards: ``NAME.onnx`` runs only if ``NAME.toml`` beside it says exactly what it is.

The card is the contract between training and program. It is checked before the first frame, because a network
with swapped outputs or other weights than promised does not crash: it moves the avatar wrongly.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import onnxruntime

from .errors import ModelError
from .skeleton import JOINT, JOINTS

_LOAD_ERRORS = tuple(
    getattr(onnxruntime.capi.onnxruntime_pybind11_state, name)
    for name in ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented", "RuntimeException")
)


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one tensor that goes in."""

    name: str
    shape: tuple[int, ...]
    dtype: Literal["uint8", "float32"]


class Training(msgspec.Struct, frozen=True):
    """How the weights came to be; cards may say more than this."""

    samples: int
    data: tuple[str, ...]
    """Each with its licence."""
    date: str
    """Of the export, as in "2026-11-21"."""


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read a people finder's maps."""

    threshold: float
    """Score from which a box counts as a person."""
    overlap: float
    """IoU from which the weaker of two boxes is a second answer for the same person."""


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a network is. Only ``[scores]`` and ``[training]`` may hold keys that are not named here."""

    name: str
    kind: Literal["pose", "people", "lifter"]
    version: int
    input: Input
    outputs: dict[str, tuple[int, ...]]
    """Shape by name; all float32."""
    sha256: str
    licence: str
    training: Training
    scores: dict[str, Any]
    joints: tuple[str, ...] = ()
    """Order of the joint axis (pose and lifter)."""
    depth_range_m: tuple[float, float] | None = None
    """What the ends of the depth axis mean, from the pelvis, + away from the camera (pose)."""
    people: People | None = None
    more_inputs: dict[str, tuple[int, ...]] = {}
    """Shape by name of what else goes in, such as a memory of frames before; all float32."""
    notes: str = ""


@dataclass(frozen=True, eq=False)
class Model:
    """A network that was checked against its card and is ready to run."""

    card: Card
    session: onnxruntime.InferenceSession


def load_model(path: Path) -> Model:
    """Read the card beside ``path``, check the network against it, and open a session on one thread.

    Raises ModelError if a file is missing or damaged, or if network and card disagree.
    """
    card = read_card(path.with_suffix(".toml"))
    if not path.is_file():
        raise ModelError(f"no network at {path}; give the path of an .onnx file, or install the package again")
    content = path.read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != card.sha256:
        raise ModelError(
            f"{path} has sha256 {found}, but its card promises {card.sha256}; "
            "put back the network of this card, or export again so that both are written together"
        )
    try:
        session = onnxruntime.InferenceSession(content, _options(), providers=["CPUExecutionProvider"])
    except _LOAD_ERRORS as error:
        raise ModelError(f"{path} is no network that ONNX Runtime can run: {error}; export it again") from error
    _check_tensors(path, card, session)
    return Model(card, session)


def read_card(path: Path) -> Card:
    """The card at ``path``. Raises ModelError if it is missing, not TOML, or says too little or too much."""
    if not path.is_file():
        raise ModelError(f"no card at {path}; every network NAME.onnx needs NAME.toml beside it")
    try:
        card = msgspec.toml.decode(path.read_bytes(), type=Card)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"the card {path} is wrong: {error}") from error
    if unknown := [joint for joint in card.joints if joint not in JOINT]:
        raise ModelError(f"the card {path} names unknown joints {', '.join(unknown)}; known are {', '.join(JOINTS)}")
    needed: Mapping[str, tuple[str, ...]] = {
        "pose": ("joints", "depth_range_m"),
        "people": ("people",),
        "lifter": ("joints",),
    }
    if missing := [key for key in needed[card.kind] if not getattr(card, key)]:
        raise ModelError(f"the card {path} of kind {card.kind!r} must also say {', '.join(missing)}")
    return card


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # A waiting thread that spins takes the core from the renderer or game this program runs beside.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3  # errors arrive as exceptions; warnings are of no use to the user
    return options


def _check_tensors(path: Path, card: Card, session: onnxruntime.InferenceSession) -> None:
    dtypes = {"uint8": "tensor(uint8)", "float32": "tensor(float)"}
    promised = {card.input.name: (card.input.shape, dtypes[card.input.dtype])}
    promised |= {name: (shape, dtypes["float32"]) for name, shape in card.more_inputs.items()}
    _compare(path, "input", promised, session.get_inputs())
    promised = {name: (shape, dtypes["float32"]) for name, shape in card.outputs.items()}
    _compare(path, "output", promised, session.get_outputs())


def _compare(path: Path, side: str, promised: Mapping[str, tuple[tuple[int, ...], str]], found: list[Any]) -> None:
    actual = {tensor.name: (tuple(tensor.shape), tensor.type) for tensor in found}
    for name in sorted(promised.keys() | actual.keys()):
        if promised.get(name) != actual.get(name):
            raise ModelError(
                f"{side} {name!r} of {path} is {_words(actual.get(name))}, "
                f"but its card promises {_words(promised.get(name))}"
            )


def _words(tensor: tuple[tuple[int, ...], str] | None) -> str:
    return "absent" if tensor is None else f"{tensor[1]} of shape {list(tensor[0])}"
