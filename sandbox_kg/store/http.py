"""HTTP for writing to a store: one request at a time, who we are only where it is safe, and the server's words kept."""

from __future__ import annotations

import base64
import ipaddress
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.results import Term

_WORDS = 500  # of what a server says are shown
_JSON = "application/sparql-results+json"


def checked_url(url: str) -> str:
    """An address that may be asked or written to.

    Raises:
        QueryError: it is not http or https, has no host, or holds a password, which would stay in the shell's history.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise QueryError("url-wrong", url=url) from error
    if "@" in parts.netloc:
        raise QueryError("url-userinfo", host=parts.netloc.rpartition("@")[2])  # before it may stand a password
    if not usable or any(not "!" <= character <= "~" for character in url):
        raise QueryError("url-wrong", url=url)
    return url


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Session:
    """Requests to one server.

    A digest is sent along with each request once the server has asked for it: Virtuoso closes the connection while a
    large body that it has not yet allowed is still being sent.
    """

    def __init__(self, user: str, password: str, timeout: float) -> None:
        self._user, self._password, self._timeout = user, password, timeout
        self._challenges: dict[str, str] = {}
        self._passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        self._digest = urllib.request.HTTPDigestAuthHandler(self._passwords)

    def waiting(self, timeout: float) -> Session:
        """The same session with another limit of seconds for one request."""
        other = Session(self._user, self._password, timeout)
        other._challenges = self._challenges
        return other

    def server(self, url: str) -> str:
        """What a server calls itself; empty if it does not say."""
        try:
            with self._open(urllib.request.Request(url, headers={"Accept": "*/*"})) as answer:
                return str(answer.headers.get("Server", ""))
        except urllib.error.HTTPError as error:
            with error:
                return str(error.headers.get("Server", ""))

    def send(self, url: str, body: bytes, kind: str, accept: str) -> bytes:
        """Posts a body.

        Returns:
            The body of the answer.

        Raises:
            QueryError: the server refuses it (with `status` among its values) or cannot be reached.
        """
        if self._user and url not in self._challenges:
            self._ask_for_challenge(url, kind)
        for last in (False, True):
            request = urllib.request.Request(url, body, {"Content-Type": kind, "Accept": accept}, method="POST")
            self._introduce(request)
            try:
                with self._open(request) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    challenge = error.headers.get("WWW-Authenticate", "")
                    if error.code == 401 and self._user and challenge and not last:
                        self._challenges[url] = challenge  # the server's number has run out: once more with the new one
                        continue
                    raise _refused(url, error) from error
        raise AssertionError

    def select(self, url: str, text: str) -> list[tuple[Term | None, ...]]:
        """The rows of one SELECT.

        Raises:
            QueryError: the server refuses it, cannot be reached, or answers with something else than results.
        """
        body = self.send(url, urlencode({"query": text}).encode(), "application/x-www-form-urlencoded", _JSON)
        try:
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
            if not isinstance(found, ox.QuerySolutions):
                raise ValueError("no rows")
            names = [variable.value for variable in found.variables]
            return [tuple(row[name] for name in names) for row in found]
        except (SyntaxError, ValueError) as error:
            raise QueryError("publish-no-results", url=url, words=_words(body)) from error

    def _ask_for_challenge(self, url: str, kind: str) -> None:
        """A first request without a body, since a refused large one is cut off rather than answered."""
        request = urllib.request.Request(url, b"", {"Content-Type": kind}, method="POST")
        try:
            with self._open(request):
                self._challenges[url] = ""
        except urllib.error.HTTPError as error:
            with error:
                self._challenges[url] = error.headers.get("WWW-Authenticate", "") if error.code == 401 else ""

    def _introduce(self, request: urllib.request.Request) -> None:
        scheme, _, rest = self._challenges.get(request.full_url, "").partition(" ")
        if scheme.lower() == "digest":
            asked = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
            self._passwords.add_password(None, request.full_url, self._user, self._password)
            request.add_unredirected_header("Authorization", f"Digest {self._digest.get_authorization(request, asked)}")
        elif scheme.lower() == "basic":
            parts = urlsplit(request.full_url)
            if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
                raise QueryError("publish-clear-password", host=parts.hostname)
            pair = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
            request.add_unredirected_header("Authorization", f"Basic {pair}")

    def _open(self, request: urllib.request.Request) -> Any:
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if is_loopback(urlsplit(request.full_url).hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))
        try:
            return urllib.request.build_opener(*handlers).open(request, timeout=self._timeout)
        except urllib.error.HTTPError:
            raise
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            words = getattr(reason, "strerror", None) or str(reason)
            raise QueryError("publish-unreachable", url=request.full_url, error=words) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Graph and password go where the user said, and nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """No request follows."""


def _refused(url: str, error: urllib.error.HTTPError) -> QueryError:
    key = "publish-login" if error.code in (401, 403) else "publish-refused"
    return QueryError(key, url=url, status=error.code, words=_words(error.read()))


def _words(body: bytes) -> str:
    return " ".join(body.decode("utf-8", errors="replace").split())[:_WORDS]
