"""The built graph into any writable store: sent in batches into a staging graph, compared, then moved into place.

A reader sees the old graph or the new one, as far as the server's own MOVE is one step (`docs/deploy.md`). Nothing is
kept between two runs: each has a staging graph of its own, so that two at once do not meet in one, and an interrupted
run is mended by running again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox

from sandbox_kg.store.embedded import parse
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.http import Session, checked_url
from sandbox_kg.store.results import Term, normalised

USER, PASSWORD = "SANDBOX_KG_USER", "SANDBOX_KG_PASSWORD"
METHODS = ("update", "graph-store")
STEPS = ("publish-send", "publish-compare", "publish-replace", "publish-verify")

# Virtuoso 7.2 takes 1,000 triples of ours in one INSERT DATA and refuses 2,000; what is refused is halved anyway.
_BATCH = {"update": 500, "graph-store": 5_000}
_TIDYING = 5.0  # seconds
# One request moves the whole graph: Oxigraph 0.5 takes some 0.1 ms a triple, a busy machine several times that.
_MOVING = 1e-3  # seconds a triple
_PAGE = 5_000  # below the 10,000 rows at which Virtuoso cuts a result without an error
_INSERT = "INSERT DATA {{ GRAPH {graph} {{\n{triples}}} }}"
_CLEAR = "DROP SILENT GRAPH {graph}"
_MOVE = "MOVE GRAPH {staging} TO GRAPH {graph}"
_COUNT = "SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
_OF_SUBJECTS = "SELECT ?s ?p ?o WHERE {{ {only} GRAPH {graph} {{ ?s ?p ?o }} }}"
_SUBJECTS = 400  # in one request, which stays below the length that servers refuse
# The subselect is what makes Virtuoso sort once and page afterwards (a plain large OFFSET fails with SR353).
_READ = (
    "SELECT ?s ?p ?o WHERE {{ {{ SELECT ?s ?p ?o WHERE {{ {only} GRAPH {graph} {{ ?s ?p ?o }} }} "
    "ORDER BY STR(?s) STR(?p) STR(?o) LANG(?o) }} }} LIMIT {limit} OFFSET {offset}"
)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Endpoints:
    """Where a server takes what.

    Attributes:
        query: SPARQL queries.
        update: SPARQL updates.
        store: the Graph Store protocol; empty where it is not known.
    """

    query: str
    update: str
    store: str = ""


@dataclass(frozen=True)
class Published:
    """What was published.

    Attributes:
        graph: the name of the graph.
        triples: how many triples it holds.
        digest: SHA-256 of its sorted, normalised triples: equal here and on the server.
    """

    graph: str
    triples: int
    digest: str


def publish(
    url: str,
    graph_file: Path | Iterable[ox.Triple],
    graph: str,
    *,
    method: str = "update",
    query_url: str | None = None,
    store_url: str | None = None,
    batch: int | None = None,
    timeout: float = 120.0,
    progress: Progress | None = None,
    run: str = "",
    environment: Mapping[str, str] = os.environ,
) -> Published:
    """Replaces a named graph of a writable store by ours, and proves that it holds what ours holds.

    Args:
        url: the address of an Oxigraph or Virtuoso server, or the update endpoint of any other.
        graph_file: N-Triples, or triples.
        graph: the name of the graph.
        method: `update` (SPARQL Update) or `graph-store` (batches over the Graph Store protocol).
        query_url: the query endpoint, where it cannot be told from `url`.
        store_url: the Graph Store endpoint, where it cannot be told from `url`.
        batch: triples a request; a request that the server refuses is halved.
        timeout: seconds for one request; the one that moves the graph has a second more for each 1,000 triples.
        progress: called with a step (of `STEPS`, keys of the messages), what is done and how much there is.
        run: what the name of the staging graph ends in; a random word without it.
        environment: holds the user and the password (`SANDBOX_KG_USER`, `SANDBOX_KG_PASSWORD`) where one is needed.

    Returns:
        The name, the number of triples and their digest.

    Raises:
        QueryError: the address or the name is wrong, the server refuses or cannot be reached, or what it holds
            afterwards differs.
        OSError: the file cannot be read.
    """
    triples = list(_read(graph_file))
    told = progress or _silent
    session = Session(environment.get(USER, ""), environment.get(PASSWORD, ""), timeout)
    ends = find_endpoints(url, session, query_url, store_url)
    if method not in METHODS or (method == "graph-store" and not ends.store):
        raise QueryError("publish-method", method=method, methods=", ".join(METHODS))
    target, staging = _name(graph), _name(f"{graph}-staging-{run or secrets.token_hex(4)}")
    ours = _Ours(triples)

    try:
        _update(session, ends, _CLEAR.format(graph=staging))
        _send(session, ends, method, staging, triples, batch or _BATCH[method], told)
        _compare(ours, session, ends, staging, told, STEPS[1])
        told(STEPS[2], 0, 1)
        patient = session.waiting(timeout + _MOVING * len(triples))
        _update(patient, ends, _MOVE.format(staging=staging, graph=target))
        told(STEPS[2], 1, 1)
    except BaseException:
        with suppress(QueryError):  # what went wrong before is the thing to tell, and nobody waits long to tidy up
            _update(session.waiting(_TIDYING), ends, _CLEAR.format(graph=staging))
        raise
    _compare(ours, session, ends, target, told, STEPS[3])
    return Published(graph, len(ours.lines), digest(ours.lines))


def verify(
    url: str,
    graph_file: Path | Iterable[ox.Triple],
    graph: str,
    *,
    query_url: str | None = None,
    timeout: float = 120.0,
) -> Published:
    """Compares a named graph of a store with ours, triple by triple.

    Raises:
        QueryError: it differs (the error says in what), or cannot be read.
    """
    session = Session(os.environ.get(USER, ""), os.environ.get(PASSWORD, ""), timeout)
    ours = _Ours(_read(graph_file))
    _compare(ours, session, find_endpoints(url, session, query_url), _name(graph), _silent, STEPS[3])
    return Published(graph, len(ours.lines), digest(ours.lines))


def find_endpoints(url: str, session: Session, query_url: str | None = None, store_url: str | None = None) -> Endpoints:
    """Where the server at an address takes queries and updates.

    Oxigraph and Virtuoso are known by what they call themselves; of others the update endpoint is to be given.

    Raises:
        QueryError: the address is wrong, or its query endpoint cannot be told from it.
    """
    for given in filter(None, (url, query_url, store_url)):
        checked_url(given)
    parts = urlsplit(url)
    root, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    head, _, last = path.rpartition("/")
    named = session.server(url).lower()
    if "virtuoso" in named and last in ("", "sparql", "sparql-auth", "sparql-graph-crud-auth"):
        ends = Endpoints(f"{root}/sparql", f"{root}/sparql-auth", f"{root}/sparql-graph-crud-auth")
    elif "oxigraph" in named and last in ("", "query", "update", "store"):
        base = root + (head if last else path)
        ends = Endpoints(f"{base}/query", f"{base}/update", f"{base}/store")
    elif last == "update":  # Fuseki, Stardog
        ends = Endpoints(f"{root}{head}/query", url)
    elif last == "statements":  # GraphDB, RDF4J
        ends = Endpoints(f"{root}{head}", url, f"{root}{head}/rdf-graphs/service")
    elif last == "sparql":  # Neptune: one address for both
        ends = Endpoints(url, url, f"{url}/gsp/")
    elif query_url:
        ends = Endpoints(query_url, url)
    else:
        raise QueryError("publish-endpoint", url=url)
    return Endpoints(query_url or ends.query, ends.update, store_url or ends.store)


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tells nobody."""


def digest(lines: Sequence[str]) -> str:
    """SHA-256 of sorted, normalised triples."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _read(graph_file: Path | Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    triples = parse(graph_file.read_bytes(), ox.RdfFormat.N_TRIPLES) if isinstance(graph_file, Path) else graph_file
    for triple in triples:
        # In two requests one blank node would become two: what arrives could never be compared.
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise QueryError("publish-blank", triple=str(triple))
        yield triple


def _name(graph: str) -> str:
    try:
        return str(ox.NamedNode(graph))
    except ValueError as error:
        raise QueryError("publish-graph-name", graph=graph) from error


def _lines(triples: Iterable[ox.Triple]) -> list[str]:
    """Each triple once, normalised and sorted."""
    return sorted(set(map(_line, triples)))


def _line(triple: ox.Triple) -> str:
    return repr([normalised(cast(Term, term)) for term in triple])


class _Ours:
    """What a graph should hold.

    Attributes:
        lines: each triple once, normalised and sorted.
        of_subject: subject (in angle brackets) to its lines.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.of_subject: dict[str, set[str]] = {}
        for triple in triples:
            self.of_subject.setdefault(str(triple.subject), set()).add(_line(triple))
        self.lines = sorted(line for lines in self.of_subject.values() for line in lines)

    def portions(self) -> Iterator[list[str]]:
        """Subjects that have few enough triples together for one answer; one that has more comes alone."""
        portion: list[str] = []
        size = 0
        for subject, lines in self.of_subject.items():
            if portion and (size + len(lines) > _PAGE or len(portion) == _SUBJECTS):
                yield portion
                portion, size = [], 0
            portion.append(subject)
            size += len(lines)
        if portion:
            yield portion


def _update(session: Session, ends: Endpoints, text: str) -> None:
    session.send(ends.update, text.encode(), "application/sparql-update", "*/*")


def _send(
    session: Session,
    ends: Endpoints,
    method: str,
    staging: str,
    triples: Sequence[ox.Triple],
    size: int,
    told: Progress,
) -> None:
    store = f"{ends.store}?{urlencode({'graph': staging[1:-1]}, quote_via=quote)}"

    def put(some: Sequence[ox.Triple]) -> None:
        text = "".join(f"{triple} .\n" for triple in some)
        try:
            if method == "update":
                _update(session, ends, _INSERT.format(graph=staging, triples=text))
            else:
                session.send(store, text.encode(), "application/n-triples", "*/*")
        except QueryError as error:
            # Limits on the length of a statement differ from server to server: what is too long is halved.
            if error.values.get("status") not in (400, 413, 500) or len(some) == 1:
                raise
            middle = len(some) // 2
            put(some[:middle])
            put(some[middle:])

    for start in range(0, len(triples), size):
        told(STEPS[0], start, len(triples))
        put(triples[start : start + size])
    told(STEPS[0], len(triples), len(triples))


def _compare(ours: _Ours, session: Session, ends: Endpoints, graph: str, told: Progress, step: str) -> None:
    """Raises an error if a graph of the server is not, triple by triple, ours.

    Ours are asked for by their subjects, so that the server need not sort its graph, whose cost grows faster than the
    graph; that it holds no others follows from their number. Only where something differs is the whole graph read.
    """
    if _number(session, ends, graph) == len(ours.lines) and _are_held(ours, session, ends, graph, told, step):
        return
    theirs = _lines(_pages(session, ends, graph, _number(session, ends, graph), told, step))
    if theirs == ours.lines:
        return
    missing, added = sorted(set(ours.lines) - set(theirs)), sorted(set(theirs) - set(ours.lines))
    raise QueryError(
        "publish-differs", graph=graph, missing=len(missing), added=len(added), example=(missing + added)[0][:300]
    )


def _number(session: Session, ends: Endpoints, graph: str) -> int:
    """How many triples a graph of the server holds."""
    return int(session.select(ends.query, _COUNT.format(graph=graph))[0][0].value)  # type: ignore[union-attr]


def _are_held(ours: _Ours, session: Session, ends: Endpoints, graph: str, told: Progress, step: str) -> bool:
    """Whether a server holds each of our triples, and no others of their subjects."""

    def holds(subjects: Sequence[str]) -> bool:
        wanted = {line for subject in subjects for line in ours.of_subject[subject]}
        only = f"VALUES ?s {{ {' '.join(subjects)} }}"
        if len(subjects) == 1 and len(wanted) > _PAGE:
            return set(_lines(_pages(session, ends, graph, len(wanted), _silent, step, only))) == wanted
        rows = session.select(ends.query, _OF_SUBJECTS.format(graph=graph, only=only))
        if set(_lines(ox.Triple(*row) for row in rows)) == wanted:  # type: ignore[arg-type]
            return True
        # A server may cut long answers without a sign: a difference counts where a short one shows it.
        middle = len(subjects) // 2
        return middle > 0 and holds(subjects[:middle]) and holds(subjects[middle:])

    done = 0
    for subjects in ours.portions():
        told(step, done, len(ours.lines))
        if not holds(subjects):
            return False
        done += sum(len(ours.of_subject[subject]) for subject in subjects)
    told(step, done, len(ours.lines))
    return True


def _pages(
    session: Session, ends: Endpoints, graph: str, total: int, told: Progress, step: str, only: str = ""
) -> Iterator[ox.Triple]:
    """Every triple of a graph of the server, or of some subjects, read by SELECT in pages.

    A CONSTRUCT may be cut without a sign.
    """
    read = 0
    while read < total:
        told(step, read, total)
        rows = session.select(ends.query, _READ.format(graph=graph, limit=_PAGE, offset=read, only=only))
        if not rows:
            break  # what is missing is told by the comparison
        yield from (ox.Triple(s, p, o) for s, p, o in rows)  # type: ignore[arg-type]
        read += len(rows)
    told(step, min(read, total), total)
