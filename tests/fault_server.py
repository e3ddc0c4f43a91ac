"""A loopback HTTP server that misbehaves as it is told, and one that answers SPARQL but cuts its results short."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyoxigraph as ox

RESULTS = "application/sparql-results+json"
YES = b'{"head":{},"boolean":true}'
NO = b'{"head":{},"boolean":false}'


@dataclass
class Call:
    """One request, and ways to answer it wrongly."""

    handler: BaseHTTPRequestHandler
    parameters: Mapping[str, list[str]]
    number: int

    @property
    def query(self) -> str:
        """The query that is asked."""
        return self.parameters.get("query", [""])[0]

    @property
    def headers(self) -> Any:
        """The headers of the request."""
        return self.handler.headers

    def reply(self, body: bytes = YES, status: int = 200, kind: str = RESULTS, **headers: str) -> None:
        """A whole answer; `Retry_After` is the header Retry-After."""
        self.begin(status, kind, Content_Length=str(len(body)), **headers)
        self.handler.wfile.write(body)

    def begin(self, status: int = 200, kind: str = RESULTS, **headers: str) -> None:
        """Status and headers only."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        """Part of a body."""
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def reset(self) -> None:
        """Resets the connection."""
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.connection.close()

    def drip(self, data: bytes, pause: float = 0.05) -> None:
        """Sends something again and again until nobody listens: each single read succeeds."""
        while True:
            self.write(data)
            time.sleep(pause)


Behaviour = Callable[[Call], None]


@dataclass
class FaultServer:
    """A running server.

    Attributes:
        url: its address.
        calls: the requests so far.
    """

    url: str
    calls: list[Call] = field(default_factory=list)


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[FaultServer]:
    """Serves with one behaviour on a free loopback port."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            parameters = urllib.parse.parse_qs(body, keep_blank_values=True)
            with lock:
                call = Call(self, parameters, len(server.calls) + 1)
                server.calls.append(call)
            try:
                behaviour(call)
            except OSError:
                self.close_connection = True  # the client has gone

        def do_GET(self) -> None:
            self.do_POST()

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *args: object) -> None:
            """Faults are meant."""

    httpd = Server(("127.0.0.1", 0), Handler)
    server = FaultServer(f"http://127.0.0.1:{httpd.server_address[1]}/sparql")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join(10)


def json_results(store: ox.Store, text: str, graphs: list[str], most: int | None, twist: int = 0) -> bytes:
    """What a server with an own idea of how much is enough answers.

    Args:
        store: its quads.
        text: the query.
        graphs: the default graph that is asked for; the unnamed one without any.
        most: where it cuts rows, without a sign.
        twist: by how many places its rows are turned round, so that pages do not fit together.
    """
    default = [ox.NamedNode(graph) for graph in graphs] or None
    found = store.query(text, default_graph=default)  # type: ignore[arg-type]
    if isinstance(found, ox.QueryBoolean):
        return json.dumps({"head": {}, "boolean": bool(found)}).encode()
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows = list(found)
    rows = (rows[twist % len(rows) :] + rows[: twist % len(rows)])[:most] if rows else rows
    bindings = [{name: _json_term(row[name]) for name in names if row[name] is not None} for row in rows]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def _json_term(term: Any) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def cutting(store: ox.Store, most: int | None, says_so: bool = False) -> Behaviour:
    """A SPARQL server that sends so many rows and no more; Virtuoso names its limit in a header."""

    def behave(call: Call) -> None:
        body = json_results(store, call.query, call.parameters.get("default-graph-uri", []), most)
        call.reply(body, **({"X_SPARQL_MaxRows": str(most)} if says_so else {}))

    return behave
