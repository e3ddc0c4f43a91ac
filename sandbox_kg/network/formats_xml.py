"""GraphML and GEXF, written by hand.

Not by networkx: its writers put today's date into GEXF, write different bytes of GraphML with and without lxml, refuse
lists, and drop nothing that XML 1.0 forbids. The files carry typed columns, and both read back with its readers.
igraph knows no absent value: of GraphML it reads an absent number as NaN, a text as empty, a truth value as false.

References:
    Brandes, Eiglsperger, Herman, Himsolt, Marshall (2002), GraphML progress report, GD 2001, LNCS 2265, 501-512.
    GEXF Working Group, GEXF 1.2 schema (gexf.net): read by Gephi since 0.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox_kg.network.formats_values import Attributes, Plain, columns, json_text, metadata_text, typed

# A tab or line break inside an attribute would be read as a space, a bare carriage return as a line break.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://www.gexf.net/1.2draft"
_GEXF_SPACES = f'xmlns="{_GEXF}" xmlns:viz="{_GEXF}/viz"'
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_GRAPHML_TYPES = {"integer": "int"}


def graphml(network: Plain, language: str) -> bytes:
    """GraphML with typed keys; where the network comes from stands in data of the graph.

    Each node also gets `label` in the language asked for, which Gephi, yEd and igraph show.
    """
    nodes = [(node, {"label": network.label(node, data, language), **data}) for node, data in network.nodes]
    metadata: Attributes = {key: _scalar(value) for key, value in network.metadata.items()}
    keys = {
        "graph": _keys("g", [metadata]),
        "node": _keys("n", (data for _, data in nodes)),
        "edge": _keys("e", (data for _, _, data in network.edges)),
    }
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<graphml xmlns="{_GRAPHML}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_GRAPHML} {_GRAPHML}/1.0/graphml.xsd">',
    ]
    for scope, known in keys.items():
        for name, (key, kind) in known.items():
            kind = _GRAPHML_TYPES.get(kind, kind)
            lines.append(f'  <key id="{key}" for="{scope}" attr.name="{_xml(name)}" attr.type="{kind}"/>')
    lines.append(f'  <graph edgedefault="{_direction(network)}">')
    lines += [f"    {datum}" for datum in _data(metadata, keys["graph"])]
    for node, data in nodes:
        lines.append(f'    <node id="{_xml(node)}">{"".join(_data(data, keys["node"]))}</node>')
    for u, v, data in network.edges:
        inner = "".join(_data(data, keys["edge"]))
        lines.append(f'    <edge source="{_xml(u)}" target="{_xml(v)}">{inner}</edge>')
    return ("\n".join([*lines, "  </graph>", "</graphml>"]) + "\n").encode()


def gexf(network: Plain, language: str) -> bytes:
    """GEXF 1.2 without a date; where the network comes from stands in the description, as one JSON object.

    The label is in the language asked for, `label_zh` and `label_en` are columns; `weight` is the weight of the edge,
    `x` and `y` of all nodes are their position.
    """
    places = network.coordinates()
    drawn = {"x", "y"} if places else set()
    nodes = [{key: value for key, value in data.items() if key not in drawn} for _, data in network.nodes]
    edges = [{key: value for key, value in data.items() if key != "weight"} for _, _, data in network.edges]
    node_keys, edge_keys = _named(nodes), _named(edges)
    topic = [str(network.metadata[key]) for key in ("name", "kind", "level") if network.metadata.get(key)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gexf {_GEXF_SPACES} xmlns:xsi="{_XSI}" xsi:schemaLocation="{_GEXF} {_GEXF}/gexf.xsd" version="1.2">',
        "  <meta>",
        "    <creator>Sandbox KG</creator>",
        f"    <keywords>{_xml(', '.join(topic))}</keywords>",
        f"    <description>{_xml(json_text(network.metadata))}</description>",
        "  </meta>",
        f'  <graph defaultedgetype="{_direction(network)}" mode="static">',
    ]
    for scope, keys in (("node", node_keys), ("edge", edge_keys)):
        lines.append(f'    <attributes class="{scope}" mode="static">')
        for name, (key, kind) in keys.items():
            lines.append(f'      <attribute id="{_xml(key)}" title="{_xml(name)}" type="{kind}"/>')
        lines.append("    </attributes>")
    lines.append("    <nodes>")
    for place, ((node, data), shown) in enumerate(zip(network.nodes, nodes, strict=True)):
        label = _xml(network.label(node, data, language))
        position = '<viz:position x="{!r}" y="{!r}" z="0.0"/>'.format(*places[place]) if places else ""
        lines.append(f'      <node id="{_xml(node)}" label="{label}">{_attvalues(shown, node_keys)}{position}</node>')
    lines += ["    </nodes>", "    <edges>"]
    for number, ((u, v, data), shown) in enumerate(zip(network.edges, edges, strict=True)):
        weight = f' weight="{typed(data["weight"], "double")}"' if "weight" in data else ""
        inner = _attvalues(shown, edge_keys)
        lines.append(f'      <edge id="{number}" source="{_xml(u)}" target="{_xml(v)}"{weight}>{inner}</edge>')
    return ("\n".join([*lines, "    </edges>", "  </graph>", "</gexf>"]) + "\n").encode()


def _xml(text: str) -> str:
    return text.translate(_ESCAPES)


def _direction(network: Plain) -> str:
    return "directed" if network.directed else "undirected"


def _scalar(value: object) -> str | bool | int | float:
    return value if isinstance(value, str | bool | int | float) else metadata_text(value)


def _keys(prefix: str, rows: Iterable[Attributes]) -> dict[str, tuple[str, str]]:
    """The key of each column and its type. GraphML wants keys without spaces, and one key once in all scopes."""
    return {name: (f"{prefix}{number}", kind) for number, (name, kind) in enumerate(columns(rows).items())}


def _named(rows: Iterable[Attributes]) -> dict[str, tuple[str, str]]:
    """The same for GEXF, whose keys are the names themselves: Gephi Lite shows the key, not the title."""
    return {name: (name, kind) for name, kind in columns(rows).items()}


def _data(data: Attributes, keys: dict[str, tuple[str, str]]) -> Iterator[str]:
    for name, value in sorted(data.items()):
        key, kind = keys[name]
        yield f'<data key="{key}">{_xml(typed(value, kind))}</data>'


def _attvalues(data: Attributes, keys: dict[str, tuple[str, str]]) -> str:
    cells = [
        f'<attvalue for="{_xml(keys[name][0])}" value="{_xml(typed(value, keys[name][1]))}"/>'
        for name, value in data.items()
    ]
    return f"<attvalues>{''.join(cells)}</attvalues>" if cells else ""
