"""Exports of networks: what is written is read back by other programs' readers and is the same.

The small network is counted by hand. Pilots and who took part:
 beijing-1-3: citic (lead), unionpay       beijing-1-5: icbc
 shanghai-1-3: bosc, spdb, unionpay        shenzhen-1-1: huawei
7 memberships; pairs citic-unionpay (1 pilot of 2: weight 1), bosc-spdb, bosc-unionpay, spdb-unionpay (1 pilot of 3: 1/2);
components {bosc, citic, spdb, unionpay}, {huawei}, {icbc}.
"""

from __future__ import annotations

import copy
import csv
import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import igraph
import jsonschema
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox_kg.formats import harmless
from sandbox_kg.network import export
from sandbox_kg.network.export import FORMATS, possible, write
from sandbox_kg.network.formats_csv import tables
from sandbox_kg.network.formats_pajek import pajek
from sandbox_kg.network.formats_values import clean, plain
from sandbox_kg.network.formats_xml import gexf, graphml
from sandbox_kg.store.errors import QueryError

VENDOR = Path(__file__).parent / "vendor"
IRI = "https://w3id.org/sandbox-kg/"
BANK, OTHER = ("code:bank", "银行", "bank"), ("code:technology-company", "科技公司", "technology company")
INSTITUTIONS = {
    "inst:unionpay": ("中国银联", "China UnionPay", OTHER, "上海", 2, 2),
    "inst:citic": ("中信银行", "China CITIC Bank", BANK, "北京", 1, 1),
    "inst:spdb": ("浦发银行", "SPD Bank", BANK, "上海", 1, 1),
    "inst:bosc": ("上海银行", "Bank of Shanghai", BANK, None, 1, 1),
    "inst:icbc": ("工商银行", "ICBC", BANK, "北京", 1, 0),
    "inst:huawei": ("华为", "Huawei", OTHER, "深圳", 1, 0),
}
PILOTS = {
    "pilot:beijing-1-3": ("手机POS", "Phone POS", "2020-03-16", ["inst:citic", "inst:unionpay"]),
    "pilot:beijing-1-5": ("物联网供应链", "IoT supply chain", "2020-03-16", ["inst:icbc"]),
    "pilot:shanghai-1-3": ("条码支付", "Code payment", None, ["inst:bosc", "inst:spdb", "inst:unionpay"]),
    "pilot:shenzhen-1-1": ("智能风控", "Risk control", "2020-07-31", ["inst:huawei"]),
}
SOURCE: dict[str, Any] = {
    "name": "试点机构网络",
    "level": "as-filed",
    "weight": "newman",
    "scope": "src:upd-2020",
    "filters": {"area": "北京|上海", "note": 'a "quoted" & <b>\nline'},
    "graph_digest": "d" * 64,
    "graph_version": "0.1.0",
    "cut_off": "2020-11-24",
    "software": {"networkx": "3.6.1", "sandbox-kg": "0.1.0"},
    "licence": "CC-BY-4.0",
    "cite": "Sandbox KG (2020)",
    "seed": 20201124,
}
DATES = {"2020-03-16", "2020-07-31", "2020-11-24"}  # all that the network holds
HOSTILE = [
    'say "hi" \\ and \\" end\\',
    "</graphml></gexf>]]><!--<script>alert(1)</script>",
    "two\nlines\r\nand a\ttab\r",
    "长" * 10_000,
    "right\u202eto left\u2066 \u200f",
    "=1+1",
    "&#34; &amp; &lt; ' `",
    "nul\x00 bell\x07 esc\x1b nel\x85 ls\u2028 ffff\uffff",
    "*Vertices 3",
    "% no comment",
    "  spaces at both ends  ",
    "𠮷野家 😀 é e\u0301",
    "| a|b %7C",
    "NaN",
    "",
]


def institution(name: str) -> dict[str, Any]:
    """The attributes of an institution."""
    zh, en, (kind, kind_zh, kind_en), place, pilots, joint = INSTITUTIONS[name]
    found = {
        "mode": "institution",
        "iri": IRI + name.replace("inst:", "institution/"),
        "label_zh": zh,
        "label_en": en,
        "kind": kind,
        "kind_zh": kind_zh,
        "kind_en": kind_en,
        "group": name,
        "group_zh": zh,
        "group_en": en,
        "pilots": pilots,
        "joint_pilots": joint,
        "first": "2020-03-16",
        "last": "2020-07-31",
    }
    return found if place is None else {**found, "place": f"plc:{place}", "place_zh": place, "place_en": place}


def two_mode(order: Callable[[Iterable[str]], Iterable[str]] = sorted) -> nx.Graph:
    """Institutions and pilots."""
    graph = nx.Graph(kind="two-mode", **SOURCE)
    for name in order(INSTITUTIONS):
        graph.add_node(name, bipartite=0, **institution(name))
    for name in order(PILOTS):
        zh, en, date, members = PILOTS[name]
        known = {"date": date} if date else {}
        graph.add_node(
            name, bipartite=1, mode="pilot", iri=IRI + name.replace(":", "/"), label_zh=zh, label_en=en, cohort="batch:x",
            cohort_zh="一", cohort_en="one", area="plc:x", area_zh="区", area_en="area", members=len(members), **known,
        )  # fmt: skip
        for member in order(members):
            role = {"role": "code:lead"} if member == "inst:citic" else {}
            graph.add_edge(member, name, filed=(member, f"{member}-branch"), **role)
    return graph


def co_application(order: Callable[[Iterable[str]], Iterable[str]] = sorted) -> nx.Graph:
    """Institutions that applied together."""
    graph = nx.Graph(kind="co-application", **SOURCE)
    graph.add_nodes_from((name, {"bipartite": 0, **institution(name)}) for name in order(INSTITUTIONS))
    for pilot in order(PILOTS):
        members = PILOTS[pilot][3]
        for pair in combinations(members, 2):
            graph.add_edge(
                *pair, weight=1.0 / (len(members) - 1), count=1, pilots=(pilot,), partnerships=(f"{IRI}p/1", f"{IRI}p|2"),
                within_group=False, first="2020-03-16",
            )  # fmt: skip
    return graph


def technologies() -> nx.Graph:
    """Technologies that are used together; one weight is 2, the other broken."""
    graph = nx.Graph(kind="technology-co-occurrence", **SOURCE)
    for name, zh, en, pilots in (
        ("tech:big-data", "大数据", "big data", 3),
        ("tech:blockchain", "区块链", "blockchain", 2),
        ("tech:iot", "物联网", "IoT", 1),
    ):
        graph.add_node(name, mode="technology", iri=IRI + name, label_zh=zh, label_en=en, pilots=pilots)
    graph.add_edge("tech:big-data", "tech:blockchain", weight=2.0, count=2, pilots=("pilot:a", "pilot:b"))
    graph.add_edge("tech:big-data", "tech:iot", weight=0.5, count=1, pilots=("pilot:a",))
    return graph


def institution_technology() -> nx.Graph:
    """Institutions and the technologies of their pilots."""
    graph = nx.Graph(kind="institution-technology", **SOURCE)
    graph.add_node("inst:citic", bipartite=0, **institution("inst:citic"))
    graph.add_node("inst:icbc", bipartite=0, **institution("inst:icbc"))
    graph.add_node(
        "tech:iot", bipartite=1, mode="technology", iri=IRI + "t", label_zh="物联网", label_en="IoT", pilots=2
    )
    graph.add_edge("inst:citic", "tech:iot", count=1, pilots=("pilot:beijing-1-3",))
    graph.add_edge("inst:icbc", "tech:iot", count=1, pilots=("pilot:beijing-1-5",))
    return graph


def lead_participant() -> nx.DiGraph:
    """From the lead to the participant."""
    graph = nx.DiGraph(kind="lead-participant", **SOURCE)
    graph.add_node("inst:citic", bipartite=0, **institution("inst:citic"))
    graph.add_node("inst:unionpay", bipartite=0, **institution("inst:unionpay"))
    graph.add_edge("inst:unionpay", "inst:citic", count=1, pilots=("pilot:beijing-1-3",))
    return graph


KINDS: dict[str, Callable[[], nx.Graph]] = {
    "two-mode": two_mode,
    "co-application": co_application,
    "technology": technologies,
    "institution-technology": institution_technology,
    "lead-participant": lead_participant,
}


def flattened(data: dict[str, Any]) -> dict[str, Any]:
    """Attributes as a flat format keeps them: lists as one text."""
    return {key: "|".join(x.replace("|", "%7C") for x in v) if isinstance(v, tuple) else v for key, v in data.items()}


def typed(data: dict[str, Any]) -> dict[str, tuple[type, Any]]:
    """Attributes with their types, so that 1, 1.0 and True are three things."""
    return {key: (type(value), value) for key, value in data.items()}


def the_same(read: nx.Graph, graph: nx.Graph, extra_node: set[str], extra_edge: set[str]) -> None:
    """What was read has the nodes, edges and attributes (with their types) that were written."""
    assert read.is_directed() == graph.is_directed()
    assert set(read) == set(graph)
    for node, data in graph.nodes(data=True):
        found = {key: value for key, value in read.nodes[node].items() if key not in extra_node}
        assert typed(found) == typed(flattened(data))
    same = {tuple(edge) if graph.is_directed() else frozenset(edge) for edge in graph.edges}
    assert {tuple(edge) if graph.is_directed() else frozenset(edge) for edge in read.edges} == same
    for u, v, data in graph.edges(data=True):
        found = {key: value for key, value in read.edges[u, v].items() if key not in extra_edge}
        assert typed(found) == typed(flattened(data))


# ---- round trips ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_graphml_reads_back(kind: str, tmp_path: Path) -> None:
    """In networkx with every type, label by language; the source stands in the graph's own data."""
    graph = KINDS[kind]()
    (path,) = write(graph, tmp_path / "n.graphml", language="en")
    read = nx.read_graphml(path)
    the_same(read, graph, {"label"}, set())
    assert {node: data["label"] for node, data in read.nodes(data=True)} == dict(graph.nodes(data="label_en"))
    for key, value in graph.graph.items():
        found = read.graph[key]
        assert (json.loads(found) if isinstance(value, dict) else found) == value
    assert type(read.graph["seed"]) is int


@pytest.mark.parametrize("kind", KINDS)
def test_graphml_in_igraph(kind: str, tmp_path: Path) -> None:
    """In igraph, whose numbers are all floats."""
    graph = KINDS[kind]()
    (path,) = write(graph, tmp_path / "n.graphml")
    read = igraph.Graph.Read_GraphML(str(path))
    assert read.vs["id"] == list(graph)
    assert read.vs["label"] == [data["label_zh"] for _, data in graph.nodes(data=True)]
    assert read["level"] == "as-filed"
    assert read["seed"] == SOURCE["seed"]
    assert read.is_directed() == graph.is_directed()
    ends = {frozenset((read.vs[edge.source]["id"], read.vs[edge.target]["id"])) for edge in read.es}
    assert ends == {frozenset(edge) for edge in graph.edges}
    if kind == "co-application":
        assert sorted(read.es["weight"]) == [0.5, 0.5, 0.5, 1.0]
        assert read.es["within_group"] == [False] * 4
        assert read.vs["pilots"] == [graph.nodes[node]["pilots"] for node in graph]


@pytest.mark.parametrize("kind", KINDS)
def test_gexf_reads_back(kind: str, tmp_path: Path) -> None:
    """In networkx with every type; both labels are columns, the label shown is by language."""
    graph = KINDS[kind]()
    (path,) = write(graph, tmp_path / "n.gexf")
    read = nx.read_gexf(path)
    the_same(read, graph, {"label"}, {"id"})
    assert {node: data["label"] for node, data in read.nodes(data=True)} == dict(graph.nodes(data="label_zh"))
    text = path.read_text(encoding="utf-8")
    (described,) = re.findall("<description>(.*)</description>", text)
    assert json.loads(html.unescape(described)) == graph.graph
    assert "lastmodifieddate" not in text
    assert '<attribute id="label_en" title="label_en" type="string"/>' in text  # Gephi Lite shows the id


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", ["networkx", "igraph"])
def test_pajek_reads_back(kind: str, reader: str, tmp_path: Path) -> None:
    """Both readers take the byte order mark and the comments; networkx knows no second number of vertices."""
    graph = KINDS[kind]()
    files = write(graph, tmp_path / "n.net")
    path = tmp_path / "n.net"
    assert path in files
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf% ")
    for key in SOURCE:
        assert f"% {key}: ".encode() in data
    label = dict(graph.nodes(data="label_zh"))
    two = "bipartite" in next(iter(graph.nodes.values())) and kind in ("two-mode", "institution-technology")
    first = sum(mode == 0 for _, mode in graph.nodes(data="bipartite"))
    assert (f"*Vertices {len(graph)} {first}\r\n" if two else f"*Vertices {len(graph)}\r\n").encode() in data
    if reader == "igraph":
        read = igraph.Graph.Read_Pajek(str(path))
        assert read.vs["name"] == list(label.values())
        assert read.is_directed() == graph.is_directed()
        found = {(read.vs[e.source]["name"], read.vs[e.target]["name"], e["weight"]) for e in read.es}
        if two:
            assert read.vs["type"] == [number >= first for number in range(len(graph))]
    else:
        path.write_bytes(re.sub(rb"(\*Vertices \d+) \d+", rb"\1", data))
        back = nx.read_pajek(path)
        assert list(back) == list(label.values())
        assert [number for _, number in back.nodes(data="id")] == [str(n) for n in range(1, len(graph) + 1)]
        assert back.is_directed() == graph.is_directed()
        found = set(back.edges(data="weight"))
    worth = {(label[u], label[v], float(d.get("weight", d.get("count", 1)))) for u, v, d in graph.edges(data=True)}
    assert {(frozenset(edge[:2]), edge[2]) for edge in found} == {(frozenset(edge[:2]), edge[2]) for edge in worth}
    if graph.is_directed():
        assert {edge[:2] for edge in found} == {edge[:2] for edge in worth}


def test_networkx_needs_the_comment_after_the_mark(tmp_path: Path) -> None:
    """Why the mark is followed by a comment: without one networkx loses the vertices. If this fails, it was mended."""
    write(co_application(), tmp_path / "n.net")
    data = (tmp_path / "n.net").read_bytes()
    (tmp_path / "bare.net").write_bytes(b"\xef\xbb\xbf" + data[data.index(b"*Vertices") :])
    with pytest.raises(UnboundLocalError):
        nx.read_pajek(tmp_path / "bare.net")


def test_pajek_partitions(tmp_path: Path) -> None:
    """Vertices are bosc, citic, huawei, icbc, spdb, unionpay; components and kinds by hand, their names beside them."""
    files = write(co_application(), tmp_path / "n.net")
    assert [file.name for file in files] == ["n-component.clu", "n-kind.clu", "n.net", "n.net.metadata.json"]
    assert (tmp_path / "n-component.clu").read_text().split() == ["*Vertices", "6", *"112311"]
    assert (tmp_path / "n-kind.clu").read_text().split() == ["*Vertices", "6", *"112112"]
    notes = json.loads((tmp_path / "n.net.metadata.json").read_text(encoding="utf-8"))
    assert notes["metadata"] == {"kind": "co-application", **SOURCE}
    assert notes["partitions"]["kind"]["2"] == {"kind": OTHER[0], "kind_zh": OTHER[1], "kind_en": OTHER[2]}
    assert notes["vertices"][5] == {"vertex": 6, "id": "inst:unionpay", "label": "中国银联"}
    write(two_mode(), tmp_path / "two.net")  # pilots have no kind
    assert (tmp_path / "two-kind.clu").read_text().split() == ["*Vertices", "10", *"1121120000"]
    assert [file.name for file in write(technologies(), tmp_path / "t.net")] == [
        "t-component.clu",
        "t.net",
        "t.net.metadata.json",
    ]


def test_pajek_equal_labels_stay_two_vertices(tmp_path: Path) -> None:
    """To networkx the label is the node: two branches of one name would become one."""
    graph = co_application()
    for node in ("inst:bosc", "inst:spdb"):
        graph.nodes[node]["label_zh"] = "分行"
    write(graph, tmp_path / "n.net")
    back = nx.read_pajek(tmp_path / "n.net")
    assert len(back) == 6
    assert {"分行 [inst:bosc]", "分行 [inst:spdb]"} <= set(back)


@pytest.mark.parametrize("kind", KINDS)
def test_node_link_reads_back(kind: str, tmp_path: Path) -> None:
    """In networkx, lists as lists, the source as it is."""
    graph = KINDS[kind]()
    (path,) = write(graph, tmp_path / "n.json")
    text = path.read_text(encoding="utf-8")
    assert "\\u" not in text
    document = json.loads(text)
    read = nx.node_link_graph(document, edges="edges")
    assert read.graph == graph.graph
    listed = {(u, v): data for u, v, data in read.edges(data=True)}
    for u, v, data in graph.edges(data=True):
        assert listed[(u, v)] == {k: list(x) if isinstance(x, tuple) else x for k, x in data.items()}
    assert {node: typed(data) for node, data in read.nodes(data=True)} == {
        n: typed(d) for n, d in graph.nodes(data=True)
    }


@pytest.mark.parametrize("kind", ["two-mode", "co-application", "institution-technology"])
def test_hif(kind: str, tmp_path: Path) -> None:
    """It holds to the official schema and xgi reads it; a projection is written from its two-mode network."""
    import xgi

    graph, primary = KINDS[kind](), two_mode()
    given = {"two_mode": primary} if kind == "co-application" else {}
    (path,) = write(graph, tmp_path / "n.hif.json", **given)
    text = path.read_text(encoding="utf-8")
    assert "\\u" not in text
    document = json.loads(text)
    schema = json.loads((VENDOR / "hif_schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(document)
    wanted = primary if given else graph
    assert document["metadata"] == wanted.graph
    read = xgi.read_hif(path)
    assert set(read.nodes) == {node for node, mode in wanted.nodes(data="bipartite") if mode == 0}
    edges = {node for node, mode in wanted.nodes(data="bipartite") if mode == 1}
    assert {edge: set(read.edges.members(edge)) for edge in read.edges} == {edge: set(wanted[edge]) for edge in edges}
    for node in read.nodes:
        assert read.nodes[node] == wanted.nodes[node]
    for edge in read.edges:
        assert read.edges[edge] == wanted.nodes[edge]
    assert all(set(entry["attrs"]) >= {"filed"} or kind == "institution-technology" for entry in document["incidences"])


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table that begins with a byte order mark."""
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data[3:].decode(), newline="")))


@pytest.mark.parametrize("graph", [two_mode(), co_application()], ids=["two-mode", "co-application"])
def test_tables(graph: nx.Graph, tmp_path: Path) -> None:
    """Three tables and what they are; one row of memberships for each institution and pilot."""
    primary = two_mode()
    files = write(graph, tmp_path / "n.csv", two_mode=primary)
    assert [file.name for file in files] == ["n-edges.csv", "n-memberships.csv", "n-nodes.csv", "n.csv.metadata.json"]
    nodes, edges = rows(tmp_path / "n-nodes.csv"), rows(tmp_path / "n-edges.csv")
    assert {row["id"]: row["label"] for row in nodes} == dict(graph.nodes(data="label_zh"))
    assert {(row["source"], row["target"]) for row in edges} == set(graph.edges)
    assert {row["id"]: row.get("place", "") for row in nodes} == {
        n: d.get("place", "") for n, d in graph.nodes(data=True)
    }
    members = rows(tmp_path / "n-memberships.csv")
    assert {(row["institution"], row["pilot"]) for row in members} == set(primary.edges)
    assert len(members) == 7
    (citic,) = (row for row in members if row["institution"] == "inst:citic")
    assert citic["role"] == "code:lead"
    assert citic["filed"] == "inst:citic|inst:citic-branch"
    assert (citic["institution_label_zh"], citic["pilot_label_zh"], citic["pilot_members"]) == (
        "中信银行",
        "手机POS",
        "2",
    )
    notes = json.loads((tmp_path / "n.csv.metadata.json").read_text(encoding="utf-8"))
    assert notes["metadata"] == graph.graph
    assert notes["tables"] == [file.name for file in files[:3]]


def test_tables_in_pandas(tmp_path: Path) -> None:
    """Numbers and truth values come back as such; without the mark on wish."""
    import pandas

    write(co_application(), tmp_path / "n.csv", two_mode=two_mode(), bom=False)
    assert not (tmp_path / "n-edges.csv").read_bytes().startswith(b"\xef")
    edges = pandas.read_csv(tmp_path / "n-edges.csv")
    assert {name: str(edges[name].dtype) for name in ("weight", "count", "within_group")} == {
        "weight": "float64",
        "count": "int64",
        "within_group": "bool",
    }
    assert edges["weight"].sum() == 2.5


def test_tables_of_what_has_no_memberships(tmp_path: Path) -> None:
    """Technologies have none; of leads and participants they are written where they are given."""
    names = [file.name for file in write(technologies(), tmp_path / "t.csv")]
    assert names == ["t-edges.csv", "t-nodes.csv", "t.csv.metadata.json"]
    names = [file.name for file in write(lead_participant(), tmp_path / "l.csv", two_mode=two_mode())]
    assert "l-memberships.csv" in names


@pytest.mark.parametrize("language", ["zh", "en"])
def test_vosviewer(language: str, tmp_path: Path) -> None:
    """The structure that VOSviewer documents, in one language."""
    graph = co_application()
    (path,) = write(graph, tmp_path / "n.vosviewer.json", language=language, two_mode=two_mode())
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["metadata"] == graph.graph
    assert set(document["config"]["templates"]) == {"item_description", "link_description"}
    assert document["info"]["title"] == SOURCE["name"]
    assert "licence: CC-BY-4.0" in document["info"]["description"]
    items, links = document["network"]["items"], document["network"]["links"]
    assert [item["id"] for item in items] == list(graph)
    assert [item["label"] for item in items] == [label for _, label in graph.nodes(data=f"label_{language}")]
    assert [item["cluster"] for item in items] == [1, 1, 2, 3, 1, 1]
    names = {"zh": ("试点数", "联合申报试点数", "首次参与年份"), "en": ("Pilots", "Joint pilots", "First year")}[
        language
    ]
    assert items[5]["weights"] == {names[0]: 2, names[1]: 2}
    assert items[5]["scores"] == {names[2]: 2020}
    assert all("x" not in item for item in items)
    assert {(link["source_id"], link["target_id"], link["strength"]) for link in links} == set(
        graph.edges(data="weight")
    )
    assert {"zh": "手机POS", "en": "Phone POS"}[language] in links[2]["description"]


def test_coordinates_only_where_all_are_given(tmp_path: Path) -> None:
    """Places go where each format has them, into 0..1 for Pajek; a place that some nodes lack is none."""
    graph = co_application()
    for number, node in enumerate(graph):
        graph.nodes[node].update(x=10.0 * number, y=-5.0)
    write(graph, tmp_path / "n.gexf")
    assert nx.read_gexf(tmp_path / "n.gexf").nodes["inst:citic"]["viz"]["position"] == {"x": 10.0, "y": -5.0, "z": 0.0}
    write(graph, tmp_path / "n.net")
    read = igraph.Graph.Read_Pajek(str(tmp_path / "n.net"))
    assert read.vs["x"] == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert nx.read_pajek(tmp_path / "n.net").nodes["中信银行"]["x"] == pytest.approx(0.2)
    write(graph, tmp_path / "n.vosviewer.json")
    item = json.loads((tmp_path / "n.vosviewer.json").read_text(encoding="utf-8"))["network"]["items"][1]
    assert (item["x"], item["y"]) == (10.0, -5.0)
    del graph.nodes["inst:icbc"]["x"]
    write(graph, tmp_path / "n.gexf")
    assert "viz:position" not in (tmp_path / "n.gexf").read_text(encoding="utf-8")
    write(graph, tmp_path / "n.net")
    assert "x" not in igraph.Graph.Read_Pajek(str(tmp_path / "n.net")).vs.attributes()


def test_columns_have_one_type(tmp_path: Path) -> None:
    """Whole and broken numbers make a column of broken ones; what is unknown or no number is left out; numpy is read."""
    import numpy

    graph = nx.Graph(kind="technology-co-occurrence", none=None)
    graph.add_node("a", mixed=1, big=2**40, kinds=1, flag=numpy.bool_(True), real=numpy.float64(0.1), tags={"b", "a"})
    graph.add_node("b", mixed=0.5, big=1, kinds="x", flag=numpy.bool_(False), real=float("nan"), nothing=None)
    graph.add_edge("a", "b", weight=numpy.int64(3))
    for read in (
        nx.read_graphml(write(graph, tmp_path / "n.graphml")[0]),
        nx.read_gexf(write(graph, tmp_path / "n.gexf")[0]),
    ):
        expected = {"mixed": 1.0, "big": 2**40, "kinds": "1", "flag": True, "real": 0.1, "tags": "a|b", "label": "a"}
        assert typed(dict(read.nodes["a"])) == typed(expected)
        assert typed(dict(read.nodes["b"])) == typed(
            {"mixed": 0.5, "big": 1, "kinds": "x", "flag": False, "label": "b"}
        )
        assert read.edges["a", "b"]["weight"] == 3
    document = json.loads(write(graph, tmp_path / "n.json")[0].read_text(encoding="utf-8"))
    assert document["nodes"][1] == {"id": "b", "big": 1, "flag": False, "kinds": "x", "mixed": 0.5}


# ---- hostile labels ------------------------------------------------------------------------------------------------


def labelled(*labels: str) -> nx.Graph:
    """A path of technologies with these labels."""
    graph = nx.Graph(kind="technology-co-occurrence", **SOURCE)
    for number, label in enumerate(labels):
        graph.add_node(f"t:{number:03}", mode="technology", label_zh=label, label_en=f"en {label}", kind=label)
    names = list(graph)
    graph.add_edges_from(pairwise(names), weight=0.5, pilots=tuple(labels[:2]))
    return graph


def shown(node: str, label: str) -> str:
    """The label that stands for a node: where there is none in Chinese the English one."""
    return clean(label) or f"en {label}"


def without_references(text: str) -> str:
    """A Pajek label as it was."""
    return re.sub(r"&#(\d+);", lambda found: chr(int(found.group(1))), text)


def check_labels(labels: list[str]) -> None:
    """Labels survive every format; what XML forbids has become U+FFFD."""
    graph = labelled(*labels)
    network, nodes = plain(graph), list(graph)
    cleaned, wanted = [clean(label) for label in labels], [shown("", label) for label in labels]
    for read in (
        nx.read_graphml(io.BytesIO(graphml(network, "zh"))),
        nx.read_gexf(io.BytesIO(gexf(network, "zh"))),
    ):
        assert [read.nodes[node]["label"] for node in nodes] == wanted
        assert [read.nodes[node]["label_zh"] for node in nodes] == cleaned
        assert {frozenset(edge) for edge in read.edges} == {frozenset(edge) for edge in graph.edges}
    table = tables(network, None, "zh", True, "n")["-nodes.csv"].decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["label"] for row in found] == [harmless(label) for label in wanted]
    back = nx.read_pajek(io.BytesIO(pajek(network, "zh", False)[""]))
    assert len(back) == len(labels)
    by_number = {number: without_references(label) for label, number in back.nodes(data="id")}
    for number, label in enumerate(wanted):
        unique = label if wanted.count(label) == 1 else f"{label} [t:{number:03}]"
        assert by_number[str(number + 1)] == unique
    assert back.number_of_edges() == len(labels) - 1


def test_hostile_labels() -> None:
    """All at once in networkx and as a table."""
    check_labels(HOSTILE)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_labels(labels: list[str]) -> None:
    """The same for any text."""
    check_labels(labels)


def test_hostile_labels_in_igraph(tmp_path: Path) -> None:
    """They read the same in igraph."""
    graph = labelled(*HOSTILE)
    wanted = [shown("", label) for label in HOSTILE]
    write(graph, tmp_path / "n.graphml")
    assert igraph.Graph.Read_GraphML(str(tmp_path / "n.graphml")).vs["label"] == wanted
    write(graph, tmp_path / "n.net")
    read = igraph.Graph.Read_Pajek(str(tmp_path / "n.net"))
    assert [without_references(name) for name in read.vs["name"]] == wanted


def test_hostile_labels_in_json(tmp_path: Path) -> None:
    """JSON keeps them, lone surrogates apart; VOSviewer gets them as text, and no address but http."""
    graph = labelled(*HOSTILE, "lone \ud800 surrogate")
    graph.nodes["t:000"]["iri"] = "javascript:alert(1)"
    graph.nodes["t:001"]["iri"] = IRI
    (path,) = write(graph, tmp_path / "n.json")
    assert [node["label_zh"] for node in json.loads(path.read_text(encoding="utf-8"))["nodes"]] == [
        clean(label) for label in [*HOSTILE, "lone \ud800 surrogate"]
    ]
    (path,) = write(graph, tmp_path / "n.vosviewer.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    items = document["network"]["items"]
    assert [html.unescape(item["label"]) for item in items[:6]] == HOSTILE[:6]
    assert not any("<" in item["label"] for item in items)
    assert "<script" not in json.dumps(document["network"]["links"])
    assert "url" not in items[0]
    assert items[1]["url"] == IRI


# ---- the same bytes, nothing changed, nothing lost ----------------------------------------------------------------


def write_all(folder: Path, order: Callable[[Iterable[str]], Iterable[str]]) -> dict[str, str]:
    """The digests of all files of the two main networks, whose nodes come in some order; none overwrites another."""
    primary, projection = two_mode(order), co_application(order)
    files = []
    for form in FORMATS:
        if form != "vosviewer":
            files += write(primary, folder / "two", form)
        files += write(projection, folder / "co", form, two_mode=primary)
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_same_bytes_under_each_hash_seed(tmp_path: Path) -> None:
    """Nodes that come in the order of a set make no difference, nor does the seed."""
    digests = [write_all(tmp_path, sorted)]
    code = (
        "import json, pathlib, sys; sys.path.insert(0, sys.argv[1]);"
        "from test_network_export import write_all; print(json.dumps(write_all(pathlib.Path(sys.argv[2]), set)))"
    )
    for seed in "012":
        folder = tmp_path / seed
        run = subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent), str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        digests.append(json.loads(run.stdout))
    assert len(digests[0]) == 25  # 12 of the two-mode network, 13 of the projection
    assert digests[1:] == [digests[0]] * 3


def test_no_date_but_the_networks_own(tmp_path: Path) -> None:
    """No file says when it was written, and each says where it comes from."""
    write_all(tmp_path, sorted)
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8-sig")
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}", text)) <= DATES, path.name
        if path.suffix not in (".csv", ".clu"):
            for value in (
                "as-filed",
                "newman",
                "src:upd-2020",
                "d" * 64,
                "CC-BY-4.0",
                "2020-11-24",
                "20201124",
                "3.6.1",
            ):
                assert value in text, (path.name, value)
            assert "Sandbox KG (2020)" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_network_is_not_changed(kind: str, tmp_path: Path) -> None:
    """Nodes, edges, attributes and their order are as before."""
    graph, primary = KINDS[kind](), two_mode()
    given = {"two_mode": primary} if kind == "co-application" else {}
    before = copy.deepcopy((list(graph.nodes(data=True)), list(graph.edges(data=True)), graph.graph))
    for form in possible(graph, bool(given)):
        write(nx.freeze(graph), tmp_path / "n", form, **given)
    assert (list(graph.nodes(data=True)), list(graph.edges(data=True)), graph.graph) == before


def test_an_interrupted_export_leaves_the_last_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rename that fails half-way: the old files stand, nothing else is left."""
    graph = co_application()
    files = write(graph, tmp_path / "n.net")
    before = {file: file.read_bytes() for file in files}
    graph.add_edge("inst:huawei", "inst:icbc", weight=1.0)
    replace, calls = Path.replace, []

    def failing(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == 3:
            raise OSError("no space left")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="no space"):
        write(graph, tmp_path / "n.net")
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("kind", ["two-mode", "co-application"])
def test_an_empty_network(kind: str, tmp_path: Path) -> None:
    """Filters may leave nothing: every format still writes a file that reads back."""
    graph = nx.Graph(kind=kind, **SOURCE)
    for form in possible(graph, with_two_mode=True):
        write(graph, tmp_path / "n", form, two_mode=nx.Graph(kind="two-mode"))
    assert len(nx.read_graphml(tmp_path / "n.graphml")) == 0
    assert len(nx.read_gexf(tmp_path / "n.gexf")) == 0
    assert igraph.Graph.Read_Pajek(str(tmp_path / "n.net")).vcount() == 0


# ---- what is asked for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "forms"),
    [
        ("two-mode", "graphml gexf pajek csv json hif"),
        ("co-application", "graphml gexf pajek json vosviewer"),
        ("technology", "graphml gexf pajek csv json vosviewer"),
        ("institution-technology", "graphml gexf pajek csv json hif"),
        ("lead-participant", "graphml gexf pajek csv json"),
    ],
)
def test_possible(kind: str, forms: str, tmp_path: Path) -> None:
    """Which format fits which network; what is refused says what fits."""
    graph = KINDS[kind]()
    assert possible(graph) == tuple(forms.split())
    for form in set(FORMATS) - set(forms.split()):
        with pytest.raises(QueryError) as refused:
            write(graph, tmp_path / "n", form)
        assert ", ".join(forms.split()) in refused.value.text("en")
        assert ", ".join(forms.split()) in refused.value.text("zh")
    assert list(tmp_path.iterdir()) == []
    assert possible(co_application(), with_two_mode=True) == tuple(FORMATS)


def test_refusals(tmp_path: Path) -> None:
    """Each says what is wrong and what to do."""
    graph = co_application()
    other = two_mode()
    other.graph["level"] = "group"
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("export-needs-two-mode", "n.csv", {}),
        ("export-needs-two-mode", "n.hif.json", {}),
        ("export-ending", "n.xlsx", {}),
        ("export-ending", "n", {}),
        ("export-form", "n", {"form": "dot"}),
        ("export-language", "n.gexf", {"language": "fr"}),
        ("export-not-two-mode", "n.csv", {"two_mode": technologies()}),
        ("export-other-two-mode", "n.csv", {"two_mode": other}),
    ]
    for key, name, options in cases:
        with pytest.raises(QueryError) as refused:
            write(graph, tmp_path / name, **options)
        assert refused.value.key == key
        assert refused.value.text("zh") != refused.value.text("en")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "form", "written"),
    [
        ("a.graphml", None, ["a.graphml"]),
        ("a.HIF.json", None, ["a.HIF.json"]),
        ("a.b.vosviewer.json", None, ["a.b.vosviewer.json"]),
        ("a.json", "hif", ["a.json"]),
        ("a.xml", "gexf", ["a.xml"]),
        ("a", "gexf", ["a.gexf"]),
        ("a", "pajek", ["a-component.clu", "a-kind.clu", "a.net", "a.net.metadata.json"]),
        ("a.NET", None, ["a-component.clu", "a-kind.clu", "a.NET", "a.net.metadata.json"]),
        ("x/a.csv", "csv", ["a-edges.csv", "a-memberships.csv", "a-nodes.csv", "a.csv.metadata.json"]),
        ("a.txt", "csv", ["a-edges.csv", "a-memberships.csv", "a-nodes.csv", "a.csv.metadata.json"]),
    ],
)
def test_names(name: str, form: str | None, written: list[str], tmp_path: Path) -> None:
    """The ending decides, and a format that is named wins; folders are made."""
    files = write(co_application(), tmp_path / name, form, two_mode=two_mode())
    assert [file.name for file in files] == written
    assert all(file.is_file() for file in files)
    assert files == sorted(files)


def test_every_format_is_documented() -> None:
    """The names of the formats are the keys of `FORMATS`, in a fixed order."""
    assert tuple(export.FORMATS) == ("graphml", "gexf", "pajek", "csv", "json", "hif", "vosviewer")
