"""Command that drafts records from the text of an announcement."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sandbox_kg.commands.common import Say, fail, shown, the_project
from sandbox_kg.commands.completion import cohort_names, source_names
from sandbox_kg.console import Progress

if TYPE_CHECKING:
    from sandbox_kg.drafting.draft import Draft


def add(app: typer.Typer, say: Say, language: str) -> None:  # noqa: ARG001  the same for every part
    """Adds the command."""
    options = say("panel-options")

    @app.command(help=say("help-draft"), rich_help_panel=say("panel-make"))
    def draft(
        textfile: Annotated[Path, typer.Argument(help=say("help-draft-text"), show_default=False)],
        source: Annotated[
            str,
            typer.Option(
                help=say("help-draft-source"), rich_help_panel=options, show_default=False, autocompletion=source_names
            ),
        ],
        cohort: Annotated[
            str,
            typer.Option(
                help=say("help-draft-cohort"), rich_help_panel=options, show_default=False, autocompletion=cohort_names
            ),
        ] = "",
        out: Annotated[
            Path | None,
            typer.Option("--out", "-o", help=say("help-draft-out"), rich_help_panel=options, show_default=False),
        ] = None,
        root: Annotated[
            Path | None, typer.Option(help=say("help-root"), rich_help_panel=options, show_default=False)
        ] = None,
    ) -> None:
        from sandbox_kg.drafting.draft import Drafter
        from sandbox_kg.files import write_together

        if out is not None and out.exists():
            fail(say("draft-exists", file=shown(out)), 2)
        project = the_project(root, say)
        with Progress(say) as progress:
            progress.step("step-read")
            made = Drafter(project, say).draft(textfile, source, cohort)
        if out is None:
            sys.stdout.write(made.text)
        else:
            write_together({out: made.text.encode()})
        _report(made, shown(out) if out else textfile.name, say, to_file=out is not None)


def _report(made: "Draft", name: str, say: Say, to_file: bool) -> None:
    """Says what was made; to standard error where the draft itself goes to standard output."""
    stream = sys.stdout if to_file else sys.stderr
    counts = {"pilots": made.pilots, "participations": made.participations, "proposed": len(made.proposed)}
    print(say("draft-written", file=name, marks=made.marks, **counts), file=stream)
    if made.proposed:
        print(say("draft-proposed"), file=stream)
        for identifier, printed in made.proposed:
            print(f"  {printed} ({identifier})", file=stream)
    if made.skipped:
        print(say("draft-skipped", count=len(made.skipped)), file=stream)
        for line in made.skipped:
            print(f"  {line}", file=stream)
    print(say("draft-next"), file=stream)
