"""What the makers of characters call the bones of a human."""

import re

from ..skeleton import BONES

_TABLE = """
bone       VRM        Mixamo   Unreal   Rigify   MakeHuman  CMU       Cats       Biped
Hips       hips       hips     pelvis   spine    root       hips      hips       pelvis
Spine      spine      spine    spine01  spine001 spine05    lowerback spine      spine
Chest      chest      spine1   spine02  spine002 spine03    spine     chest      spine1
UpperChest upperchest spine2   spine03  spine003 spine01    spine1    upperchest spine2
Neck       neck       neck     neck01   spine004 neck01     neck      neck       neck
Head       head       head     head     spine006 head       head      head       head
Shoulder   shoulder   shoulder clavicle shoulder clavicle   shoulder  shoulder   clavicle
UpperArm   upperarm   arm      upperarm upperarm upperarm01 arm       arm        upperarm
LowerArm   lowerarm   forearm  lowerarm forearm  lowerarm01 forearm   elbow      forearm
Hand       hand       hand     hand     hand     wrist      hand      wrist      hand
UpperLeg   upperleg   upleg    thigh    thigh    upperleg01 upleg     leg        thigh
LowerLeg   lowerleg   leg      calf     shin     lowerleg01 leg       knee       calf
Foot       foot       foot     foot     foot     foot       foot      ankle      foot
Toes       toes       toebase  ball     toe      toe11      toebase   toe        toe0
"""
_MORE = """
bone       DAZ     iClone      LaFAN    OptiTrack Xsens    SMPL     Biovision Acclaim   Mesh2Motion
Hips       hip     hip         hips     hip       pelvis   pelvis   hips      root      hips
Spine      abdomen waist       spine    ab        l5       spine1   chest     lowerback spine001
Chest      chest   spine01     spine1   chest     l3       spine2   chest2    upperback spine002
UpperChest chest2  spine02     spine2   chest2    t8       spine3   chest3    thorax    spine003
Neck       neck    necktwist01 neck     neck      neck     neck     neck      lowerneck neck
Head       head    head        head     head      head     head     head      head      head
Shoulder   collar  clavicle    shoulder shoulder  shoulder collar   collar    clavicle  shoulder
UpperArm   shldr   upperarm    arm      uarm      upperarm shoulder shoulder  humerus   upperarm
LowerArm   forearm forearm     forearm  farm      forearm  elbow    elbow     radius    forearm
Hand       hand    hand        hand     hand      hand     wrist    wrist     hand      hand
UpperLeg   thigh   thigh       upleg    thigh     upperleg hip      hip       femur     thigh
LowerLeg   shin    calf        leg      shin      lowerleg knee     knee      tibia     shin
Foot       foot    foot        foot     foot      foot     ankle    ankle     foot      foot
Toes       toe     toebase     toe      toe       toe      foot     toe       toes      toe
"""
_HEADINGS, *_ROWS = (
    [*line.split(), *more.split()[1:]]
    for line, more in zip(_TABLE.strip().splitlines(), _MORE.strip().splitlines(), strict=True)
)


def _convention(column: int) -> dict[str, tuple[str, str]]:
    names: dict[str, tuple[str, str]] = {}
    for bone, *called in _ROWS:
        sided = bone not in BONES
        names |= {side + bone: (side, called[column]) for side in (("Left", "Right") if sided else ("",))}
    return names


CONVENTIONS = {name: _convention(column) for column, name in enumerate(_HEADINGS[1:])}
"""By maker: bone -> side ("Left", "Right" or "") and name without side, small, without dots and underscores."""

_PREFIX = re.compile(r"^(.*[:|]|DEF-|ORG-|J_Bip_C_|J_Bip_(?=[LR]_)|Bip\d+[ _]|CC_Base_)+")
_SIDE_FIRST = re.compile(r"^(left|right)[ ._-]?|^([lr])[ ._-]", re.IGNORECASE)
_SIDE_GROWN_ON = re.compile(
    r"^([lr])(?=[A-Z]|(?:clavicle|humerus|radius|hand|femur|tibia|foot|toes)$)|^([LR])(?=[A-Z][A-Za-z]*[a-z])"
)
_SIDE_LAST = re.compile(r"[ ._-](l|r|left|right)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[ ._-]")


def split_name(name: str) -> tuple[str, str]:
    """Side ("Left", "Right" or "") and the rest in small letters: ``mixamorig:LeftUpLeg`` -> ("Left", "upleg")."""
    bare = _PREFIX.sub("", name)
    side = ""
    for pattern in (_SIDE_FIRST, _SIDE_GROWN_ON, _SIDE_LAST):
        if hit := pattern.search(bare):
            letter = next(group for group in hit.groups() if group)[0].lower()
            side, bare = {"l": "Left", "r": "Right"}[letter], bare[: hit.start()] + bare[hit.end() :]
            break
    return side, _SEPARATORS.sub("", bare).lower()
