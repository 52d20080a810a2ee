"""Pages without a browser, in a process of their own: they listen as a page does, some of them too slowly.

``python -m mocap_bridge.serving.onlookers ADDRESS PAGES SLOW`` opens them at every line that it reads, which says how
many scenes and pictures a second to ask for, and closes them at the next one; it answers ``looking``, and how many
scenes and pictures a quick page was sent.
"""

import asyncio
import sys
from collections import Counter
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_NAP_S = 1.0  # between two messages of a slow one


async def look(address: str, pages: int, slow: int) -> None:
    """Until standard input ends. ``address`` is ``ws://HOST:PORT/``. Raises OSError if nobody is there."""
    while asked := await asyncio.to_thread(sys.stdin.readline):
        scenes_hz, pictures_hz = asked.split()
        paths = {
            "stream": f"stream?hz={scenes_hz}&form=msgpack",
            "picture": f"picture?hz={pictures_hz}",
            "control": "control",
        }
        wanted = [(page < slow, channel) for page in range(pages) for channel in paths]
        opening = [
            connect(address + paths[channel], max_queue=1, compression=None, close_timeout=0.2) for _, channel in wanted
        ]
        connections = await asyncio.gather(*opening)
        got: Counter[str] = Counter()
        listening = [
            asyncio.create_task(_listen(connection, is_slow, channel, got))
            for connection, (is_slow, channel) in zip(connections, wanted, strict=True)
        ]
        print("looking", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(*(got[channel] // max(1, pages - slow) for channel in ("stream", "picture")), flush=True)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, *(connection.close() for connection in connections), return_exceptions=True)


async def _listen(connection: ClientConnection, is_slow: bool, channel: str, got: Counter[str]) -> None:
    with suppress(ConnectionClosed):
        async for _ in connection:
            if is_slow:
                await asyncio.sleep(_NAP_S)
            else:
                got[channel] += 1


if __name__ == "__main__":
    try:
        asyncio.run(look(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    except OSError as error:
        sys.exit(f"nobody can look at {sys.argv[1]}: {error}")
