"""As much of a glTF file as a skeleton needs: its nodes and where they stand. The file is taken for a stranger's.

Only the JSON is read, never the geometry; sizes are checked before anything is parsed, and every index before it is
used. https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html
"""

import struct
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from ..errors import AvatarError
from ..records import Array
from ..rotations import from_matrix, normalized, to_matrix

MOST_JSON_BYTES = 64 * 2**20
MOST_NODES = 20_000
_LARGEST = 1e6
_HEAD = struct.Struct("<4sIII4s")  # magic, version, length of the file; length and kind of the first chunk

_Vec3 = tuple[float, float, float]
_Vec4 = tuple[float, float, float, float]
_Index = Annotated[int, msgspec.Meta(ge=0)]


class Node(msgspec.Struct, frozen=True):
    """A node as the file has it; a matrix, or translation, rotation and scale."""

    name: str = ""
    children: tuple[_Index, ...] = ()
    matrix: Annotated[tuple[float, ...], msgspec.Meta(min_length=16, max_length=16)] | None = None
    translation: _Vec3 = (0.0, 0.0, 0.0)
    rotation: _Vec4 = (0.0, 0.0, 0.0, 1.0)
    scale: _Vec3 = (1.0, 1.0, 1.0)


class Skin(msgspec.Struct, frozen=True):
    """Which nodes move a mesh."""

    joints: tuple[_Index, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """The parts of the JSON that are looked at."""

    asset: dict[str, Any]
    nodes: tuple[Node, ...] = ()
    skins: tuple[Skin, ...] = ()
    extensions: dict[str, msgspec.Raw] = {}


def read_document(path: Path) -> Document:
    """Of a .glb, .vrm or .gltf file. Raises AvatarError if it cannot be read, is none, or is too large."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD.size)
            packed = head[:4] == b"glTF"
            raw = file.read(_json_length(head, path)) if packed else head + file.read(MOST_JSON_BYTES + 1)
    except OSError as error:
        raise AvatarError(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > MOST_JSON_BYTES:
        raise AvatarError(f"{path} holds more than {MOST_JSON_BYTES // 2**20} MiB of JSON; no avatar needs that")
    try:
        document = msgspec.json.decode(raw, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AvatarError(f"{path} is no glTF, GLB or VRM file: {error}") from error
    if len(document.nodes) > MOST_NODES:
        raise AvatarError(f"{path} has {len(document.nodes):,} nodes; at most {MOST_NODES:,} are read")
    return document


def _json_length(head: bytes, path: Path) -> int:
    if len(head) < _HEAD.size:
        raise AvatarError(f"{path} is cut off within its first {_HEAD.size} bytes")
    _, version, _, length, kind = _HEAD.unpack(head)
    if version != 2 or kind != b"JSON":
        raise AvatarError(
            f"{path} is GLB version {version}, and its first chunk is {kind!r}; version 2 and JSON are read"
        )
    if length > MOST_JSON_BYTES:
        raise AvatarError(f"{path} holds more than {MOST_JSON_BYTES // 2**20} MiB of JSON; no avatar needs that")
    return int(length)


def parents_of(nodes: tuple[Node, ...]) -> list[int]:
    """Each node's parent, -1 for roots. Raises AvatarError unless the nodes are trees."""
    parents = [-1] * len(nodes)
    for number, node in enumerate(nodes):
        for child in node.children:
            if child >= len(nodes):
                raise AvatarError(f"node {number} has a child {child}, but there are {len(nodes)} nodes")
            if parents[child] >= 0:
                raise AvatarError(f"node {child} hangs on two others, {parents[child]} and {number}")
            parents[child] = number
    below = [number for number, parent in enumerate(parents) if parent < 0]
    for number in below:  # grows while it is walked
        below.extend(nodes[number].children)
    if len(below) < len(nodes):
        raise AvatarError("the nodes hang on each other in a circle")
    return parents


def world_matrices(nodes: tuple[Node, ...], parents: list[int]) -> Array:
    """(N, 4, 4) from each node to the file's world. Raises AvatarError if a number is broken."""
    world = np.array([local_matrix(node) for node in nodes]).reshape(-1, 4, 4)
    order = [number for number, parent in enumerate(parents) if parent < 0]
    for number in order:
        order.extend(nodes[number].children)
        if parents[number] >= 0:
            world[number] = world[parents[number]] @ world[number]
        if not (np.abs(world[number]) < _LARGEST).all():
            raise AvatarError(f"node {number} ({nodes[number].name!r}) stands nowhere: its numbers are broken")
    return world


def local_matrix(node: Node) -> Array:
    """(4, 4) from the node to its parent."""
    if node.matrix is not None:
        return np.asarray(np.clip(np.array(node.matrix).reshape(4, 4).T, -1e9, 1e9))
    matrix = np.eye(4)
    numbers = np.clip(np.array([*node.rotation, *node.scale, *node.translation]), -1e9, 1e9)
    matrix[:3, :3] = to_matrix(normalized(numbers[:4])) * numbers[4:7]
    matrix[:3, 3] = numbers[7:]
    return matrix


def rotation_of(matrix: Array) -> Array:
    """The rotation (4,) nearest to a matrix (4, 4) that may scale. Raises AvatarError if it mirrors or flattens."""
    left, strength, right = np.linalg.svd(matrix[:3, :3])
    if strength[-1] < 1e-9 or np.linalg.det(left @ right) < 0:
        raise AvatarError("a bone is mirrored or scaled to nothing; apply the scale before exporting")
    return from_matrix(left @ right)
