"""RESULTS.md and its pictures from what was measured."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from scale.curves import exponent, picture

_PARTS = {
    "YAML to records": ("records",),
    "JSON-LD to graph": ("graph",),
    "SHACL": ("shacl_index", "shacl_records", "shacl_more_index", "shacl_derived"),
    "rules": ("rules",),
    "serialising": ("serialising",),
}
_FLOORS = {
    "YAML to records": ("floor_records", "libyaml's events alone"),
    "JSON-LD to graph": ("floor_graph", "Oxigraph loads the JSON-LD"),
    "serialising": ("floor_serialising", "Oxigraph writes N-Triples and Turtle, unsorted, without JSON-LD"),
}
_HEAD = """\
# Results

Written by `make bench`; `make bench-large` adds its section. Seconds belong to the machine below, which others may have
used too (its load average when the run began is given); ratios can be compared. Queries and networks are medians of
three runs, a build or a load is one run. The programmes are invented (`benchmarks/programmes`).
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
        *_large(found.get("large", {})),
    ]
    (folder / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def _table(heads: list[str], rows: list[list[str]]) -> str:
    align = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, align, *rows)) + "\n"


def _s(number: float) -> str:
    return f"{number:.3f}" if number < 1 else f"{number:.1f}"


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
        [name, said, _s(_of(last, _PARTS[name])), _s(last[floor]), f"{_of(last, _PARTS[name]) / last[floor]:.1f}"]
        for name, (floor, said) in _FLOORS.items()
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


def _mean_ratio(asked: dict[str, Any]) -> float:
    logs = [math.log(one["ours"] / one["raw"]) for one in asked.values()]
    return math.exp(sum(logs) / len(logs))


def _queries(found: dict[str, Any]) -> list[str]:
    sizes = sorted(found["queries"], key=int)
    lines = ["\n## Library queries, embedded\n"]
    for n in sizes:
        asked = found["queries"][n]
        worst = max(one["ours"] / one["raw"] for one in asked.values())
        slow = [name for name, one in asked.items() if one["rows"] <= _FEW and one["ours"] > _SLOW]
        lines.append(
            f"{int(n):,} pilots: {len(asked)} questions; rows as dicts take {_mean_ratio(asked):.2f} times what "
            f"iterating raw solutions takes (geometric mean; at most {worst:.2f}); over "
            f"{_SLOW:.0f} s with at most {_FEW:,} rows: {', '.join(slow) or 'none'}.\n"
        )
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
    return [*lines, _table(heads, rows)]


def _peers(found: dict[str, Any]) -> list[str]:
    size = str(found["sizes"][-1])
    ours, lines = found["queries"][size], ["\n## Peers: the same questions, answers compared\n"]
    rows, quotients = [], []
    for name in (name for name in ours if ours[name]["digest"]):
        row = [f"`{name}`", f"{ours[name]['rows']:,}", _s(ours[name]["ours"])]
        for peer in ("rdflib", "oxrdflib"):
            one = found[peer].get(name) if found[peer] else None
            row.append(_said(one, ours[name]))
            if one and peer == "rdflib" and one["rows"] > -2:
                quotients.append(math.log(one["seconds"] / ours[name]["ours"]))
        rows.append(row)
    heads = [f"{int(size):,} pilots", "rows", "ours (s)", "rdflib (s)", "oxrdflib (s)"]
    lines.append(_table(heads, rows))
    for peer in ("rdflib", "oxrdflib"):
        if found[peer]:
            loads = f"{_s(found[peer]['load'])} s, {found[peer]['megabytes']:,.0f} MB at peak"
            lines.append(f"{peer} parses the N-Triples in {loads}.\n")
    if quotients:
        factor = math.exp(sum(quotients) / len(quotients))
        said = "geometric mean; what was given up after 20 s counts 20 s"
        lines.append(f"rdflib's engine takes {factor:.0f} times as long ({said}).\n")
    served, rows = found["served"], []
    for name in (name for name in served if served[name]["digest"]):
        row = [f"`{name}`", f"{served[name]['rows']:,}", _s(served[name]["ours"])]
        rows.append(row + [_said(found["servers"][s].get(name), served[name]) for s in ("oxigraph", "virtuoso")])
    lines.append("\nServers at 300 pilots, published and asked by our own client over HTTP:\n")
    lines.append(_table(["question", "rows", "embedded (s)", "Oxigraph server (s)", "Virtuoso (s)"], rows))
    for server, measured in found["servers"].items():
        told = f"published in {_s(measured['load'])} s" if measured else "not measured: it took longer than its limit"
        lines.append(f"{server}: {told}.\n")
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
                f"{_s(one['projection'])} / {_s(one['networkx_projection'])}",
                _s(one["measures"]),
                f"{_s(one['igraph_paths'])} / {_s(one['networkx_paths']) if 'networkx_paths' in one else '-'}",
            ]
        )
    heads = ["pilots", "institutions", "pairs", "rows alone (s)", "SPARQL to networkx (s, ratio)"]
    heads += ["projection, ours / networkx.bipartite (s)", "all measures (s)", "betweenness, igraph / networkx (s)"]
    agree = all(one["projection_agrees"] and one.get("paths_agree", True) for one in network.values())
    return [
        "\n## Network\n",
        _table(heads, rows),
        f"\nProjections and betweenness {'agree' if agree else 'DIFFER'} between ours, networkx and igraph.\n",
        "\n![Network against pilots](network.svg)\n" if len(sizes) > 1 else "",
    ]


def _commands(found: dict[str, Any]) -> list[str]:
    base = found["commands"]["python -c pass"]["seconds"]
    rows = [
        [f"`{name}`", _s(one["seconds"]), f"{one['seconds'] / base:.0f}", f"{one['megabytes']:.0f}"]
        for name, one in found["commands"].items()
    ]
    return ["\n## Commands, whole processes\n", _table(["command", "median (s)", "ratio", "peak memory (MB)"], rows)]


def _large(large: dict[str, Any]) -> list[str]:
    if not large:
        return []
    load, raw = large["load"], large["raw_load"]
    lines = ["\n## 100,000 pilots (`make bench-large`)\n"]
    if load and raw:
        lines.append(
            f"{load['triples']:,} triples: opened in {_s(load['seconds'])} s, raw bulk load {_s(raw['seconds'])} s "
            f"(ratio {load['seconds'] / raw['seconds']:.2f}), {load['megabytes'] / 1000:.1f} GB at peak.\n"
        )
    if not large["queries"]:
        lines.append(
            "The questions of the library: not measured, as all of them together took longer than the limit.\n"
        )
    if asked := large["queries"]:
        over = {name: one for name, one in asked.items() if one["rows"] <= _FEW and one["ours"] > _SLOW}
        said = ", ".join(f"`{name}` {_s(one['ours'])} s" for name, one in sorted(over.items()))
        lines.append(
            f"{len(asked)} questions: rows take {_mean_ratio(asked):.2f} times raw solutions; over {_SLOW:.0f} s with "
            f"at most {_FEW:,} rows: {said or 'none'}.\n"
        )
        rows = [
            [f"`{name}`", f"{one['rows']:,}", _s(one["ours"]), f"{one['rows'] / one['ours']:,.0f}"]
            for name, one in sorted(asked.items(), key=lambda item: -item[1]["ours"])[:15]
        ]
        lines.append(_table(["slowest", "rows", "seconds", "rows a second"], rows))
    return lines
