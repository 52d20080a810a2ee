"""Small avatars of every kind, written by pygltflib, and the skeleton of a file read back by it: a second opinion."""

import json
from pathlib import Path

import numpy as np
from pygltflib import GLTF2, Node, Scene, Skin
from scipy.spatial.transform import Rotation

from mocap_bridge.records import Array
from mocap_bridge.rotations import IDENTITY, about, bone_heads_m
from mocap_bridge.skeleton import BONE, BONES, PARENTS, REST_OFFSETS_M

REST = np.tile(IDENTITY, (len(BONES), 1))
KINDS = ("vrm0", "vrm1", "gltf")
META = {"name": "made up", "authors": ["nobody"], "licenseUrl": "https://vrm.dev/licenses/1.0/"}
_HALF_TURN = np.array([-1.0, 1.0, -1.0])
_MIXAMO = {"Chest": "Spine1", "UpperChest": "Spine2", "UpperArm": "Arm", "LowerArm": "ForeArm", "UpperLeg": "UpLeg"} | {
    "LowerLeg": "Leg",
    "Toes": "ToeBase",
}


def mixamo(bone: str) -> str:
    """What Mixamo calls a bone."""
    side = next((side for side in ("Left", "Right") if bone.startswith(side)), "")
    name = bone.removeprefix(side)
    return f"mixamorig:{side}{_MIXAMO.get(name, name)}"


def write_avatar(path: Path, kind: str, lacks: tuple[str, ...] = (), seed: int = 0) -> Path:
    """A made-up humanoid: odd proportions, and what makes each kind hard.

    VRM 0.x faces -Z; VRM 1.0 has bones turned at random and a node between two of them; the glTF file has an A-pose,
    Mixamo's names, bones turned at random, and an armature in centimetres that lies on its back.
    """
    rng = np.random.default_rng(seed)
    bones = [bone for bone in BONES if bone not in lacks]
    heads_m = _heads_m(rng, 40.0 if kind == "gltf" else 0.0) * (_HALF_TURN if kind == "vrm0" else 1.0)
    turns = Rotation.identity(len(BONES)) if kind == "vrm0" else Rotation.random(len(BONES), rng=rng)
    frames = {bone: _matrix(turns[BONE[bone]].as_matrix(), heads_m[BONE[bone]]) for bone in bones}
    armature = np.eye(4)
    if kind == "gltf":
        armature[:3, :3] = 0.01 * Rotation.from_euler("x", -90, degrees=True).as_matrix()
        frames = {bone: frame @ np.diag([0.01, 0.01, 0.01, 1.0]) for bone, frame in frames.items()}
    nodes = [Node(name="Armature", matrix=armature.T.ravel().tolist(), children=[])]
    number: dict[str, int] = {}
    for bone in bones:
        upper = _upper(bone, bones)
        above, frame_above = (number[upper], frames[upper]) if upper else (0, armature)
        if kind == "vrm1" and bone == "Neck":  # a node that is no bone
            nodes[above].children.append(len(nodes))
            between = _matrix(Rotation.random(rng=rng).as_matrix(), np.array([0.01, 0.02, 0.0]))
            nodes.append(_node("between", between))
            above, frame_above = len(nodes) - 1, frame_above @ between
        number[bone] = len(nodes)
        nodes[above].children.append(len(nodes))
        nodes.append(
            _node(mixamo(bone) if kind == "gltf" else f"b{len(nodes)}", np.linalg.inv(frame_above) @ frames[bone])
        )
    used = {"vrm0": ["VRM"], "vrm1": ["VRMC_vrm"]}.get(kind, [])
    gltf = GLTF2(nodes=nodes, scenes=[Scene(nodes=[0])], scene=0, extensionsUsed=used)
    names = {bone: bone[0].lower() + bone[1:] for bone in bones}
    if kind == "vrm0":
        human0 = [{"bone": names[bone], "node": number[bone]} for bone in bones]
        gltf.extensions = {"VRM": {"specVersion": "0.0", "meta": {}, "humanoid": {"humanBones": human0}}}
    elif kind == "vrm1":
        human = {names[bone]: {"node": number[bone]} for bone in bones}
        gltf.extensions = {"VRMC_vrm": {"specVersion": "1.0", "meta": META, "humanoid": {"humanBones": human}}}
    else:
        gltf.skins = [Skin(joints=list(number.values()))]
    gltf.save_binary(str(path))
    return path


def write_twin(path: Path, offsets_m: Array) -> Path:
    """A VRM 1.0 avatar with these T-pose offsets (22, 3), that of the hips from the floor, and nothing to look at."""
    nodes = [
        Node(
            name=bone,
            translation=offsets_m[row].tolist(),
            children=[child for child, parent in enumerate(PARENTS) if parent == row],
        )
        for row, bone in enumerate(BONES)
    ]
    human = {bone[0].lower() + bone[1:]: {"node": row} for row, bone in enumerate(BONES)}
    gltf = GLTF2(nodes=nodes, scenes=[Scene(nodes=[0])], scene=0, extensionsUsed=["VRMC_vrm"])
    gltf.extensions = {"VRMC_vrm": {"specVersion": "1.0", "meta": META, "humanoid": {"humanBones": human}}}
    gltf.save_binary(str(path))
    return path


def _heads_m(rng: np.random.Generator, a_pose_deg: float) -> Array:
    """Bone heads (22, 3) of somebody with longer or shorter bones than ours, arms down by so much."""
    sizes = rng.uniform(0.5, 1.3, len(BONES))
    sizes[[BONE[bone.replace("Left", "Right")] for bone in BONES if "Left" in bone]] = sizes[
        [BONE[bone] for bone in BONES if "Left" in bone]
    ]
    offsets_m = REST_OFFSETS_M * sizes[:, None]
    offsets_m[[BONE["LeftUpperLeg"], BONE["RightUpperLeg"]], 1] -= 0.06  # hips begin above the hip joints
    offsets_m[BONE["Chest"], 2] -= 0.03
    rotations = REST.copy()
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        rotations[BONE[f"{side}UpperArm"]] = about(np.array([0.0, 0.0, -sign]), np.radians(a_pose_deg))
    heads_m = bone_heads_m(np.zeros(3), rotations, offsets_m)
    return np.asarray(heads_m - [0.0, heads_m[[BONE["LeftToes"], BONE["RightToes"]], 1].min() - 0.02, 0.0])


def _matrix(rotation: Array, place_m: Array) -> Array:
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation, place_m
    return matrix


def _node(name: str, local: Array) -> Node:
    scale = np.linalg.norm(local[:3, :3], axis=0)
    turn = Rotation.from_matrix(local[:3, :3] / scale).as_quat()
    return Node(name=name, translation=local[:3, 3].tolist(), rotation=turn.tolist(), scale=scale.tolist(), children=[])


def _upper(bone: str, bones: list[str]) -> str | None:
    row = PARENTS[BONE[bone]]
    while row >= 0 and BONES[row] not in bones:
        row = PARENTS[row]
    return BONES[row] if row >= 0 else None


class Skeleton:
    """The nodes of a file, moved by raw local positions and rotations, as a receiver moves them."""

    def __init__(self, path: Path, mirror: Array | None = None) -> None:
        """``mirror`` (3,) of signs: the axes a program turns round when it loads the file; Unity has such."""
        self.nodes = GLTF2().load_binary(str(path)).nodes
        self.mirror = np.ones(3) if mirror is None else mirror
        self.parents = {child: number for number, node in enumerate(self.nodes) for child in node.children or []}

    def worlds(self, moved: dict[int, Array]) -> dict[int, Array]:
        """Node -> (4, 4) with some nodes at other local positions and rotations (7,), in the mirrored axes."""
        worlds: dict[int, Array] = {}

        def world(number: int) -> Array:
            if number not in worlds:
                above = world(self.parents[number]) if number in self.parents else np.eye(4)
                worlds[number] = above @ self._local(number, moved.get(number))
            return worlds[number]

        for number in range(len(self.nodes)):
            world(number)
        return worlds

    def _local(self, number: int, moved: Array | None) -> Array:
        node, flip = self.nodes[number], np.diag([*self.mirror, 1.0])
        if node.matrix:
            return np.asarray(flip @ np.array(node.matrix).reshape(4, 4).T @ flip)
        scale = np.diag([*(node.scale or (1, 1, 1)), 1.0])
        rest = _matrix(
            Rotation.from_quat(node.rotation or (0, 0, 0, 1)).as_matrix(), np.array(node.translation or (0, 0, 0))
        )
        if moved is None:
            return np.asarray(flip @ rest @ scale @ flip)
        return np.asarray(_matrix(Rotation.from_quat(moved[3:]).as_matrix(), moved[:3]) @ scale)


def turned_json(path: Path, change: dict[str, object]) -> Path:
    """A GLB's JSON with some keys replaced, as a .gltf file beside it."""
    raw = path.read_bytes()
    document = json.loads(raw[20 : 20 + int.from_bytes(raw[12:16], "little")])
    changed = path.with_suffix(".gltf")
    changed.write_text(json.dumps(document | change))
    return changed
