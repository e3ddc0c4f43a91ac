"""Node-link JSON and the Hypergraph Interchange Format (HIF), written by hand.

HIF not by xgi, which leaves out nodes and edges without attributes and writes Chinese as escapes.

References:
    Coll, Joslyn, Landry, Lotito, Myers, Pickard, Praggastis, Szufel (2025), HIF: the hypergraph interchange format for
    higher-order networks, Network Science 13, e21, doi:10.1017/nws.2025.10018.
"""

from __future__ import annotations

from sandbox_kg.network.formats_values import Attributes, Plain, json_bytes


def node_link(network: Plain) -> bytes:
    """Node-link JSON as networkx reads it; the links are under `edges` (d3 and older networkx call them `links`)."""
    document = {
        "directed": network.directed,
        "multigraph": False,
        "graph": network.metadata,
        "nodes": [{"id": node} | data | {"id": node} for node, data in network.nodes],
        "edges": [{"source": u, "target": v} | data | {"source": u, "target": v} for u, v, data in network.edges],
    }
    return json_bytes(document)


def hif(network: Plain) -> bytes:
    """A two-mode network as a hypergraph: institutions are nodes, pilots (or technologies) are hyperedges."""
    document = {
        "network-type": "undirected",
        "metadata": network.metadata,
        "incidences": [{"node": u, "edge": v, **_attrs(data)} for u, v, data in network.edges],
        "nodes": [{"node": node, **_attrs(data)} for node, data in network.nodes if data.get("bipartite") != 1],
        "edges": [{"edge": node, **_attrs(data)} for node, data in network.nodes if data.get("bipartite") == 1],
    }
    return json_bytes(document)


def _attrs(data: Attributes) -> dict[str, Attributes]:
    return {"attrs": data} if data else {}
