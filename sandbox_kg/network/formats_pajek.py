"""Pajek: a network, its partitions, and what its numbers stand for.

Pajek reads UTF-8 only after a byte order mark. The mark is followed by a comment, so that networkx, which keeps it as
part of the first line, still finds the vertices. Its reader knows no two-mode header: `*Vertices n k` is read by Pajek
and igraph, and by networkx only without the `k`.

A label stands in quotes, for which Pajek has no escape: quotes, backslashes, control characters and "&#" are written as
the numeric references that Pajek itself writes (`&#34;`). Of nodes with equal labels each gets its id added, because
networkx takes the label for the node.

References:
    Batagelj, Mrvar (1998), Pajek: program for large network analysis, Connections 21(2), 47-57.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from sandbox_kg.network.formats_values import Plain, flat, json_bytes, metadata_text

_REFERENCE = re.compile('["\\\\\x00-\x1f\x7f\x85\u2028\u2029]|&(?=#)')


def pajek(network: Plain, language: str, two_mode: bool) -> dict[str, bytes]:
    """The files of a network for Pajek, by how their names end.

    A line is worth its `weight`, else its `count`, else 1. Partitions: `component` (1 is the largest) and, where nodes
    have one, `kind` (0 is none); vertices are numbered from 1 in the order of the nodes.

    Returns:
        the network itself (no end of its own), `-component.clu`, `-kind.clu`, and `.net.metadata.json`, which names
            vertices and classes.
    """
    labels = _labels(network, language)
    places = _in_unit_square(network.coordinates())
    head = f"*Vertices {len(labels)} {network.first_mode()}" if two_mode else f"*Vertices {len(labels)}"
    lines = [f"% {network.metadata.get('name', 'network')}"]
    lines += [f"% {key}: {metadata_text(value)}" for key, value in network.metadata.items()]
    lines = [" ".join(line.split()) for line in lines] + [head]
    for number, label in enumerate(labels, 1):
        place = " {!r} {!r} 0.5".format(*places[number - 1]) if places else ""
        lines.append(f'{number} "{label}"{place}')
    lines.append("*Arcs" if network.directed else "*Edges")
    vertex = {node: number for number, (node, _) in enumerate(network.nodes, 1)}
    for u, v, data in network.edges:
        value = data.get("weight", data.get("count", 1))
        lines.append(f"{vertex[u]} {vertex[v]} {flat(value)}")
    classes = {"component": (network.components(), {}), **_kinds(network)}
    files = {f"-{name}.clu": _partition(members) for name, (members, _) in classes.items()}
    notes: dict[str, Any] = {
        "metadata": network.metadata,
        "partitions": {
            name: {str(number): what for number, what in names.items()} for name, (_, names) in classes.items()
        },
        "vertices": [
            {"vertex": vertex[node], "id": node, "label": label}
            for (node, _), label in zip(network.nodes, labels, strict=True)
        ],
    }
    text = "\ufeff" + "\r\n".join(lines) + "\r\n"
    return {"": text.encode(), **files, ".net.metadata.json": json_bytes(notes)}


def _labels(network: Plain, language: str) -> list[str]:
    labels = [network.label(node, data, language) for node, data in network.nodes]
    counts = Counter(labels)
    unique = [
        f"{label} [{node}]" if counts[label] > 1 else label
        for label, (node, _) in zip(labels, network.nodes, strict=True)
    ]
    return [_REFERENCE.sub(lambda found: f"&#{ord(found.group())};", label) for label in unique]


def _in_unit_square(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Coordinates in 0..1, as Pajek draws them; moved and shrunk with their proportions only where they are not."""
    if all(0 <= value <= 1 for place in places for value in place):
        return places
    left, low = (min(place[axis] for place in places) for axis in (0, 1))
    span = max(max(place[0] - left, place[1] - low) for place in places) or 1.0
    return [((x - left) / span, (y - low) / span) for x, y in places]


def _kinds(network: Plain) -> dict[str, tuple[list[int], dict[int, Any]]]:
    kinds = sorted({str(data["kind"]) for _, data in network.nodes if "kind" in data})
    if not kinds:
        return {}
    number = {kind: place for place, kind in enumerate(kinds, 1)}
    names: dict[int, Any] = {place: {"kind": kind} for kind, place in number.items()}
    for _, data in network.nodes:
        if "kind" in data:
            names[number[str(data["kind"])]].update({key: data[key] for key in ("kind_zh", "kind_en") if key in data})
    return {"kind": ([number[str(data["kind"])] if "kind" in data else 0 for _, data in network.nodes], names)}


def _partition(members: list[int]) -> bytes:
    return "".join(f"{line}\r\n" for line in [f"*Vertices {len(members)}", *members]).encode()
