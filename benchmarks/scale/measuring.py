"""Helpers of tasks: seconds, memory, and answers that can be compared between engines."""

from __future__ import annotations

import hashlib
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from sandbox_kg.library import Question
from sandbox_kg.store.results import Term, normalised

ROOT = Path(__file__).parent.parent.parent
# Questions of every kind, for engines too slow to be asked all: look-ups, joins, paths, grouping, pairs.
ASKED = (
    "technology-counts",
    "scenario-counts",
    "institution-kind-counts",
    "institution-activity",
    "co-applicants",
    "joint-applications",
    "control",
    "projection-totals",
)
PATIENCE = 15  # seconds for one of them
# What the default of a parameter that names one record is exchanged for: invented programmes have these.
_RECORDS = {"pilot": "pilot:p1", "batch": "batch:c1", "inst": "inst:i1", "src": "src:c1-1"}


def seconds(work: Callable[[], Any], rounds: int = 1) -> tuple[float, Any]:
    """Median seconds of some rounds of work, and what the last one gave."""
    taken, made = [], None
    for _ in range(rounds):
        begin = time.perf_counter()
        made = work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken), made


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def parameters(question: Question) -> dict[str, str]:
    """Values for a question about an invented programme: all of it, and records that it has."""
    found = {p.name: _RECORDS[p.of] for p in question.parameters if p.default and p.of in _RECORDS}
    if any(p.name == "scope" and "everything" in p.choices for p in question.parameters):
        found["scope"] = "everything"
    return found


def digest(rows: Iterable[Iterable[Term | None]]) -> str:
    """A short name of a set of rows in any order, the same from each engine."""
    lines = sorted(repr([normalised(term) for term in row]) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def read_all(solutions: Any) -> int:
    """Iterates raw solutions to the end and reads every value; the number of rows."""
    number = 0
    for row in solutions:
        for term in row:
            if term is not None:
                _ = term.value
        number += 1
    return number


def as_term(node: Any) -> Term | None:
    """A term of rdflib as one of Oxigraph."""
    import rdflib

    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode()
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))) if node.datatype else ox.Literal(str(node))
