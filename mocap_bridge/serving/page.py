"""The built page, in memory: what is not in the folder when the server starts cannot be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingsError

BUILT = Path(__file__).parent.parent / "dashboard" / "dist"
_LARGEST_BYTES = 8_000_000
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """One file of the page."""

    content_type: str
    body: bytes


def load_page(folder: Path = BUILT) -> Mapping[str, Asset]:
    """Files by their path in a URL. Raises SettingsError if the page has not been built."""
    if not (folder / "index.html").is_file():
        source = folder.parent
        build = f"cd {source} && npm ci && npm run build"
        raise SettingsError(
            f"the dashboard's page is not built: there is no {folder / 'index.html'}; "
            + (
                f"with Node.js 20 or newer: {build}"
                if (source / "package.json").is_file()
                else "install Node.js 20 or newer, then this package again"
            )
        )
    assets = {}
    for path in sorted(folder.rglob("*")):
        # A link could lead out of the folder; a file of another kind is none of ours.
        if path.is_file() and not path.is_symlink() and path.suffix in _TYPES and path.stat().st_size <= _LARGEST_BYTES:
            assets["/" + path.relative_to(folder).as_posix()] = Asset(_TYPES[path.suffix], path.read_bytes())
    return assets | {"/": assets["/index.html"]}


def policy(host: str) -> str:
    """The Content-Security-Policy: our own files and nothing else. ``host`` is a Host header that was checked.

    blob: is for the pictures inside an avatar that is dropped on the page; nothing of it comes from anywhere else.
    """
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        f"connect-src 'self' blob: ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
