"""The command that shows, exports and studies networks."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sandbox_kg.commands.common import Say, fail, shown
from sandbox_kg.console import Progress, print_table
from sandbox_kg.network import KINDS, LEVELS
from sandbox_kg.network.weights import WEIGHTS

if TYPE_CHECKING:
    from sandbox_kg.knowledge_graph import KnowledgeGraph
    from sandbox_kg.network.formats_values import Attributes

FORMATS = ("graphml", "gexf", "pajek", "csv", "json", "hif", "vosviewer")  # a test holds them to those of the exports


def add(app: typer.Typer, say: Say, language: str) -> None:
    """Adds the command."""
    options = say("panel-options")

    def option(name: str, default: object, *flags: str, metavar: str | None = None) -> Any:
        names = flags or (f"--{name}",)
        shown_default = default is not None
        return typer.Option(
            default,
            *names,
            help=say(f"help-network-{name}"),
            rich_help_panel=options,
            metavar=metavar,
            show_default=shown_default,
        )

    @app.command(help=say("help-network"), rich_help_panel=say("panel-study"))
    def network(
        kind: str = option("kind", KINDS[0], metavar="|".join(KINDS)),
        level: str = option("level", LEVELS[0], metavar="|".join(LEVELS)),
        weight: str = option("weight", "newman", metavar="|".join(WEIGHTS)),
        scope: str = option("scope", "everything"),
        area: str | None = option("area", None),
        cohort: str | None = option("cohort", None),
        institution_kind: str | None = option("institution-kind", None),
        technology: str | None = option("technology", None),
        scenario: str | None = option("scenario", None),
        since: str | None = option("since", None),
        until: str | None = option("until", None),
        basis: str = option("basis", "stated", metavar="stated|all"),
        output: Path | None = option("output", None, "--output", "-o"),
        form: str | None = option("format", None, metavar="|".join(FORMATS)),
        measures: Path | None = option("measures", None),
        report: Path | None = option("report", None),
        seed: int = option("seed", 1),
        url: Annotated[
            str | None, typer.Option(help=say("help-url"), rich_help_panel=options, show_default=False)
        ] = None,
        graph: Annotated[
            str | None, typer.Option(help=say("help-graph"), rich_help_panel=options, show_default=False)
        ] = None,
    ) -> None:
        from sandbox_kg import knowledge_graph

        if form is not None and form not in FORMATS:
            fail(say("format-unknown", value=form, formats=", ".join(FORMATS)), 2)
        if report and report.suffix not in (".md", ".html"):
            fail(say("network-report-ending", file=str(report)), 2)
        kg = knowledge_graph.connect(url, graph) if url else knowledge_graph.open_graph()
        if not url and knowledge_graph.is_stale(kg.project):
            print(say("graph-stale"), file=sys.stderr)
        given = {
            "scope": scope,
            "area": area,
            "cohort": cohort,
            "institution_kind": institution_kind,
            "technology": technology,
            "scenario": scenario,
            "since": since,
            "until": until,
            "basis": basis,
        }
        chosen = {name: value for name, value in given.items() if value is not None}
        if report:
            _write_report(kg, report, seed, chosen, language, say)
        if output:
            _export(kg, kind, level, weight, chosen, output, form, language)
        if measures:
            _write_measures(kg, level, weight, chosen, measures)
        if not (report or output or measures):
            _show(kg, kind, level, weight, chosen, language, say)


def _write_report(kg: "KnowledgeGraph", file: Path, seed: int, chosen: dict[str, str], language: str, say: Say) -> None:
    from sandbox_kg.files import write_together

    with Progress(say) as progress:
        progress.step("step-study")
        made = kg.study(seed=seed, **chosen)
    text = made.to_html(language) if file.suffix == ".html" else made.to_markdown(language)
    write_together({file: text.encode()})
    print(shown(file))


def _export(
    kg: "KnowledgeGraph",
    kind: str,
    level: str,
    weight: str,
    chosen: dict[str, str],
    file: Path,
    form: str | None,
    language: str,
) -> None:
    from sandbox_kg.network.export import write

    made = kg.network(kind, level=level, weight=weight, **chosen)
    # A projection no longer knows who took part in what: tables and hypergraphs are written from the two-mode network.
    whole = kg.network("two-mode", level=level, **chosen) if kind == "co-application" else None
    for path in write(made, file, form, two_mode=whole, language=language):
        print(shown(path))


def _write_measures(kg: "KnowledgeGraph", level: str, weight: str, chosen: dict[str, str], file: Path) -> None:
    from sandbox_kg.files import write_together
    from sandbox_kg.network.formats_csv import table
    from sandbox_kg.network.measures import institution_measures

    found = institution_measures(kg.network("two-mode", level=level, **chosen), weight)
    rows: list[Attributes] = [
        {key: value for key, value in row.as_dict().items() if value is not None} for row in found
    ]
    write_together({file: table(("institution", "label_zh", "label_en"), rows, bom=True)})
    print(shown(file))


def _show(
    kg: "KnowledgeGraph", kind: str, level: str, weight: str, chosen: dict[str, str], language: str, say: Say
) -> None:
    if kind not in ("co-application", "two-mode"):
        made = kg.network(kind, level=level, weight=weight, **chosen)
        print(say("network-size", kind=kind, nodes=len(made), edges=made.number_of_edges()))
        return
    from sandbox_kg.network.measures import institution_measures, network_measures

    made = kg.network("two-mode", level=level, **chosen)
    whole = network_measures(made)
    print(
        say(
            "network-summary",
            institutions=whole.institutions,
            pilots=whole.pilots,
            joint=whole.joint_pilots,
            pairs=whole.pairs,
            components=whole.components,
            largest=whole.largest,
            isolates=whole.isolates,
        )
    )
    found = institution_measures(made, weight)
    brokers = [row for row in found if row.brokerage > 0]
    columns = [say(f"column-{name}") for name in _COLUMNS]
    rows = [
        (
            row.label_zh if language == "zh" else row.label_en,
            f"{row.brokerage:g}",
            str(row.joint_pilots),
            str(row.partners),
            f"{row.effective_size:.2f}" if row.effective_size is not None else "",
            f"{row.constraint:.2f}" if row.constraint is not None else "",
        )
        for row in brokers
    ]
    if rows:
        print_table("", columns, rows, range(1, len(columns)))
    print(say("network-more", count=len(found) - len(rows)))


_COLUMNS = ("institution", "brokerage", "joint", "partners", "effective", "constraint")
