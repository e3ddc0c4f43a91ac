"""The scene as one HTML page: pyvis holds the networks and renders our template, which asks nobody for anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox_kg.explorer import kinds
from sandbox_kg.explorer.asked import Asked
from sandbox_kg.explorer.boxes import Spot
from sandbox_kg.explorer.layout import Packing
from sandbox_kg.explorer.scene import TEXTS, Level, Scene, make_scene
from sandbox_kg.network import LEVELS
from sandbox_kg.pages import html
from sandbox_kg.pages.beside import others
from sandbox_kg.pages.squeezed import squeezed
from sandbox_kg.store.errors import QueryError

if TYPE_CHECKING:
    from pyvis.network import Network

TEMPLATE = Path(__file__).parent / "template" / "explorer.html.jinja"
VIS_NETWORK = "templates/lib/vis-9.1.2/vis-network.min.js"
SHARED = ("languages", "unsqueeze", "beside", "themes")
# In the order in which they need each other.
SCRIPTS = (
    "store",
    "graph",
    "filter",
    "paper",
    "drawing",
    "many",
    "picture",
    "handles",
    "matrix",
    "figure",
    "panel",
    "evidence",
    "facets",
    "coverage",
    "search",
    "exports",
    "main",
)
# Nothing moves by itself, and vis-network draws marks and lines only: labels are ours.
OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "edges": {"smooth": False, "width": 1.6, "selectionWidth": 0, "hoverWidth": 0, "arrowStrikethrough": False},
    "interaction": {"dragNodes": False, "hover": True, "zoomView": False, "selectable": True, "multiselect": False},
}
POLICY = {"img-src": "blob: data:"}


def make_page(
    graph: Asked,
    *,
    filters: Mapping[str, str] | None = None,
    level: str = "as-filed",
    language: str | None = None,
    beside: Iterable[str] = (),
) -> str:
    """The explorer of a graph.

    Args:
        graph: what is asked, embedded or on a server.
        filters: as for networks, such as `area` or `technology`; the page shows only that part.
        level: the level of institution on which it opens.
        language: the language in which it opens, `zh` or `en`; without it the reader's.
        beside: pages of the same graph that will lie beside it, such as `ask`; it leads to them.

    Returns:
        The page, one HTML file in UTF-8. The same graph gives the same text.

    Raises:
        QueryError: a level or filter that does not exist, or a value that a filter cannot take.
    """
    if level not in LEVELS:
        raise QueryError("network-choice", name="level", value=level, known=", ".join(LEVELS))
    given = dict(filters or {})
    if "scope" in given:
        given["scope"] = graph.scope_named(given["scope"])
    return page_of(make_scene(graph, given), level, language, beside)


def page_of(scene: Scene, level: str = "as-filed", language: str | None = None, beside: Iterable[str] = ()) -> str:
    """The page of a scene."""
    networks = {name: network_of(scene.levels[name]) for name in LEVELS}
    texts = html.texts(TEXTS)
    pictures = {name: _placed(scene.levels[name], networks[name]) for name in LEVELS}
    data = {
        "scene": scene.data | {"opens": level},
        "pictures": pictures,
        "records": scene.details,
        "networks": {name: _data_of(networks[name]) for name in LEVELS if name != level},
    }
    environment, parts = html.prepared(
        TEMPLATE,
        styles=[_shared("style.css"), _shared("desk.css"), _own("explorer.css"), _own("coverage.css")],
        scripts=[vis_network(), *(_shared(f"{name}.js") for name in SHARED), *map(_script, SCRIPTS)],
        data={"texts": texts, "squeezed": squeezed(html.embedded(data))},
        policy=POLICY,
    )
    shown = networks[level]
    shown.templateEnv, shown.path = environment, TEMPLATE.name
    environment.globals.update(parts)
    environment.globals.update(level=level, language=language or "", table=_table(scene), about=scene.data["about"])
    environment.globals.update(beside=others("explorer", beside), has_coverage=bool(scene.data["coverage"]))
    environment.globals.update(texts=texts, title=texts["site"][language or "zh"])
    rendered: str = shown.generate_html()
    return rendered


def vis_network() -> str:
    """The code of vis-network as pyvis carries it, with its licence, without the address of its source map."""
    text = files("pyvis").joinpath(VIS_NETWORK).read_text(encoding="utf-8")
    return re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE).rstrip() + "\n"


def network_of(level: Level) -> Network:
    """The network of one level: institutions and pilots, memberships and pairs, each at its place of a wide page."""
    from pyvis.network import Network

    network = Network(cdn_resources="in_line")
    packing = next(iter(level.packings.values()))[-1]
    # filled at once: add_edge looks through all edges before each, and add_node changes names
    network.nodes = [_node(level, name, packing.spots[name]) for name in level.network]
    network.node_ids = list(level.network)
    network.node_map = {node["id"]: node for node in network.nodes}
    network.edges = [{"from": name, "to": pilot} for name, pilot in level.network.edges]
    network.edges += [
        {"from": one, "to": other, "pilots": list(data["pilots"]), "within": int(data["within_group"])}
        for one, other, data in level.pairs.edges(data=True)
    ]
    network.options = OPTIONS
    return network


def _node(level: Level, name: str, spot: Spot) -> dict[str, Any]:
    node: dict[str, Any] = {"id": name, "x": round(spot.x), "y": round(spot.y), "size": level.radius(name)}
    node["label"] = "\n".join(level.labels[name]["zh"])
    if level.network.nodes[name]["mode"] == "pilot":
        return node | {"shape": "square", "group": "pilot"}
    slot = level.slots[name]
    return node | {"shape": kinds.shape(slot), "group": slot}


def _data_of(network: Network) -> dict[str, Any]:
    nodes, edges, *_ = network.get_network_data()
    return {"nodes": nodes, "edges": edges}


def _placed(level: Level, network: Network) -> dict[str, Any]:
    """The places for each width, aligned with the nodes of a network, and the lines of their English labels."""
    names = [node["id"] for node in network.nodes]
    return {
        "english": ["\n".join(level.labels[name]["en"]) for name in names],
        "packings": {
            language: [_packing(packing, names) for packing in packings]
            for language, packings in level.packings.items()
        },
    }


def _packing(packing: Packing, names: Iterable[str]) -> dict[str, Any]:
    spots = [packing.spots[name] for name in names]
    return {
        "width": round(packing.width),
        "height": round(packing.height),
        "x": [round(spot.x) for spot in spots],
        "y": [round(spot.y) for spot in spots],
        "sides": "".join(spot.side for spot in spots),
        "islands": [[round(edge) for edge in box] for box in packing.islands],
        "strip": None if packing.strip is None else round(packing.strip),
    }


def _table(scene: Scene) -> list[dict[str, list[str]]]:
    """The table for readers without scripts: each pilot with its cohort and applicants as filed, in both languages."""
    names: Mapping[str, list[str]] = scene.data["names"]
    applicants: dict[str, list[str]] = {}
    for filed, pilot, *_ in scene.data["filings"]:
        applicants.setdefault(pilot, []).append(filed)
    return [
        {
            "cohort": names.get(facets.get("cohort", ""), ["", ""]),
            "pilot": names.get(pilot, [pilot, pilot]),
            "applicants": [", ".join(names.get(n, [n, n])[at] for n in applicants.get(pilot, [])) for at in (0, 1)],
        }
        for pilot, facets in scene.data["pilots"].items()
    ]


def _shared(name: str) -> str:
    return (html.PARTS / name).read_text(encoding="utf-8")


def _own(name: str) -> str:
    return (TEMPLATE.parent / name).read_text(encoding="utf-8")


def _script(name: str) -> str:
    return _own(f"{name}.js")
