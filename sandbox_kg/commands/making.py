"""Commands that make and check the graph: build, validate, figures, evidence."""

import json
import os
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sandbox_kg.commands.common import Say, fail, shown, the_project
from sandbox_kg.console import Progress, print_table
from sandbox_kg.problems import ProblemsFoundError
from sandbox_kg.project import Project

if TYPE_CHECKING:
    from sandbox_kg.figures import Figure


def add(app: typer.Typer, say: Say, language: str) -> None:
    """Adds the commands."""
    make = say("panel-make")
    options = say("panel-options")
    RootOption = Annotated[
        Path | None, typer.Option(help=say("help-root"), rich_help_panel=options, show_default=False)
    ]
    OutOption = Annotated[Path | None, typer.Option(help=say("help-out"), rich_help_panel=options, show_default=False)]
    PagesOption = Annotated[bool, typer.Option("--pages", help=say("help-pages"), rich_help_panel=options)]
    DiskOption = Annotated[bool, typer.Option("--on-disk", help=say("help-on-disk"), rich_help_panel=options)]
    JsonOption = Annotated[bool, typer.Option("--json", help=say("help-json"), rich_help_panel=options)]
    SourceArgument = Annotated[str | None, typer.Argument(help=say("help-source"), show_default=False)]
    TextArgument = Annotated[Path | None, typer.Argument(help=say("help-file"), show_default=False)]

    @app.command(help=say("help-build"), rich_help_panel=make)
    def build(
        root: RootOption = None, out: OutOption = None, pages: PagesOption = False, on_disk: DiskOption = False
    ) -> None:
        from sandbox_kg import building

        project = the_project(root, say)
        folder = out or _default_out(project)
        with Progress(say) as progress:
            made = building.build(project, folder, progress.step)
            made_on_disk = _keep(folder, progress, on_disk)
            written = _write_pages(project, folder, progress) if pages else []
        print(say("built", triples=f"{made.triples:,}"))
        counts = [(labels[language], str(count)) for labels, count in made.counts]
        print_table("", (say("column-what"), say("column-count")), counts, (1,))
        _print_figures(made.figures, say, language, reasons=False)
        print(say("files-written"))
        for path in made.files:
            print(f"  {shown(path)}")
        for path in made_on_disk:
            print(f"  {shown(path)}")
        if written:
            print(say("pages-written", count=len(written), folder=shown(_pages_folder(project))))

    @app.command(help=say("help-validate"), rich_help_panel=make)
    def validate(root: RootOption = None) -> None:
        from sandbox_kg import building

        project = the_project(root, say)
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

        project = the_project(root, say)
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
            fail(say("evidence-usage"), 2)
        project = the_project(root, say)
        with Progress(say) as progress:
            checked = building.check(project, progress.step)
        prefix = checked.schema.evidence_prefix
        texts = {source: file} if source and file else texts_in(os.environ.get("SANDBOX_KG_SOURCES", ""), prefix)
        report = check_evidence(checked.store, project, checked.records, checked.schema.context, texts)
        if report.problems:
            raise ProblemsFoundError(report.problems)
        print(say("evidence-found", count=report.checked, sources=", ".join(texts) or say("none")))
        print(say("evidence-unchecked", count=sum(report.unchecked.values()), sources=len(report.unchecked)))


def _keep(folder: Path, progress: Progress, on_disk: bool) -> list[Path]:
    """Keeps the built graph on disk, if that is wanted; a store of an older graph goes."""
    from sandbox_kg.knowledge_graph import GRAPH_FILE
    from sandbox_kg.store import disk

    if on_disk:
        progress.step("step-disk")
        return [disk.keep(folder / GRAPH_FILE)]
    disk.drop(folder / GRAPH_FILE)
    return []


def _pages_folder(project: Project) -> Path:
    return (project.root if project.is_checkout else Path.cwd()) / "visualizations"


def _write_pages(project: Project, folder: Path, progress: Progress) -> list[Path]:
    from sandbox_kg.knowledge_graph import graph_in
    from sandbox_kg.visualizing import write_pages

    progress.step("step-pages")
    return write_pages(graph_in(folder, project), _pages_folder(project))


def _default_out(project: Project) -> Path:
    return (project.root if project.is_checkout else Path.cwd()) / "build"


def _print_figures(figures: Sequence["Figure"], say: Say, language: str, reasons: bool) -> None:
    columns = [say(f"column-{name}") for name in ("figure", "stated", "own", "held", "verdict")]
    rows = []
    for figure in figures:
        stated = f"{'≥ ' if figure.at_least else '≈ ' if figure.approximate else ''}{figure.stated}"
        own = "—" if figure.own is None else str(figure.own)
        row = [figure.labels[language], stated, own, str(figure.held), say(f"verdict-{figure.verdict}")]
        rows.append([*row, figure.reasons[language]] if reasons else row)
    if reasons:
        columns.append(say("column-reason"))
    print_table(say("figures-title"), columns, rows, (1, 2, 3))


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _figure_as_json(figure: "Figure") -> dict[str, object]:
    return {
        "id": figure.iri,
        "label": figure.labels,
        "source": figure.source,
        "stated": _number(figure.stated),
        "at_least": figure.at_least,
        "approximate": figure.approximate,
        "own": None if figure.own is None else _number(figure.own),
        "held": _number(figure.held),
        "verdict": figure.verdict,
        "reason": figure.reasons,
    }
