"""The same question from a cold shell, asked by this package and by a script with rdflib's own engine, in turn.

Usage: python benchmarks/asking.py [ROUNDS]

Both read the built graph (`make build` first) and print as many rows, which is checked. Then every query of the
library is timed warm in one process on the embedded engine.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = [sys.executable, "-m", "sandbox_kg", "query", "technology-counts", "--format", "tsv"]
WITH_RDFLIB = """
import sys
from pathlib import Path
import rdflib
root = Path(sys.argv[1])
graph = rdflib.Graph()
graph.parse(root / "build" / ("sandbox-kg." + sys.argv[2]))
result = graph.query((root / "queries" / "technology-counts.rq").read_text(encoding="utf-8"))
print("\\t".join("?" + str(name) for name in result.vars))
for row in result:
    print("\\t".join("" if term is None else term.n3() for term in row))
"""


def commands() -> dict[str, list[str]]:
    """Name to command line; each prints the rows of one question as TSV."""
    script = [sys.executable, "-c", WITH_RDFLIB, str(ROOT)]
    return {
        "`sandbox-kg query technology-counts`": OURS,
        "script: rdflib, N-Triples": [*script, "nt"],
        "script: rdflib, Turtle": [*script, "ttl"],
    }


def cold(rounds: int) -> None:
    """Prints least and median seconds of each command as a whole process, and the median's ratio to ours."""
    wanted = commands()
    times: dict[str, list[float]] = {name: [] for name in wanted}
    printed: dict[str, list[str]] = {}
    for _ in range(rounds):
        for name, command in wanted.items():
            begin = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8")
            times[name].append(time.perf_counter() - begin)
            printed[name] = [line.replace("^^xsd:integer", "") for line in done.stdout.splitlines()]
    first, *others = (len(lines) for lines in printed.values())
    if any(count != first for count in others) or first < 2:
        raise SystemExit(f"not the same rows: {[len(lines) for lines in printed.values()]}")
    ours = statistics.median(times[next(iter(wanted))])
    print("| one question, cold shell | least (s) | median (s) | ratio |\n|---|---:|---:|---:|")
    for name, taken in times.items():
        print(f"| {name} | {min(taken):.2f} | {statistics.median(taken):.2f} | {statistics.median(taken) / ours:.1f} |")


def warm(rounds: int) -> None:
    """Prints how long the library's queries take warm: the median of each query's medians, and the slowest."""
    import sandbox_kg as skg

    kg = skg.open(ROOT)
    medians = {}
    for question in kg.questions():
        taken = []
        for _ in range(rounds + 1):
            begin = time.perf_counter()
            list(kg.query(question.name))
            taken.append(1000 * (time.perf_counter() - begin))
        medians[question.name] = statistics.median(taken[1:])
    slowest = sorted(medians, key=lambda name: -medians[name])[:5]
    print(f"\n{len(medians)} library queries, warm: median {statistics.median(medians.values()):.1f} ms. Slowest:\n")
    print("| query | median (ms) |\n|---|---:|")
    for name in slowest:
        print(f"| `{name}` | {medians[name]:.1f} |")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    cold(number)
    warm(number)
