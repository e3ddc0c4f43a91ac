"""Any SPARQL 1.1 endpoint: asked through SPARQLWrapper, behind our own checks, and never with a result cut short.

SPARQLWrapper builds each request; `transport` sends it. Its own reading of the query's form is replaced by the guard's
(it takes a SELECT with the word DELETE in a comment for an update), and pyoxigraph reads the results (it keeps
languages and datatypes, and does not take a cut body for a whole one).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn
from urllib.request import Request

import pyoxigraph as ox

from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.guard import Query, check
from sandbox_kg.store.http import checked_url
from sandbox_kg.store.results import Result
from sandbox_kg.store.rewriting import Parts, count_of_ask, parts_of_construct, parts_of_select
from sandbox_kg.store.transport import Answer, Deadline, is_local, printable, send

DEFAULT_TIMEOUT = 60.0
DEFAULT_RETRIES = 3
PAGE = 10_000  # rows; no server that we know sends fewer when asked for so many
USER, PASSWORD = "SANDBOX_KG_USER", "SANDBOX_KG_PASSWORD"
_BUSY = (429, 503)
_RESULTS = ("application/sparql-results+json", "application/json")
_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^<>\"{}|^`\\\x00-\x20]+")


class RemoteEngine:
    """A graph on a SPARQL server.

    Attributes:
        url: the endpoint.
        graph: the named graph that is asked.
    """

    def __init__(self, url: str, graph: str, timeout: float = DEFAULT_TIMEOUT, retries: int = DEFAULT_RETRIES) -> None:
        self.url, self.graph = checked_url(url), graph
        self._timeout, self._retries = timeout, retries
        self._account = _account(url)
        self._closed = False

    def __enter__(self) -> RemoteEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the use of the endpoint; a query is an error from here on. No connection is held between queries."""
        self._closed = True

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        max_rows: int | None = None,
        allow_service: bool = False,
        allow_from: bool = False,
    ) -> Result:
        """Answers one query (SELECT, ASK or CONSTRUCT), whole or not at all.

        Args:
            text: the query.
            timeout: seconds for everything that it takes, retries and pages included.
            max_rows: rows beyond which the result is refused, never cut.
            allow_service: let the server call other servers.
            allow_from: let the query name the graphs that it is asked over.

        Returns:
            The result, with every row that the server has.

        Raises:
            QueryError: the query is refused, or the server did not answer it; it says what the server said.
        """
        if self._closed:
            raise QueryError("remote-closed", url=self.url)
        query = check(text, allow_service=allow_service, allow_from=allow_from)
        if query.form == "describe":
            raise QueryError("remote-describe")
        return _Asking(self, query, Deadline(self._timeout if timeout is None else timeout), max_rows).result()

    def count(self, text: str) -> int:
        """How many rows a SELECT has, without reading them.

        Raises:
            QueryError: as for `query`.
        """
        query = check(text)
        return _Asking(self, query, Deadline(self._timeout), None).count()

    def ask(self, text: str, form: str, graph: str | None, deadline: Deadline) -> Any:
        """Asks one query as it stands; what pyoxigraph makes of the answer, which it reads as it is gone through.

        Raises:
            QueryError: the server did not answer with results.
        """
        answer: Answer = self._wrapper(text, form, graph, deadline).query().response
        return self._read(answer)

    def _wrapper(self, text: str, form: str, graph: str | None, deadline: Deadline) -> Any:
        from SPARQLWrapper import JSON, POST, SPARQLWrapper

        sent = self._sent

        class Wrapper(SPARQLWrapper):
            """SPARQLWrapper, told the form of the query rather than guessing it, and sent by us."""

            def _parseQueryType(self, query: str) -> str:  # noqa: ARG002, N802
                return form.upper()

            def _query(self) -> tuple[Any, str]:
                return sent(self._createRequest(), deadline), JSON

        wrapper = Wrapper(self.url, returnFormat=JSON, agent="sandbox-kg")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(text)
        if graph is not None:
            wrapper.addDefaultGraph(graph)
        if self._account:
            wrapper.setCredentials(*self._account)
        return wrapper

    def _sent(self, request: Request, deadline: Deadline) -> Answer:
        """Sends a request, again if the server says that it is busy."""
        for tries in range(1, self._retries + 2):
            answer = send(request, deadline)
            if answer.status not in _BUSY:
                return answer
            wait = _seconds_to_wait(answer, tries)
            if tries > self._retries or not _can_wait(wait, deadline):
                self._refused("remote-busy", answer, tries=tries, wait=f"{wait:g}")
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _read(self, answer: Answer) -> Any:
        kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if answer.status in (401, 403, 407):
            self._refused("remote-denied", answer)
        if answer.status == 404:
            self._refused("remote-not-found", answer)
        if answer.status != 200:
            self._refused("remote-status", answer)
        if kind not in _RESULTS:
            raise QueryError("remote-not-results", url=self.url, type=printable(kind) or "?", said=_said(answer))
        if state := answer.headers.get("X-SQL-State"):  # Virtuoso's mark of a result that its time limit cut
            words = f"{state} {answer.headers.get('X-SQL-Message') or ''}"
            raise QueryError("remote-partial", url=self.url, said=printable(words))
        try:
            return ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
        except (ValueError, SyntaxError, OSError) as error:
            raise self.malformed(error) from None

    def malformed(self, error: object) -> QueryError:
        """The error of results that cannot be read."""
        return QueryError("remote-malformed", url=self.url, error=printable(error))

    def _refused(self, key: str, answer: Answer, **more: object) -> NoReturn:
        reason = printable(answer.reason)
        raise QueryError(key, url=self.url, status=answer.status, reason=reason, said=_said(answer), **more)


class _Asking:
    """One query on its way: how many rows it has, and the rows."""

    def __init__(self, engine: RemoteEngine, query: Query, deadline: Deadline, max_rows: int | None) -> None:
        self._engine, self._query, self._deadline, self._max_rows = engine, query, deadline, max_rows
        # A graph named to the server would take the place of those that the query names.
        self._graph = None if query.has_dataset else engine.graph

    def result(self) -> Result:
        """The whole result."""
        if self._query.form == "ask":
            return Result("ask", answer=self._answer())
        if self._query.form == "construct":
            return self._constructed()
        parts = parts_of_select(self._query)
        columns, rows = self._rows(parts, self._query.text)
        if bool(columns) != bool(parts.every) or not set(self._query.columns) <= set(columns):
            raise self._engine.malformed("columns missing")
        return Result("select", columns, rows).arranged(self._query.columns)  # a server may list them in any order

    def count(self) -> int:
        """How many rows a SELECT has."""
        parts = parts_of_select(self._query)
        return self._count(parts.count(parts.as_is()))

    def _answer(self) -> bool:
        """The answer of an ASK: Virtuoso 7.2 gives rows for it, none for no as a cut one would: it is counted."""
        answer = self._engine.ask(self._query.text, "ask", self._graph, self._deadline)
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        del answer  # see _select
        return self._count(count_of_ask(self._query)) > 0

    def _constructed(self) -> Result:
        """A CONSTRUCT, built here from the rows of its pattern: servers cut graphs without a sign."""
        template, parts = parts_of_construct(self._query)
        if parts.every:
            columns, rows = self._rows(parts, None)
        else:
            found = self._count(parts.count(parts.as_is()))
            self._refuse_more(found)
            columns, rows = [], [()] * (found if template.has_blank_nodes else min(found, 1))
        return Result("construct", triples=template.fill(columns, rows))

    def _rows(self, parts: Parts, as_written: str | None) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Every row of a SELECT, counted by the server and compared."""
        if parts.limit is not None and parts.limit + parts.offset <= PAGE:
            # With as many rows as it asks for, a query has all of them: no need to count.
            columns, rows = self._select(as_written or parts.alone())
            found = parts.limit if len(rows) == parts.limit else self._count(parts.count(parts.as_is()))
            self._refuse_more(found)
            if len(rows) >= found:
                self._compare(len(rows), found)
                return columns, rows
        everything = self._count(parts.count(parts.whole()))
        wanted = max(0, everything - parts.offset)
        wanted = wanted if parts.limit is None else min(wanted, parts.limit)
        self._refuse_more(wanted)
        if everything <= PAGE and wanted == everything:
            columns, rows = self._select(as_written or parts.alone())
            if len(rows) >= wanted:
                self._compare(len(rows), wanted)
                return columns, rows
        return self._pages(parts, everything, wanted)

    def _pages(self, parts: Parts, everything: int, wanted: int) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The rows page by page, each beginning where the one before ended, however many rows the server sends."""
        if parts.unstable:
            raise QueryError("remote-unstable", rows=everything, word=parts.unstable, page=PAGE)
        columns: list[str] = []
        rows: list[tuple[Any, ...]] = []
        pages = 0
        while len(rows) < wanted or not columns:
            limit = min(PAGE, wanted - len(rows))
            names, more = self._select(parts.page(limit, parts.offset + len(rows)))
            if columns not in ([], names):
                raise self._engine.malformed("other columns")
            columns, pages = names, pages + 1
            if len(more) > limit:
                raise self._changed(len(rows) + len(more), wanted)
            if not more and wanted:
                self._compare(len(rows), wanted)
            rows += more
        if pages > 1:
            self._check_pages(rows, everything, self._count(parts.count_distinct()), wanted)
        return columns, rows

    def _check_pages(self, rows: Sequence[tuple[Any, ...]], everything: int, different: int, wanted: int) -> None:
        """Pages that overlap give as many rows as pages that do not, but fewer different ones."""
        if any(isinstance(term, ox.BlankNode) for row in rows for term in row):
            raise QueryError("remote-blank", rows=wanted, page=PAGE)
        found = len(set(rows))
        # Of a part of the rows it is known only that each may be missing its equals outside of the part.
        least = different if wanted == everything else different - (everything - wanted)
        if found < least or found > different:
            raise self._changed(found, different)

    def _select(self, text: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        answer = self._engine.ask(text, "select", self._graph, self._deadline)
        problem = "no rows"
        if isinstance(answer, ox.QuerySolutions):
            try:
                names = [variable.value for variable in answer.variables]
                return names, [tuple(row[name] for name in names) for row in answer]
            except (ValueError, SyntaxError, KeyError, OSError) as error:
                problem = str(error)
        # An error keeps what its frames hold, and pyoxigraph's rows must be dropped by the thread that made them.
        del answer
        raise self._engine.malformed(problem)

    def _count(self, text: str) -> int:
        _, rows = self._select(text)
        try:
            ((term,),) = rows
            return int(term.value)
        except (ValueError, AttributeError):
            raise self._engine.malformed("no count") from None

    def _compare(self, got: int, expected: int) -> None:
        if got < expected:
            raise QueryError("remote-cut", url=self._engine.url, got=got, expected=expected)
        if got > expected:
            raise self._changed(got, expected)

    def _changed(self, got: int, expected: int) -> QueryError:
        return QueryError("remote-changed", url=self._engine.url, got=got, expected=expected)

    def _refuse_more(self, found: int) -> None:
        if self._max_rows is not None and found > self._max_rows:
            raise QueryError("remote-rows", found=found, rows=self._max_rows)


def connect(
    url: str,
    graph: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    retries: int = DEFAULT_RETRIES,
    queries: Path | None = None,
) -> RemoteEngine:
    """Connects to a graph on a SPARQL server, and makes sure that it is ours.

    Args:
        url: the endpoint, http or https. A user and password are taken from the environment only.
        graph: the named graph to ask; without it the one that `publish` writes.
        timeout: seconds for each query.
        retries: how often a server that says it is busy is asked again.
        queries: the folder of the queries, where it is not the project's.

    Raises:
        QueryError: the server cannot be asked, or does not hold our graph; it lists the graphs found.
    """
    if queries is None:
        from sandbox_kg.project import find_project

        queries = find_project().queries
    ((ours,),) = EmbeddedStore().query(_text(queries, "graph-name")).texts()
    graph = ours if graph is None else graph
    if not _IRI.fullmatch(graph):
        raise QueryError("remote-graph-name", graph=printable(graph), example=ours)
    engine = RemoteEngine(url, graph, timeout, retries)
    if not engine.query(_text(queries, "is-our-graph")).answer:
        raise QueryError("remote-no-graph", url=url, graph=graph, graphs=_graphs(engine, _text(queries, "graphs")))
    return engine


def _text(queries: Path, name: str) -> str:
    return (queries / "internal" / f"{name}.rq").read_text(encoding="utf-8")


def _graphs(engine: RemoteEngine, text: str) -> str:
    """The graphs of a server in words; that they cannot be listed must not hide that ours is missing."""
    try:
        # No graph is named here: that would leave the query no other graphs to find.
        answer = engine.ask(text, "select", None, Deadline(engine._timeout))
        found = sorted(row[0].value for row in answer)
    except (QueryError, ValueError, SyntaxError):
        return "?"
    return printable(", ".join(found), 2000) or "-"


def _account(url: str) -> tuple[str, str] | None:
    """User and password from the environment.

    Raises:
        QueryError: they would go over an open connection to another machine.
    """
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if not user or not password:
        return None
    if not url.startswith("https:") and not is_local(url):
        raise QueryError("remote-credentials", url=url)
    return user, password


def _seconds_to_wait(answer: Answer, tries: int) -> float:
    """What the server asks for, in seconds or as a date; without it longer each time."""
    said = (answer.headers.get("Retry-After") or "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.25 * 2.0**tries


def _can_wait(seconds: float, deadline: Deadline) -> bool:
    try:
        return seconds < deadline.left()
    except TimeoutError:
        return False


def _said(answer: Answer) -> str:
    """The server's words: decoded, without mark-up, on one line."""
    charset = answer.headers.get_content_charset()
    for name in filter(None, (charset, "utf-8", "gb18030")):
        try:
            text = answer.body.decode(name)
            break
        except (UnicodeDecodeError, LookupError):
            continue
    else:
        text = answer.body.decode("utf-8", errors="replace")
    if "html" in (answer.headers.get("Content-Type") or "").lower() or text.lstrip()[:1] == "<":
        import html

        text = html.unescape(_TAGS.sub(" ", text))
    return printable(text) or "-"
