"""Which node is which bone: what the file says (VRM), or what the nodes are called (everything else)."""

import difflib
import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from ..errors import AvatarError
from ..skeleton import BONES
from .gltf import Document, parents_of

REQUIRED = tuple(
    bone
    for bone in BONES
    if bone in ("Hips", "Spine", "Head")
    or bone.removeprefix("Left").removeprefix("Right")
    in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
)
"""The 15 bones that VRM 1.0 demands, and without which nobody moves like a human."""

_TABLE = """
bone        VRM         Mixamo   Unreal    Rigify    MakeHuman   CMU        Cats
Hips        hips        hips     pelvis    spine     root        hips       hips
Spine       spine       spine    spine01   spine001  spine05     lowerback  spine
Chest       chest       spine1   spine02   spine002  spine03     spine      chest
UpperChest  upperchest  spine2   spine03   spine003  spine01     spine1     upperchest
Neck        neck        neck     neck01    spine004  neck01      neck       neck
Head        head        head     head      spine006  head        head       head
Shoulder    shoulder    shoulder clavicle  shoulder  clavicle    shoulder   shoulder
UpperArm    upperarm    arm      upperarm  upperarm  upperarm01  arm        arm
LowerArm    lowerarm    forearm  lowerarm  forearm   lowerarm01  forearm    elbow
Hand        hand        hand     hand      hand      wrist       hand       wrist
UpperLeg    upperleg    upleg    thigh     thigh     upperleg01  upleg      leg
LowerLeg    lowerleg    leg      calf      shin      lowerleg01  leg        knee
Foot        foot        foot     foot      foot      foot        foot       ankle
Toes        toes        toebase  ball      toe       toe11       toebase    toe
"""
_HEADINGS, *_ROWS = (line.split() for line in _TABLE.strip().splitlines())


def _convention(column: int) -> dict[str, tuple[str, str]]:
    names: dict[str, tuple[str, str]] = {}
    for bone, *called in _ROWS:
        sided = bone not in BONES
        names |= {side + bone: (side, called[column]) for side in (("Left", "Right") if sided else ("",))}
    return names


CONVENTIONS = {name: _convention(column) for column, name in enumerate(_HEADINGS[1:])}
"""By maker: bone -> side ("Left", "Right" or "") and name without side, small, without dots and underscores."""

_PREFIX = re.compile(r"^(.*[:|]|DEF-|ORG-|J_Bip_C_|J_Bip_(?=[LR]_)|Bip\d+[ _])+")
_SIDE_FIRST = re.compile(r"^(left|right)[ ._-]?|^([lr])[ ._-]", re.IGNORECASE)
_SIDE_LAST = re.compile(r"[ ._-](l|r|left|right)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[ ._-]")


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
    kind = kind_of(document)
    try:
        if kind == "vrm1":
            bones1 = msgspec.json.decode(document.extensions["VRMC_vrm"], type=_Vrm1).humanoid.humanBones
            found = {name[:1].upper() + name[1:]: bone.node for name, bone in bones1.items() if bone}
        elif kind == "vrm0":
            bones0 = msgspec.json.decode(document.extensions["VRM"], type=_Vrm0).humanoid.humanBones
            # Some exporters name a bone that is not there, as node -1.
            found = {bone.bone[:1].upper() + bone.bone[1:]: bone.node for bone in bones0 if bone.node != -1}
        else:
            found = _by_names(document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AvatarError(f"its humanoid bones cannot be read: {error}") from error
    if missing := [bone for bone in REQUIRED if bone not in found]:
        raise AvatarError(f"it has no {', '.join(missing)}; {_advice(missing[0], found)}")
    chosen = {bone: found[bone] for bone in BONES if bone in found}
    for bone, node in chosen.items():
        if not 0 <= node < len(document.nodes):
            raise AvatarError(f"{bone} is node {node}, but there are {len(document.nodes)} nodes")
        if twin := next((other for other, n in chosen.items() if n == node and other != bone), None):
            raise AvatarError(f"{bone} and {twin} are the same node {node}")
    return chosen


def split_name(name: str) -> tuple[str, str]:
    """Side ("Left", "Right" or "") and the rest in small letters: ``mixamorig:LeftUpLeg`` -> ("Left", "upleg")."""
    bare = _PREFIX.sub("", name)
    side = ""
    for pattern in (_SIDE_FIRST, _SIDE_LAST):
        if hit := pattern.search(bare):
            letter = next(group for group in hit.groups() if group)[0].lower()
            side, bare = {"l": "Left", "r": "Right"}[letter], bare[: hit.start()] + bare[hit.end() :]
            break
    return side, _SEPARATORS.sub("", bare).lower()


def _by_names(document: Document) -> dict[str, int]:
    """By the convention that knows most of the bones. Raises AvatarError if a required one is missing."""
    numbers = _candidates(document)
    named: dict[tuple[str, str], int] = {}
    for number in numbers:
        named.setdefault(split_name(document.nodes[number].name), number)
    convention = max(CONVENTIONS, key=lambda each: sum(key in named for key in CONVENTIONS[each].values()))
    called = CONVENTIONS[convention]
    found = {bone: named[key] for bone, key in called.items() if key in named}
    if missing := [bone for bone in REQUIRED if bone not in found]:
        wanted = " ".join(filter(None, called[missing[0]]))
        advice = _advice(wanted, [document.nodes[number].name for number in numbers])
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
