"""kglab as a peer, in an environment of its own: it brings hundreds of megabytes that nothing else here needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from sandbox_kg.knowledge_graph import graph_in
from sandbox_kg.project import find_project
from scale.measuring import ASKED, PATIENCE, ROOT, digest, parameters

# Runs where only kglab is installed: reads the questions, prints what each took and the terms of its rows.
_ASKING = """
import json, signal, sys, time
import kglab
def term(node):
    if node is None: return None
    kind = type(node).__name__
    return [kind, str(node), getattr(node, "language", None) or "", str(getattr(node, "datatype", None) or "")]
def stop(*_): raise TimeoutError
signal.signal(signal.SIGALRM, stop)
task = json.load(sys.stdin)
kg = kglab.KnowledgeGraph()
began = time.perf_counter()
kg.load_rdf(task["graph"], format="ntriples")
found = {"load": time.perf_counter() - began, "version": kglab.__version__}
for name, text in task["questions"].items():
    began = time.perf_counter()
    signal.alarm(task["patience"])
    try:
        rows = [list(map(term, row)) for row in kg.query(text)]
        found[name] = {"seconds": time.perf_counter() - began, "rows": rows}
    except TimeoutError:
        found[name] = {"seconds": task["patience"], "error": ""}
    except Exception as error:
        found[name] = {"seconds": 0, "error": type(error).__name__}
    finally:
        signal.alarm(0)
json.dump(found, sys.stdout)
"""


def kglab_engine(folder: str) -> dict[str, Any]:
    """The questions of ASKED through kglab; with `why` where it cannot be installed or imported."""
    kg = graph_in(Path(folder), find_project(ROOT))
    texts = {name: kg.bound(name, **parameters(kg.question(name))) for name in ASKED}
    task = {"graph": str(Path(folder) / "sandbox-kg.nt"), "questions": texts, "patience": PATIENCE}
    place = Path(sys.prefix, "kglab")  # kept for the next run: it takes minutes to install
    python, installed = place / "bin" / "python", place / "installed"
    if not installed.exists():
        commands = ([sys.executable, "-m", "venv", str(place)], [str(python), "-m", "pip", "install", "-q", "kglab"])
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
            if done.returncode:
                return {"why": f"not installed: {done.stderr.strip().splitlines()[-1][:200]}"}
        installed.touch()
    asked = [str(python), "-c", _ASKING]
    done = subprocess.run(asked, input=json.dumps(task), capture_output=True, text=True, timeout=400, check=False)
    if done.returncode:
        return {"why": f"fails: {done.stderr.strip().splitlines()[-1][:200]}"}
    found: dict[str, Any] = json.loads(done.stdout)
    for name in ASKED:
        one = found[name]
        if "error" in one:
            one["rows"] = -2 if one["error"] else -1
            one["digest"] = ""
        else:
            rows = [[_term(said) for said in row] for row in one["rows"]]
            one |= {"rows": len(rows), "digest": digest(rows)}
    return found


def _term(said: list[str] | None) -> ox.NamedNode | ox.Literal | None:
    if said is None:
        return None
    kind, text, language, datatype = said
    if kind == "URIRef":
        return ox.NamedNode(text)
    if language:
        return ox.Literal(text, language=language)
    return ox.Literal(text, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(text)
