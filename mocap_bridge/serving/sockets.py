"""WebSockets: scenes and pictures to whoever listens, requests from whoever may steer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from ..errors import MocapError
from .hub import Hub
from .requests import Request, request_from
from .rule_desk import Complaint
from .status import status_json

MOST_WAITING = 8
"""Requests of one client that are not answered yet."""
_DEFAULT_HZ, _MOST_HZ = 30.0, 120.0

Handle = Callable[[Request], Awaitable[str | list[Complaint]]]
_After = Callable[[int], Awaitable[tuple[int, str | bytes]]]


async def talk(connection: ServerConnection, hub: Hub, handle: Handle) -> None:
    """One WebSocket, from beginning to end."""
    parts = urlsplit(connection.request.path if connection.request else "")
    hub.clients += 1
    try:
        if parts.path == "/control":
            await _both(_tell(connection, hub), _listen(connection, handle))
        elif parts.path == "/stream":
            await _both(_feed(connection, hub.line_after, asked_hz(parts.query)), _hear_nothing(connection))
        else:
            hub.pictures.readers += 1
            try:
                await _both(_feed(connection, hub.jpeg_after, asked_hz(parts.query)), _hear_nothing(connection))
            finally:
                hub.pictures.readers -= 1
    except ConnectionClosed:
        pass  # pages come and go
    finally:
        hub.clients -= 1


async def _both(*jobs: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends; then so does the other."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _feed(connection: ServerConnection, after: _After, hz: float) -> None:
    """Sends the newest, waits until it has gone and its time is over, sends the newest."""
    loop = asyncio.get_running_loop()
    number, due_s = 0, loop.time()
    while True:
        number, message = await after(number)
        await connection.send(message)
        due_s = max(due_s + 1.0 / hz, loop.time())
        await asyncio.sleep(due_s - loop.time())


async def _hear_nothing(connection: ServerConnection) -> None:
    async for _ in connection:
        await connection.close(CloseCode.POLICY_VIOLATION, "this way nothing is asked; use /control")


async def _tell(connection: ServerConnection, hub: Hub) -> None:
    number = 0
    while True:
        number, status = await hub.statuses.after(number)
        await connection.send(status_json(status))


async def _listen(connection: ServerConnection, handle: Handle) -> None:
    answers: set[asyncio.Task[None]] = set()
    try:
        async for message in connection:
            if len(answers) >= MOST_WAITING:
                await connection.close(CloseCode.POLICY_VIOLATION, "too many requests at once")
                return
            task = asyncio.create_task(_answer(connection, message, handle))
            answers.add(task)
            task.add_done_callback(answers.discard)
    finally:
        for task in list(answers):
            task.cancel()


async def _answer(connection: ServerConnection, message: str | bytes, handle: Handle) -> None:
    answer: dict[str, object] = {"answer": None}
    try:
        request = request_from(message)
        answer["answer"] = request.id
        answer["done"] = await handle(request)
    except (MocapError, msgspec.DecodeError, UnicodeDecodeError) as error:
        answer["refused"] = str(error)
    with suppress(ConnectionClosed):  # who asked has gone
        await connection.send(msgspec.json.encode(answer).decode())


def asked_hz(query: str) -> float:
    """How often a client wants something new: ``?hz=15``; 30 where it says nothing of use."""
    try:
        hz = float(parse_qs(query)["hz"][0])
    except (KeyError, ValueError):
        return _DEFAULT_HZ
    return min(hz, _MOST_HZ) if hz >= 0.1 else _DEFAULT_HZ  # also for NaN
