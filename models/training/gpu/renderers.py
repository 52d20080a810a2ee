"""Several processes that render people without end, into memory that they share with the trainer.

One process keeps one core busy, so that many are needed to fill a graphics card. Each draws into two slots in turn:
while one is read, the other fills; who is not read waits. A thread reads them, so that no renderer waits for a step.
"""

import multiprocessing
import os
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mocap_bridge.errors import MocapError
from models.training.gpu.cast import Block

BLOCK = 64
"""Pictures per slot."""
_SLOTS = 2
WAITING = 640
"""Blocks in main memory at most: 8 GB."""


class RenderError(MocapError):
    """A renderer cannot work, or has ended."""


@dataclass(frozen=True)
class Order:
    """What a renderer needs to begin."""

    data: Path
    poses: Path
    val: bool
    seed: int


class Renderers:
    """Running processes; ``close`` ends them."""

    def __init__(self, order: Order, processes: int) -> None:
        context: SpawnContext = multiprocessing.get_context("spawn")  # a forked OpenGL or CUDA does not work
        self.rendered = 0
        self._ready: queue.Queue[Block] = queue.Queue(WAITING)
        self._filled: Any = context.Queue()
        self._slots, self._free, self._workers = [], [], []
        size = BLOCK * _side_px() ** 2 * 4
        for number in range(processes):
            slots = [context.RawArray("B", size) for _ in range(_SLOTS)]
            free = context.Semaphore(_SLOTS)
            own = Order(order.data, order.poses, order.val, order.seed + number)
            worker = context.Process(target=_work, args=(own, number, slots, free, self._filled), daemon=True)
            worker.start()
            self._slots.append(slots)
            self._free.append(free)
            self._workers.append(worker)
        threading.Thread(target=self._collect, daemon=True).start()

    def ready(self, wait_s: float = 0.0) -> Iterator[Block]:
        """Every block that is finished; waits for the first one. RenderError if a process has ended."""
        while True:
            try:
                block = self._ready.get(timeout=min(wait_s, 1.0)) if wait_s > 0 else self._ready.get_nowait()
            except queue.Empty:
                self._check()
                wait_s -= 1.0
                if wait_s <= 0:
                    return
                continue
            self.rendered += len(block)
            wait_s = 0.0
            yield block

    def close(self) -> None:
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()

    def _collect(self) -> None:
        while True:
            number, slot, labels = self._filled.get()
            pixels = np.frombuffer(self._slots[number][slot], np.uint8).reshape(BLOCK, _side_px(), _side_px(), 4)
            self._ready.put(block_of_renders(pixels.copy(), labels))
            self._free[number].release()

    def _check(self) -> None:
        for number, worker in enumerate(self._workers):
            if not worker.is_alive():
                raise RenderError(
                    f"renderer {number} has ended with {worker.exitcode}; its error stands above "
                    "(does OpenGL work here without a window, through EGL?)"
                )


def block_of_renders(rgba: npt.NDArray[np.uint8], labels: dict[str, npt.NDArray[np.float32]]) -> Block:
    """Renders, of which everything is known."""
    ones = np.ones(labels["visible"].shape, np.float32)
    each = ones[:, 0]
    return Block(rgba=rgba, known=ones, visible_known=ones, depth_known=each, cut_out=each, weight=each, **labels)


def _side_px() -> int:
    from models.training.renders import SIZE_PX  # not above: a trainer of finished renders needs no OpenGL

    return SIZE_PX


def _work(order: Order, number: int, slots: list[Any], free: Any, filled: Any) -> None:
    """What runs in each process: render, hand over, wait for a free slot."""
    os.environ.setdefault("LP_NUM_THREADS", "0")  # Mesa's software driver would start threads of its own
    import cv2

    from models.training.figures.bodies import open_closet
    from models.training.renders import Photographer, load_poses

    cv2.setNumThreads(1)
    photographer = Photographer(open_closet(order.data), load_poses(order.val, order.poses), order.seed)
    side_px = _side_px()
    while True:
        for slot, memory in enumerate(slots):
            free.acquire()
            pixels = np.frombuffer(memory, np.uint8).reshape(BLOCK, side_px, side_px, 4)
            samples = []
            for row in range(BLOCK):
                sample = photographer.sample()
                pixels[row, ..., :3], pixels[row, ..., 3] = sample.rgb, sample.alpha
                samples.append((sample.joints_px, sample.depth_m, sample.visible, sample.box_px))
            names = ("joints_px", "depth_m", "visible", "box_px")
            labels = {
                name: np.array(column, np.float32)
                for name, column in zip(names, zip(*samples, strict=True), strict=True)
            }
            filled.put((number, slot, labels))
