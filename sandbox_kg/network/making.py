"""From a graph that can be asked to a network of the kind, level and weight that is wanted."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from typing import Any

import networkx as nx

from sandbox_kg import __version__
from sandbox_kg.messages import message
from sandbox_kg.network import KINDS, WAYS
from sandbox_kg.network import projection as project
from sandbox_kg.network.rows import Asked, Rows, Selection, Things, compact_rows
from sandbox_kg.network.two_mode import two_mode
from sandbox_kg.network.weights import WEIGHTS
from sandbox_kg.store.errors import QueryError


def make(graph: Asked, kind: str, weight: str, selection: Selection, way: str = "auto", digest: str = "") -> nx.Graph:
    """A network.

    Args:
        graph: what is asked.
        kind: one of `KINDS`.
        weight: one of `weights.WEIGHTS`; it counts in co-application and technology co-occurrence.
        selection: which part of the graph.
        way: `memberships` (read and projected here), `pairs` (co-application only: the engine puts pairs together), or
            `auto`: pairs where the engine is a server and they are fewer rows.
        digest: SHA-256 of the graph's triples, where it is known.

    Returns:
        A networkx graph. Its `graph` says where it comes from: kind, level, weight, scope, filters, digests, versions,
        cut-off date, licence and how to cite.

    Raises:
        QueryError: a kind, weight, way or filter that does not exist, or rows that cannot be read.
    """
    for key, given, known in (("kind", kind, KINDS), ("weight", weight, tuple(WEIGHTS)), ("way", way, WAYS)):
        if given not in known:
            raise QueryError("network-choice", name=key, value=given, known=", ".join(known))
    rows, things = Rows(graph, selection), Things(graph)
    if kind == "co-application" and _by_pairs(rows, way):
        made = project.co_application_of_pairs(rows.pairs(), rows.activity(), things, weight)
    else:
        made = _of_memberships(kind, weight, rows, things)
    made.graph.update(_said(graph, kind, weight, selection, digest))
    made.graph["network_digest"] = network_digest(made)
    return made


def _by_pairs(rows: Rows, way: str) -> bool:
    if way == "pairs" and not rows.can_be_pairs:
        raise QueryError("network-pairs")
    return way == "pairs" or (way == "auto" and rows.pairs_are_fewer())


def _of_memberships(kind: str, weight: str, rows: Rows, things: Things) -> nx.Graph:
    if kind == "technology-co-occurrence":
        return project.technology_co_occurrence(rows.technology_uses(), things, weight)
    network = two_mode(rows.memberships(), things)
    if kind == "co-application":
        return project.co_application(network, weight)
    if kind == "institution-technology":
        return project.institution_technology(network, rows.technology_uses(), things)
    if kind == "lead-participant":
        return project.lead_participant(network, rows.lead_partners())
    return network


def network_digest(network: nx.Graph) -> str:
    """SHA-256 of what makes a network: its nodes, and its edges with their pilots; the same from every engine."""
    lines = [str(node) for node in network.nodes]
    lines += [
        f"{one} {other} {data.get('pilots', data.get('filed', ''))}" for one, other, data in network.edges(data=True)
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _said(graph: Asked, kind: str, weight: str, selection: Selection, digest: str) -> dict[str, Any]:
    """Where a network comes from."""
    (dataset,) = compact_rows(graph, "dataset")
    names = {language: graph.labels[graph.context.expand(dataset["dataset"])][language] for language in ("zh", "en")}
    cite = message("cite", "en", title=names["en"], version=dataset["version"], cut_off=dataset["cutOff"])
    return {
        "name": f"{names['en']}: {kind}, {selection.level}",
        "kind": kind,
        "level": selection.level,
        "weight": weight if kind in ("co-application", "technology-co-occurrence") else "count",
        "scope": selection.scope,
        "filters": selection.filters | ({"basis": selection.basis} if "technology" in kind else {}),
        **({"graph_digest": digest} if digest else {}),
        "graph_version": dataset["version"],
        "cut_off": dataset["cutOff"],
        "software": {
            "python": platform.python_version(),
            "sandbox-kg": __version__,
            **{name: version(name) for name in ("networkx", "pyoxigraph")},
        },
        "licence": dataset["licence"],
        "cite": cite,
    }
