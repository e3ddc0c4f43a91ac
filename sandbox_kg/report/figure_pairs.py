"""The figure of technologies by scenario."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox_kg.report.asking import Asking
from sandbox_kg.report.drawing import Drawing
from sandbox_kg.report.figure import Figure
from sandbox_kg.report.figures_counts import broader
from sandbox_kg.report.heat import heat
from sandbox_kg.report.ordering import as_tree
from sandbox_kg.report.quantities import listed
from sandbox_kg.report.words import both, capital, say

_LEAST = 2  # pilots that a technology or scenario must have to be shown
_MOST_ROWS, _MOST_COLUMNS, _MOST_PAIRS = 24, 8, 3


def technology_by_scenario(asking: Asking) -> Figure | None:
    """Which technologies go with which scenarios."""
    answer = asking("technologies-by-scenario")
    scenarios, technologies = asking("scenario-counts"), asking("technology-counts")
    cells = {(row["scenario"], row["technology"]): row["pilots"] for row in answer.rows}
    if not cells:
        return None
    of_scenarios = {row["scenario"]: (row["pilots"],) for row in scenarios.rows}
    of_technologies = {row["technology"]: (row["pilots"],) for row in technologies.rows}
    least = _LEAST if max(cells.values()) > 1 else 1
    shown = _largest(of_scenarios, least, _MOST_ROWS)
    rows = as_tree({thing: of_scenarios[thing] for thing in shown}, broader(asking))
    columns = _largest(of_technologies, least, _MOST_COLUMNS)
    top = [pair for pair in sorted(cells, key=lambda pair: (-cells[pair], pair)) if cells[pair] == max(cells.values())]

    def title(language: str) -> str:
        names = [
            say(
                "pair",
                language,
                scenario=asking.label(scenario, language),
                technology=asking.label(technology, language),
            )
            for scenario, technology in top[:_MOST_PAIRS]
        ]
        key = f"technology-by-scenario-title-{'one' if len(names) == 1 else 'many'}"
        return say(key, language, pairs=capital(listed(names, language)), count=max(cells.values()))

    def draw(language: str, room: float) -> Drawing:
        return heat(
            [(thing, capital(asking.label(thing, language)), depth) for thing, depth in rows],
            [(thing, capital(asking.label(thing, language))) for thing in columns],
            cells,
            room,
            (say("scenario", language), say("technology", language)),
        )

    numbers = {"rows": len(rows), "columns": len(columns), "least": least}
    every = {"allRows": len(of_scenarios), "allColumns": len(of_technologies)}
    return Figure(
        name="technology-by-scenario",
        answers=[answer, scenarios, technologies],
        heads=both(lambda language: say("technology-by-scenario", language)),
        titles=both(title),
        subtitles=both(lambda language: say("technology-by-scenario-subtitle", language, **numbers, **every)),
        notes=both(lambda language: say("technology-by-scenario-note", language)),
        draw=draw,
    )


def _largest(sizes: Mapping[str, tuple[int]], least: int, most: int) -> list[str]:
    return sorted((thing for thing in sizes if sizes[thing][0] >= least), key=lambda t: (-sizes[t][0], t))[:most]
