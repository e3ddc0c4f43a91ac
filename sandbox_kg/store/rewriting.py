"""Queries made from queries: how many rows one has, and its rows a page at a time.

A server may cut what it sends (Virtuoso: 10,000 rows, without an error) but not what a subselect hands to the query
around it. So the rows are counted by the server, and read through a subselect that has one order for all pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from sandbox_kg.store.guard import Query, Token

COUNT = "sandbox_kg_rows"  # a name that no query will use
_SELECT, _DISTINCT = "SELECT", "SELECT DISTINCT"
_COUNTED = "{prologue}\n{select}\n(COUNT(*) AS ?{count})\n{dataset}\nWHERE {{ {{\n{query}\n}} }}"
_DIFFERENT = "{select}\n{columns}\nWHERE {{ {{\n{query}\n}} }}"
_PAGE = "{prologue}\n{select}\n{columns}\n{dataset}\nWHERE {{ {{\n{query}\n}} }}\nLIMIT {limit} OFFSET {offset}"
_SORTED = "SELECT {columns}\nWHERE {{ {{\n{query}\n}} }}\n{order}"
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "EXISTS")
_UNSTABLE = ("RAND", "UUID", "STRUUID", "BNODE")


@dataclass(frozen=True)
class Parts:
    """A SELECT taken apart, so that it can be put into another.

    Attributes:
        prologue: BASE and PREFIX.
        select: SELECT and what it selects.
        columns: the variables, as they stand behind another SELECT.
        every: the variables to order by; of `SELECT *` all that are in scope.
        dataset: FROM, which may stand in the outer query only.
        where: the pattern.
        group: GROUP BY and HAVING.
        order: ORDER BY.
        order_is_outer: whether ORDER BY speaks of selected variables only, so that it could stand around the query.
        limit: the LIMIT; None without one.
        offset: the OFFSET.
        values: VALUES behind all.
        unstable: a function whose value differs each time, if the query uses one.
    """

    prologue: str
    select: str
    columns: str
    every: Sequence[str]
    dataset: str
    where: str
    group: str
    order: str
    order_is_outer: bool
    limit: int | None
    offset: int
    values: str
    unstable: str

    def as_is(self) -> str:
        """The subselect with its own LIMIT and OFFSET."""
        limit = "" if self.limit is None else f"LIMIT {self.limit}"
        return self._inner(self.order, f"{limit} OFFSET {self.offset}")

    def whole(self) -> str:
        """The subselect without LIMIT, OFFSET and order."""
        return self._inner("", "")

    def sorted(self) -> str:
        """The subselect in its own order and then by every variable, so that all pages are cut from one sequence.

        Text and language are compared, not terms: across kinds of terms Oxigraph's order is not total, and its server
        ends when the sort notices (seen in 0.5.13).
        """
        if not self.every:
            return self.whole()
        keys = " ".join(f"STR({variable}) LANG({variable})" for variable in self.every)
        order = f"{self.order or 'ORDER BY'} {keys}"
        if self.group and self.order_is_outer:  # Virtuoso takes no STR() of an aggregate beside the aggregate itself
            return _SORTED.format(columns=self.columns, query=self.whole(), order=order)
        return self._inner(order, "")

    def count(self, query: str) -> str:
        """A query that counts the rows of a subselect."""
        return _COUNTED.format(prologue=self.prologue, select=_SELECT, count=COUNT, dataset=self.dataset, query=query)

    def count_distinct(self) -> str:
        """A query that counts the different rows."""
        return self.count(_DIFFERENT.format(select=_DISTINCT, columns=self.columns, query=self.whole()))

    def page(self, limit: int, offset: int) -> str:
        """A query for some of the rows."""
        return _PAGE.format(
            prologue=self.prologue,
            select=_SELECT,
            columns=self.columns,
            dataset=self.dataset,
            query=self.sorted(),
            limit=limit,
            offset=offset,
        )

    def alone(self) -> str:
        """The whole query."""
        limit = "" if self.limit is None else f"LIMIT {self.limit}"
        offset = f"OFFSET {self.offset}" if self.offset else ""
        pieces = (self.prologue, self.select, self.dataset, self.where, self.group, self.order, limit, offset)
        return "\n".join(filter(None, (*pieces, self.values)))

    def _inner(self, order: str, cut: str) -> str:
        pieces = (self.select, self.where, self.group, order, cut.removesuffix("OFFSET 0"), self.values)
        return "\n".join(filter(None, pieces))


def parts_of_select(query: Query) -> Parts:
    """Takes a SELECT apart."""
    parts = _split(query)
    every = [f"?{name}" for name in query.columns]
    return replace(parts, columns="*" if query.star else " ".join(every), every=every)


@dataclass(frozen=True)
class Template:
    """The template of a CONSTRUCT: triples of pyoxigraph terms, names of variables and labels of blank nodes."""

    triples: Sequence[tuple[Any, Any, Any]]

    @property
    def variables(self) -> list[str]:
        """The variables, in the order in which they stand."""
        found = [node.value for triple in self.triples for node in triple if isinstance(node, ox.Variable)]
        return list(dict.fromkeys(found))

    @property
    def has_blank_nodes(self) -> bool:
        """Whether each solution makes new blank nodes."""
        return any(isinstance(node, ox.BlankNode) for triple in self.triples for node in triple)

    def fill(self, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[ox.Triple]:
        """The triples that rows make, each once; what would be no triple of RDF is left out, as SPARQL says."""
        made: dict[ox.Triple, None] = {}
        for row in rows:
            bound = dict(zip(columns, row, strict=True))
            fresh: dict[str, ox.BlankNode] = {}
            for triple in self.triples:
                subject, predicate, object_ = (_filled(node, bound, fresh) for node in triple)
                if not isinstance(subject, ox.NamedNode | ox.BlankNode) or not isinstance(predicate, ox.NamedNode):
                    continue
                if object_ is not None:
                    made[ox.Triple(subject, predicate, object_)] = None
        return list(made)


def parts_of_construct(query: Query) -> tuple[Template, Parts]:
    """Takes a CONSTRUCT apart: its template, and a SELECT of the variables of the template."""
    parts = _split(query)
    template = Template([_template_triple(triple) for triple in _template_of(query)])
    every = [f"?{name}" for name in template.variables]
    if not every:  # one solution is as good as many, unless each makes blank nodes of its own
        return template, replace(parts, select=f"{_SELECT} *", columns="*", every=())
    # Equal rows make equal triples, so they need not be sent twice; a LIMIT counts them, though.
    distinct = not template.has_blank_nodes and parts.limit is None and not parts.offset
    columns = " ".join(every)
    select = f"{_DISTINCT if distinct else _SELECT}\n{columns}"
    return template, replace(parts, select=select, columns=columns, every=every)


def count_of_ask(query: Query) -> str:
    """A query that counts 1 where an ASK is true and 0 where it is false."""
    parts = replace(_split(query), select=f"{_SELECT}\n(1 AS ?{COUNT}_found)", limit=1, offset=0)
    return parts.count(parts.as_is())


def _template_of(query: Query) -> Sequence[Any]:
    if _has_template(query):  # an empty one is none to rdflib
        return list(query.algebra.template or ())
    return list(_short_template(query.algebra.p))


def _has_template(query: Query) -> bool:
    """Whether a CONSTRUCT has a template of its own; it stands in braces before the pattern does."""
    return query.form == "construct" and query.tokens[query.first + 1].text == "{"


def _short_template(node: Any) -> Sequence[Any]:
    """The triples of a CONSTRUCT without a template: its pattern is its template, and is made of triples only."""
    found: list[Any] = []
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if getattr(item, "name", None) == "BGP":
            found.extend(item.triples)
        elif isinstance(item, dict):
            waiting.extend(value for value in item.values() if hasattr(value, "name"))
    return found


def _template_triple(triple: Any) -> tuple[Any, Any, Any]:
    subject, predicate, object_ = (_term(node) for node in triple)
    return subject, predicate, object_


def _term(node: Any) -> Any:
    """A term of rdflib as one of pyoxigraph."""
    import rdflib

    if isinstance(node, rdflib.Variable):
        return ox.Variable(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
    return ox.NamedNode(str(node))


def _filled(node: Any, bound: dict[str, Any], fresh: dict[str, ox.BlankNode]) -> Any:
    if isinstance(node, ox.Variable):
        return bound.get(node.value)
    if isinstance(node, ox.BlankNode):
        return fresh.setdefault(node.value, ox.BlankNode())
    return node


def _split(query: Query) -> Parts:
    """The parts of a SELECT or CONSTRUCT; the columns are left to the caller."""
    tokens = query.tokens
    top = list(_top_level(tokens, query.first))
    braces = [place for place in top if tokens[place].text == "{"]
    opening = braces[1] if _has_template(query) else braces[0]
    closing = next(place for place in top if place > opening and tokens[place].text == "}")
    heads = [place for place in top if query.first < place < opening]
    begins = [place for place in heads if tokens[place].is_word("FROM")]
    where = next((place for place in heads if tokens[place].is_word("WHERE")), opening)
    dataset = begins[0] if begins else where
    tail = [place for place in top if place > closing]
    starts = {
        word: next((place for place in tail if tokens[place].is_word(word)), None)
        for word in ("ORDER", "LIMIT", "OFFSET", "VALUES")
    }
    end = len(tokens)
    values = starts["VALUES"] if starts["VALUES"] is not None else end
    cut = min([place for place in (starts["LIMIT"], starts["OFFSET"]) if place is not None], default=values)
    order = starts["ORDER"] if starts["ORDER"] is not None else cut
    select = _text(query, query.first, dataset)
    if query.form == "select":
        select = _without_reduced(query, dataset)
    return Parts(
        prologue=_text(query, 0, query.first),
        select=select,
        columns="",
        every=(),
        dataset=_text(query, dataset, where),
        where=_text(query, where, closing + 1),
        group=_text(query, closing + 1, order),
        order=_text(query, order, cut),
        order_is_outer=_is_outer(tokens[order:cut], query.columns),
        limit=_number(tokens, starts["LIMIT"]),
        offset=_number(tokens, starts["OFFSET"]) or 0,
        values=_text(query, values, end),
        unstable=next((token.text for token in tokens if token.is_word(*_UNSTABLE)), ""),
    )


def _top_level(tokens: Sequence[Token], first: int) -> Any:
    """The places of the tokens that stand in no brackets, brackets of the first level included."""
    depth = 0
    for place in range(first, len(tokens)):
        token = tokens[place]
        if token.kind == "other" and token.text in "{([":
            if depth == 0:
                yield place
            depth += 1
        elif token.kind == "other" and token.text in "})]":
            depth -= 1
            if depth == 0:
                yield place
        elif depth == 0:
            yield place


def _text(query: Query, start: int, end: int) -> str:
    """The tokens between two places, apart where they stood apart, without comments."""
    pieces: list[str] = []
    behind = 0
    for token in query.tokens[start:end]:
        if pieces and token.start > behind:
            pieces.append(" ")
        pieces.append(token.text)
        behind = token.start + len(token.text)
    return "".join(pieces)


def _without_reduced(query: Query, end: int) -> str:
    """SELECT REDUCED may give a row any number of times, so each once is right, and can be counted."""
    second = query.tokens[query.first + 1]
    if second.is_word("REDUCED"):
        return f"{_DISTINCT}\n{_text(query, query.first + 2, end)}"
    return _text(query, query.first, end)


def _is_outer(order: Sequence[Token], columns: Sequence[str]) -> bool:
    named = {token.text[1:] for token in order if token.kind == "variable"}
    return named <= set(columns) and not any(token.is_word(*_AGGREGATES) for token in order)


def _number(tokens: Sequence[Token], place: int | None) -> int | None:
    return None if place is None else int(tokens[place + 1].text)
