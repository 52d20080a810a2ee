"""Writes the samples' scenes, Samples~/*/*.unity, so that they are wired as their scripts say.

python unity_plugin/DotNet~/scenes.py          writes the files
python unity_plugin/DotNet~/scenes.py --check  only says whether they are up to date (exit code 1 if not)
"""

import sys
from pathlib import Path

from unity_yaml import Ref, SceneFile, Thing, shader, text_asset

PACKAGE = Path(__file__).parents[1]
SAMPLES = PACKAGE / "Samples~"
RUNTIME = PACKAGE / "Runtime" / "Unity"
SHADERS = PACKAGE / "Shaders" / "Resources"
TAKE = PACKAGE / "Takes" / "dance.take.txt"
_KEEP_POSE, _DESPAWN = 0, 3  # WhenGone
_FULL = 0  # RootMotion
_AS_TOLD, _WITHOUT_ARGUMENT = 0, 1  # how a UnityEvent calls


def _component(name: str) -> Path:
    return RUNTIME / f"{name}.cs"


def _begin(camera: tuple[float, float, float], pitch_deg: float) -> SceneFile:
    """A camera that looks at the performers, from before them, and a sun."""
    scene = SceneFile()
    scene.thing("Main Camera", camera, (pitch_deg, 180.0), tag="MainCamera").camera()
    scene.thing("Directional Light", (0.0, 3.0, 0.0), (50.0, 150.0)).sun()
    return scene


def _stage(scene: SceneFile, **dispatcher: object) -> tuple[Thing, Ref]:
    """The dispatcher, and a take that plays until the bridge is heard."""
    stage = scene.thing("Mocap Bridge")
    made = stage.script(_component("MocapDispatcher"), **dispatcher)
    stage.script(_component("MocapPlayback"), take=text_asset(TAKE))
    return stage, made


def _mannequin(scene: SceneFile, **driver: object) -> tuple[Thing, Ref]:
    body = scene.thing("Mannequin", active="rootMotion" not in driver)
    body.script(_component("Mannequin"))
    return body, body.script(_component("AvatarDriver"), **driver)


def quickstart() -> str:
    """A mannequin that follows the first person; a script that puts your avatar in its place."""
    scene = _begin((0.0, 1.3, 3.0), 6.0)
    _, driver = _mannequin(scene, startsAtRoot=True)
    _, dispatcher = _stage(scene, avatars=[{"avatar": driver, "by": 0, "number": 0}], whenGone=_KEEP_POSE)
    sample = scene.thing("Your avatar here")
    sample.script(SAMPLES / "Quickstart" / "Quickstart.cs", dispatcher=dispatcher, mannequin=driver)
    return scene.text()


def multi_person() -> str:
    """A prefab for everybody."""
    scene = _begin((0.0, 1.3, -0.2), 6.0)
    body, driver = _mannequin(scene, rootMotion=_FULL)
    body.script(_component("AvatarFade"))
    _, dispatcher = _stage(scene, prefab=driver, whenGone=_DESPAWN)
    colors = [{"r": r, "g": g, "b": b, "a": 1} for r, g, b in ((0.9, 0.5, 0.3), (0.35, 0.65, 0.9), (0.55, 0.8, 0.4))]
    scene.thing("Colours").script(SAMPLES / "MultiPerson" / "MultiPerson.cs", dispatcher=dispatcher, colors=colors)
    return scene.text()


def occlusion_effects() -> str:
    """A ring and trails that bodies hide, seen by the bridge's own camera."""
    folder = SAMPLES / "OcclusionEffects"
    scene = SceneFile()
    scene.thing("Directional Light", (0.0, 3.0, 0.0), (50.0, 150.0)).sun()
    stage, _ = _stage(scene)
    shaders = {"depthShader": shader(SHADERS / "DepthOnly.shader"), "debugShader": shader(SHADERS / "BodyDebug.shader")}
    stage.script(_component("BodyOccluder"), **shaders, debugView=True)
    eye = scene.thing("Mocap Camera", parent=stage, tag="MainCamera")
    eye.camera()
    eye.script(_component("MocapCamera"))
    scene.thing("Ring", parent=stage).script(folder / "HipsRing.cs")
    for joint in ("L_Hand", "R_Hand"):
        hand = scene.thing(f"Trail of {joint}", parent=stage)
        hand.script(folder / "HandTrail.cs", joint=joint)
        hand.script(_component("VisibilityFade"), joints=[joint])
    return scene.text()


def event_triggers() -> str:
    """Everybody, a trigger, and the flare that it calls."""
    scene = _begin((0.0, 1.3, -0.2), 6.0)
    _, driver = _mannequin(scene, rootMotion=_FULL)
    flare = scene.thing("Flare")
    glow = flare.script(SAMPLES / "EventTriggers" / "Flare.cs")
    stage, _ = _stage(scene, prefab=driver, whenGone=_DESPAWN)
    stage.script(
        _component("MocapEventTrigger"),
        eventName="hands_up",
        anchor=flare.transform,
        onBegin=_calls(glow, "Glow", _AS_TOLD),
        onStay=_calls(glow, "Glow", _AS_TOLD),
        onEnd=_calls(glow, "Vanish", _WITHOUT_ARGUMENT),
    )
    return scene.text()


def _calls(target: Ref, method: str, mode: int) -> dict[str, object]:
    arguments = {
        "m_ObjectArgument": Ref(0),
        "m_ObjectArgumentAssemblyTypeName": "UnityEngine.Object, UnityEngine",
        "m_IntArgument": 0,
        "m_FloatArgument": 0,
        "m_StringArgument": "",
        "m_BoolArgument": 0,
    }
    call = {
        "m_Target": target,
        "m_TargetAssemblyTypeName": "MocapBridge.Samples.Flare, Assembly-CSharp",
        "m_MethodName": method,
        "m_Mode": mode,
        "m_Arguments": arguments,
        "m_CallState": 2,
    }
    return {"m_PersistentCalls": {"m_Calls": [call]}}


SCENES = {
    SAMPLES / "Quickstart" / "Quickstart.unity": quickstart,
    SAMPLES / "MultiPerson" / "MultiPerson.unity": multi_person,
    SAMPLES / "OcclusionEffects" / "OcclusionEffects.unity": occlusion_effects,
    SAMPLES / "EventTriggers" / "EventTriggers.unity": event_triggers,
}


def main() -> int:
    """Writes, or with --check only compares."""
    written = {path: scene() for path, scene in SCENES.items()}
    stale = [path for path, text in written.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(PACKAGE)} is out of date: run DotNet~/scenes.py")
        if "--check" not in sys.argv[1:]:
            path.write_text(written[path], encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
