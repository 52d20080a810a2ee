#!/usr/bin/env bash
# Compiles the package with mono, as plain C#: bash unity_plugin/DotNet~/build.sh [target...]
#
# Everything lands in DotNet~/build (git-ignored). Without a target all are built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
OUT=${MOCAP_DOTNET_BUILD:-DotNet~/build}
mkdir -p "$OUT"

# Old C# and old libraries on purpose: what compiles here compiles in Unity 2021.3.
compile() { # compile KIND NAME REFERENCE... -- FOLDER...
    local kind=$1 name=$2 references=() folders=()
    shift 2
    while [ "$1" != -- ]; do
        references+=("-r:$1")
        shift
    done
    shift
    folders=("$@")
    local file=$OUT/$name.dll
    [ "$kind" = exe ] && file=$OUT/$name.exe
    find "${folders[@]}" -name '*.cs' -print0 | sort -z | tr '\0' '\n' | sed 's/.*/"&"/' >"$OUT/$name.rsp"
    mcs -langversion:7.2 -sdk:4.7.2-api -warnaserror -warn:4 -debug -optimize+ -nologo \
        -target:"$kind" -out:"$file" "${references[@]}" "@$OUT/$name.rsp"
}

NUNIT=${NUNIT_FRAMEWORK:-$(find /usr/lib/cli /usr/lib/mono/gac -name nunit.framework.dll 2>/dev/null | sort | tail -1)}

nunit() {
    [ -n "$NUNIT" ] || {
        echo "no nunit.framework.dll (Debian: apt install libnunit-cil-dev); NUNIT_FRAMEWORK=/path/to/it names another" >&2
        return 1
    }
    cp "$NUNIT" "$OUT/"
}

core() { compile library MocapBridge.Core System.dll -- Runtime/Core; }

core_tests() {
    nunit
    compile library MocapBridge.Core.Tests System.dll "$OUT/MocapBridge.Core.dll" "$NUNIT" -- Tests/Core
}

core_host() { compile exe MocapBridge.CoreHost System.dll "$OUT/MocapBridge.Core.dll" -- DotNet~/CoreHost; }

core_bench() { compile exe MocapBridge.Core.Bench System.dll "$OUT/MocapBridge.Core.dll" -- DotNet~/CoreBench; }

engine() { compile library UnityEngine System.dll -- DotNet~/UnityEngine; }

runtime() { compile library MocapBridge "$OUT/UnityEngine.dll" "$OUT/MocapBridge.Core.dll" -- Runtime/Unity; }

PACKAGE=("$OUT/UnityEngine.dll" "$OUT/MocapBridge.Core.dll" "$OUT/MocapBridge.dll")

editor() {
    compile library UnityEditor "$OUT/UnityEngine.dll" -- DotNet~/UnityEditor
    compile library MocapBridge.Editor "${PACKAGE[@]}" "$OUT/UnityEditor.dll" -- Editor
}

samples() { compile library MocapBridge.Samples "${PACKAGE[@]}" -- Samples~; }

host() {
    compile exe MocapBridge.Host "${PACKAGE[@]}" "$OUT/MocapBridge.Samples.dll" -- DotNet~/Host Tests/Unity/TestAvatar.cs
}

unity_tests() {
    nunit
    compile library MocapBridge.Tests "${PACKAGE[@]}" "$NUNIT" -- Tests/Unity
}

editor_tests() {
    nunit
    compile library MocapBridge.Editor.Tests "${PACKAGE[@]}" "$OUT/UnityEditor.dll" "$OUT/MocapBridge.Editor.dll" "$NUNIT" \
        -- Tests/Editor
}

ALL=(core core_host core_bench engine runtime editor samples host)

for target in "${@:-${ALL[@]}}"; do
    "$target"
done
