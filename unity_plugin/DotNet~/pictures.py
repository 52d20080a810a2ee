"""Draws the pictures of Documentation~ from the samples' scenes, with the headless host: needs mono.

python unity_plugin/DotNet~/pictures.py
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2

PACKAGE = Path(__file__).parents[1]
FRAMES = 40  # of 1/60 s: arms are up then


def main() -> int:
    """Compiles the host into a folder that goes again, and draws."""
    with tempfile.TemporaryDirectory() as folder:
        build = ["bash", str(PACKAGE / "DotNet~" / "build.sh"), "core", "engine", "runtime", "samples", "host"]
        subprocess.run(build, check=True, env=os.environ | {"MOCAP_DOTNET_BUILD": folder})
        for scene in sorted((PACKAGE / "Samples~").glob("*/*.unity")):
            drawn = Path(folder) / "picture.ppm"
            host = ["mono", str(Path(folder) / "MocapBridge.Host.exe"), "picture", str(scene), str(FRAMES), str(drawn)]
            subprocess.run(host, check=True)
            path = PACKAGE / "Documentation~" / "images" / f"{scene.stem.lower()}.png"
            cv2.imwrite(str(path), cv2.imread(str(drawn)))
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
