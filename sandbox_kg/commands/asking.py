"""Commands that ask the graph: queries, query."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sandbox_kg.commands.common import Say, fail, the_project
from sandbox_kg.commands.completion import QuestionCommand, question_names
from sandbox_kg.console import print_table

if TYPE_CHECKING:
    from sandbox_kg.knowledge_graph import KnowledgeGraph
    from sandbox_kg.library import Question
    from sandbox_kg.store.results import Result, Term

_BEGAN = time.monotonic()  # the time limit of a query counts from the start of the command


def add(app: typer.Typer, say: Say, language: str) -> None:
    """Adds the commands."""
    options = say("panel-options")
    ask = say("panel-ask")

    @app.command(help=say("help-queries"), rich_help_panel=ask)
    def queries(
        words: Annotated[
            list[str] | None,
            typer.Argument(help=say("help-words"), show_default=False, autocompletion=question_names),
        ] = None,
    ) -> None:
        from sandbox_kg.library import find_question, read_library, search

        folder = the_project(None, say).queries
        names = [path.stem for path in folder.glob("*.rq")]
        if words and len(words) == 1 and words[0] in names:
            _print_question(find_question(folder, words[0]), say, language)
            return
        found = search(read_library(folder), " ".join(words or ()))
        if not found:
            fail(say("queries-none", words=" ".join(words or ())), 1)
        rows = [(question.name, question.questions[language]) for question in found]
        print_table("", (say("column-question"), say("column-asks")), rows)

    @app.command(
        help=say("help-query"),
        cls=QuestionCommand,
        rich_help_panel=ask,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def query(
        context: typer.Context,
        name: Annotated[
            str | None, typer.Argument(help=say("help-name"), show_default=False, autocompletion=question_names)
        ] = None,
        file: Annotated[
            Path | None, typer.Option(help=say("help-query-file"), rich_help_panel=options, show_default=False)
        ] = None,
        form: Annotated[
            str,
            typer.Option(
                "--format",
                help=say("help-format"),
                rich_help_panel=options,
                metavar="|".join(_FORMATS),
                autocompletion=formats_beginning,
            ),
        ] = "table",
        bom: Annotated[bool, typer.Option("--bom", help=say("help-bom"), rich_help_panel=options)] = False,
        explain: Annotated[bool, typer.Option("--explain", help=say("help-explain"), rich_help_panel=options)] = False,
        timeout: Annotated[float, typer.Option(help=say("help-timeout"), rich_help_panel=options, min=0.01)] = 60.0,
        max_rows: Annotated[int, typer.Option(help=say("help-max-rows"), rich_help_panel=options, min=1)] = 100_000,
        allow: Annotated[
            list[str] | None,
            typer.Option(help=say("help-allow"), rich_help_panel=options, metavar="service|from", show_default=False),
        ] = None,
        url: Annotated[
            str | None, typer.Option(help=say("help-url"), rich_help_panel=options, show_default=False)
        ] = None,
        graph: Annotated[
            str | None, typer.Option(help=say("help-graph"), rich_help_panel=options, show_default=False)
        ] = None,
    ) -> None:
        from sandbox_kg import knowledge_graph

        if form not in _FORMATS:
            fail(say("format-unknown", value=form, formats=", ".join(_FORMATS)), 2)
        kg = knowledge_graph.connect(url, graph, timeout) if url else knowledge_graph.open_graph()
        if not url and knowledge_graph.is_stale(kg.project):
            print(say("graph-stale"), file=sys.stderr)
        given = _parameters(context.args, say)
        if name and file:
            fail(say("query-which"), 2)
        if name:
            text = kg.bound(name, **given)
        elif file and str(file) != "-":
            text = file.read_text(encoding="utf-8")
        elif not sys.stdin.isatty():
            text = sys.stdin.buffer.read().decode("utf-8")
        else:
            fail(say("query-which"), 2)
            raise AssertionError
        if explain:
            print(text, end="" if text.endswith("\n") else "\n")
            return
        result = kg.query(name, **given) if name else kg.select(text, timeout, max_rows, allow or (), _BEGAN)
        titles: dict[str, str] = {}
        if name:
            columns = kg.question(name).columns
            titles = {column: columns[column][language] for column in result.columns if column in columns}
        _print_result(result, kg, form, language, bom, titles)


def formats_beginning(incomplete: str) -> list[str]:
    """The formats whose names begin so."""
    return [form for form in _FORMATS if form.startswith(incomplete)]


_FORMATS = ("table", "csv", "tsv", "json", "md")


def _parameters(arguments: Sequence[str], say: Say) -> dict[str, list[str]]:
    """`--area 上海 --level=group` as parameter to its values; a parameter may be given more than once."""
    given: dict[str, list[str]] = {}
    items = iter(arguments)
    for argument in items:
        if not argument.startswith("--") or argument == "--":
            fail(say("parameter-form", value=argument), 2)
        name, equals, value = argument[2:].partition("=")
        if not equals:
            value = next(items, "")
        if not value:
            fail(say("parameter-form", value=argument), 2)
        given.setdefault(name, []).append(value)
    return given


def _print_question(question: "Question", say: Say, language: str) -> None:
    print(f"{question.name}: {question.titles[language]}\n\n{question.questions[language]}\n")
    rows = []
    example = [f"sandbox-kg query {question.name}"]
    for parameter in question.parameters:
        takes = " | ".join(parameter.choices) or parameter.of or parameter.type
        rows.append(
            (f"--{parameter.name}", parameter.labels[language], takes, parameter.default or "-", parameter.example)
        )
        example.append(f"--{parameter.name} {parameter.example}")
    if rows:
        columns = [say(f"column-{name}") for name in ("parameter", "meaning", "takes", "default", "example")]
        print_table("", columns, rows)
    means = [(column, meaning[language]) for column, meaning in question.columns.items()]
    print_table("", (say("column-column"), say("column-meaning")), means)
    print(f"{say('example')} {' '.join(example)}\n\n{question.text}", end="")


def _print_result(
    result: "Result", kg: "KnowledgeGraph", form: str, language: str, bom: bool, titles: dict[str, str]
) -> None:
    from sandbox_kg import formats

    def name_of(term: "Term") -> str:
        labels = kg.labels.get(term.value)
        if labels:
            return labels[language]
        return kg.context.compact(term.value) if not hasattr(term, "datatype") and "://" in term.value else term.value

    heads = [titles.get(column, column) for column in result.columns]
    if result.form == "ask":
        print(str(bool(result.answer)).lower())
    elif result.form == "construct" and form != "json":
        print("".join(f"{triple} .\n" for triple in result.triples), end="")
    elif form == "csv":
        sys.stdout.write(formats.to_csv(result, bom=bom))
    elif form == "tsv":
        sys.stdout.write(formats.to_tsv(result))
    elif form == "json":
        sys.stdout.write(formats.to_json(result))
    elif form == "md":
        sys.stdout.write(formats.to_markdown(result, name_of, heads))
    else:
        numeric = [
            place
            for place, _ in enumerate(result.columns)
            if result.rows and all(isinstance(value_of(row[place]), int) for row in result.rows)
        ]
        print_table("", heads, formats.cells(result, name_of), numeric)


def value_of(term: "Term | None") -> object:
    """A term as a plain Python value, loaded where it is needed."""
    from sandbox_kg.store.results import value

    return value(term)
