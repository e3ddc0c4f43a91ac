"""RESULTS.md and its pictures from what was measured."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from scale.curves import exponent, picture
from scale.pages_report import pages
from scale.tables import seconds as _s
from scale.tables import table as _table

_PARTS = {
    "YAML to records": ("records",),
    "JSON-LD to graph": ("graph",),
    "SHACL": ("shacl_index", "shacl_records", "shacl_more_index", "shacl_derived"),
    "rules": ("rules",),
    "serialising": ("serialising",),
}
_FLOORS = {
    "YAML to records": (("floor_objects",), "PyYAML with libyaml makes plain objects, without lines or checks"),
    "JSON-LD to graph": (("floor_graph",), "Oxigraph loads the JSON-LD"),
    "SHACL": (("shacl_index", "shacl_more_index"), "every triple read once and filed under its node"),
    "rules": (("floor_rules",), "Oxigraph constructs, and nothing is added"),
    "serialising": (("floor_serialising", "floor_sorting"), "Oxigraph dumps the three formats; lines sorted once"),
}
_HEAD = """\
# Results

Written by `make bench`; `make bench-large` adds its sections. Seconds belong to the machine below, which others may
have used too (its load average when the run began is given); ratios can be compared. Queries and networks are medians
of three runs (questions at 10,000 pilots: one), a build or a load is one run. The programmes are invented
(`benchmarks/programmes`).
"""
_SLOW = 5.0
_FEW = 10_000


def report(found: dict[str, Any], folder: Path) -> None:
    """Writes RESULTS.md and the curves into a folder."""
    sizes = [str(size) for size in found["sizes"]]
    parts = [
        _HEAD,
        _table(["what", "which"], [[name, text] for name, text in found["machine"].items()]),
        *_build(found, sizes, folder),
        *_load(found, folder),
        *_queries(found),
        *_peers(found),
        *_network(found, folder),
        *_commands(found),
        *_on_disk(found, int(sizes[-1])),
        *pages(found.get("pages", []), folder),
        *_large(found.get("large", {})),
    ]
    (folder / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def _of(measured: dict[str, float], names: tuple[str, ...]) -> float:
    return sum(measured[name] for name in names)


def _build(found: dict[str, Any], sizes: list[str], folder: Path) -> list[str]:
    build, whole = found["build"], found["whole_build"]
    curves = {name: [(int(n), _of(build[n], keys)) for n in sizes] for name, keys in _PARTS.items()}
    curves["whole build"] = [(int(n), whole[n]["seconds"]) for n in sizes]
    (folder / "build.svg").write_text(picture("Building from YAML", "s", curves), encoding="utf-8")
    rows = []
    for name, curve in curves.items():
        upper = [(size, cost) for size, cost in curve if size >= 300]
        rows.append([name, *(_s(cost) for _, cost in curve), f"{exponent(upper):.2f}" if len(upper) > 1 else ""])
    rows.append(["peak memory (MB)", *(f"{whole[n]['megabytes']:.0f}" for n in sizes), ""])
    rows.append(["triples", *(str(whole[n]["triples"]) for n in sizes), ""])
    last = build[sizes[-1]]
    floors = [
        [name, said, _s(stage), _s(floor), f"{stage / floor:.1f}"]
        for name, (keys, said) in _FLOORS.items()
        for stage, floor in [(_of(last, _PARTS[name]), _of(last, keys))]
    ]
    return [
        "\n## Build from YAML (seconds)\n",
        _table(["step", *(f"{int(n):,}" for n in sizes), "exponent from 300"], rows),
        "\n![Cost of a build against pilots](build.svg)\n",
        f"\nStages and their floors at {int(sizes[-1]):,} pilots:\n",
        _table(["stage", "floor", "stage (s)", "floor (s)", "ratio"], floors),
    ]


def _load(found: dict[str, Any], folder: Path) -> list[str]:
    sizes = sorted(found["load"], key=int)
    curves = {
        "ours": [(int(n), found["load"][n]["seconds"]) for n in sizes],
        "raw bulk load": [(int(n), found["raw_load"][n]["seconds"]) for n in sizes],
    }
    (folder / "load.svg").write_text(picture("Opening a graph of N-Triples", "s", curves), encoding="utf-8")
    rows = [
        [
            f"{int(n):,}",
            f"{found['load'][n]['triples']:,}",
            _s(found["load"][n]["seconds"]),
            _s(found["raw_load"][n]["seconds"]),
            f"{found['load'][n]['seconds'] / found['raw_load'][n]['seconds']:.2f}",
            f"{1e6 * found['load'][n]['megabytes'] / found['load'][n]['triples']:.0f}",
        ]
        for n in sizes
    ]
    heads = ["pilots", "triples", "ours (s)", "raw bulk load (s)", "ratio", "peak bytes a triple"]
    return ["\n## Opening N-Triples\n", _table(heads, rows), "\n![Opening against pilots](load.svg)\n"]


def _mean_ratio(asked: dict[str, Any], way: str = "ours") -> float:
    logs = [math.log(one[way] / one["raw"]) for one in asked.values()]
    return math.exp(sum(logs) / len(logs))


def _ratios(asked: dict[str, Any]) -> list[str]:
    """Of each way to the rows: the ratio to raw solutions, of all questions and of those that take a while."""
    rows = []
    while_ = {name: one for name, one in asked.items() if one["raw"] >= 0.05}
    for way, said in (
        ("streamed", "`list(kg.rows(q))`: none kept"),
        ("ours", "`list(kg.query(q))`: the result is kept"),
        ("selected", "`list(kg.select(q))`: in a process that can be ended"),
    ):
        every = f"{_mean_ratio(asked, way):.2f}"
        worst = max((one[way] / one["raw"] for one in while_.values()), default=0)
        rows.append([said, every, f"{_mean_ratio(while_, way):.2f}" if while_ else "", f"{worst:.2f}"])
    heads = ["rows as dicts", "all questions", f"the {len(while_)} of 0.05 s or more", "worst of these"]
    return [_table(heads, rows)]


def _queries(found: dict[str, Any]) -> list[str]:
    sizes = sorted(found["queries"], key=int)
    lines = ["\n## Library queries, embedded\n"]
    for n in sizes:
        asked = found["queries"][n]
        slow = [name for name, one in asked.items() if one["rows"] <= _FEW and one["ours"] > _SLOW]
        lines.append(
            f"{int(n):,} pilots: {len(asked)} questions; over {_SLOW:.0f} s with at most {_FEW:,} rows: "
            f"{', '.join(slow) or 'none'}. Times what iterating raw solutions and reading every value takes "
            "(geometric means):\n"
        )
        lines += _ratios(asked)
    last, first = found["queries"][sizes[-1]], found["queries"][sizes[0]]
    span = math.log(int(sizes[-1]) / int(sizes[0])) or 1
    slowest = sorted(last, key=lambda name: -last[name]["ours"])[:12]
    rows = [
        [
            f"`{name}`",
            f"{last[name]['rows']:,}",
            _s(last[name]["raw"]),
            _s(last[name]["ours"]),
            f"{last[name]['ours'] / last[name]['raw']:.2f}",
            f"{math.log(last[name]['ours'] / first[name]['ours']) / span:.2f}" if len(sizes) > 1 else "",
        ]
        for name in slowest
    ]
    heads = [f"slowest at {int(sizes[-1]):,} pilots", "rows", "raw (s)", "ours (s)", "ratio", "exponent"]
    lines.append(_table(heads, rows))
    if own := found.get("own_queries"):
        lines.append(
            f"`kg.select('ASK {{}}')` at {int(found['sizes'][-1]):,} pilots: {_s(own['first'])} s the first time, "
            f"which opens the graph in a process, {1000 * own['next']:.0f} ms after it.\n"
        )
    return lines


def _peers(found: dict[str, Any]) -> list[str]:
    size = str(found["sizes"][-1])
    ours, lines = found["queries"].get(size, {}), ["\n## Peers: the same questions, answers compared\n"]
    rows, quotients = [], []
    for name in (name for name in ours if ours[name]["digest"]):
        row = [f"`{name}`", f"{ours[name]['rows']:,}", _s(ours[name]["ours"])]
        for peer in ("rdflib", "oxrdflib"):
            one = found.get(peer, {}).get(name)
            row.append(_said(one, ours[name]))
            if one and peer == "rdflib" and one["rows"] > -2:
                quotients.append(math.log(one["seconds"] / ours[name]["ours"]))
        rows.append(row)
    heads = [f"{int(size):,} pilots", "rows", "ours (s)", "rdflib (s)", "oxrdflib (s)"]
    lines.append(_table(heads, rows))
    for peer in ("rdflib", "oxrdflib"):
        if found.get(peer):
            loads = f"{_s(found[peer]['load'])} s, {found[peer]['megabytes']:,.0f} MB at peak"
            lines.append(f"{peer} parses the N-Triples in {loads}.\n")
    if quotients:
        factor = math.exp(sum(quotients) / len(quotients))
        said = "geometric mean; a question that was given up counts the time that it had"
        lines.append(f"rdflib's engine takes {factor:.0f} times as long ({said}).\n")
    lines += _kglab(found)
    lines.append(f"\n## Servers\n\nAsked over HTTP, at {_served(found):,} pilots.\n")
    return [*lines, *_servers(found.get("servers", {}), found.get("served", {}))]


def _served(found: dict[str, Any]) -> int:
    return min(1000, int(found["sizes"][-1]))


def _kglab(found: dict[str, Any]) -> list[str]:
    one, ours = found.get("kglab", {}), found.get("served", {})
    if not one or "why" in one:
        return [f"kglab: {one.get('why', 'not measured')}.\n"]
    rows = [[f"`{name}`", _s(ours[name]["ours"]), _said(one[name], ours[name])] for name in ours if name in one]
    return [
        (
            f"\nkglab {one['version']} in an environment of its own (its engine is rdflib's), {_served(found):,} "
            f"pilots; it parses the N-Triples in {_s(one['load'])} s.\n"
        ),
        _table(["question", "ours, embedded (s)", "kglab (s)"], rows),
    ]


def _servers(servers: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """Each server: publishing beside its own loader, and our client beside the bare protocol."""
    lines = []
    for name, one in servers.items():
        if not one:
            lines.append(f"{name}: not measured (it took longer than its limit, or is not installed).\n")
            continue
        bulk = f"{_s(one['bulk'])} s by its own loader" if one["bulk"] else "its own loader not tried"
        lines.append(
            f"{name}, {one['triples']:,} triples: published and compared in {_s(one['published'])} s; {bulk}.\n"
        )
        asked = {key: value for key, value in one.items() if isinstance(value, dict)}
        rows = []
        for question, measured in asked.items():
            row = [f"`{question}`", f"{measured['rows']:,}"]
            if ours:
                row.append(_s(ours[question]["ours"]))
                measured = {**measured, "same": measured["digest"] == ours[question]["digest"]}
            said = "" if measured.get("same", True) else " (answer differs)"
            if not measured["raw_has_all_rows"]:
                said += " (raw answer cut)"
            row += [_s(measured["raw"]), f"{_s(measured['ours'])}{said}", f"{measured['ours'] / measured['raw']:.2f}"]
            rows.append(row)
        heads = ["question", "rows", *(["embedded (s)"] if ours else [])]
        lines.append(_table([*heads, "bare protocol (s)", "our client (s)", "ratio"], rows))
    return lines


def _said(one: dict[str, Any] | None, ours: dict[str, Any]) -> str:
    if not one:
        return "not measured"
    if one["rows"] == -2:
        return f"fails ({one['error']})"
    if one["rows"] < 0:
        return f"> {one['seconds']}"
    return _s(one["seconds"]) + ("" if one["digest"] == ours["digest"] else " (answer differs)")


def _network(found: dict[str, Any], folder: Path) -> list[str]:
    network = {n: one for n, one in found["network"].items() if one}
    sizes = sorted(network, key=int)
    if not sizes:
        return []
    wanted = {"rows alone": "rows", "SPARQL to network": "network", "measures": "measures", "igraph": "igraph_paths"}
    curves = {name: [(int(n), network[n][key]) for n in sizes] for name, key in wanted.items()}
    if len(sizes) > 1:
        (folder / "network.svg").write_text(picture("Co-application network", "s", curves), encoding="utf-8")
    rows = []
    for n in sizes:
        one = network[n]
        rows.append(
            [
                f"{int(n):,}",
                f"{one['institutions']:,}",
                f"{one['pairs']:,}",
                _s(one["rows"]),
                f"{_s(one['network'])} ({one['network'] / one['rows']:.1f})",
                f"{_s(one['projection'])} / {_s(one['networkx_projection'])} / {_s(one['sparse_projection'])}",
                _s(one["measures"]),
                f"{_s(one['igraph_paths'])} / {_s(one['networkx_paths']) if 'networkx_paths' in one else '-'}",
            ]
        )
    heads = ["pilots", "institutions", "pairs", "rows alone (s)", "SPARQL to networkx (s, ratio)"]
    heads += [
        "projection, ours / networkx.bipartite / sparse matrices (s)",
        "all measures (s)",
        "betweenness, igraph / networkx (s)",
    ]
    agree = all(one["projection_agrees"] and one.get("paths_agree", True) for one in network.values())
    return [
        "\n## Network\n",
        _table(heads, rows),
        (
            f"\nProjections and betweenness {'agree' if agree else 'DIFFER'} between ours, networkx, SciPy and igraph. "
            "A sparse product gives the weights alone, not the pilots, dates and groups of each link.\n"
        ),
        "\n![Network against pilots](network.svg)\n" if len(sizes) > 1 else "",
    ]


def _commands(found: dict[str, Any]) -> list[str]:
    if "commands" not in found:
        return []
    base = found["commands"]["python -c pass"]["seconds"]
    rows = [
        [f"`{name}`", _s(one["seconds"]), f"{one['seconds'] / base:.0f}", f"{one['megabytes']:.0f}"]
        for name, one in found["commands"].items()
    ]
    return ["\n## Commands, whole processes\n", _table(["command", "median (s)", "ratio", "peak memory (MB)"], rows)]


def _on_disk(found: dict[str, Any], size: int) -> list[str]:
    kept, asked = found.get("on_disk"), found.get("on_disk_questions")
    if not (kept and asked):
        return []
    memory = found["queries"].get(str(size), {})
    rows = [
        [f"`{name}`", _s(asked[name]), *([_s(memory[name]["ours"])] if name in memory else [""])]
        for name in asked
        if name != "megabytes"
    ]
    return [
        f"\n## Kept on disk, {size:,} pilots\n",
        (
            f"Made in {_s(kept['keeping'])} s ({kept['megabytes_on_disk']:,.0f} MB); opened again, to a first answer, "
            f"in {1000 * kept['opening']:.0f} ms; {asked['megabytes']:,.0f} MB at peak for these questions.\n"
        ),
        _table(["question", "on disk (s)", "in memory (s)"], rows),
    ]


def _large(large: dict[str, Any]) -> list[str]:
    """What `make bench-large` measured."""
    if not large:
        return []
    lines = ["\n# Larger programmes (`make bench-large`)\n"]
    if servers := dict(large.get("servers", {})):
        lines += ["\n## 10,000 pilots on servers\n", _load_of(servers.pop("machine")), *_servers(servers, {})]
    if found := large.get("hundred"):
        lines += ["\n## 100,000 pilots\n", _load_of(found["machine"]), *_hundred(found)]
    return [*lines, *_million(large.get("million", {}))]


def _load_of(machine: dict[str, str]) -> str:
    return f"Load average of the machine when this part began: {machine['load']}.\n"


def _hundred(large: dict[str, Any]) -> list[str]:
    lines = []
    load, raw = large.get("load"), large.get("raw_load")
    if load and raw:
        lines.append(
            f"{load['triples']:,} triples: opened in {_s(load['seconds'])} s, raw bulk load {_s(raw['seconds'])} s "
            f"(ratio {load['seconds'] / raw['seconds']:.2f}), {load['megabytes'] / 1000:.1f} GB at peak.\n"
        )
    if asked := large.get("queries"):
        over = {name: one for name, one in asked.items() if one["rows"] <= _FEW and one["ours"] > _SLOW}
        said = ", ".join(f"`{name}` {_s(one['ours'])} s" for name, one in sorted(over.items())) or "none"
        lines.append(f"{len(asked)} questions; over {_SLOW:.0f} s with at most {_FEW:,} rows: {said}.\n")
        lines += _ratios(asked)
        many = sorted((name for name in asked if asked[name]["rows"] > _FEW), key=lambda n: -asked[n]["rows"])[:10]
        rates = [
            [f"`{name}`", f"{asked[name]['rows']:,}", f"{asked[name]['rows'] / asked[name]['streamed']:,.0f}"]
            for name in many
        ]
        lines.append(_table(["largest answers", "rows", "rows a second, streamed"], rates))
    if one := large.get("network"):
        lines.append(
            f"Co-application network: {one['memberships']:,} memberships, {one['institutions']:,} institutions, "
            f"{one['pairs']:,} pairs; rows alone {_s(one['rows'])} s, SPARQL to networkx {_s(one['network'])} s "
            f"(ratio {one['network'] / one['rows']:.1f}); projection ours / networkx / sparse "
            f"{_s(one['projection'])} / {_s(one['networkx_projection'])} / {_s(one['sparse_projection'])} s; "
            f"{one['megabytes'] / 1000:.1f} GB at peak, the graph included.\n"
        )
    if one := large.get("pair_columns"):
        lines.append(_columns(one))
    if large.get("on_disk") and large.get("on_disk_questions"):
        lines += _on_disk({**large, "queries": {"100000": large.get("queries", {})}}, 100_000)
    return lines


def _columns(one: dict[str, Any]) -> str:
    place = "kept on disk" if one["is_on_disk"] else "in memory"
    return (
        f"Pairs as columns of numbers (graph {place}): {one['memberships']:,} rows to {one['links']:,} pairs of "
        f"{one['institutions']:,} institutions in {_s(one['pairs'])} s (rows alone {_s(one['rows'])} s), "
        f"{one['megabytes'] / 1000:.1f} GB at peak.\n"
    )


def _million(found: dict[str, Any]) -> list[str]:
    if not found:
        return []
    lines = ["\n## 1,000,000 pilots\n", _load_of(found["machine"]), f"{found['bytes'] / 1e9:.1f} GB of N-Triples.\n"]
    if kept := found["on_disk"]:
        lines.append(
            f"Kept on disk in {_s(kept['keeping'] / 60)} minutes ({kept['megabytes_on_disk'] / 1000:.1f} GB, "
            f"{kept['keeping_megabytes'] / 1000:.1f} GB of memory at peak); opened again in "
            f"{1000 * kept['opening']:.0f} ms.\n"
        )
    else:
        lines.append("Keeping it on disk took longer than its limit.\n")
    if one := found.get("pair_columns"):
        lines.append(_columns(one))
    return lines
