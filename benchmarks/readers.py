"""Counts what readers see while `publish` replaces a graph: the old one, the new one, or something between.

Publishes the built graph and the half of it in turn, under a name of its own, while threads count its triples. The
server must take updates; user and password come from SANDBOX_KG_USER and SANDBOX_KG_PASSWORD.

Usage: python benchmarks/readers.py URL [ROUNDS] [READERS]
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from collections import Counter

import pyoxigraph as ox

from sandbox_kg.knowledge_graph import graph_file
from sandbox_kg.project import find_project
from sandbox_kg.publishing import PASSWORD, STEPS, USER, find_endpoints, publish
from sandbox_kg.store.http import Session

GRAPH = "https://graph.example/readers"
COUNT = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"


def main(url: str, rounds: int, readers: int) -> None:
    """Prints how many counts gave the old or the new graph, which gave another, and the seconds of each step."""
    file = graph_file(find_project())
    whole = [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES)]
    half = whole[: len(whole) // 2]
    publish(url, half, GRAPH)
    query = find_endpoints(url, session()).query
    seen: Counter[int] = Counter()
    stop = threading.Event()

    def read() -> None:
        one = session()
        while not stop.is_set():
            seen[int(one.select(query, COUNT)[0][0].value)] += 1  # type: ignore[union-attr]

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    moves, all_ = [], []
    try:
        for turn in range(rounds):
            begun: dict[str, float] = {}

            def note(step: str, done: int, _total: int, begun: dict[str, float] = begun) -> None:
                if step == STEPS[2]:
                    begun["end" if done else "begin"] = time.perf_counter()

            begin = time.perf_counter()
            publish(url, half if turn % 2 else whole, GRAPH, progress=note)
            all_.append(time.perf_counter() - begin)
            moves.append(begun["end"] - begun["begin"])
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    good = seen.pop(len(whole), 0) + seen.pop(len(half), 0)
    print(f"{rounds} times {len(whole):,} and {len(half):,} triples in turn, {readers} readers")
    print(f"old or new graph: {good:,} answers; something else: {sum(seen.values()):,} {dict(seen.most_common(10))}")
    print(f"seconds, median: publish {statistics.median(all_):.2f}, of which MOVE {statistics.median(moves):.2f}")


def session() -> Session:
    """A session of who is named in the environment."""
    return Session(os.environ.get(USER, ""), os.environ.get(PASSWORD, ""), 120)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], *(int(given) for given in (sys.argv[2:] + ["10", "3"][len(sys.argv[2:]) :])))
