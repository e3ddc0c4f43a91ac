"""Exports of a network for other programs.

The two-mode network of institutions and pilots is the primary object (Borgatti and Everett 1997, Network analysis of
2-mode data, Social Networks 19, 243-269); a projection no longer holds who took part in which pilot. So its tables
and its hypergraph are written from the two-mode network, which is given beside it.

Every file says where it comes from: level, weight, scope, filters, digest of the graph, cut-off, versions, licence and
how to cite. It stands inside where the format has a place for it, else in a `.metadata.json` beside it. The same
network gives the same bytes, on any day and machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sandbox_kg.files import write_together
from sandbox_kg.messages import LANGUAGES
from sandbox_kg.network.formats_csv import tables
from sandbox_kg.network.formats_json import hif, node_link
from sandbox_kg.network.formats_pajek import pajek
from sandbox_kg.network.formats_values import Plain, plain
from sandbox_kg.network.formats_vosviewer import vosviewer
from sandbox_kg.network.formats_xml import gexf, graphml
from sandbox_kg.store.errors import QueryError

if TYPE_CHECKING:
    import networkx as nx

FORMATS = {
    "graphml": ".graphml",
    "gexf": ".gexf",
    "pajek": ".net",
    "csv": ".csv",
    "json": ".json",
    "hif": ".hif.json",
    "vosviewer": ".vosviewer.json",
}
"""Each format and how the names of its files end."""

_MEMBERSHIPS, _CO_APPLICATION = "two-mode", "co-application"
_TWO_MODES = (_MEMBERSHIPS, "institution-technology")
_SAME = ("level", "scope", "filters", "graph_digest")


def write(
    graph: nx.Graph,
    path: Path | str,
    form: str | None = None,
    *,
    two_mode: nx.Graph | None = None,
    language: str = "zh",
    bom: bool = True,
) -> list[Path]:
    """Writes a network to a file, or to several where the format has more than one (`pajek`, `csv`).

    All are written beside their places first and renamed at the end: an interrupted export leaves the last good one.

    Args:
        graph: the network; it is not changed.
        path: the file. Of several, the name without its ending begins each: `n-nodes.csv`, `n.csv.metadata.json`.
        form: one of `FORMATS`; without it, the ending of the path decides.
        two_mode: the two-mode network that a co-application network was made from; `csv` and `hif` need it.
        language: of the labels where a format has one label for each node, `zh` or `en`.
        bom: whether tables begin with a byte order mark, which Excel needs.

    Returns:
        The files written, sorted.

    Raises:
        sandbox_kg.store.errors.QueryError: no such format, a format that this network cannot be written in, or a
            two-mode network that is missing or is another one's.
        OSError: a file cannot be written; those that were there stay as they are.

    Example:
        >>> from sandbox_kg.network.export import write
        >>> write(network, "co-applicants.gexf", language="en")  # doctest: +SKIP
        [PosixPath('co-applicants.gexf')]
    """
    path = Path(path)
    form = _form(path) if form is None else form
    _check(graph, form, two_mode, language)
    stem, ending = _split(path, form)
    files = _files(graph, form, two_mode, language, bom, stem)
    named = {path.with_name(stem + (end or ending)): data for end, data in files.items()}
    write_together(named)
    return sorted(named)


def possible(graph: nx.Graph, with_two_mode: bool = False) -> tuple[str, ...]:
    """The formats that a network can be written in, in the order of `FORMATS`.

    Args:
        graph: the network.
        with_two_mode: whether the two-mode network it was made from is at hand.
    """
    left_out = set()
    if _is_two_mode(graph):
        left_out = {"vosviewer"}
    elif graph.is_directed():
        left_out = {"vosviewer", "hif"}
    elif _kind(graph) != _CO_APPLICATION:
        left_out = {"hif"}
    elif not with_two_mode:
        left_out = {"hif", "csv"}
    return tuple(form for form in FORMATS if form not in left_out)


def _files(
    graph: nx.Graph, form: str, two_mode: nx.Graph | None, language: str, bom: bool, stem: str
) -> dict[str, bytes]:
    """The files of a format, by how their names end; an empty end is the ending of the path itself."""
    network = plain(graph)
    primary = _primary(graph, network, two_mode)
    if form == "csv":
        return tables(network, primary, language, bom, stem)
    if form == "pajek":
        return pajek(network, language, _is_two_mode(graph))
    if form == "vosviewer":
        names = {node: primary.label(node, data, language) for node, data in primary.nodes} if primary else {}
        return {"": vosviewer(network, names, language)}
    if form == "hif":
        return {"": hif(primary if primary and not _is_two_mode(graph) else network)}
    if form == "json":
        return {"": node_link(network)}
    return {"": graphml(network, language) if form == "graphml" else gexf(network, language)}


def _primary(graph: nx.Graph, network: Plain, two_mode: nx.Graph | None) -> Plain | None:
    """The network of memberships, if it is at hand."""
    if _kind(graph) == _MEMBERSHIPS:
        return network
    return None if two_mode is None else plain(two_mode)


def _form(path: Path) -> str:
    """The format that the ending of a path stands for; the longest ending counts."""
    for form, ending in sorted(FORMATS.items(), key=lambda entry: -len(entry[1])):
        if path.name.lower().endswith(ending):
            return form
    raise QueryError("export-ending", name=path.name, forms=", ".join(FORMATS), endings=", ".join(FORMATS.values()))


def _split(path: Path, form: str) -> tuple[str, str]:
    """The name of a path without its ending, and the ending; a name that has none gets that of the format."""
    for ending in sorted(FORMATS.values(), key=len, reverse=True):
        if path.name.lower().endswith(ending) and len(path.name) > len(ending):
            return path.name[: -len(ending)], path.name[-len(ending) :]
    return (path.stem, path.suffix) if path.suffix else (path.name, FORMATS[form])


def _check(graph: nx.Graph, form: str, two_mode: nx.Graph | None, language: str) -> None:
    """Whether a network can be written so.

    Raises:
        sandbox_kg.store.errors.QueryError: it cannot.
    """
    if language not in LANGUAGES:
        raise QueryError("export-language", language=language)
    if form not in FORMATS:
        raise QueryError("export-form", form=form, forms=", ".join(FORMATS))
    forms = possible(graph, two_mode is not None)
    if form not in forms:
        key = "export-needs-two-mode" if form in possible(graph, with_two_mode=True) else "export-kind-form"
        raise QueryError(key, form=form, kind=_kind(graph) or "?", forms=", ".join(forms))
    if two_mode is None:
        return
    if _kind(two_mode) != _MEMBERSHIPS:
        raise QueryError("export-not-two-mode", kind=_kind(two_mode) or "?")
    for key in _SAME:
        here, there = graph.graph.get(key), two_mode.graph.get(key)
        if here is not None and there is not None and here != there:
            raise QueryError("export-other-two-mode", key=key, here=here, there=there)


def _kind(graph: nx.Graph) -> str:
    return str(graph.graph.get("kind", ""))


def _is_two_mode(graph: nx.Graph) -> bool:
    """By its kind, or because a node is of the second mode; a projection has nodes of the first mode only."""
    return _kind(graph) in _TWO_MODES or any(mode == 1 for _, mode in graph.nodes(data="bipartite"))
