"""The command line: parses, calls, prints."""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sandbox_kg import __version__
from sandbox_kg.console import Progress, make_streams_safe, print_table
from sandbox_kg.messages import LANGUAGES, language_of, message
from sandbox_kg.problems import Problem, ProblemsFoundError
from sandbox_kg.project import Project, find_project

if TYPE_CHECKING:
    from sandbox_kg.figures import Figure
    from sandbox_kg.knowledge_graph import KnowledgeGraph
    from sandbox_kg.library import Question
    from sandbox_kg.store.errors import QueryError
    from sandbox_kg.store.results import Result, Term

Say = Callable[..., str]
_BEGAN = time.monotonic()  # the time limit of a query counts from the start of the command


def make_app(language: str) -> typer.Typer:
    """The commands, with their help in one language."""

    def say(key: str, /, **values: object) -> str:
        return message(key, language, **values)

    app = typer.Typer(
        name="sandbox-kg",
        help=say("help"),
        epilog=say("help-epilog"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    make = say("panel-make")
    options = say("panel-options")
    RootOption = Annotated[
        Path | None, typer.Option(help=say("help-root"), rich_help_panel=options, show_default=False)
    ]
    OutOption = Annotated[Path | None, typer.Option(help=say("help-out"), rich_help_panel=options, show_default=False)]
    JsonOption = Annotated[bool, typer.Option("--json", help=say("help-json"), rich_help_panel=options)]
    SourceArgument = Annotated[str | None, typer.Argument(help=say("help-source"), show_default=False)]
    TextArgument = Annotated[Path | None, typer.Argument(help=say("help-file"), show_default=False)]

    def show_version(wanted: bool) -> None:
        if wanted:
            print(f"sandbox-kg {__version__}")
            raise typer.Exit

    @app.callback()
    def common(
        lang: Annotated[str, typer.Option(help=say("help-lang"), rich_help_panel=options, metavar="zh|en")] = language,
        version: Annotated[
            bool,
            typer.Option(
                "--version", callback=show_version, is_eager=True, help=say("help-version"), rich_help_panel=options
            ),
        ] = False,
    ) -> None:
        """The language is read before the help is made; see `split_language`."""

    @app.command(help=say("help-build"), rich_help_panel=make)
    def build(root: RootOption = None, out: OutOption = None) -> None:
        from sandbox_kg import building

        project = _project(root, say)
        with Progress(say) as progress:
            made = building.build(project, out or _default_out(project), progress.step)
        print(say("built", triples=f"{made.triples:,}"))
        counts = [(labels[language], str(count)) for labels, count in made.counts]
        print_table("", (say("column-what"), say("column-count")), counts, (1,))
        _print_figures(made.figures, say, language, reasons=False)
        print(say("files-written"))
        for path in made.files:
            print(f"  {_shown(path)}")

    @app.command(help=say("help-validate"), rich_help_panel=make)
    def validate(root: RootOption = None) -> None:
        from sandbox_kg import building

        project = _project(root, say)
        with Progress(say) as progress:
            checked = building.check(project, progress.step)
        records = checked.records
        print(say("valid", files=len(project.record_files()), records=len(records.nodes), nodes=len(records.locations)))
        unused = checked.store.select(project.queries / "internal" / "unused-concepts.rq")
        names = ", ".join(checked.schema.context.compact(row["concept"]) for row in unused)
        print(say("unused-concepts", count=len(unused), names=names))

    @app.command(help=say("help-figures"), rich_help_panel=make)
    def figures(root: RootOption = None, as_json: JsonOption = False) -> None:
        from sandbox_kg import building
        from sandbox_kg.figures import compute_figures

        project = _project(root, say)
        with Progress(say) as progress:
            checked = building.check(project, progress.step)
        computed = compute_figures(checked.store, project)
        if as_json:
            print(json.dumps([_figure_as_json(f) for f in computed], ensure_ascii=False, indent=2))
        else:
            _print_figures(computed, say, language, reasons=True)

    @app.command(help=say("help-evidence"), rich_help_panel=make)
    def evidence(source: SourceArgument = None, file: TextArgument = None, root: RootOption = None) -> None:
        from sandbox_kg import building
        from sandbox_kg.evidence import check_evidence, texts_in

        if (source is None) != (file is None):
            _fail(say("evidence-usage"), 2)
        project = _project(root, say)
        with Progress(say) as progress:
            checked = building.check(project, progress.step)
        prefix = checked.schema.evidence_prefix
        texts = {source: file} if source and file else texts_in(os.environ.get("SANDBOX_KG_SOURCES", ""), prefix)
        report = check_evidence(checked.store, project, checked.records, checked.schema.context, texts)
        if report.problems:
            raise ProblemsFoundError(report.problems)
        print(say("evidence-found", count=report.checked, sources=", ".join(texts) or say("none")))
        print(say("evidence-unchecked", count=sum(report.unchecked.values()), sources=len(report.unchecked)))

    _add_asking(app, say, language, options)
    _add_servers(app, say, language, options)
    return app


def _add_servers(app: typer.Typer, say: Say, language: str, options: str) -> None:
    """The commands that put the graph on servers."""
    servers = say("panel-servers")

    @app.command(help=say("help-serve"), rich_help_panel=servers)
    def serve(
        port: Annotated[int, typer.Option(help=say("help-port"), rich_help_panel=options, min=1, max=65535)] = 7878,
        host: Annotated[str, typer.Option(help=say("help-host"), rich_help_panel=options)] = "127.0.0.1",
        timeout: Annotated[int, typer.Option(help=say("help-serve-timeout"), rich_help_panel=options, min=1)] = 60,
        folder: Annotated[
            Path | None, typer.Option(help=say("help-folder"), rich_help_panel=options, show_default=False)
        ] = None,
        allow_other_hosts: Annotated[
            bool, typer.Option("--allow-other-hosts", help=say("help-other-hosts"), rich_help_panel=options)
        ] = False,
    ) -> None:
        from sandbox_kg import serving
        from sandbox_kg.knowledge_graph import graph_file, graph_name

        project = _project(None, say)
        name = graph_name(project)

        def tell(url: str) -> None:
            print(serving.how_to_ask(url, name, language), flush=True)

        def tell_again(words: str) -> None:
            print(say("serve-restarted", words=words), file=sys.stderr, flush=True)

        serving.serve(
            graph_file(project),
            name,
            host=host,
            port=port,
            timeout_s=timeout,
            folder=folder,
            allow_other_hosts=allow_other_hosts,
            ready=tell,
            restarted=tell_again,
        )

    @app.command(help=say("help-publish"), rich_help_panel=servers)
    def publish(
        url: Annotated[str, typer.Argument(help=say("help-publish-url"), show_default=False)],
        graph: Annotated[
            str | None, typer.Option(help=say("help-graph"), rich_help_panel=options, show_default=False)
        ] = None,
        method: Annotated[str, typer.Option(help=say("help-method"), rich_help_panel=options)] = "update",
        query_url: Annotated[
            str | None, typer.Option(help=say("help-query-url"), rich_help_panel=options, show_default=False)
        ] = None,
        store_url: Annotated[
            str | None, typer.Option(help=say("help-store-url"), rich_help_panel=options, show_default=False)
        ] = None,
    ) -> None:
        from sandbox_kg import publishing
        from sandbox_kg.knowledge_graph import graph_file, graph_name

        project = _project(None, say)

        def tell(step: str, done: int, total: int) -> None:
            if sys.stderr.isatty():
                print(f"{say(step)} {done:,} / {total:,}", file=sys.stderr, flush=True)

        made = publishing.publish(
            url,
            graph_file(project),
            graph or graph_name(project),
            method=method,
            query_url=query_url,
            store_url=store_url,
            progress=tell,
        )
        print(say("published", graph=made.graph, triples=f"{made.triples:,}", digest=made.digest))


def _add_asking(app: typer.Typer, say: Say, language: str, options: str) -> None:
    """The commands that ask the graph."""
    ask = say("panel-ask")

    @app.command(help=say("help-queries"), rich_help_panel=ask)
    def queries(
        words: Annotated[list[str] | None, typer.Argument(help=say("help-words"), show_default=False)] = None,
    ) -> None:
        from sandbox_kg.library import find_question, read_library, search

        folder = _project(None, say).queries
        names = [path.stem for path in folder.glob("*.rq")]
        if words and len(words) == 1 and words[0] in names:
            _print_question(find_question(folder, words[0]), say, language)
            return
        found = search(read_library(folder), " ".join(words or ()))
        if not found:
            _fail(say("queries-none", words=" ".join(words or ())), 1)
        rows = [(question.name, question.questions[language]) for question in found]
        print_table("", (say("column-question"), say("column-asks")), rows)

    @app.command(
        help=say("help-query"),
        rich_help_panel=ask,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def query(
        context: typer.Context,
        name: Annotated[str | None, typer.Argument(help=say("help-name"), show_default=False)] = None,
        file: Annotated[
            Path | None, typer.Option(help=say("help-query-file"), rich_help_panel=options, show_default=False)
        ] = None,
        form: Annotated[
            str, typer.Option("--format", help=say("help-format"), rich_help_panel=options, metavar="|".join(_FORMATS))
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
            _fail(say("format-unknown", value=form, formats=", ".join(_FORMATS)), 2)
        kg = knowledge_graph.connect(url, graph, timeout) if url else knowledge_graph.open_graph()
        if not url and knowledge_graph.is_stale(kg.project):
            print(say("graph-stale"), file=sys.stderr)
        given = _parameters(context.args, say)
        if name and file:
            _fail(say("query-which"), 2)
        if name:
            text = kg.bound(name, **given)
        elif file and str(file) != "-":
            text = file.read_text(encoding="utf-8")
        elif not sys.stdin.isatty():
            text = sys.stdin.buffer.read().decode("utf-8")
        else:
            _fail(say("query-which"), 2)
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


_FORMATS = ("table", "csv", "tsv", "json", "md")


def _parameters(arguments: Sequence[str], say: Say) -> dict[str, list[str]]:
    """`--area 上海 --level=group` as parameter to its values; a parameter may be given more than once."""
    given: dict[str, list[str]] = {}
    items = iter(arguments)
    for argument in items:
        if not argument.startswith("--") or argument == "--":
            _fail(say("parameter-form", value=argument), 2)
        name, equals, value = argument[2:].partition("=")
        if not equals:
            value = next(items, "")
        if not value:
            _fail(say("parameter-form", value=argument), 2)
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


def _project(root: Path | None, say: Say) -> Project:
    try:
        return find_project(root)
    except FileNotFoundError as error:
        _fail(say("no-project", folder=str(error)), 2)
        raise


def _default_out(project: Project) -> Path:
    return (project.root if project.is_checkout else Path.cwd()) / "build"


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return str(path)


def _print_figures(figures: Sequence["Figure"], say: Say, language: str, reasons: bool) -> None:
    columns = [say(f"column-{name}") for name in ("figure", "stated", "own", "held", "verdict")]
    rows = []
    for figure in figures:
        stated = f"{'≥ ' if figure.at_least else ''}{figure.stated}"
        row = [figure.labels[language], stated, str(figure.own), str(figure.held), say(f"verdict-{figure.verdict}")]
        rows.append([*row, figure.reasons[language]] if reasons else row)
    if reasons:
        columns.append(say("column-reason"))
    print_table(say("figures-title"), columns, rows, (1, 2, 3))


def _figure_as_json(figure: "Figure") -> dict[str, object]:
    return {
        "id": figure.iri,
        "label": figure.labels,
        "source": figure.source,
        "stated": int(figure.stated),
        "at_least": figure.at_least,
        "own": int(figure.own),
        "held": int(figure.held),
        "verdict": figure.verdict,
        "reason": figure.reasons,
    }


def _fail(text: str, code: int) -> None:
    print(text, file=sys.stderr)
    raise SystemExit(code)


def print_problems(problems: Sequence[Problem], language: str) -> None:
    """Prints each problem on a line of its own to standard error, then how many there are."""
    for problem in problems:
        print(problem.text(language), file=sys.stderr)
    print(message("problems", language, count=len(problems)), file=sys.stderr)


def split_language(arguments: Sequence[str]) -> tuple[list[str], str, str]:
    """Takes `--lang` out of a command line, wherever it stands, since the help itself depends on it.

    Returns:
        The other arguments, the language, and a value that is no language (empty if there is none).
    """
    rest: list[str] = []
    wrong = ""
    items = iter(arguments)
    for argument in items:
        if argument == "--":
            rest += [argument, *items]
        elif argument == "--lang" or argument.startswith("--lang="):
            value = argument.partition("=")[2] if "=" in argument else next(items, "")
            wrong = wrong if value in LANGUAGES else value or "--lang"
        else:
            rest.append(argument)
    return rest, language_of(arguments, sys.stdout.encoding or "ascii"), wrong


def _query_error() -> type["QueryError"]:
    """The error of asking; loaded only while an exception is looked at, to keep the start light."""
    from sandbox_kg.store.errors import QueryError

    return QueryError


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line; a problem is told in words, never as a traceback."""
    make_streams_safe()
    rest, language, wrong = split_language(sys.argv[1:] if arguments is None else arguments)
    if wrong:
        _fail(message("language-wrong", language, value=wrong), 2)
    try:
        make_app(language)(args=rest, prog_name="sandbox-kg")
    except ProblemsFoundError as found:
        print_problems(found.problems, language)
        raise SystemExit(1) from None
    except _query_error() as error:
        _fail(error.text(language), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has had enough
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        _fail(message("interrupted", language), 130)
    except OSError as error:
        name = str(error.filename or "")
        _fail(message("file-error", language, file=name, error=error.strerror or str(error)), 1)
