"""The web client as built files: read once at the start, served compressed, its addresses falling back to the one page.

No page is made here. A build without `index.html` is refused at the start, not at the first visitor.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.kit.encodings import accepted

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_DOCUMENTS: Final = "documents.json"
_PAGE: Final = "index.html"
# Scripts, styles and sockets of our own only; pictures and sound of a call come as blobs.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


LASTING: Final = b"public, max-age=31536000, immutable"
"""What is kept without asking again: a file whose name changes with what is in it."""


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    tag: str
    bodies: dict[str, bytes]
    """Content encoding -> bytes; "" is the file as it is."""


class Site:
    """The files of a build in `folder`, and the trusted documents that its pages ask with."""

    def __init__(self, folder: Path) -> None:
        if not (folder / _PAGE).is_file():
            raise FileNotFoundError(f"{folder} holds no build of the web client: run `make web`")
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": _read(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES
        }
        manifest = folder / _DOCUMENTS
        self.documents = msgspec.json.decode(manifest.read_bytes(), type=dict[str, str]) if manifest.is_file() else {}

    async def serve(self, request: Request) -> Response:
        """Answer with a file, or with the page for any address that a person may have open in it."""
        path = request.url.path
        file = self._files.get(path)
        if file is None and not _wants_page(request):
            return Response("There is nothing at this address.\n", 404, media_type="text/plain")
        shown = file or self._files[f"/{_PAGE}"]
        headers = _headers(shown, is_lasting=file is not None and path.startswith("/assets/"))
        if request.headers.get("if-none-match") == shown.tag:
            return Response(None, 304, headers)
        taken = accepted(request.headers.get("accept-encoding", ""))
        for encoding in shown.bodies:
            if encoding and encoding in taken:
                return Response(shown.bodies[encoding], 200, headers | {"content-encoding": encoding})
        return Response(shown.bodies[""], 200, headers)


def _read(path: Path) -> _File:
    whole = path.read_bytes()
    small = {
        encoding: path.with_name(path.name + suffix).read_bytes()
        for encoding, suffix in _ENCODINGS
        if path.with_name(path.name + suffix).is_file()
    }
    return _File(_TYPES[path.suffix], f'"{hashlib.sha256(whole).hexdigest()[:32]}"', small | {"": whole})


def _wants_page(request: Request) -> bool:
    """Tell a person's visit from a request for a file or data that is not there."""
    return "text/html" in request.headers.get("accept", "") and "." not in request.url.path.rpartition("/")[2]


def _headers(file: _File, *, is_lasting: bool) -> dict[str, str]:
    headers = {"content-type": file.kind, "vary": "Accept-Encoding"}
    if is_lasting:
        return headers | {"cache-control": LASTING.decode()}
    headers |= {"etag": file.tag, "cache-control": "no-cache"}
    return headers | ({"content-security-policy": _POLICY} if file.kind.startswith("text/html") else {})
