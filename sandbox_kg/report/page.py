"""The report as files: a page of tables and figures, the front page, the figures alone, and all rows as CSV."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sandbox_kg.messages import LANGUAGES
from sandbox_kg.pages.beside import PAGES, others
from sandbox_kg.pages.html import PARTS, page
from sandbox_kg.report import figure_pairs, figure_promised, figure_timeline, figures_counts, showing
from sandbox_kg.report.asking import Answer, Asking
from sandbox_kg.report.figure import NARROW, WIDE, Figure
from sandbox_kg.report.look import TEMPLATES, style_sheet
from sandbox_kg.report.package import data_package
from sandbox_kg.report.tables import Pilot, Tables, tables
from sandbox_kg.report.words import About, Both, about, all_texts, chinese

if TYPE_CHECKING:
    from sandbox_kg.knowledge_graph import KnowledgeGraph


_NOT_SHOWN = ("area", "order", "field")  # of tables of coverage: the name of the cohort or matter says it
_ROWS = 200  # of a figure's table that stand in the page; the article's are no longer


@dataclass(frozen=True)
class Link:
    """A link of the front page.

    Attributes:
        group: `pages`, `files` or `docs`.
        href: its address from the folder of the pages.
        title: language to its words.
        about: language to what is found there.
    """

    group: str
    href: str
    title: Both
    about: Both


@cache
def known_links() -> Mapping[str, Link]:
    """The links that `template/links.toml` describes, by name: `explorer`, `report`, `ask`, `turtle` and so on."""
    found = tomllib.loads((TEMPLATES / "links.toml").read_text(encoding="utf-8"))
    wide: dict[str, Any] = {
        name: said | {key: _wide(said[key]) for key in ("title", "about")} for name, said in found.items()
    }
    return {name: Link(**said) for name, said in wide.items()}


def _wide(texts: Both) -> Both:
    return {language: chinese(words, language) for language, words in texts.items()}


def make_report(
    kg: KnowledgeGraph, scope: str = "everything", pages: Sequence[str | Link] = ("report",)
) -> dict[str, bytes]:
    """Every file of the report.

    Args:
        kg: the graph.
        scope: the pilots that count: `everything`, or `article`, the 29 of 2020.
        pages: what the front page leads to, in order: names of `known_links` or links of your own. Name only what will
            exist.

    Returns:
        File name, from the folder of the pages, to content. The same graph gives the same bytes.

    Raises:
        QueryError: a scope that does not exist.
        KeyError: a name that is no known link.
    """
    scope = kg.scope_named(scope)
    asking = Asking(kg, scope)
    said, made = about(asking), tables(asking)
    figures = [figure for figure in _figures(asking) if figure is not None]
    links = [known_links()[name] if isinstance(name, str) else name for name in pages]
    files = {
        "report.html": _report(figures, made, said, scope, links),
        "index.html": _front(asking, figures, said, links),
    }
    for number, figure in enumerate(figures, 1):
        pictures = figure.files(number, said) | figure.tables()
        files |= {f"figures/{name}": content for name, content in pictures.items()}
    files |= {f"tables/{name}": content for name, content in made.files().items()}
    files["datapackage.json"] = data_package(figures, made, said)
    return {name: files[name] for name in sorted(files)}


def _figures(asking: Asking) -> list[Figure | None]:
    return [
        figures_counts.technologies(asking),
        figures_counts.scenarios(asking),
        figures_counts.institution_kinds(asking),
        figure_pairs.technology_by_scenario(asking),
        figures_counts.joint_applications(asking),
        figure_promised.promised(asking, "CNY"),
        figure_promised.promised(asking, "count"),
        figure_timeline.programme_timeline(asking),
    ]


def _report(figures: Sequence[Figure], made: Tables, said: About, scope: str, links: Sequence[Link]) -> bytes:
    there = [name for name in PAGES if any(item.href == f"{name}.html" for item in links)]  # the front page is always
    return _page(
        "report",
        said,
        figures=[_shown(figure) for figure in figures],
        tables=made,
        coverage=showing.grid(made.coverage),
        answers=made.behind,
        gaps=[(answer, showing.shown(answer.titles), showing.grid(answer, _NOT_SHOWN)) for answer in made.gaps],
        groups=_groups(made.pilots),
        columns={
            name: all_texts()[f"column-{name}"] for name in ("applicants", "technologies", "type", "dates", "sources")
        },
        beside=others("report", there),
        scopes={language: all_texts()[f"scope-{scope}"][language] for language in LANGUAGES},
    )


def _groups(pilots: Sequence[Pilot]) -> list[dict[str, Any]]:
    """The pilots by cohort, in the order in which cohorts first appear."""
    found: dict[str, dict[str, Any]] = {}
    for pilot in pilots:
        found.setdefault(str(pilot.cohort), {"cohort": pilot.cohort, "pilots": []})["pilots"].append(pilot)
    return list(found.values())


def _front(asking: Asking, figures: Sequence[Figure], said: About, links: Sequence[Link]) -> bytes:
    cohorts = asking("applicants-by-cohort").rows
    numbers = {
        "count-pilots": len(asking("pilots").rows),
        "count-institutions": len({row["institution"] for row in asking("memberships").rows}),
        "count-joint": sum(row["pilots"] for row in cohorts if row["applicants"] > 1),
        "count-cohorts": sum(bool(row["recorded"]) for row in asking("cohort-coverage").rows),
        "count-areas": len(asking("area-counts").rows),
        "count-sources": asking.count("sources"),
        "count-evidence": asking.count("evidence"),
    }
    by_group = {group: [item for item in links if item.group == group] for group in ("pages", "files", "docs")}
    return _page(
        "index",
        said,
        numbers=numbers,
        links=by_group,
        figures=figures,
        picture=next((_shown(figure) for figure in reversed(figures)), None),
    )


def _page(name: str, said: About, **values: Any) -> bytes:
    kept = {"title": f"{name}-title", "language": "language", "language-label": "language-label"}
    texts = {key: dict(all_texts()[own]) for key, own in kept.items()}
    whole = page(
        TEMPLATES / f"{name}.html.jinja",
        styles=[(PARTS / "style.css").read_text(encoding="utf-8"), style_sheet(), _own("report.css")],
        scripts=[(PARTS / "languages.js").read_text(encoding="utf-8"), _own("report.js")],
        data={"texts": texts},
        title=f"{all_texts()[f'{name}-title']['zh']} · {all_texts()[f'{name}-title']['en']}",
        about=said,
        t=showing.text,
        b=showing.shown,
        names=showing.row_of,
        link=showing.link,
        **values,
    )
    return whole.encode()


def _own(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Shown:
    """A figure as the page shows it: its chart in both languages, wide and narrow, and its rows as a table.

    Of a long table the first rows stand in the page; `more` is how many there are then.
    """

    figure: Figure
    charts: Sequence[tuple[str, str, Markup]]
    table: showing.Grid
    more: int = 0

    @property
    def answers(self) -> list[Answer]:
        """What gave its rows, each command line once."""
        return list({answer.command: answer for answer in self.figure.answers}.values())

    @property
    def csv_files(self) -> list[str]:
        """The names of its CSV files."""
        return [self.figure.csv_name(place) for place in range(len(self.figure.answers))]


def _shown(figure: Figure) -> _Shown:
    charts = []
    for language in LANGUAGES:
        for form, room in (("wide", WIDE), ("narrow", NARROW)):
            svg = figure.draw(language, room).inside_page(
                figure.titles[language], f"{figure.name}-about", form == "wide"
            )
            charts.append((language, form, Markup(svg)))  # made by `drawing`, which escapes its texts
    table = showing.grid(figure.answers[0])
    if len(table.rows) <= _ROWS:
        return _Shown(figure, charts, table)
    return _Shown(figure, charts, replace(table, rows=table.rows[:_ROWS]), len(table.rows))
