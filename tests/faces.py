"""An avatar with fingers, eyes, a jaw and a face, for what only a guest tells."""

from pathlib import Path
from typing import Any

import numpy as np
from avatars import META
from pygltflib import GLTF2, Accessor, Attributes, Buffer, BufferView, Mesh, Node, Primitive, Scene

from mocap_bridge.extra_bones import ALL_BONES, EXTRA_OFFSETS_M, EXTRA_PARENTS
from mocap_bridge.skeleton import PARENTS, REST_OFFSETS_M

EXPRESSIONS = ("happy", "MouthSmileLeft", "blink", "aa", "lookLeft", "angry")
"""As three-vrm calls them; each moves the face by a morph target of its own."""
_VRM0 = {"happy": "joy", "aa": "a", "lookLeft": "lookleft"}
_CUSTOM = {"MouthSmileLeft"}
_THUMBS = {"ThumbProximal": "ThumbMetacarpal", "ThumbIntermediate": "ThumbProximal"}


def write_guest_avatar(path: Path, kind: str, lacks: tuple[str, ...] = ()) -> Path:
    """``vrm0`` or ``vrm1``, with all 55 bones but those that it lacks, and these expressions."""
    gltf = GLTF2(scenes=[Scene(nodes=[0, len(ALL_BONES)])], scene=0)
    turn = np.array([-1.0, 1.0, -1.0]) if kind == "vrm0" else np.ones(3)
    above = [*PARENTS, *(ALL_BONES.index(bone) for bone in EXTRA_PARENTS)]
    for row, offset_m in enumerate(np.concatenate([REST_OFFSETS_M, EXTRA_OFFSETS_M]) * turn):
        children = [child for child, parent in enumerate(above) if parent == row]
        gltf.nodes.append(Node(name=ALL_BONES[row], translation=offset_m.tolist(), children=children))
    gltf.nodes.append(Node(name="face", mesh=0))
    _add_face(gltf)
    if kind == "vrm0":
        gltf.extensionsUsed = ["VRM"]
        gltf.extensions = {"VRM": _vrm0(lacks)}
    else:
        gltf.extensionsUsed = ["VRMC_vrm"]
        gltf.extensions = {"VRMC_vrm": _vrm1(lacks)}
    gltf.save_binary(str(path))
    return path


def _add_face(gltf: GLTF2) -> None:
    """A triangle, which every expression lifts."""
    corners = np.array([[0, 1.6, 0.1], [0.1, 1.6, 0.1], [0, 1.7, 0.1]], dtype="<f4")
    lifted = np.tile([0.0, 0.1, 0.0], (3, 1)).astype("<f4")
    gltf.set_binary_blob(corners.tobytes() + lifted.tobytes())
    gltf.buffers = [Buffer(byteLength=2 * corners.nbytes)]
    gltf.bufferViews = [BufferView(buffer=0, byteOffset=at, byteLength=corners.nbytes) for at in (0, corners.nbytes)]
    gltf.accessors = [
        Accessor(bufferView=view, componentType=5126, count=3, type="VEC3", min=low, max=high)
        for view, (low, high) in enumerate([(part.min(0).tolist(), part.max(0).tolist()) for part in (corners, lifted)])
    ]
    targets = [Attributes(POSITION=1) for _ in EXPRESSIONS]
    gltf.meshes = [Mesh(primitives=[Primitive(attributes=Attributes(POSITION=0), targets=targets)])]


def _lower(bone: str) -> str:
    return bone[0].lower() + bone[1:]


def _vrm0(lacks: tuple[str, ...]) -> dict[str, Any]:
    bones = [{"bone": _lower(bone), "node": row} for row, bone in enumerate(ALL_BONES) if bone not in lacks]
    groups = [
        {
            "name": name,
            "presetName": "unknown" if name in _CUSTOM else _VRM0.get(name, name),
            "binds": [{"mesh": 0, "index": number, "weight": 100}],
        }
        for number, name in enumerate(EXPRESSIONS)
    ]
    humanoid = {"humanBones": bones}
    return {"specVersion": "0.0", "meta": {}, "humanoid": humanoid, "blendShapeMaster": {"blendShapeGroups": groups}}


def _vrm1(lacks: tuple[str, ...]) -> dict[str, Any]:
    bones = {}
    for row, bone in enumerate(ALL_BONES):
        side = "Left" if bone.startswith("Left") else "Right"
        name = _THUMBS.get(bone.removeprefix(side))
        if bone not in lacks:
            bones[_lower(side + name if name else bone)] = {"node": row}
    face: dict[str, dict[str, Any]] = {"preset": {}, "custom": {}}
    for number, name in enumerate(EXPRESSIONS):
        bind = {"node": len(ALL_BONES), "index": number, "weight": 1.0}
        face["custom" if name in _CUSTOM else "preset"][name] = {"morphTargetBinds": [bind]}
    return {"specVersion": "1.0", "meta": META, "humanoid": {"humanBones": bones}, "expressions": face}
