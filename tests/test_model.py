"""A network runs only if it is exactly what its card says; every disagreement is named."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from mocap_bridge.errors import ModelError
from mocap_bridge.model import Card, load_model, read_card

onnx = pytest.importorskip("onnx", reason="networks are built here with onnx, which comes with the extra [train]")

CARD = {
    "name": "twice",
    "kind": "people",
    "version": 1,
    "input": {"name": "image", "shape": [1, 2], "dtype": "float32"},
    "outputs": {"double": [1, 2]},
    "sha256": "",
    "licence": "MIT",
    "training": {"samples": 0, "data": ["nothing (CC0)"], "date": "2026-01-01", "seed": 4},
    "scores": {"anything": {"goes": 1.5}},
    "people": {"threshold": 0.5, "overlap": 0.5},
}


def network() -> bytes:
    """A network that adds its input to itself."""
    tensor = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Add", ["image", "image"], ["double"])],
        "twice",
        [tensor("image", onnx.TensorProto.FLOAT, [1, 2])],
        [tensor("double", onnx.TensorProto.FLOAT, [1, 2])],
    )
    opset = [onnx.helper.make_opsetid("", 17)]
    return bytes(onnx.helper.make_model(graph, ir_version=8, opset_imports=opset).SerializeToString())


def toml(value: object) -> str:
    """A value as TOML; tables are written in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(part)}" for key, part in value.items()) + "}"
    return json.dumps(value)


def pair(folder: Path, content: bytes | None = None, **changes: object) -> Path:
    """Write ``twice.onnx`` and its card with ``changes``; None drops a key."""
    content = network() if content is None else content
    card = {**CARD, "sha256": hashlib.sha256(content).hexdigest(), **changes}
    lines = [f"{key} = {toml(value)}\n" for key, value in card.items() if value is not None]
    (folder / "twice.toml").write_text("".join(lines))
    (folder / "twice.onnx").write_bytes(content)
    return folder / "twice.onnx"


def test_a_network_that_keeps_its_promise_runs(tmp_path: Path) -> None:
    model = load_model(pair(tmp_path))
    (double,) = model.session.run(None, {"image": np.float32([[1, 2]])})
    assert double.tolist() == [[2, 4]]
    assert model.card.training.data == ("nothing (CC0)",)
    assert model.card.scores["anything"] == {"goes": 1.5}


def test_the_session_takes_one_thread_and_never_spins(tmp_path: Path) -> None:
    options = load_model(pair(tmp_path)).session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_other_weights_than_promised_are_refused(tmp_path: Path) -> None:
    path = pair(tmp_path, sha256="0" * 64)
    with pytest.raises(ModelError, match=f"sha256 {hashlib.sha256(network()).hexdigest()}, but its card promises 0000"):
        load_model(path)


def test_a_damaged_network_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"twice.onnx is no network that ONNX Runtime can run"):
        load_model(pair(tmp_path, content=b"not a network"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outputs": {"double": [1, 3]}}, r"output 'double' .* of shape \[1, 2\], but .* of shape \[1, 3\]"),
        ({"outputs": {"twofold": [1, 2]}}, r"output 'double' .* but its card promises absent"),
        ({"outputs": {"double": [1, 2], "half": [1]}}, r"output 'half' of .* is absent, but"),
        ({"input": {"name": "image", "shape": [1, 2], "dtype": "uint8"}}, r"input 'image' .*float.*promises .*uint8"),
        ({"kind": "face"}, "face"),
        ({"colour": "red"}, "colour"),
        ({"licence": None}, "licence"),
        ({"people": None}, "must also say people"),
        ({"kind": "pose"}, "must also say joints, depth_range_m"),
        ({"joints": ["Nose", "Tail"]}, "unknown joints Tail; known are Head_top"),
    ],
)
def test_a_card_that_is_wrong_says_where(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        load_model(pair(tmp_path, **changes))


def test_missing_files_name_the_path_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no card at .*x.toml; every network"):
        load_model(tmp_path / "x.onnx")
    path = pair(tmp_path)
    path.unlink()
    with pytest.raises(ModelError, match=r"no network at .*twice.onnx; give the path"):
        load_model(path)


def test_a_card_that_is_not_toml_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("name = ")
    with pytest.raises(ModelError, match=r"the card .*x.toml is wrong"):
        read_card(tmp_path / "x.toml")


def shipped_cards() -> list[Path]:
    return sorted((Path(__file__).parent.parent / "models").glob("*.toml"))


@pytest.mark.parametrize("path", shipped_cards(), ids=lambda path: path.stem)
def test_every_shipped_network_keeps_its_promise(path: Path) -> None:
    card: Card = load_model(path.with_suffix(".onnx")).card
    assert card.name == path.stem
    assert card.licence == "MIT"
