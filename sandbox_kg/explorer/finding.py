"""What the headline of the page says: numbers and names from the graph, never a sentence that is not computed."""

from __future__ import annotations

from typing import Any

import networkx as nx

from sandbox_kg.network.projection import co_application
from sandbox_kg.network.two_mode import pilots

NAMED = 3  # institutions that are named in the headline and marked in the picture


def finding(network: nx.Graph) -> dict[str, Any]:
    """The numbers of a two-mode network.

    Returns:
        pilots; joint (of two or more institutions); institutions; pairs that apply together; repeated (pairs that do so
        more than once); within (pairs inside one group); islands (sets of institutions that pairs connect); largest
        (institutions of the largest); solo (institutions without a partner); most (joint pilots of the institution that
        has most of them); top (those that have so many); brokers (at most three institutions of two or more joint
        pilots without which an island falls apart, those of most joint pilots first).
    """
    graph = co_application(network)
    joint: dict[str, int] = dict(graph.nodes(data="joint_pilots"))
    most = max(joint.values(), default=0)
    found = sorted(nx.connected_components(graph), key=len, reverse=True)
    hinges = set(nx.articulation_points(graph))
    brokers = sorted((name for name in hinges if joint[name] > 1), key=lambda name: (-joint[name], name))
    return {
        "pilots": len(pilots(network)),
        "joint": sum(network.nodes[pilot]["members"] > 1 for pilot in pilots(network)),
        "institutions": len(graph),
        "pairs": graph.number_of_edges(),
        "repeated": sum(count > 1 for _, _, count in graph.edges(data="count")),
        "within": sum(bool(within) for _, _, within in graph.edges(data="within_group")),
        "islands": len(found),
        "largest": len(found[0]) if found else 0,
        "solo": sum(not count for count in joint.values()),
        "most": most,
        "top": [name for name, count in joint.items() if count == most and most > 1],
        "brokers": brokers[:NAMED],
    }
