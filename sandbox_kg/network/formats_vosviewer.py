"""VOSviewer JSON: a one-mode network that VOSviewer and VOSviewer Online open.

VOSviewer reads a label as HTML, and a piece of markup in it ends its drawing: labels are escaped. It fills the
templates as text, shows nothing of a piece of text in which one name is missing, and drops what it does not know of a
link: each name has a piece of its own, and the pilots of a link stand in a description. It lower-cases the names of
other fields and reads "weight", "score" and "cluster" into them, so they carry none of these words.

References:
    van Eck, Waltman (2010), Software survey: VOSviewer, Scientometrics 84, 523-538, doi:10.1007/s11192-009-0146-3.
"""

from __future__ import annotations

from html import escape
from typing import Any

from sandbox_kg.messages import message
from sandbox_kg.network.formats_values import Attributes, Plain, Value, json_bytes, metadata_text

_CLUSTERS = 1000  # VOSviewer numbers clusters from 1 to this
_NAMES = {"pilots": "export-pilots", "joint_pilots": "export-joint-pilots", "first": "export-first-year"}
_FIELDS = {"kind": "export-kind", "place": "export-place", "group": "export-group"}
_NOT_MEASURED = ("x", "y", "cluster", "bipartite")


def vosviewer(network: Plain, names: dict[str, str], language: str) -> bytes:
    """A network for VOSviewer.

    A link is as strong as its `weight`, else its `count`. A cluster is a connected component, 1 for the largest,
    unless each node brings a `cluster` of its own. Whole numbers that each node has are weights, broken ones scores,
    the year of `first` too; `x` and `y` of all nodes are their place, else VOSviewer lays them out.

    Args:
        network: the network.
        names: the labels of pilots by their ids, as far as they are known.
        language: the language of all that is shown.
    """
    places, clusters = network.coordinates(), _clusters(network)
    weights, scores = _measured(network)
    items = []
    for number, (node, data) in enumerate(network.nodes):
        item: dict[str, Any] = {"id": node, "label": escape(network.label(node, data, language), quote=False)}
        if str(data.get("iri", "")).startswith(("http://", "https://")):  # no other scheme becomes a link
            item["url"] = data["iri"]
        if places:
            item["x"], item["y"] = places[number]
        if clusters[number] <= _CLUSTERS:
            item["cluster"] = clusters[number]
        item |= {key: _shown(data, key, language) for key in _FIELDS if _shown(data, key, language)}
        item["weights"] = {_named(key, language): data[key] for key in weights}
        item["scores"] = {_named(key, language): _score(data[key]) for key in scores}
        items.append(item)
    label = {item["id"]: item["label"] for item in items}
    links = [
        {"source_id": u, "target_id": v, "strength": data.get("weight", data.get("count", 1))}
        | _description(label[u], label[v], data, names, language)
        for u, v, data in network.edges
    ]
    about = "<br>".join(f"{escape(key)}: {escape(metadata_text(value))}" for key, value in network.metadata.items())
    document = {
        "network": {"items": items, "links": links},
        "config": {
            "parameters": {"largest_component": False},
            "terminology": _terminology(network, language),
            "templates": _templates(language),
        },
        "info": {"title": escape(str(network.metadata.get("name", ""))), "description": about},
        "metadata": network.metadata,
    }
    return json_bytes(document)


def _clusters(network: Plain) -> list[int]:
    own = [data.get("cluster") for _, data in network.nodes]
    given = [cluster for cluster in own if isinstance(cluster, int) and cluster > 0]
    return given if len(given) == len(own) else network.components()


def _measured(network: Plain) -> tuple[list[str], list[str]]:
    """The attributes that are weights (never negative) and those that are scores, of what every node has."""
    rows = [data for _, data in network.nodes]
    everywhere = sorted(set.intersection(*(set(row) for row in rows))) if rows else []
    weights, scores = [], []
    for key in everywhere:
        values = [row[key] for row in rows]
        if key in _NOT_MEASURED or any(isinstance(value, bool) for value in values):
            continue
        if all(isinstance(value, int) and value >= 0 for value in values):
            weights.append(key)
        elif all(isinstance(value, int | float) or (key == "first" and str(value)[:4].isdecimal()) for value in values):
            scores.append(key)
    return weights, scores


def _named(key: str, language: str) -> str:
    return message(_NAMES[key], language) if key in _NAMES else key


def _score(value: Value) -> int | float:
    return value if isinstance(value, int | float) else int(str(value)[:4])  # a date: its year


def _shown(data: Attributes, key: str, language: str) -> str:
    return str(data.get(f"{key}_{language}", data.get(key, "")))


def _description(u: str, v: str, data: Attributes, names: dict[str, str], language: str) -> dict[str, str]:
    pilots = data.get("pilots")
    if not isinstance(pilots, list) or not pilots:
        return {}
    listed = "<br>".join(escape(names.get(pilot, pilot), quote=False) for pilot in pilots)
    head = f'<div class="description_heading">{u} — {v}</div>'
    return {"description": head + _field(message("export-both", language), listed)}


def _field(name: str, inner: str) -> str:
    return (
        f'<div><span class="description_label">{escape(name, quote=False)}: </span>'
        f'<span class="description_text">{inner}</span></div>'
    )


def _templates(language: str) -> dict[str, str]:
    fields = "".join(_field(message(key, language), f"{{{name}}}") for name, key in _FIELDS.items())
    strength = _field(message("export-strength", language), "{strength}")
    both = "<span>{source_label}</span> — <span>{target_label}</span>"  # two pieces, as each is filled by itself
    return {
        "item_description": f'<div class="description_heading">{{label}}</div>{fields}',
        "link_description": f'<div class="description_heading">{both}</div>{strength}',
    }


def _terminology(network: Plain, language: str) -> dict[str, str]:
    technologies = any(data.get("mode") == "technology" for _, data in network.nodes)
    keys = {
        "item": "export-technology" if technologies else "export-institution",
        "items": "export-technologies" if technologies else "export-institutions",
        "cluster": "export-component",
        "clusters": "export-components",
        "link_strength": "export-strength",
    }
    return {name: message(key, language) for name, key in keys.items()}
