"""The page: the graph, the engine, the library and the editor in one file that opens anywhere."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox_kg.ask import graph_data, vendored
from sandbox_kg.ask.graph_data import GraphData
from sandbox_kg.knowledge_graph import KnowledgeGraph, open_graph
from sandbox_kg.knowledge_graph import graph_file as built_graph
from sandbox_kg.library import Question, read_library
from sandbox_kg.limits import DEFAULT_MAX_ROWS
from sandbox_kg.messages import catalogue, message
from sandbox_kg.pages import html
from sandbox_kg.pages.beside import others
from sandbox_kg.pages.squeezed import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEMPLATE = Path(__file__).parent / "template" / "ask.html.jinja"
OPENS = "technology-counts"  # the question that stands there when the address names none
LIMIT = 10  # seconds for a query that the address asks, until the reader presses a button
# In the order in which they need each other; what the page itself runs, and what the worker runs. The engine is at work
# while the rest is read.
FIRST = ("elements", "engine")
SHARED = ("beside", "themes")
SCRIPTS = (
    "terms", "guard", "arithmetic", "names", "bind", "address", "completion", "editor", "library", "form",
    "cells", "table", "chart", "exports", "evidence", "node", "mistakes", "main",
)  # fmt: skip
WORKER = ("terms", "worker")
# Queries of our own that the page asks: each is a file of the internal ones.
INTERNAL = (
    "labels", "other-names", "explorer-order", "ask-start", "ask-labels", "ask-owners", "ask-groups", "ask-terms",
    "ask-pictured", "ask-node", "ask-facts", "ask-evidence",
)  # fmt: skip
# Messages of the command line that say the same here.
MESSAGES = (
    "guard-empty", "guard-syntax", "guard-full-width", "guard-prefix", "guard-deep", "guard-escape",
    "parameter-unknown", "parameter-choice", "parameter-record", "parameter-ambiguous", "parameter-number",
    "parameter-date",
)  # fmt: skip
# The engine is WebAssembly, compiled in a worker that is made of the page itself and inherits its policy.
POLICY = {"script-src": "'wasm-unsafe-eval'", "worker-src": "blob:"}


def make_page(
    kg: KnowledgeGraph | None = None,
    *,
    graph_file: Path | None = None,
    queries: Path | None = None,
    beside: Iterable[str] = (),
) -> str:
    """The page to ask in.

    Args:
        kg: whose graph, prefixes and library it has; the shipped one without it. One on a server is read whole.
        graph_file: a graph to carry instead, in a file of any RDF format. One without a record of our data set gets no
            library.
        queries: a folder of questions to carry instead of the library.
        beside: pages of the same graph that will lie beside it, such as `explorer`; it leads to them.

    Returns:
        The page, one HTML file in UTF-8 of 3 MB and more. The same graph gives the same text.

    Raises:
        QueryError: the graph has not been built, a graph file cannot be read, or a question's header is wrong.
    """
    kg = open_graph() if kg is None else kg
    graph = _graph(kg, graph_file)
    texts = html.texts(TEMPLATE.parent / "texts.toml") | {key: dict(catalogue()[key]) for key in MESSAGES}
    about = _about(kg, graph, graph_file)
    questions = _questions(kg, queries, bool(about["version"]))
    prefixes = dict(graph.prefixes) | kg.context.prefixes
    return html.page(
        TEMPLATE,
        styles=[_shared("style.css"), _shared("desk.css"), _own("ask.css")],
        scripts=[
            *(_own(f"{name}.js") for name in FIRST),
            _shared("languages.js"),
            vendored.script("codemirror.js"),
            *(_shared(f"{name}.js") for name in SHARED),
            *(_own(f"{name}.js") for name in SCRIPTS),
        ],
        data={
            "texts": texts,
            "ask": {
                "about": about,
                "opens": _opens(questions),
                "prefixes": prefixes,
                "internal": {name: _internal(kg, name) for name in INTERNAL},
                "questions": [_question(question) for question in questions],
            },
            "engine": {
                "code": "\n".join(
                    [vendored.script("oxigraph.js"), _shared("unsqueeze.js"), *(_own(f"{name}.js") for name in WORKER)]
                ),
                "wasm": base64.b64encode(vendored.vendored("oxigraph.wasm.gz")).decode("ascii"),
                "most": DEFAULT_MAX_ROWS,
                "limit": LIMIT,
            },
            "graph": squeezed(graph.turtle(prefixes)).split("\n"),
        },
        policy=POLICY,
        texts=texts,
        title=texts["site"]["zh"],
        beside=others("ask", beside),
        questions=questions,
        carried=vendored.carried(),
    )


def _graph(kg: KnowledgeGraph, file: Path | None) -> GraphData:
    if file is not None:
        return graph_data.read(file)
    return graph_data.served(kg.graph) if kg.is_remote else graph_data.read(built_graph(kg.project))


def _about(kg: KnowledgeGraph, graph: GraphData, file: Path | None) -> dict[str, Any]:
    """Where the graph comes from; of one that is not ours, the name of its file."""
    about = {"digest": graph.digest, "file": file.name if file else ""}
    rows = graph.rows(kg.project.queries / "internal" / "dataset.rq")
    if len(rows) != 1:
        return about | {"version": "", "cutOff": "", "licence": "", "cite": ""}
    (row,) = rows
    cited = {
        language: message("cite", language, title=row[language], version=row["version"], cut_off=row["cutOff"])
        for language in ("zh", "en")
    }
    about |= {key: row[key] for key in ("version", "cutOff", "licence")}
    return about | {"cite": cited["en"], "cite-zh": cited["zh"], "cite-en": cited["en"]}


def _questions(kg: KnowledgeGraph, folder: Path | None, is_ours: bool) -> list[Question]:
    """The questions of a folder, or the library; a graph that is not ours has no answers to it."""
    if folder is not None:
        return read_library(folder)
    return kg.questions() if is_ours else []


def _opens(questions: list[Question]) -> str:
    names = [question.name for question in questions]
    return OPENS if OPENS in names else next(iter(names), "")


def _question(question: Question) -> Mapping[str, object]:
    return {
        "name": question.name,
        "titles": question.titles,
        "questions": question.questions,
        "keywords": question.keywords,
        "columns": question.columns,
        "text": question.text,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "labels": parameter.labels,
                "default": parameter.default,
                "example": parameter.example,
                "choices": list(parameter.choices.items()),  # in their order
                "of": parameter.of,
            }
            for parameter in question.parameters
        ],
    }


def _internal(kg: KnowledgeGraph, name: str) -> str:
    return (kg.project.queries / "internal" / f"{name}.rq").read_text(encoding="utf-8")


def _shared(name: str) -> str:
    return (html.PARTS / name).read_text(encoding="utf-8")


def _own(name: str) -> str:
    return (TEMPLATE.parent / name).read_text(encoding="utf-8")
