"""Commands that make HTML pages: explore, ask, report."""

import sys
from pathlib import Path
from typing import Any

import typer

from sandbox_kg.commands.common import Say, shown
from sandbox_kg.console import Progress
from sandbox_kg.network import LEVELS


def add(app: typer.Typer, say: Say, _language: str) -> None:
    """Adds the commands."""
    options, panel = say("panel-options"), say("panel-pages")

    def option(key: str, default: object, *flags: str, metavar: str | None = None) -> Any:
        visible = default is not None and not isinstance(default, bool)
        return typer.Option(
            default, *flags, help=say(key), rich_help_panel=options, metavar=metavar, show_default=visible
        )

    @app.command(help=say("help-explore"), rich_help_panel=panel)
    def explore(
        level: str = option("help-network-level", LEVELS[0], "--level", metavar="|".join(LEVELS)),
        scope: str = option("help-network-scope", "everything", "--scope"),
        area: str | None = option("help-network-area", None, "--area"),
        cohort: str | None = option("help-network-cohort", None, "--cohort"),
        technology: str | None = option("help-network-technology", None, "--technology"),
        scenario: str | None = option("help-network-scenario", None, "--scenario"),
        since: str | None = option("help-network-since", None, "--since"),
        until: str | None = option("help-network-until", None, "--until"),
        output: Path = option("help-page-output", Path("explorer.html"), "--output", "-o"),
        open_it: bool = option("help-open", False, "--open"),
        endpoint: str | None = option("help-url", None, "--endpoint", "--url"),
        graph: str | None = option("help-graph", None, "--graph"),
    ) -> None:
        from sandbox_kg import knowledge_graph
        from sandbox_kg.explorer.page import make_page
        from sandbox_kg.files import write_together

        kg = knowledge_graph.connect(endpoint, graph) if endpoint else knowledge_graph.open_graph()
        if not endpoint and knowledge_graph.is_stale(kg.project):
            print(say("graph-stale"), file=sys.stderr)
        given = {
            "scope": scope,
            "area": area,
            "cohort": cohort,
            "technology": technology,
            "scenario": scenario,
            "since": since,
            "until": until,
        }
        filters = {name: value for name, value in given.items() if value is not None}
        with Progress(say) as progress:
            progress.step("step-pages")
            page = make_page(kg, filters=filters, level=level)
        write_together({output: page.encode()})
        _told(output, open_it)

    @app.command(help=say("help-ask"), rich_help_panel=panel)
    def ask(
        output: Path = option("help-page-output", Path("ask.html"), "--output", "-o"),
        open_it: bool = option("help-open", False, "--open"),
        graph: Path | None = option("help-ask-graph", None, "--graph"),
    ) -> None:
        from sandbox_kg import knowledge_graph
        from sandbox_kg.ask.page import make_page
        from sandbox_kg.files import write_together

        if graph is None:
            kg = knowledge_graph.open_graph()
            if knowledge_graph.is_stale(kg.project):
                print(say("graph-stale"), file=sys.stderr)
            page = make_page(kg)
        else:
            page = make_page(graph_file=graph)
        write_together({output: page.encode()})
        _told(output, open_it)

    @app.command(help=say("help-report"), rich_help_panel=panel)
    def report(
        scope: str = option("help-network-scope", "everything", "--scope"),
        output: Path = option("help-report-output", Path("report"), "--output", "-o"),
        open_it: bool = option("help-open", False, "--open"),
    ) -> None:
        from sandbox_kg import knowledge_graph
        from sandbox_kg.files import write_together
        from sandbox_kg.report.page import make_report

        kg = knowledge_graph.open_graph()
        if knowledge_graph.is_stale(kg.project):
            print(say("graph-stale"), file=sys.stderr)
        with Progress(say) as progress:
            progress.step("step-pages")
            files = make_report(kg, scope)
        write_together({output / name: data for name, data in files.items()})
        print(say("report-written", folder=shown(output), count=len(files)))
        _told(output / "report.html", open_it)


def _told(file: Path, open_it: bool) -> None:
    print(shown(file))
    if open_it:
        import webbrowser

        webbrowser.open(file.resolve().as_uri())
