"""What real tabs cost the line: ``python tests/ten_tabs.py [PAIRS]`` opens ten in Chromium on the demo clip, and tells.

Ten tabs of one window are one in front and nine behind, which are sent a status five times a second and nothing else;
ten windows side by side are ten in front. Each is compared, turn and turn about, with all ten open and none in front.
Chromium draws with the processor where there is no graphics card, on the cores that the line needs too. So the world
view lies below the fold, where it is posed and not drawn, Chromium's own processor time is told, and what is the
program's own doing is told apart from what becomes of the line beside such a browser.
"""

import sys
from itertools import islice
from pathlib import Path
from typing import Any

import cv2

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pages import browser_path, ensure_built  # noqa: E402  # this is a script beside its modules

from mocap_bridge.assets import shipped  # noqa: E402
from mocap_bridge.capture import open_source  # noqa: E402
from mocap_bridge.commands.live import DEMO_CLIP  # noqa: E402
from mocap_bridge.commands.networks import load_networks  # noqa: E402
from mocap_bridge.serving.costs import Costs, Trial, there_and_back  # noqa: E402
from mocap_bridge.serving.page import load_page  # noqa: E402
from mocap_bridge.settings import Settings  # noqa: E402

TABS, PAIRS, STRETCH = 10, 15, 40
SOFTWARE = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-compositing"]
HIDDEN = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
COUNTED = """() => {
    mocap.sent = [0, 0];
    [mocap.stream, mocap.screen.feed].forEach((feed, which) => {
        const take = feed.onMessage;
        feed.onMessage = (data) => (mocap.sent[which]++, take(data));
    });
}"""


def measured(trial: Trial, pages: list[Any], front: int, pairs: int) -> Costs:
    """With so many of the pages in front, and with none."""

    def look() -> None:
        began[:] = [browser_s(), *sent()]
        for page in pages[:front]:
            page.evaluate(HIDDEN, False)

    def look_away() -> tuple[float, float, float]:
        for page in pages[:front]:
            page.evaluate(HIDDEN, True)
        scenes, pictures = (now - before for now, before in zip(sent(), began[1:], strict=True))
        return scenes, pictures, browser_s() - began[0]

    def sent() -> list[float]:
        told = [page.evaluate("() => mocap.sent") for page in pages[:front]]
        return [sum(counts) / front for counts in zip(*told, strict=True)]

    began: list[float] = []
    return trial.compared(look, look_away, pairs, STRETCH)


def browser_s() -> float:
    """Processor time of everything that this process has started, so far; Linux only."""
    return sum(ticks(child) for child in descendants("self")) / 100


def descendants(pid: str) -> list[str]:
    children = [
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return [*children, *(below for child in children for below in descendants(child))]


def ticks(pid: str) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def told(name: str, costs: Costs) -> str:
    without, looked_at = costs.without, costs.looked_at
    return (
        f"{name}, sent {looked_at.scenes:.2f} scenes and {looked_at.pictures:.2f} pictures a frame each\n"
        f"  the dashboard's own  {looked_at.dashboard_ms:.2f} ms of processor a frame ({costs.dashboard})\n"
        f"  the line, were a core its own  {without.line_ms:.2f} -> {looked_at.line_ms:.2f} ms ({costs.slower})\n"
        f"  beside this browser  {without.fps:.1f} -> {looked_at.fps:.1f} frames/s ({costs.fewer_frames} fewer); "
        f"the browser takes {looked_at.pages_ms:.0f} ms of processor a frame"
    )


def main(pairs: int) -> None:
    from playwright.sync_api import sync_playwright

    ensure_built()
    cv2.setNumThreads(1)  # as every command has it
    settings = Settings()
    with open_source(str(shipped(DEMO_CLIP)), settings.capture) as source:
        frames = there_and_back(list(islice(source, STRETCH)), STRETCH)
    trial = Trial(frames, load_networks(settings.model), settings.pipeline(), load_page())
    with trial, sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=browser_path(), args=SOFTWARE)
        pages = [chromium.new_page(viewport={"width": 700, "height": 500}) for _ in range(TABS)]
        for page in pages:
            page.set_default_timeout(300_000)
            page.goto(trial.url)
            page.evaluate(COUNTED)
            page.evaluate(HIDDEN, True)
        for name, front in (("ten tabs, one in front", 1), ("ten windows, all in front", TABS)):
            print(told(name, measured(trial, pages, front, pairs)), flush=True)
        chromium.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS)
