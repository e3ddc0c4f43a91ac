"""Results as text: CSV, TSV, JSON, Markdown; tables for the screen are in `console`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence

import pyoxigraph as ox

from sandbox_kg.store.results import Result, Term

FORMATS = ("table", "csv", "tsv", "json", "md")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Show = Callable[[Term], str]


def cells(result: Result, show: Show) -> list[list[str]]:
    """The rows as text; `show` says how a term is written."""
    return [["" if term is None else show(term) for term in row] for row in result.rows]


def plain(term: Term) -> str:
    """A term as its bare text."""
    return term.value


def to_csv(result: Result, show: Show = plain, bom: bool = False) -> str:
    """CSV (RFC 4180) that a spreadsheet opens right.

    A cell that a spreadsheet would run as a formula (it begins with = + - @, tab or carriage return) gets an apostrophe
    before it (OWASP, CSV injection); a number keeps its sign. `bom` puts a byte order mark before all, for Excel.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(result.columns)
    for row in result.rows:
        writer.writerow([_harmless(term, show) for term in row])
    return ("\ufeff" if bom else "") + out.getvalue()


def _harmless(term: Term | None, show: Show) -> str:
    if term is None:
        return ""
    text = show(term)
    number = isinstance(term, ox.Literal) and term.datatype.value.rpartition("#")[2] in ("integer", "decimal")
    return text if number else harmless(text)


def harmless(text: str) -> str:
    """A text for a cell, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def to_tsv(result: Result) -> str:
    """TSV with terms in N-Triples form, nothing lost (W3C, SPARQL 1.1 Query Results CSV and TSV Formats)."""
    lines = ["\t".join("?" + column for column in result.columns)]
    for row in result.rows:
        lines.append("\t".join("" if term is None else str(term) for term in row))
    return "\n".join(lines) + "\n"


def to_json(result: Result) -> str:
    """SPARQL 1.1 Query Results JSON; of a CONSTRUCT, its triples in N-Triples form."""
    if result.form == "ask":
        document: dict[str, object] = {"head": {}, "boolean": bool(result.answer)}
    elif result.form == "construct":
        document = {"triples": [str(triple) for triple in result.triples]}
    else:
        bindings = [
            {name: json_term(term) for name, term in zip(result.columns, row, strict=True) if term is not None}
            for row in result.rows
        ]
        document = {"head": {"vars": list(result.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def json_term(term: Term) -> dict[str, str]:
    """A term as the JSON results format writes it."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value.endswith("#string"):
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def to_markdown(result: Result, show: Show = plain, titles: Sequence[str] = ()) -> str:
    """A Markdown table."""

    def cell(text: str) -> str:
        return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")

    columns = [cell(title) for title in (titles or result.columns)]
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    lines += [f"| {' | '.join(cell(text) for text in row)} |" for row in cells(result, show)]
    return "\n".join(lines) + "\n"
