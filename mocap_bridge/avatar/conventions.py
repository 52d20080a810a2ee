"""What the makers of characters call the bones of a human."""

import re

from ..skeleton import BONES

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
