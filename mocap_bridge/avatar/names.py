"""Which node is which bone: what the file says (VRM), or what the nodes are called (everything else)."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from ..errors import AvatarError
from ..skeleton import BONES
from .conventions import CONVENTIONS, split_name
from .gltf import Document, parents_of

REQUIRED = tuple(
    bone
    for bone in BONES
    if bone in ("Hips", "Spine", "Head")
    or bone.removeprefix("Left").removeprefix("Right")
    in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
)
"""The 15 bones that VRM 1.0 demands, and without which nobody moves like a human."""


_THUMBS_1 = {
    f"{side}Thumb{theirs}": f"{side}Thumb{ours}"
    for side in ("left", "right")
    for theirs, ours in (("Metacarpal", "Proximal"), ("Proximal", "Intermediate"))
}
"""What VRM 1.0 calls the first two bones of a thumb, and what Unity and VRM 0.x do."""


class _Bone0(msgspec.Struct):
    bone: str
    node: int


class _Humanoid0(msgspec.Struct):
    humanBones: list[_Bone0]  # noqa: N815  the file's own name


class _Vrm0(msgspec.Struct):
    humanoid: _Humanoid0


class _Bone1(msgspec.Struct):
    node: int


class _Humanoid1(msgspec.Struct):
    humanBones: dict[str, _Bone1 | None]  # noqa: N815


class _Vrm1(msgspec.Struct):
    humanoid: _Humanoid1


Kind = Literal["vrm0", "vrm1", "gltf"]


def kind_of(document: Document) -> Kind:
    """A file may hold both versions of VRM, for old readers: the newer one counts."""
    if "VRMC_vrm" in document.extensions:
        return "vrm1"
    return "vrm0" if "VRM" in document.extensions else "gltf"


def humanoid_nodes(document: Document) -> dict[str, int]:
    """Bone -> node, in the order of ``BONES``. Raises AvatarError that names the required bones not found."""
    found = _by_names(document) if kind_of(document) == "gltf" else told_nodes(document)
    if missing := [bone for bone in REQUIRED if bone not in found]:
        raise AvatarError(f"it has no {', '.join(missing)}; {_advice(missing[0], found)}")
    chosen = {bone: found[bone] for bone in BONES if bone in found}
    for bone, node in chosen.items():
        if not 0 <= node < len(document.nodes):
            raise AvatarError(f"{bone} is node {node}, but there are {len(document.nodes)} nodes")
        if twin := next((other for other, n in chosen.items() if n == node and other != bone), None):
            raise AvatarError(f"{bone} and {twin} are the same node {node}")
    return chosen


def told_nodes(document: Document) -> dict[str, int]:
    """Whatever bones a VRM says it has, eyes and fingers too, by Unity's names; none of other glTF.

    Raises AvatarError if that cannot be read.
    """
    kind = kind_of(document)
    try:
        if kind == "vrm1":
            bones1 = msgspec.json.decode(document.extensions["VRMC_vrm"], type=_Vrm1).humanoid.humanBones
            found = {_THUMBS_1.get(name, name): bone.node for name, bone in bones1.items() if bone}
        elif kind == "vrm0":
            bones0 = msgspec.json.decode(document.extensions["VRM"], type=_Vrm0).humanoid.humanBones
            # Some exporters name a bone that is not there, as node -1.
            found = {bone.bone: bone.node for bone in bones0 if bone.node != -1}
        else:
            return {}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AvatarError(f"its humanoid bones cannot be read: {error}") from error
    return {name[:1].upper() + name[1:]: node for name, node in found.items()}


def _by_names(document: Document) -> dict[str, int]:
    numbers = _candidates(document)
    found = bones_called([document.nodes[number].name for number in numbers])
    return {bone: numbers[row] for bone, row in found.items()}


def bones_called(names: Sequence[str]) -> dict[str, int]:
    """Bone -> row of its name, by the convention that knows most of them.

    Raises AvatarError if a required one is missing.
    """
    named: dict[tuple[str, str], int] = {}
    for row, name in enumerate(names):
        named.setdefault(split_name(name), row)
    convention = max(CONVENTIONS, key=lambda each: sum(key in named for key in CONVENTIONS[each].values()))
    called = CONVENTIONS[convention]
    found = {bone: named[key] for bone, key in called.items() if key in named}
    if missing := [bone for bone in REQUIRED if bone not in found]:
        wanted = " ".join(filter(None, called[missing[0]]))
        advice = _advice(wanted, names)
        raise AvatarError(f"it has no {', '.join(missing)} (in {convention}'s names: {wanted!r}); {advice}")
    return found


def _candidates(document: Document) -> list[int]:
    """Nodes that may be bones: what moves a mesh and what that hangs on; meshes are called Head as well."""
    joints = {joint for skin in document.skins for joint in skin.joints if joint < len(document.nodes)}
    if not joints:
        return list(range(len(document.nodes)))
    parents = parents_of(document.nodes)
    for number in list(joints):
        while (number := parents[number]) >= 0 and number not in joints:
            joints.add(number)
    return sorted(joints)


def _advice(wanted: str, names: Iterable[str]) -> str:
    known = {name.lower(): name for name in names if name}
    nearest = difflib.get_close_matches(wanted.lower(), known, n=1, cutoff=0.3)
    return f"the nearest name found is {known[nearest[0]]!r}" if nearest else "no name in it is near to that"
