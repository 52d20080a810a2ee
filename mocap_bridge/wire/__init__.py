"""Scene <-> bytes, pure: no socket, no clock. ``PROTOCOL.md`` beside this folder shows every layout in hex.

osc.py            OSC 1.0 packets as templates whose numbers are patched
vmc.py            one person as VMC packets, in Unity's axes
mocap.py          a scene as bundles of our own ``/mocap/...`` space
scene_msgpack.py  Scene <-> MessagePack
take_json.py      Scene <-> a line of a take file
sendable.py       what may leave the program at all
"""
