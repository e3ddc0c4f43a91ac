"""Measures the parts beside their peers in one run, and writes RESULTS.md, its pictures and results.json.

Usage: python benchmarks/scale/run.py [--to PILOTS] [--check] [--large [PART ...]] [--in FOLDER]

Without arguments it goes to 10,000 pilots. With --large it takes larger programmes and writes sections
of their own: `servers` (10,000 pilots), `hundred` (100,000), `million` (1,000,000, some 60 GB of disk); all without a
name. With --in, invented graphs are kept in a folder, and those that are there are taken. With --check it runs to 1,000
pilots and compares ratios with those of results.json.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from programmes.profile import fit  # noqa: E402
from programmes.writing import write_project, write_triples  # noqa: E402

from sandbox_kg.store import disk  # noqa: E402
from scale.report import report  # noqa: E402

SIZES = (29, 100, 300, 1000, 10000)
SERVED = 1000  # pilots on a server
LARGE = ("servers", "hundred", "million")
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
    print(task, *arguments[1:], Path(str(arguments[0])).name, end=" ", file=sys.stderr, flush=True)
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            out, _ = process.communicate(timeout=limit)
            print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
        except subprocess.TimeoutExpired:
            print("given up", file=sys.stderr)
            process.send_signal(signal.SIGINT)  # as Ctrl-C, so that a task ends its own server
            try:
                process.communicate(timeout=60)
            except subprocess.TimeoutExpired:  # inside a query, which hears nothing before its end
                process.kill()
            return {}
    return dict(json.loads(out)) if process.returncode == 0 else {}


def grow(most: int, place: Path, found: dict[str, Any]) -> None:
    """Our parts up to a number of pilots; what is found goes to `found` as soon as it is."""
    profile = fit(ROOT)
    sizes = [size for size in SIZES if size <= most]
    found |= {"machine": machine(), "sizes": sizes, "build": {}, "whole_build": {}, "load": {}}
    found |= {"raw_load": {}, "queries": {}, "network": {}}
    for size in sizes:
        project = write_project(place / f"p{size}", size, SEED, profile).root
        found["build"][size] = call("build", project)
        found["whole_build"][size] = call("whole_build", project)
        if size < 100:
            continue
        graph = place / f"g{size}"
        graph.mkdir(exist_ok=True)
        write_triples(graph / "sandbox-kg.nt", size, SEED, profile)
        found["raw_load"][size], found["load"][size] = call("load", graph, "raw"), call("load", graph, "ours")
        if size >= 1000:
            found["queries"][size] = call("queries", graph, 3 if size < 10_000 else 1)
            found["network"][size] = call("network", graph)


def beside(place: Path, found: dict[str, Any]) -> None:
    """Commands, peers, disk and pages, on what `grow` has left in a folder."""
    largest = place / f"g{found['sizes'][-1]}"
    served = place / f"g{min(SERVED, found['sizes'][-1])}"
    found["commands"] = commands(place / f"p{min(1000, found['sizes'][-1])}")
    found["served"] = found["queries"].get(SERVED) or call("queries", served, 3)
    found["servers"] = {name: call("server", served, name, limit=400) for name in ("oxigraph", "virtuoso")}
    found["oxrdflib"] = call("rdflib_engine", largest, "oxrdflib")
    found["rdflib"] = call("rdflib_engine", largest, "rdflib")
    found["own_queries"] = call("own_queries", largest)
    found["on_disk"] = call("on_disk", largest)  # from here on the graph is asked there
    if found["on_disk"]:
        found["on_disk_questions"] = call("on_disk_questions", largest)
    found["pages"] = pages(500, 2000, 10_000)
    found["kglab"] = call("kglab_engine", served, limit=400)


def pages(*institutions: int) -> list[dict[str, Any]]:
    """First pictures of pages in Chromium, beside stock pyvis; empty where there is no Chromium."""
    command = [sys.executable, str(OUT / "pages.py"), "--json", *map(str, institutions)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return list(json.loads(done.stdout)) if done.returncode == 0 else []


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


def large(parts: Collection[str], place: Path, found: dict[str, Any]) -> None:
    """Some of LARGE, each step with a limit of time; what is found goes to `found` as soon as it is."""
    profile = fit(ROOT)

    def graph(size: int) -> Path:
        folder = place / f"g{size}"
        if not folder.exists():
            folder.mkdir()
            write_triples(folder / "sandbox-kg.nt", size, SEED, profile)
        disk.drop(folder / "sandbox-kg.nt")  # of an earlier run, in whose place the graph in memory is meant
        return folder

    if "servers" in parts:
        some = graph(10_000)
        servers = {name: call("server", some, name, limit=1500) for name in ("oxigraph", "virtuoso")}
        found["servers"] = {"machine": machine(), **servers}
    if "hundred" in parts:
        many = graph(100_000)
        tasks = {"raw_load": ("load", "raw"), "load": ("load", "ours"), "network": ("network",)}
        tasks |= {"pair_columns": ("pair_columns",), "queries": ("queries", 1), "on_disk": ("on_disk",)}
        tasks |= {"on_disk_questions": ("on_disk_questions",)}
        found["hundred"] = {"machine": machine()}
        for name, (task, *words) in tasks.items():
            found["hundred"][name] = call(task, many, *words, limit=1800)
    if "million" in parts:
        most = graph(1_000_000)
        found["million"] = {"machine": machine(), "bytes": (most / "sandbox-kg.nt").stat().st_size}
        found["million"]["on_disk"] = call("on_disk", most, limit=3600)
        if found["million"]["on_disk"]:
            found["million"]["pair_columns"] = call("pair_columns", most, limit=1800)


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
    reader = argparse.ArgumentParser()
    reader.add_argument("--to", type=int, default=SIZES[-1])
    reader.add_argument("--check", action="store_true")
    reader.add_argument("--large", nargs="*", choices=LARGE)
    reader.add_argument("--in", dest="folder", type=Path)
    given = reader.parse_args(arguments)
    results = OUT / "results.json"

    def recorded() -> dict[str, Any]:
        return dict(json.loads(results.read_text(encoding="utf-8"))) if results.exists() else {}

    measured: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as own:
        place = given.folder or Path(own)
        if given.check:
            grow(1000, place, measured)
            return check(measured, recorded())
        try:
            if given.large is None:
                grow(given.to, place, measured)
                beside(place, measured)
            else:
                large(given.large or LARGE, place, measured)
        finally:  # an interrupted run leaves what it has measured
            before = recorded()
            parts = before.get("large", {})
            kept = {**measured, "large": parts} if given.large is None else {**before, "large": {**parts, **measured}}
            results.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            report(json.loads(results.read_text(encoding="utf-8")), OUT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
