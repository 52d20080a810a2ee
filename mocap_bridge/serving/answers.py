"""HTTP: the page's files, metrics, health, and whether a WebSocket may begin."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from .guard import Bind, refusal, token_is_right
from .hub import Hub
from .metrics import CONTENT_TYPE, metrics_text
from .page import Asset, policy

SOCKETS = ("/stream", "/picture", "/control")
MOST_CLIENTS = 64
SILENT_S = 10.0
"""A line that gives no sign of life for longer is not well."""


def answer(request: Request, bind: Bind, page: Mapping[str, Asset], hub: Hub) -> Response | None:
    """The answer to a request; None lets a WebSocket begin."""
    parts = urlsplit(request.path)
    hosts, origins = request.headers.get_all("Host"), request.headers.get_all("Origin")
    if len(hosts) != 1 or len(origins) > 1:
        return _plain(HTTPStatus.BAD_REQUEST, "one Host and at most one Origin, please")
    if why := refusal(bind, hosts[0], origins[0] if origins else None):
        return _plain(HTTPStatus.FORBIDDEN, why)
    if parts.path == "/healthz":
        well = hub.silent_s < SILENT_S
        return _plain(HTTPStatus.OK, "ok") if well else _plain(HTTPStatus.SERVICE_UNAVAILABLE, "the line stands still")
    if parts.path in SOCKETS or parts.path == "/metrics":
        if not token_is_right(bind, parts.query, request.headers.get_all("Authorization")):
            return _plain(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong")
        return _metrics(hub) if parts.path == "/metrics" else _beginning(request, hub)
    if (asset := page.get(parts.path)) is None:
        return _plain(HTTPStatus.NOT_FOUND, "there is no such file")
    return _response(HTTPStatus.OK, asset.content_type, asset.body, policy(hosts[0]))


def _beginning(request: Request, hub: Hub) -> Response | None:
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return _plain(HTTPStatus.UPGRADE_REQUIRED, "this is a WebSocket")
    return _plain(HTTPStatus.SERVICE_UNAVAILABLE, "too many clients") if hub.clients >= MOST_CLIENTS else None


def _metrics(hub: Hub) -> Response:
    if (status := hub.statuses.value) is None:
        return _plain(HTTPStatus.SERVICE_UNAVAILABLE, "nothing has run yet")
    return _response(HTTPStatus.OK, CONTENT_TYPE, metrics_text(status, hub.clients))


def _plain(status: HTTPStatus, text: str) -> Response:
    return _response(status, "text/plain; charset=utf-8", f"{text}\n".encode())


def _response(status: HTTPStatus, content_type: str, body: bytes, policy: str = "default-src 'none'") -> Response:
    headers = Headers(
        [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-cache"),
            ("Connection", "close"),
        ]
    )
    return Response(status.value, status.phrase, headers, body)
