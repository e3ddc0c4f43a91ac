"""One HTTP request, bounded in time and size, to one server and to no other.

SPARQLWrapper opens its requests with urllib's process-wide opener: that one reads `file:` addresses, follows redirects
to anywhere (and turns a POST into a GET), bounds only each single read and takes a body that was cut short for a whole
one. So the request that SPARQLWrapper builds is opened here, by an opener of our own that is never installed.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from typing import Any

from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.http import is_loopback

MOST_BYTES = 512 * 1024 * 1024
_MOST_BYTES_OF_ERROR = 64 * 1024
_MOST_REDIRECTS = 3


class Deadline:
    """The moment at which a question must have its answer."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds left.

        Raises:
            TimeoutError: there are none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        status: the status code.
        reason: the server's word for it.
        headers: the headers.
        body: the whole body; of an error its beginning.
    """

    status: int
    reason: str
    headers: Message
    body: bytes = field(repr=False)

    def info(self) -> Message:
        """The headers, under the name by which SPARQLWrapper asks for them."""
        return self.headers

    def read(self) -> bytes:
        """The body, under the name by which SPARQLWrapper asks for it."""
        return self.body


def is_local(url: str) -> bool:
    """Whether an address is on this machine."""
    return is_loopback(urllib.parse.urlsplit(url).hostname or "")


def send(request: urllib.request.Request, deadline: Deadline, most_bytes: int = MOST_BYTES) -> Answer:
    """Sends a request and reads the whole answer.

    A redirect is followed only to the same server, as the same request.

    Raises:
        QueryError: the server cannot be reached, breaks off, is too slow or sends too much, or sends the request on.
    """
    url = request.full_url
    asked, target = url, ""
    for _ in range(_MOST_REDIRECTS + 1):
        # A request of its own each time: a proxy is written into the one that is opened.
        own = urllib.request.Request(asked, request.data, dict(request.header_items()))
        answer = _sent(own, url, deadline, most_bytes)
        target = answer.headers.get("Location") or ""
        if not (300 <= answer.status < 400 and target):
            return answer
        target = _joined(asked, target)
        if answer.status not in (301, 302, 307, 308) or _server(target) != _server(url):
            break
        asked = target
    raise QueryError("remote-redirect", url=url, target=printable(target))


def _joined(base: str, target: str) -> str:
    try:
        return urllib.parse.urljoin(base, target)
    except ValueError:
        return target


def _server(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urllib.parse.urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None


def _sent(request: urllib.request.Request, url: str, deadline: Deadline, most_bytes: int) -> Answer:
    try:
        with _opener(url, deadline).open(request, timeout=deadline.left()) as response:
            if response.status != 200:
                return Answer(response.status, response.reason, response.headers, _beginning(response))
            return Answer(response.status, response.reason, response.headers, _whole(response, url, most_bytes))
    except TimeoutError:
        raise _too_slow(url, deadline) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _too_slow(url, deadline) from None
        raise QueryError("remote-unreachable", url=url, error=_words(error.reason)) from None
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise QueryError("remote-broken", url=url, error=_words(error)) from None


def _whole(response: Any, url: str, most_bytes: int) -> bytes:
    """The body, read piece by piece since http.client takes a short one for a whole one otherwise."""
    announced = None if response.chunked else response.headers.get("Content-Length")
    pieces, size = [], 0
    while piece := response.read(64 * 1024):
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            raise QueryError("remote-too-large", url=url, megabytes=most_bytes // (1024 * 1024))
    if announced is not None and announced.strip().isdigit() and size < int(announced):
        raise http.client.IncompleteRead(b"", int(announced) - size)
    return b"".join(pieces)


def _beginning(response: Any) -> bytes:
    """What can be had of the body of an error: the status says more than why its body broke off."""
    try:
        return bytes(response.read(_MOST_BYTES_OF_ERROR))
    except (http.client.HTTPException, OSError, ValueError):
        return b""


def _too_slow(url: str, deadline: Deadline) -> QueryError:
    return QueryError("remote-timeout", url=url, seconds=f"{deadline.seconds:g}")


def _words(error: object) -> str:
    """What an exception says; its kind if it says nothing."""
    if isinstance(error, http.client.IncompleteRead):
        return f"{error.expected} bytes missing" if error.expected else "incomplete"
    return printable(getattr(error, "strerror", None) or error) or type(error).__name__


def printable(said: object, most: int = 400) -> str:
    """A server's words on one line, without what a terminal would obey."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(said)).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _opener(url: str, deadline: Deadline) -> urllib.request.OpenerDirector:
    """An opener that knows http and https only: no files, no redirects, no errors raised for a status."""
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.UnknownHandler())
    if not is_local(url):
        opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(_HTTPHandler(deadline))
    opener.add_handler(_HTTPSHandler(deadline))
    return opener


class _TimedReader(io.RawIOBase):
    """What comes from a socket, given up at the deadline: a socket's own timeout bounds each read only."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._raw = connected.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """The part of a socket that http.client reads an answer through."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._connected, self._deadline = connected, deadline

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002  (http.client always asks for "rb")
        return io.BufferedReader(_TimedReader(self._connected, self._deadline))


def _response(deadline: Deadline, connected: socket.socket, *rest: Any, **more: Any) -> http.client.HTTPResponse:
    return http.client.HTTPResponse(_TimedSocket(connected, deadline), *rest, **more)  # type: ignore[arg-type]


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, *, deadline: Deadline, **more: Any) -> None:
        super().__init__(host, **more)
        self.response_class = partial(_response, deadline)  # type: ignore[assignment]


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, host: str, *, deadline: Deadline, **more: Any) -> None:
        super().__init__(host, **more)
        self.response_class = partial(_response, deadline)  # type: ignore[assignment]


class _HTTPHandler(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, req, deadline=self._deadline)  # type: ignore[arg-type]


class _HTTPSHandler(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_SecureConnection, req, deadline=self._deadline)  # type: ignore[arg-type]
