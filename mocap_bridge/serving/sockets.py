"""WebSockets: scenes and pictures to whoever listens, requests from whoever may steer."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import nan
from urllib.parse import parse_qs, urlsplit

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from ..errors import MocapError
from .audience import Listener, Pace
from .hub import Hub
from .requests import Request, number_of, request_from
from .rule_desk import Complaint

MOST_WAITING = 8
"""Requests of one client that are not answered yet."""
_DEFAULT_HZ, _MOST_HZ = 30.0, 120.0
_MOST_UNTAKEN = 100

Handle = Callable[[Request], Awaitable[str | list[Complaint]]]


async def talk(connection: ServerConnection, hub: Hub, handle: Handle) -> None:
    """One WebSocket, from beginning to end."""
    parts = urlsplit(connection.request.path if connection.request else "")
    hub.clients += 1
    try:
        if parts.path == "/control":
            with hub.statuses.joined(connection, Pace(_MOST_HZ)):
                await _listen(connection, handle)
        elif parts.path == "/stream":
            with hub.stream(connection, asked_pace(parts.query), asked_packed(parts.query)) as listener:
                await _hear(connection, listener)
        else:
            with hub.film(connection, asked_pace(parts.query)) as listener:
                await _hear(connection, listener)
    except ConnectionClosed:
        pass  # pages come and go
    finally:
        hub.clients -= 1


async def _hear(connection: ServerConnection, listener: Listener) -> None:
    async for message in connection:
        if not listener.took(message):
            why = "here only what was taken is counted, by who has a window; ask at /control"
            await connection.close(CloseCode.POLICY_VIOLATION, why)


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
    answer: dict[str, object] = {"answer": number_of(message)}
    try:
        answer["done"] = await handle(request_from(message))
    except (MocapError, msgspec.DecodeError, UnicodeDecodeError) as error:
        answer["refused"] = str(error)
    with suppress(ConnectionClosed):  # who asked has gone
        await connection.send(msgspec.json.encode(answer).decode())


def asked_packed(query: str) -> bool:
    """``?form=msgpack``: scenes as ZeroMQ has them; otherwise as lines of a take."""
    return parse_qs(query).get("form") == ["msgpack"]


def asked_pace(query: str) -> Pace:
    """How often a client wants something new, and how much untaken: ``?hz=15&window=2``; 30 and any amount where
    it says nothing of use."""
    hz, window = _number(query, "hz"), _number(query, "window")
    return Pace(
        min(hz, _MOST_HZ) if hz >= 0.1 else _DEFAULT_HZ,  # also for NaN
        int(window) if 1 <= window <= _MOST_UNTAKEN else None,
    )


def _number(query: str, name: str) -> float:
    try:
        return float(parse_qs(query)[name][0])
    except (KeyError, ValueError):
        return nan
