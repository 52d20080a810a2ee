"""The stand-in for UnityEngine, compared with sources in Unity's manner: what Unity does not have so is found."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOTNET = Path(__file__).parents[1] / "unity_plugin" / "DotNet~"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOTNET / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # for those that import it
    spec.loader.exec_module(module)
    return module


_module("csharp_tokens")
API, SIGNATURES = _module("csharp_api"), _module("signatures")

UNITY = """
// Unity C# reference source
using System;
using UnityObject = UnityEngine.Object;
#if HIDDEN
#endif
namespace UnityEngine
{
    [NativeHeader("Runtime/Thing.h")]
    public partial class Thing : UnityObject, IEquatable<Thing>
    {
        public float x, y = 2f;
        public const float Most = 1e3f;
        [field: NonSerialized] public string text { get { return "}"; } private set { _text = value; } }
        extern public UnityObject[] parts { [NativeName("Parts")] get; set; }
        public extern static Thing Find([NotNull] string name, [DefaultValue("true")] bool deep, params int[] rows);
        public T Get<T>(out T found, Action<int, T> then = null) where T : class, new() { return (found = new T()); }
        public static bool operator ==(Thing a, Thing b) => ReferenceEquals(a, b);
        public static implicit operator bool(Thing thing) { return thing != null; }
        public UnityObject this[int row] { get { return parts[row]; } }
        public event Action<int> Changed;
        internal Thing(int hidden) {}
        private static extern Thing Hidden();
        public enum Kind { A, B = 1 << 2, C, [Obsolete] D = B | A }
        public delegate void Told(ref int number);
    }
    partial class Thing
    {
        public void More() {}
    }
    class Unseen { public int x; }
}
"""

OURS = """
namespace UnityEngine
{
    public partial class Thing : Object
    {
        public float x; public float y;
        public const float Most = 1e3f;
        public string text { get; internal set; }
        public Object[] parts { get; set; }
        public static Thing Find(string name, bool deep, params int[] rows) => null;
        public T Get<T>(out T found, System.Action<int, T> then = null) where T : class, new() => found = null;
        public static bool operator ==(Thing a, Thing b) => true;
        public static implicit operator bool(Thing thing) => true;
        public Object this[int row] => null;
        public event System.Action<int> Changed;
        protected internal static int _unused = 0;
        internal Thing() { }
        public void More() { }
        public enum Kind { A = 0, B = 4, C = 5, D = 4 }
        public delegate void Told(ref int number);
    }
}
""".replace("        protected internal static int _unused = 0;\n", "")


def _differences(ours: str) -> list[str]:
    return list(SIGNATURES.differences(API.read_types([ours]), API.read_types([UNITY])))


def test_the_same_signatures_in_other_words_are_the_same() -> None:
    assert _differences(OURS) == []


@pytest.mark.parametrize(
    ("ours", "otherwise"),
    [
        ("public float x;", "public double x;"),
        ("public float y;", "public float y { get; set; }"),
        ("public float y;", "public static float y;"),
        ("text { get; internal set; }", "text { get; set; }"),
        ("bool deep", "int deep"),
        ("bool deep", "bool further"),
        ("params int[] rows", "int[] rows"),
        ("out T found", "ref T found"),
        ("Action<int, T>", "Action<T, int>"),
        ("implicit operator bool", "explicit operator bool"),
        ("this[int row]", "this[float row]"),
        ("event System.Action<int>", "event System.Action<float>"),
        ("internal Thing()", "public Thing()"),
        ("public void More()", "public void Less()"),
        ("B = 4", "B = 2"),
        ("ref int number", "int number"),
        ("class Thing : Object", "class Thing : Component"),
        ("public partial class Thing", "public partial struct Thing"),
        ("namespace UnityEngine", "namespace UnityEngine.Other"),
        ("public partial class Thing", "public class Unseen { public int x; }\n    public partial class Thing"),
    ],
)
def test_whatever_is_not_so_in_unity_is_found(ours: str, otherwise: str) -> None:
    assert ours in OURS
    assert _differences(OURS.replace(ours, otherwise))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_checkout_is_read_by_its_tags(tmp_path: Path) -> None:
    (tmp_path / "Thing.cs").write_text(UNITY)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"], ["tag", "1.0"]):
        author = ["-c", "user.name=somebody", "-c", "user.email=nobody@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *author, *command], check=True, timeout=60)
    assert set(SIGNATURES.unity(tmp_path, "1.0", {"Thing"})) == {
        "UnityEngine.Thing",
        "UnityEngine.Thing.Kind",
        "UnityEngine.Thing.Told",
    }
    with pytest.raises(SystemExit, match=r"2\.0"):
        SIGNATURES.unity(tmp_path, "2.0", {"Thing"})


def test_the_stand_in_is_read_whole() -> None:
    types = SIGNATURES.stand_in()
    assert len(types) > 80
    position = next(member for member in types["UnityEngine.Transform"].members if member.name == "position")
    assert (position.kind, position.type, position.accessors) == ("property", "Vector3", {"get", "set"})
