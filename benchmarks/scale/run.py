"""Measures the parts beside their peers in one run, and writes RESULTS.md, its pictures and results.json.

Usage: python benchmarks/scale/run.py [--to PILOTS] [--large] [--check]

Without arguments it goes to 10,000 pilots. With --large it loads, opens, asks and projects 100,000 and writes its own
section; with --check it runs to 1,000 pilots and compares ratios with those of results.json.
"""

from __future__ import annotations

import json
import math
import os
import platform
import signal
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from programmes.profile import fit  # noqa: E402
from programmes.writing import write_project, write_triples  # noqa: E402

from scale.report import report  # noqa: E402

SIZES = (29, 100, 300, 1000, 3000, 10000)
SERVED = 300  # pilots on a server: publishing compares every triple, page by page
SEED = 1
OUT = HERE.parent
# A ratio may worsen by this factor before --check fails: two runs on one shared machine differ by a quarter or so.
TOLERANCE = 1.6
# A small process starts each command: a child's peak counts what its parent held when it was made.
_LAUNCHER = """
import os, sys, time
begin = time.perf_counter()
null = os.open(os.devnull, os.O_WRONLY)
moves = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
_, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=moves), 0)
print(time.perf_counter() - begin, used.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""
PACKAGES = ("pyoxigraph", "oxigraph", "oxrdflib", "rdflib", "pyshacl", "PyYAML", "networkx", "igraph")


def call(task: str, *arguments: object, limit: float = 900) -> dict[str, Any]:
    """What a task measured, in a process of its own; empty where it took longer than its limit or cannot run here."""
    command = [sys.executable, str(HERE / "tasks.py"), task, *map(str, arguments)]
    print(task, *arguments[1:], Path(str(arguments[0])).name, file=sys.stderr, flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            out, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # as Ctrl-C, so that a task ends its own server
            try:
                process.communicate(timeout=60)
            except subprocess.TimeoutExpired:  # inside a query, which hears nothing before its end
                process.kill()
            return {}
    return dict(json.loads(out)) if process.returncode == 0 else {}


def measure(most: int, place: Path) -> dict[str, Any]:
    """Everything up to a number of pilots."""
    profile = fit(ROOT)
    sizes = [size for size in SIZES if size <= most]
    found: dict[str, Any] = {"machine": machine(), "sizes": sizes, "build": {}, "whole_build": {}, "load": {}}
    found |= {"raw_load": {}, "queries": {}, "network": {}}
    for size in sizes:
        project = write_project(place / f"p{size}", size, SEED, profile).root
        found["build"][size] = call("build", project)
        found["whole_build"][size] = call("whole_build", project)
        if size < 100:
            continue
        graph = place / f"g{size}"
        graph.mkdir()
        write_triples(graph / "sandbox-kg.nt", size, SEED, profile)
        found["raw_load"][size], found["load"][size] = call("load", graph, "raw"), call("load", graph, "ours")
        if size >= 1000:
            found["queries"][size] = call("queries", graph, 3)
            found["network"][size] = call("network", graph)
            remember(found)
    largest = place / f"g{sizes[-1]}"
    found["rdflib"] = call("rdflib_engine", largest, "rdflib")
    found["oxrdflib"] = call("rdflib_engine", largest, "oxrdflib")
    served = place / f"g{SERVED}"
    found["served"] = call("queries", served, 3)
    found["servers"] = {name: call("server", served, name, limit=240) for name in ("oxigraph", "virtuoso")}
    remember(found)
    found["commands"] = commands(place / "p1000")
    return found


def remember(found: dict[str, Any]) -> None:
    """Keeps what is measured so far, beside the results, for a run that is interrupted."""
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    (Path(tempfile.gettempdir()) / "sandbox-kg-bench.json").write_text(text, encoding="utf-8")


def commands(project: Path) -> dict[str, Any]:
    """Whole processes: median seconds of five in turn, and the largest memory."""
    tool = [sys.executable, "-m", "sandbox_kg"]
    wanted = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "sandbox-kg --help": [*tool, "--help"],
        "sandbox-kg queries": [*tool, "queries"],
        "sandbox-kg query technology-counts": [*tool, "query", "technology-counts"],
        "sandbox-kg build (1,000 pilots)": [*tool, "build", "--out", str(project.parent / "built")],
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in wanted}
    for _ in range(5):
        for name, command in wanted.items():
            folder = project if "build" in name else ROOT
            begun = subprocess.run(
                [sys.executable, "-c", _LAUNCHER, *command], cwd=folder, capture_output=True, check=True
            )
            spent, kilobytes = begun.stderr.split()[-2:]
            taken[name].append((float(spent), float(kilobytes) / 1024))
    return {
        name: {"seconds": sorted(t for t, _ in runs)[2], "megabytes": max(m for _, m in runs)}
        for name, runs in taken.items()
    }


def large(place: Path) -> dict[str, Any]:
    """Loading, asking and the network of 100,000 pilots, each with a limit of time."""
    graph = place / "g100000"
    graph.mkdir()
    write_triples(graph / "sandbox-kg.nt", 100_000, SEED, fit(ROOT))
    tasks = {"raw_load": ("load", "raw"), "load": ("load", "ours"), "queries": ("queries", 1)}
    found: dict[str, Any] = {"machine": machine()}
    found |= {name: call(task, graph, word, limit=1800) for name, (task, word) in tasks.items()}
    return found


def machine() -> dict[str, str]:
    """What the figures were read on."""
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
        **{name: version(name) for name in PACKAGES},
    }


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """What can be compared between machines: the larger the worse."""
    size = 1000 if 1000 in found["build"] else "1000"
    build, asked, network = (found[part][size] for part in ("build", "queries", "network"))
    stages = ("records", "graph", "serialising")
    kept = {f"{stage} to its floor": build[stage] / build[f"floor_{stage}"] for stage in stages}
    kept["shacl to reading"] = (build["shacl_index"] + build["shacl_records"]) / build["records"]
    kept["rules to reading"] = build["rules"] / build["records"]
    kept["load to raw load"] = found["load"][size]["seconds"] / found["raw_load"][size]["seconds"]
    logs = [math.log(one["ours"] / one["raw"]) for one in asked.values()]
    kept["rows to raw rows"] = math.exp(sum(logs) / len(logs))
    kept["network to rows"] = network["network"] / network["rows"]
    return kept


def check(found: dict[str, Any], before: dict[str, Any]) -> int:
    """Prints ratios now and then; the number of those that worsened beyond the tolerance."""
    then, worse = ratios(before), 0
    for name, now in ratios(found).items():
        bad = now > TOLERANCE * then[name]
        worse += bad
        print(f"{'WORSE' if bad else 'ok':6}{name}: {now:.2f}, recorded {then[name]:.2f}")
    return worse


def main(arguments: list[str]) -> int:
    """Runs what was asked for."""
    results = OUT / "results.json"
    before = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    with tempfile.TemporaryDirectory() as place:
        if "--check" in arguments:
            return check(measure(1000, Path(place)), before)
        if "--large" in arguments:
            found = {**before, "large": large(Path(place))}
        else:
            most = int(arguments[arguments.index("--to") + 1]) if "--to" in arguments else SIZES[-1]
            found = {**measure(most, Path(place)), "large": before.get("large", {})}
    results.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    report(json.loads(results.read_text(encoding="utf-8")), OUT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
