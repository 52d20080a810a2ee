"""Scenes as Unity 2021.3 writes them: text that every later editor reads and upgrades.

Only what differs from a script's own defaults is written: fields that are missing keep what their C# says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, radians, sin
from pathlib import Path

from unity_templates import CAMERA, LIGHTMAPS, NAV_MESH, OCCLUSION_CULLING, RENDER_SETTINGS, SUN, Fields

_HEAD = "%YAML 1.1\n%TAG !u! tag:unity3d.com,2011:\n"
_OWNED = """  m_ObjectHideFlags: 0
  m_CorrespondingSourceObject: {fileID: 0}
  m_PrefabInstance: {fileID: 0}
  m_PrefabAsset: {fileID: 0}
"""
_KINDS = {"GameObject": 1, "Transform": 4, "Camera": 20, "AudioListener": 81, "Light": 108, "MonoBehaviour": 114} | {
    "OcclusionCullingSettings": 29,
    "RenderSettings": 104,
    "LightmapSettings": 157,
    "NavMeshSettings": 196,
}
_SCRIPT, _TEXT, _SHADER = 11500000, 4900000, 4800000  # what Unity calls the one object of such an asset


@dataclass(frozen=True)
class Ref:
    """Another object of the scene, or (with a guid) the one object of an asset."""

    file_id: int
    guid: str = ""

    def __str__(self) -> str:
        return f"{{fileID: {self.file_id}, guid: {self.guid}, type: 3}}" if self.guid else f"{{fileID: {self.file_id}}}"


def guid_of(asset: Path) -> str:
    """The GUID in an asset's .meta; raises FileNotFoundError where there is none."""
    meta = asset.with_name(asset.name + ".meta").read_text(encoding="utf-8")
    return meta.split("guid: ")[1].split("\n")[0]


def text_asset(asset: Path) -> Ref:
    """A text file that Unity has imported."""
    return Ref(_TEXT, guid_of(asset))


def shader(asset: Path) -> Ref:
    """A shader that Unity has imported."""
    return Ref(_SHADER, guid_of(asset))


@dataclass
class Thing:
    """A game object of a scene."""

    scene: "SceneFile"
    name: str
    file_id: int
    position: tuple[float, float, float]
    pitch_yaw_deg: tuple[float, float]
    parent: "Thing | None"
    active: bool
    tag: str
    components: list[tuple[int, str, str]] = field(default_factory=list)  # id, kind, body
    children: "list[Thing]" = field(default_factory=list)

    def script(self, source: Path, **fields: object) -> Ref:
        """Adds a component of ours, with these fields."""
        body = f"  m_EditorHideFlags: 0\n  m_Script: {Ref(_SCRIPT, guid_of(source))}\n  m_Name: \n"
        body += "  m_EditorClassIdentifier: \n" + "".join(_field(name, value, 2) for name, value in fields.items())
        return self._add("MonoBehaviour", "  m_Enabled: 1\n" + body)

    def camera(self) -> Ref:
        """Adds a camera, and ears."""
        self._add("AudioListener", "  m_Enabled: 1\n")
        return self._add("Camera", "  m_Enabled: 1\n" + _fields(CAMERA))

    def sun(self) -> Ref:
        """Adds a directional light."""
        return self._add("Light", "  m_Enabled: 1\n" + _fields(SUN))

    @property
    def transform(self) -> Ref:
        return Ref(self.file_id + 1)

    def _add(self, kind: str, body: str) -> Ref:
        ref = Ref(self.file_id + 2 + len(self.components))
        self.components.append((ref.file_id, kind, body))
        return ref

    def text(self, number: int) -> str:
        """All its documents; number: its place among its siblings."""
        rows = "".join(
            f"  - component: {Ref(number)}\n" for number in (self.file_id + 1, *(one[0] for one in self.components))
        )
        head = f"{_OWNED}  serializedVersion: 6\n  m_Component:\n{rows}  m_Layer: 0\n  m_Name: {self.name}\n"
        head += f"  m_TagString: {self.tag}\n  m_Icon: {Ref(0)}\n  m_NavMeshLayer: 0\n  m_StaticEditorFlags: 0\n"
        head += f"  m_IsActive: {int(self.active)}\n"
        documents = [_document(self.file_id, "GameObject", head), self._transform_text(number)]
        owner = f"{_OWNED}  m_GameObject: {Ref(self.file_id)}\n"
        documents += [_document(file_id, kind, owner + body) for file_id, kind, body in self.components]
        return "".join(documents + [child.text(row) for row, child in enumerate(self.children)])

    def _transform_text(self, number: int) -> str:
        pitch, yaw = (radians(degrees) / 2 for degrees in self.pitch_yaw_deg)
        turn = (cos(yaw) * sin(pitch), sin(yaw) * cos(pitch), -sin(yaw) * sin(pitch), cos(yaw) * cos(pitch))
        body = f"{_OWNED}  m_GameObject: {Ref(self.file_id)}\n"
        body += f"  m_LocalRotation: {_flow('xyzw', turn)}\n  m_LocalPosition: {_flow('xyz', self.position)}\n"
        body += "  m_LocalScale: {x: 1, y: 1, z: 1}\n  m_ConstrainProportionsScale: 0\n"
        children = "".join(f"  - {child.transform}\n" for child in self.children)
        body += f"  m_Children:\n{children}" if children else "  m_Children: []\n"
        body += f"  m_Father: {self.parent.transform if self.parent else Ref(0)}\n  m_RootOrder: {number}\n"
        body += f"  m_LocalEulerAnglesHint: {_flow('xyz', (*self.pitch_yaw_deg, 0.0))}\n"
        return _document(self.transform.file_id, "Transform", body)


class SceneFile:
    """A scene that is being written."""

    def __init__(self) -> None:
        self._roots: list[Thing] = []
        self._things = 0

    def thing(
        self,
        name: str,
        position: tuple[float, float, float] = (0.0, 0.0, 0.0),
        pitch_yaw_deg: tuple[float, float] = (0.0, 0.0),
        parent: Thing | None = None,
        active: bool = True,
        tag: str = "Untagged",
    ) -> Thing:
        """A new game object; the numbers of its parts follow its own."""
        self._things += 1
        made = Thing(self, name, 1000 * self._things, position, pitch_yaw_deg, parent, active, tag)
        (parent.children if parent else self._roots).append(made)
        return made

    def text(self) -> str:
        """The file."""
        return _HEAD + _settings() + "".join(root.text(number) for number, root in enumerate(self._roots))


def _settings() -> str:
    """What belongs to the whole scene."""
    settings = {"OcclusionCullingSettings": OCCLUSION_CULLING, "RenderSettings": RENDER_SETTINGS}
    settings |= {"LightmapSettings": LIGHTMAPS, "NavMeshSettings": NAV_MESH}
    return "".join(_document(number, kind, _fields(one)) for number, (kind, one) in enumerate(settings.items(), 1))


def _document(file_id: int, kind: str, body: str) -> str:
    return f"--- !u!{_KINDS[kind]} &{file_id}\n{kind}:\n{body}"


def _fields(fields: Fields) -> str:
    return "".join(_field(name, value, 2) for name, value in fields.items())


def _field(name: str, value: object, indent: int) -> str:
    head = " " * indent + f"{name}:"
    if isinstance(value, Mapping) and not set(value) <= set("xyzwrgba"):
        return head + "\n" + "".join(_field(key, one, indent + 2) for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return head + ("\n" + "".join(_item(one, indent) for one in value) if value else " []\n")
    return f"{head} {_scalar(value)}\n"


def _item(value: object, indent: int) -> str:
    """A row of a list: Unity writes it as far left as the list's own name."""
    if isinstance(value, Mapping) and not set(value) <= set("xyzwrgba"):
        rows = "".join(_field(key, one, indent + 2) for key, one in value.items())
        return " " * indent + "- " + rows[indent + 2 :]
    return " " * indent + f"- {_scalar(value)}\n"


def _scalar(value: object) -> str:
    if isinstance(value, Mapping):
        return _flow("".join(value), list(value.values()))
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _flow(names: str, numbers: Sequence[float]) -> str:
    cells = (f"{name}: {_scalar(number + 0.0 if number else 0)}" for name, number in zip(names, numbers, strict=True))
    return "{" + ", ".join(cells) + "}"
