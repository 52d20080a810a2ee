"""Run by a Python that has Blender (``pip install bpy``): prints where every bone of a .bvh, .vrma or .glb is.

python joints.py FILE SECONDS... -> {"Hips": [[x, y, z, qx, qy, qz, qw], ...], ...}, for each time a place in metres and
how far the bone is turned from its rest, both in axes with Y up.
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
        for name, (x, y, z), turn in _bones():
            places.setdefault(name, []).append([x, z, -y, turn.x, turn.z, -turn.y, turn.w])  # Blender has Z up
    with os.fdopen(out, "w") as answer:
        json.dump(places, answer)


def _bones():
    import bpy

    for thing in bpy.data.objects:
        if thing.type == "ARMATURE":
            for bone in thing.pose.bones:
                rest = thing.matrix_world @ bone.bone.matrix_local
                now = thing.matrix_world @ bone.matrix
                turn = now.to_quaternion() @ rest.to_quaternion().inverted()
                yield bone.name, now.translation, turn
        else:  # a node without a skin, which rests unturned
            yield thing.name, thing.matrix_world.translation, thing.matrix_world.to_quaternion()


main()
