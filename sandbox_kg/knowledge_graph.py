"""The facade: the graph as one object that is asked, whether it is embedded or stands on a server."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sandbox_kg.context import Context, read_context
from sandbox_kg.library import Parameter, Question, bind, find_question, read_library
from sandbox_kg.project import Project, find_project
from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.results import Result

if TYPE_CHECKING:
    import networkx
    import rdflib

    from sandbox_kg.limits import LimitedStore
    from sandbox_kg.network.study import Study
    from sandbox_kg.store.remote import RemoteEngine

GRAPH_FILE = "sandbox-kg.nt"
Value = str | int | float | Iterable[str]


class Asked(Protocol):
    """What a knowledge graph is asked through."""

    def library_query(self, text: str) -> Result:
        """Answers a query of our own."""
        ...

    def user_query(
        self, text: str, timeout: float | None, max_rows: int | None, allow: Collection[str], began: float | None
    ) -> Result:
        """Answers a query that a user wrote, after a look at what it does."""
        ...

    def rows(self, text: str) -> Iterator[dict[str, Any]]:
        """The rows of a SELECT of our own, one after another."""
        ...

    def count(self, text: str) -> int:
        """How many rows a SELECT of our own has."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether answers come over a network."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the graph's triples in their canonical file; empty where it is not at hand."""
        ...


class KnowledgeGraph:
    """The knowledge graph.

    Example:
        >>> import sandbox_kg as skg
        >>> kg = skg.open()
        >>> len(kg.query("joint-applications", scope="article", level="group"))  # doctest: +SKIP
    """

    def __init__(self, asked: Asked, project: Project) -> None:
        self._asked = asked
        self.project = project

    @cached_property
    def context(self) -> Context:
        """Prefixes and keys."""
        return read_context(self.project.ontology / "context.jsonld")

    def questions(self) -> list[Question]:
        """Every question of the library, by name."""
        return read_library(self.project.queries)

    def question(self, name: str) -> Question:
        """One question of the library.

        Raises:
            QueryError: there is none; it names the nearest.
        """
        return find_question(self.project.queries, name)

    def query(self, name: str, **parameters: Value) -> Result:
        """Answers a question of the library.

        Args:
            name: the question's name, such as `co-applicants`.
            parameters: its parameters, with underscores or hyphens; a list gives several values.

        Returns:
            The result; `to_dataframe()` makes a table of it.

        Raises:
            QueryError: no such question or parameter, or a value that it cannot take.
        """
        return self._asked.library_query(self.bound(name, **parameters))

    def rows(self, name: str, **parameters: Value) -> Iterator[dict[str, Any]]:
        """The rows of a question of the library one after another, none of them kept: for results of any size.

        Args:
            name: the question's name.
            parameters: as for `query`.

        Returns:
            Each row as a dict of plain Python values, as iterating over the result of `query` gives it.

        Raises:
            QueryError: as for `query`; the engine's own errors come with the row that meets them.
        """
        return self._asked.rows(self.bound(name, **parameters))

    def count(self, name: str, **parameters: Value) -> int:
        """How many rows a question of the library has; a server counts them itself.

        Raises:
            QueryError: as for `query`.
        """
        return self._asked.count(self.bound(name, **parameters))

    @property
    def is_remote(self) -> bool:
        """Whether the graph stands on a server."""
        return self._asked.is_remote

    @property
    def digest(self) -> str:
        """SHA-256 of the built graph's N-Triples, as in SHA256SUMS; empty for a graph on a server."""
        return self._asked.digest

    def network(
        self,
        kind: str = "co-application",
        level: str = "as-filed",
        weight: str = "newman",
        scope: str = "everything",
        way: str = "auto",
        **filters: str,
    ) -> networkx.Graph:
        """A network of institutions, pilots or technologies.

        Args:
            kind: one of `network.KINDS`, such as `co-application` or `two-mode`.
            level: what is one institution: `as-filed`, `legal-person` or `group`.
            weight: how a pilot of k members counts: `newman` 1/(k-1), `full` 1, `fractional` 2/(k(k-1)) or
                `hyperbolic` 1/k (sources in `network.weights`).
            scope: `everything`, or `article`, the 29 pilots of 2020.
            way: `memberships`, `pairs` or `auto` (see `network.making.make`).
            filters: `area`, `cohort`, `institution_kind`, `technology`, `scenario`, `since`, `until`; `basis` of
                technologies (see `network.rows.Selection`).

        Returns:
            A `networkx.Graph` (of lead-participant a `DiGraph`); its `graph` attribute says where it comes from.

        Raises:
            QueryError: a kind, level, weight or filter that does not exist, or a value that it cannot take.
        """
        from sandbox_kg.network.making import make
        from sandbox_kg.network.rows import Selection

        return make(self, kind, weight, Selection.of(level=level, scope=scope, **filters), way, self.digest)

    def study(self, scope: str = "everything", seed: int = 1, **filters: str) -> Study:
        """Who applies with whom, at the three levels side by side: measures, tests and what follows.

        Args:
            scope: `everything`, or `article`, the 29 pilots of 2020.
            seed: of every random number.
            filters: as for `network`.

        Returns:
            The study; `to_markdown()` and `to_html()` make one page of it, in `zh` or `en`.

        Raises:
            QueryError: as for `network`.
        """
        from sandbox_kg.network.rows import Selection
        from sandbox_kg.network.study import study

        return study(self, Selection.of(scope=scope, **filters), self.digest, seed)

    def bound(self, name: str, **parameters: Value) -> str:
        """The SPARQL of a question with its parameters bound."""
        question = self.question(name)
        values = {key.replace("_", "-"): _as_list(given) for key, given in parameters.items()}
        return bind(question, values, self.context, self._resolve)

    def select(
        self,
        text: str,
        timeout: float | None = None,
        max_rows: int | None = None,
        allow: Collection[str] = (),
        began: float | None = None,
    ) -> Result:
        """Answers a query of your own (SELECT, ASK or CONSTRUCT).

        Args:
            text: SPARQL 1.1. Prefixes must be declared in it.
            timeout: seconds; the default of the engine without it.
            max_rows: rows beyond which the result is refused, never cut; the default of the engine without it.
            allow: what is refused otherwise: `service` (calls to other servers), `from` (other graphs).
            began: the `time.monotonic()` from which the time limit counts; now without it.

        Raises:
            QueryError: the query is refused, wrong, takes too long or gives too much.
        """
        return self._asked.user_query(text, timeout, max_rows, allow, began)

    @property
    def graph(self) -> rdflib.Graph:
        """The whole graph as an `rdflib.Graph`."""
        import pyoxigraph as ox

        from sandbox_kg.store.rdflib_graphs import rdflib_graph

        result = self._asked.library_query(self._internal_text("everything"))
        triples = (
            ox.Triple(s, p, o)
            for s, p, o in result.rows
            if isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and o is not None
        )
        return rdflib_graph(triples)

    def values_of(self, parameter: Parameter) -> list[tuple[str, dict[str, str]]]:
        """What a parameter can be given: each value with its label in each language; none for a free text or number.

        Of a record the slug alone is given, which is enough to name it.
        """
        if parameter.type == "choice":
            first = {name: self.context.expand(stands_for[0]) for name, stands_for in parameter.choices.items()}
            return [(name, self.labels.get(iri, {"zh": name, "en": name})) for name, iri in first.items()]
        namespace = self.context.prefixes.get(parameter.of, "") if parameter.type == "record" else ""
        own = [(iri, labels) for iri, labels in sorted(self.labels.items()) if namespace and iri.startswith(namespace)]
        return [(iri.removeprefix(namespace), labels) for iri, labels in own]

    def scope_named(self, given: str) -> str:
        """The one name of a scope that may be called by others too: `article` for `upd-2020`.

        Args:
            given: a scope; one that does not exist is given back, for a question to refuse it.
        """
        (parameter,) = (one for one in self.question("pilots").parameters if one.name == "scope")
        return parameter.chosen(given) or given

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """IRI to label in each language, of everything that has labels."""
        rows = self.internal("labels")
        return {row["thing"]: {"zh": row["zh"], "en": row["en"]} for row in rows}

    def _internal_text(self, name: str) -> str:
        return (self.project.queries / "internal" / f"{name}.rq").read_text(encoding="utf-8")

    def internal(self, name: str) -> list[dict[str, str]]:
        """The rows of a query of `queries/internal`, as text, for our own pages, which know its columns only."""
        result = self._asked.library_query(self._internal_text(name))
        return [dict(zip(result.columns, row, strict=True)) for row in result.texts()]

    def _resolve(self, prefix: str, given: str) -> list[str]:
        """The records under a prefix that a user means: by prefixed name, by slug, by label, or by another name."""
        namespace = self.context.prefixes.get(prefix, "")
        exact = namespace + given.removeprefix(f"{prefix}:")
        if exact in self.labels:
            return [exact]
        wanted = given.casefold().strip()
        own = {iri: texts for iri, texts in self.labels.items() if namespace and iri.startswith(namespace)}
        found = [iri for iri, texts in own.items() if wanted in (text.casefold() for text in texts.values())]
        if not found:
            others = self.internal("other-names")
            found = sorted({r["thing"] for r in others if r["thing"] in own and r["name"].casefold() == wanted})
        if not found and wanted:  # 上海 for 上海市
            found = [iri for iri, texts in own.items() if any(t.casefold().startswith(wanted) for t in texts.values())]
        return found


class _Embedded:
    """The built graph, in memory or kept on disk; user queries run in a process of their own, which opens it again."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _engine(self) -> EmbeddedStore:
        return EmbeddedStore.open(self._file)

    @cached_property
    def _limited(self) -> LimitedStore:
        from sandbox_kg.limits import LimitedStore

        return LimitedStore(self._file)

    def library_query(self, text: str) -> Result:
        """Answers a query of our own, in this process."""
        return self._engine.query(text)

    def rows(self, text: str) -> Iterator[dict[str, Any]]:
        """The rows of a query of our own, as the engine finds them."""
        return self._engine.rows(text)

    def count(self, text: str) -> int:
        """How many rows a query of our own has."""
        return len(self._engine.query(text))

    @property
    def is_remote(self) -> bool:
        """It is in this process."""
        return False

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self._file.read_bytes()).hexdigest()

    def user_query(
        self, text: str, timeout: float | None, max_rows: int | None, allow: Collection[str], began: float | None
    ) -> Result:
        """Answers a user's query in a process that is ended at its limit."""
        from sandbox_kg import limits
        from sandbox_kg.store import guard

        query = guard.check(text, allow_service="service" in allow, allow_from="from" in allow)
        seconds = limits.DEFAULT_TIMEOUT if timeout is None else timeout
        most = limits.DEFAULT_MAX_ROWS if max_rows is None else max_rows
        return self._limited.query(query.text, seconds, most, began).arranged(query.columns)


class _Remote:
    """The graph on a server. Its queries end at the engine's own time limit; no result is cut."""

    def __init__(self, engine: RemoteEngine) -> None:
        self._engine = engine

    def library_query(self, text: str) -> Result:
        """Answers a query of our own."""
        return self._engine.query(text)

    def rows(self, text: str) -> Iterator[dict[str, Any]]:
        """The rows of a query of our own; an answer comes whole."""
        return iter(self._engine.query(text))

    def count(self, text: str) -> int:
        """How many rows a query of our own has, counted by the server."""
        return self._engine.count(text)

    @property
    def is_remote(self) -> bool:
        """It is a server."""
        return True

    @property
    def digest(self) -> str:
        """Not known without reading every triple."""
        return ""

    def user_query(
        self, text: str, timeout: float | None, max_rows: int | None, allow: Collection[str], began: float | None
    ) -> Result:
        """Answers a user's query; the guard of the engine looks at it first."""
        spent = 0.0 if began is None else time.monotonic() - began
        return self._engine.query(
            text,
            timeout=None if timeout is None else max(0.01, timeout - spent),
            max_rows=max_rows,
            allow_service="service" in allow,
            allow_from="from" in allow,
        )


def graph_file(project: Project) -> Path:
    """The built graph of a project.

    Raises:
        QueryError: it has not been built.
    """
    file = project.root / "build" / GRAPH_FILE
    if not file.exists():
        raise QueryError("graph-missing", folder=str(project.root))
    return file


def graph_in(folder: Path, project: Project) -> KnowledgeGraph:
    """The graph that was built into a folder, with the queries and the ontology of a project."""
    return KnowledgeGraph(_Embedded(folder / GRAPH_FILE), project)


def graph_name(project: Project) -> str:
    """The name under which the graph is published and asked for on a server."""
    (row,) = EmbeddedStore().select(project.queries / "internal" / "graph-name.rq")
    return row["graph"]


def is_stale(project: Project) -> bool:
    """Whether a record, a rule or the ontology is newer than the built graph of a checkout."""
    if not project.is_checkout:
        return False
    built = graph_file(project).stat().st_mtime
    sources = [*project.record_files(), *project.ontology.rglob("*.rq"), *project.ontology.glob("*.ttl")]
    return any(path.stat().st_mtime > built for path in sources)


def open_graph(root: Path | str | None = None) -> KnowledgeGraph:
    """The built graph: of a checkout above the current folder, or of the installed package.

    Args:
        root: a project's folder, where it is not to be looked for.

    Raises:
        FileNotFoundError: no project is found.
        QueryError: the project's graph has not been built.
    """
    project = find_project(Path(root) if root is not None else None)
    return KnowledgeGraph(_Embedded(graph_file(project)), project)


def connect(url: str, graph: str | None = None, timeout: float | None = None) -> KnowledgeGraph:
    """The graph on a SPARQL server, with the same methods as the embedded one.

    Args:
        url: the endpoint, http or https; a user and password are taken from the environment only.
        graph: the name of the graph there; without it the one that `publish` writes.
        timeout: seconds for each query.

    Raises:
        FileNotFoundError: no project is found.
        QueryError: the server cannot be asked, or does not hold our graph; it lists the graphs found.
    """
    from sandbox_kg.store import remote

    project = find_project()
    seconds = remote.DEFAULT_TIMEOUT if timeout is None else timeout
    return KnowledgeGraph(_Remote(remote.connect(url, graph, seconds, queries=project.queries)), project)


def _as_list(given: Value) -> list[str]:
    return [str(given)] if isinstance(given, str | int | float) else [str(item) for item in given]
