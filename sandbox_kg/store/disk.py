"""A built graph kept on disk (RocksDB, through Oxigraph), beside the N-Triples that it was made from.

It opens in an instant and does not have to fit into memory; its answers take several times as long as those of a graph
in memory. It is good for graphs that are large and asked seldom.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pyoxigraph as ox

_STORE, _OF = "oxigraph", "made-from.json"


def place_of(graph: Path) -> Path:
    """Where the store of a file of N-Triples stands."""
    return graph.with_suffix(".store")


def keep(graph: Path) -> Path:
    """Makes the store of a file of N-Triples, in place of an older one.

    Returns:
        The folder.

    Raises:
        OSError: the file cannot be read, or the folder not be written; an older store stays.
        SyntaxError: the file holds no N-Triples.
    """
    folder = place_of(graph)
    _drop_leftovers(folder)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        store = ox.Store(new / _STORE)
        store.bulk_load(path=graph, format=ox.RdfFormat.N_TRIPLES)
        store.optimize()
        store.flush()
        del store  # which lets go of its files
        (new / _OF).write_text(json.dumps(_mark(graph)) + "\n", encoding="utf-8")
        new.chmod(0o755)  # mkdtemp makes it readable by its owner alone
        drop(graph)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder


def drop(graph: Path) -> None:
    """Removes the store of a file, if there is one.

    Raises:
        OSError: it cannot be removed.
    """
    folder = place_of(graph)
    if folder.exists():
        shutil.rmtree(folder)


def _drop_leftovers(folder: Path) -> None:
    """Removes what runs that were killed have left, which may be as large as the graph."""
    for left in folder.parent.glob(f".{folder.name}.*"):
        if not (left / _STORE).is_dir():
            continue
        try:
            ox.Store(left / _STORE)
        except OSError:  # another run holds its lock, or it cannot be told
            continue
        shutil.rmtree(left, ignore_errors=True)


def kept(graph: Path) -> Path | None:
    """The store of a file of N-Triples as Oxigraph opens it; None if there is none, or the file is another by now."""
    folder = place_of(graph)
    try:
        made_from = json.loads((folder / _OF).read_text(encoding="utf-8"))
        return folder / _STORE if made_from == _mark(graph) else None
    except (OSError, ValueError):
        return None


def _mark(graph: Path) -> dict[str, int]:
    """What changes with a file, without reading it."""
    found = graph.stat()
    return {"bytes": found.st_size, "changed": found.st_mtime_ns}
