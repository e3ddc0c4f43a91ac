"""Tables of a network: nodes, edges, and memberships (who took part in which pilot).

RFC 4180, so that R, Stata, Gephi and spreadsheets read them; a cell that a spreadsheet would run as a formula gets an
apostrophe, as in every CSV of ours. CSV has no place for where the network comes from: see `.csv.metadata.json`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from sandbox_kg.formats import harmless
from sandbox_kg.network.formats_values import SEPARATOR, Attributes, Plain, Value, columns, flat, json_bytes

_SHAPE = ("bipartite", "mode")  # the same in every row: what the columns are named after


def tables(network: Plain, memberships: Plain | None, language: str, bom: bool, stem: str) -> dict[str, bytes]:
    """The tables of a network, by how their names end.

    Args:
        network: the network.
        memberships: the two-mode network whose edges are the memberships, if they are to be written.
        language: the language of the `label` of nodes; `label_zh` and `label_en` are there anyway.
        bom: whether each table begins with a byte order mark, without which Excel reads Chinese as something else.
        stem: what the names of the files begin with, to name them in the metadata.

    Returns:
        `-nodes.csv`, `-edges.csv`, `-memberships.csv` and `.csv.metadata.json`.
    """
    nodes = [{"label": network.label(node, data, language)} | data | {"id": node} for node, data in network.nodes]
    edges = [data | {"source": u, "target": v} for u, v, data in network.edges]
    rows: dict[str, bytes] = {
        "-nodes.csv": table(("id", "label"), nodes, bom),
        "-edges.csv": table(("source", "target"), edges, bom),
    }
    if memberships is not None:
        rows["-memberships.csv"] = table(("institution", "pilot"), _memberships(memberships), bom)
    notes = {
        "metadata": network.metadata,
        "tables": sorted(stem + ending for ending in rows),
        "list_separator": SEPARATOR,
        "directed": network.directed,
    }
    return {**rows, ".csv.metadata.json": json_bytes(notes)}


def _memberships(network: Plain) -> list[Attributes]:
    """One row for each institution and pilot, with what is known of the two and of the part taken."""
    known = dict(network.nodes)
    return [
        {
            **data,
            **{f"institution_{key}": value for key, value in known[institution].items() if key not in _SHAPE},
            **{f"pilot_{key}": value for key, value in known[pilot].items() if key not in _SHAPE},
            "institution": institution,
            "pilot": pilot,
        }
        for institution, pilot, data in network.edges
    ]


def table(lead: Sequence[str], rows: Sequence[Attributes], bom: bool) -> bytes:
    """A table: the leading columns, then the others by name."""
    names = [*lead, *(name for name in columns(rows) if name not in lead)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in names])
    writer.writerows(_cells(row.get(name) for name in names) for row in rows)
    return (("\ufeff" if bom else "") + out.getvalue()).encode()


def _cells(values: Iterable[Value | None]) -> list[str]:
    # a number keeps its sign; only text can be a formula
    return [
        "" if value is None else harmless(flat(value)) if isinstance(value, str | list) else flat(value)
        for value in values
    ]
