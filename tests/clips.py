"""Small real videos and streams for the tests of everything that reads pictures."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np

SIZE_PX = (160, 120)


def picture(shade: int, size_px: tuple[int, int] = SIZE_PX) -> np.ndarray:
    """(H, W, 3) BGR of one colour: blue is the shade, red its opposite, so that swapped channels are seen."""
    return np.full((size_px[1], size_px[0], 3), (shade, 60, 255 - shade), dtype=np.uint8)


def write_clip(path: Path, frames: int = 20, fps: float = 25.0, codec: str = "MJPG") -> Path:
    """A video whose frame n has the shade 10 n."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, SIZE_PX)
    assert writer.isOpened(), f"this OpenCV cannot write {codec}"
    for index in range(frames):
        writer.write(picture(10 * index % 250))
    writer.release()
    return path


@contextmanager
def mjpeg_server(frames_per_client: int, fps: float = 50.0, port: int = 0) -> Iterator[str]:
    """A real HTTP camera: each client gets so many pictures, then is cut off. Yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for index in range(frames_per_client):
                jpeg = cv2.imencode(".jpg", picture(10 * index % 250))[1].tobytes()
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                try:
                    self.wfile.write(head.encode() + jpeg + b"\r\n")
                except OSError:  # the client has left
                    return
                time.sleep(1 / fps)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stream.mjpg"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
