"""One file per group of commands; ``cli.py`` puts them together.

What holds for all of them is set here, because OpenCV reads it when it is imported: its libraries stay quiet (the
errors of this program say what is wrong, and where), and a forged picture cannot ask for more memory than
8192 x 8192 pixels need.
"""

import os

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(8192 * 8192))
