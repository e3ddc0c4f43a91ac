"""A network as plain values in a fixed order: what every export format starts from.

An export is a function of what the network holds, not of how it was built: nodes and edges are sorted, attributes are
sorted by name, and nothing of the graph that was given is changed. The same rules hold for each format:

- A character that XML 1.0 forbids (most control characters, lone surrogates) becomes U+FFFD, so that all files of one
  network carry the same text.
- A value that is not known is left out: an absent key, None, and a number that is not finite.
- Lists stay lists in JSON. Elsewhere they are flattened with "|"; a "|" inside an entry is written %7C, as in an IRI.
"""

from __future__ import annotations

import json
import math
import numbers
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

SEPARATOR = "|"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | bool | int | float | list[str]
Attributes = dict[str, Value]


@dataclass(frozen=True)
class Plain:
    """A network as plain values.

    Attributes:
        directed: whether an edge runs from its first node to its second.
        nodes: (id, attributes); the first mode of a two-mode network first, then by id.
        edges: (id, id, attributes), in the order of the nodes; where it is undirected, the earlier node first.
        metadata: where the network comes from and how it was made.
    """

    directed: bool
    nodes: list[tuple[str, Attributes]]
    edges: list[tuple[str, str, Attributes]]
    metadata: dict[str, Any]

    def first_mode(self) -> int:
        """How many nodes are of the first mode (`bipartite` is 0)."""
        return sum(attributes.get("bipartite") == 0 for _, attributes in self.nodes)

    def label(self, node: str, attributes: Attributes, language: str) -> str:
        """The label of a node in a language, else in the other one, else its id."""
        other = "en" if language == "zh" else "zh"
        return str(attributes.get(f"label_{language}") or attributes.get(f"label_{other}") or node)

    def coordinates(self) -> list[tuple[float, float]]:
        """The `x` and `y` of each node; empty unless every node has both."""
        found = [(attributes.get("x"), attributes.get("y")) for _, attributes in self.nodes]
        known = [(float(x), float(y)) for x, y in found if isinstance(x, int | float) and isinstance(y, int | float)]
        return known if len(known) == len(self.nodes) else []

    def components(self) -> list[int]:
        """The connected component of each node, 1 for the largest; of equal ones, the one with the earliest node first.

        The direction of edges is not looked at (weak components).
        """
        import networkx as nx

        place = {node: number for number, (node, _) in enumerate(self.nodes)}
        graph = nx.Graph()
        graph.add_nodes_from(range(len(self.nodes)))
        graph.add_edges_from((place[u], place[v]) for u, v, _ in self.edges)
        parts = sorted(
            (sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part[0])
        )
        number = {node: count for count, part in enumerate(parts, 1) for node in part}
        return [number[node] for node in range(len(self.nodes))]


def plain(graph: nx.Graph) -> Plain:
    """A network as plain values; the graph is only read."""
    nodes = sorted(
        ((clean(node), _attributes(data)) for node, data in graph.nodes(data=True)),
        key=lambda node: (node[1].get("bipartite") == 1, node[0]),
    )
    place = {node: number for number, (node, _) in enumerate(nodes)}
    edges = []
    for first, second, data in graph.edges(data=True):
        u, v = clean(first), clean(second)
        if not graph.is_directed() and place[v] < place[u]:
            u, v = v, u
        edges.append((u, v, _attributes(data)))
    edges.sort(key=lambda edge: (place[edge[0]], place[edge[1]]))
    return Plain(graph.is_directed(), nodes, edges, _metadata(graph.graph))


def clean(text: object) -> str:
    """A text with each character that XML 1.0 forbids replaced by U+FFFD (XML 1.0, production Char)."""
    return _ILLEGAL.sub("\ufffd", str(text))


def _attributes(data: Mapping[str, Any]) -> Attributes:
    values = {clean(key): _value(data[key]) for key in sorted(data, key=str)}
    return {key: value for key, value in values.items() if value is not None}


def _value(value: Any) -> Value | None:
    if hasattr(value, "item"):  # a number of numpy, whose repr is no number
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, set | frozenset):
        return sorted(clean(entry) for entry in value)
    if isinstance(value, tuple | list):
        return [clean(entry) for entry in value]
    return clean(value)


def _metadata(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        clean(key): _metadata(data[key]) if isinstance(data[key], Mapping) else _value(data[key])
        for key in sorted(data, key=str)
        if data[key] is not None
    }


def flat(value: Value) -> str:
    """A value as text: lists joined by "|", `true` and `false`, numbers so that they read back as the same number."""
    if isinstance(value, list):
        return SEPARATOR.join(entry.replace(SEPARATOR, "%7C") for entry in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def columns(rows: Iterable[Attributes]) -> dict[str, str]:
    """The type of each attribute over all rows, sorted by name.

    Returns:
        `boolean`, `integer`, `long` (beyond 32 bits), `double` (also where whole and broken numbers are mixed), or
        `string` (also for lists, and where kinds are mixed).
    """
    kinds: dict[str, set[str]] = {}
    for row in rows:
        for key, value in row.items():
            kinds.setdefault(key, set()).add(_kind(value))
    return {key: _common(kinds[key]) for key in sorted(kinds)}


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer" if -(2**31) <= value < 2**31 else "long" if -(2**63) <= value < 2**63 else "string"
    return "double" if isinstance(value, float) else "string"


def _common(kinds: set[str]) -> str:
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds <= {"integer", "long"}:
        return "long"
    return "double" if kinds <= {"integer", "long", "double"} else "string"


def typed(value: Value, kind: str) -> str:
    """A value as text of its column's type (see `columns`)."""
    return repr(float(value)) if kind == "double" and isinstance(value, int | float) else flat(value)


def json_text(value: object) -> str:
    """A value as one line of JSON with sorted keys, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def json_bytes(document: object) -> bytes:
    """A document as JSON in UTF-8, one space a level, keys in the order they were put."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def metadata_text(value: Any) -> str:
    """An entry of the metadata as text; what has parts of its own, as JSON."""
    return json_text(value) if isinstance(value, dict) else flat(value)
