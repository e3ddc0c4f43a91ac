"""A read-only SPARQL endpoint with an editor: the server of the `oxigraph` package, on a store built first."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from sandbox_kg.messages import message
from sandbox_kg.store.errors import QueryError, last_words
from sandbox_kg.store.http import is_loopback

DEFAULT_HOST, DEFAULT_PORT, DEFAULT_TIMEOUT = "127.0.0.1", 7878, 60
_STARTS_WITHIN = 60.0


def serve(
    graph_file: Path,
    graph: str,
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    timeout_s: int = DEFAULT_TIMEOUT,
    folder: Path | None = None,
    allow_other_hosts: bool = False,
    ready: Callable[[str], None] | None = None,
    restarted: Callable[[str], None] | None = None,
) -> None:
    """Serves the built graph, read-only, until Ctrl-C.

    Args:
        graph_file: N-Triples.
        graph: the name of the graph; a query that names no graph is answered from it as well.
        host: the address to listen on.
        port: its port.
        timeout_s: seconds after which a query is ended.
        folder: where the store is built anew; a temporary folder without it.
        allow_other_hosts: whether `host` may be an address that others reach.
        ready: called with the address once the server answers (see `how_to_ask`).
        restarted: called with the server's last words each time it ended by itself; it is then started again.

    Raises:
        QueryError: the server's program is missing, the port is in use, or others would reach it unasked.
        OSError: the file cannot be read or the store not written.
    """
    if not (is_loopback(host) or allow_other_hosts):
        raise QueryError("serve-other-host", host=host)
    program = find_program()
    check_port(host, port)
    with _store_folder(folder) as place, _ended_by_signals():
        build_store(graph_file, graph, place)
        at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        # The union makes a query that names no graph find ours, and one that names it find it too.
        options = ["--bind", at, "--timeout-s", str(timeout_s), "--union-default-graph"]
        command = [program, "serve-read-only", "--location", str(place), *options]
        try:
            answered = ""  # what the last server said before it ended by itself
            while True:
                answered = _run(command, at, host, port, ready if not answered else None)
                if restarted:
                    restarted(answered)
        except KeyboardInterrupt:
            pass  # the way to end it


def _run(command: list[str], at: str, host: str, port: int, ready: Callable[[str], None] | None) -> str:
    """Runs the server until it ends by itself after it had answered, as one query can make it: see `docs/deploy.md`.

    Returns:
        What it said.

    Raises:
        QueryError: it ended before it answered.
    """
    with tempfile.TemporaryFile() as said:
        quiet = {**os.environ, "RUST_BACKTRACE": "0"}
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=quiet)
        try:
            answers = _wait(process, _reached(host, port))
            if answers and ready:
                ready(f"http://{at}")
            process.wait()
        finally:
            _end(process)
        said.seek(0)
        words = said.read().decode("utf-8", errors="replace").strip()
    if not answers:
        raise QueryError("serve-ended", words=words[-500:], port=port)
    return last_words(words)[:500]


def how_to_ask(url: str, graph: str, language: str) -> str:
    """How the server is asked with curl, SPARQLWrapper and a browser, and what to beware of."""
    return message("serve-ready", language, url=url, graph=graph)


def find_program() -> str:
    """The path of the server's program: beside this Python, else on the path.

    Raises:
        QueryError: it is not installed.
    """
    name = "oxigraph.exe" if os.name == "nt" else "oxigraph"
    for place in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (place / name).exists():
            return str(place / name)
    found = shutil.which(name)
    if found is None:
        raise QueryError("serve-missing")
    return found


def check_port(host: str, port: int) -> None:
    """Refuses a port that is in use, or an address that this machine does not have.

    Raises:
        QueryError: nothing can listen there; it says why.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            if os.name == "posix":  # a port left a moment ago is free; elsewhere the option means another thing
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
            tried.listen(1)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QueryError("serve-port", host=host, port=port, error=reason) from error


def build_store(graph_file: Path, graph: str, folder: Path) -> None:
    """Writes a store that holds the graph under its name, in place of what the folder held.

    Raises:
        QueryError: the folder holds something else than a store.
        OSError: the file cannot be read or the folder not written.
    """
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / "CURRENT").exists())):
        raise QueryError("serve-folder", folder=str(folder))
    made = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        store = ox.Store(str(made))
        store.bulk_load(path=str(graph_file), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))
        store.flush()
        del store  # unlocks the folder
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _store_folder(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="sandbox-kg-", ignore_cleanup_errors=True) as made:
        yield Path(made) / "store"


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A request to end, or a terminal that is closed, ends the server as Ctrl-C does; else it would be left running."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        pass  # while the store was being built
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reached(host: str, port: int) -> str:
    """The address that answers when a server listens on `host`: for 0.0.0.0 it is this machine's own."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{own}]:{port}/" if ":" in own else f"http://{own}:{port}/"


def _wait(process: subprocess.Popen[bytes], url: str) -> bool:
    """Waits until the server answers; False if it ended or did not within its time."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        try:
            with opener.open(url, timeout=2):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
