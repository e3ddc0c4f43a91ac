"""What the CSV files hold, as a data package that programs read (Frictionless Data)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sandbox_kg.report.asking import Answer
from sandbox_kg.report.figure import Figure, source_lines
from sandbox_kg.report.tables import Tables
from sandbox_kg.report.words import About


def data_package(figures: Sequence[Figure], made: Tables, said: About) -> bytes:
    """`datapackage.json`: of each CSV its question, query and columns; of all the version, licence and how to cite."""
    resources = [_resource("tables/pilots.csv", None)]
    resources += [_resource(f"tables/pilots.{answer.name}.csv", answer) for answer in made.behind]
    resources += [_resource(f"tables/{answer.name}.csv", answer) for answer in made.gaps]
    resources += [_resource("tables/coverage.csv", made.coverage), _resource("tables/sources.csv", made.every_source)]
    for figure in figures:
        resources += [
            _resource(f"figures/{figure.csv_name(place)}", answer) for place, answer in enumerate(figure.answers)
        ]
    document = {
        "name": "sandbox-kg-report",
        "title": said.titles["en"],
        "version": said.version,
        "description": " ".join(source_lines(said, [], "en")[1:]),
        "temporal": {"cutOff": said.cut_off},
        "licenses": [{"name": "CC-BY-4.0", "path": said.licence}],
        "resources": resources,
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(path: str, answer: Answer | None) -> dict[str, object]:
    said: dict[str, object] = {
        "name": path.rpartition("/")[2].removesuffix(".csv"),
        "path": path,
        "format": "csv",
        "encoding": "utf-8",
    }
    if answer is None:
        return said
    fields = [{"name": column, "title": answer.columns[column]} for column in answer.result.columns]
    return said | {"title": dict(answer.titles), "query": answer.command, "schema": {"fields": fields}}
