"""Run by a Python that has Blender (``pip install bpy``): prints where every bone of a .bvh or .vrma is.

python joints.py FILE SECONDS... -> {"Hips": [[x, y, z], ...], ...}, a place per time, in metres, Y up.
"""

import json
import os
import sys


def main() -> None:
    file, *times = sys.argv[1:]
    out = os.dup(1)
    os.dup2(2, 1)  # Blender talks on stdout
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    if file.endswith(".bvh"):
        axes = {"axis_forward": "-Z", "axis_up": "Y"}
        bpy.ops.import_anim.bvh(filepath=file, global_scale=0.01, frame_start=1, update_scene_fps=True, **axes)
    else:
        bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
        bpy.ops.import_scene.gltf(filepath=file)
    places: dict[str, list[list[float]]] = {}
    first = 1 if file.endswith(".bvh") else 0  # Blender puts the first line of a BVH on frame 1, never on 0
    render = bpy.context.scene.render
    for time in times:
        frame = first + float(time) * render.fps / render.fps_base
        bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))
        for name, (x, y, z) in _heads():
            places.setdefault(name, []).append([x, z, -y])  # Blender has Z up
    with os.fdopen(out, "w") as answer:
        json.dump(places, answer)


def _heads():
    import bpy

    for thing in bpy.data.objects:
        if thing.type == "ARMATURE":
            for bone in thing.pose.bones:
                yield bone.name, thing.matrix_world @ bone.head
        else:
            yield thing.name, thing.matrix_world.translation


main()
