"""A user's query in a process of its own, which is ended at its time limit or on Ctrl-C.

A running Oxigraph query cannot be interrupted inside the process that runs it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox

from sandbox_kg.formats import json_term
from sandbox_kg.store.embedded import EmbeddedStore, parse
from sandbox_kg.store.errors import QueryError, last_words
from sandbox_kg.store.results import Result

DEFAULT_TIMEOUT = 60.0
DEFAULT_MAX_ROWS = 100_000


def query_within_limits(
    graph: Path,
    text: str,
    timeout: float = DEFAULT_TIMEOUT,
    max_rows: int = DEFAULT_MAX_ROWS,
    began: float | None = None,
) -> Result:
    """Answers a query over a file of N-Triples in a child process.

    Args:
        graph: the file.
        text: the query.
        timeout: seconds after which the process is ended.
        max_rows: rows or triples beyond which the result is refused rather than cut.
        began: the `time.monotonic()` from which the limit counts; now without it.

    Raises:
        QueryError: the query is wrong, takes too long or gives too much; it says how to raise the limit.
    """
    ends = (time.monotonic() if began is None else began) + timeout
    task = json.dumps({"graph": str(graph), "query": text, "max_rows": max_rows}).encode()
    command = [sys.executable, "-m", "sandbox_kg.limits"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        try:
            out, said = child.communicate(task, timeout=max(0.01, ends - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            raise QueryError("query-timeout", seconds=f"{timeout:g}") from None
        except BaseException:
            child.kill()
            child.wait()  # on Ctrl-C Popen's own end does not wait, and would leave the process to nobody
            raise
    if child.returncode != 0 or not out:
        raise QueryError("query-failed", error=last_words(said.decode(errors="replace")))
    head, _, body = out.partition(b"\n")
    told = json.loads(head)
    if "error" in told:
        raise QueryError(told["error"], **told["values"])
    if told["form"] == "ask":
        return Result("ask", answer=told["answer"])
    if told["form"] == "construct":
        return Result("construct", triples=list(parse(body, ox.RdfFormat.N_TRIPLES)))
    solutions = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if not isinstance(solutions, ox.QuerySolutions):
        raise QueryError("query-failed", error="no rows")
    names = [variable.value for variable in solutions.variables]
    return Result("select", names, [tuple(row[name] for name in names) for row in solutions])


def _answer(task: dict[str, object]) -> bytes:
    """What the child writes: a line that says what follows, then rows (JSON results) or triples (N-Triples)."""
    try:
        store = EmbeddedStore.read(Path(str(task["graph"])))
        most = int(str(task["max_rows"]))
        result = store.query(str(task["query"]), most + 1)
        if len(result) > most:
            raise QueryError("query-rows", rows=most)
    except QueryError as error:
        return json.dumps({"error": error.key, "values": error.values}).encode() + b"\n"
    if result.form == "ask":
        return json.dumps({"form": "ask", "answer": result.answer}).encode() + b"\n"
    head = json.dumps({"form": result.form}).encode() + b"\n"
    if result.form == "construct":
        return head + "".join(f"{triple} .\n" for triple in result.triples).encode()
    bindings = [
        {name: json_term(term) for name, term in zip(result.columns, row, strict=True) if term is not None}
        for row in result.rows
    ]
    return head + json.dumps({"head": {"vars": list(result.columns)}, "results": {"bindings": bindings}}).encode()


if __name__ == "__main__":
    sys.stdout.buffer.write(_answer(json.loads(sys.stdin.buffer.read())))
