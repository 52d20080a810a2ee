"""The skeleton's tables as the page's JavaScript: ``python tests/dashboard_tables.py`` writes them anew."""

import json
from pathlib import Path

from mocap_bridge.extra_bones import EXTRA_BONES, EXTRA_OFFSETS_M, EXTRA_PARENTS
from mocap_bridge.skeleton import (
    BONES,
    CAPSULE_RADII_M,
    CONTACTS,
    JOINT_BONES,
    JOINT_OFFSETS_M,
    JOINT_PARENTS,
    JOINTS,
    PARENTS,
    REST_OFFSETS_M,
)

FILE = Path(__file__).parent.parent / "mocap_bridge" / "dashboard" / "src" / "skeleton.js"


def tables_js() -> str:
    """All of the file."""
    tables = {
        "JOINTS": JOINTS,
        "JOINT_PARENTS": JOINT_PARENTS,
        "JOINT_BONES": JOINT_BONES,
        "JOINT_OFFSETS_M": JOINT_OFFSETS_M.tolist(),
        "BONES": BONES,
        "PARENTS": PARENTS,
        "REST_OFFSETS_M": REST_OFFSETS_M.tolist(),
        "CAPSULE_RADII_M": CAPSULE_RADII_M.tolist(),
        "CONTACTS": CONTACTS,
        "EXTRA_BONES": EXTRA_BONES,
        "EXTRA_PARENTS": EXTRA_PARENTS,
        "EXTRA_OFFSETS_M": EXTRA_OFFSETS_M.tolist(),
    }
    head = (
        "// Written by tests/dashboard_tables.py from the tables in mocap_bridge, and compared with them by a test.\n"
    )
    return head + "".join(f"export const {name} = {json.dumps(table)};\n" for name, table in tables.items())


if __name__ == "__main__":
    FILE.write_text(tables_js())
