"""A figure: what it says, the rows behind it, how it is drawn; and as a file that can be read alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox_kg.messages import LANGUAGES
from sandbox_kg.report.asking import Answer
from sandbox_kg.report.drawing import Drawing
from sandbox_kg.report.words import About, Both, say

WIDE, NARROW = 744.0, 342.0
_MARGIN = 28


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        name: of its files.
        answers: the rows behind it; those that it draws first.
        heads: language to what it is about.
        titles: language to what it shows, with numbers of the graph.
        subtitles: language to how to read it.
        notes: language to what to beware of.
        draw: from a language and a width to the chart without these words.
    """

    name: str
    answers: Sequence[Answer]
    heads: Both
    titles: Both
    subtitles: Both
    notes: Both
    draw: Callable[[str, float], Drawing]

    def tables(self) -> dict[str, bytes]:
        """File name to the rows behind the figure as CSV."""
        return {self.csv_name(place): answer.csv() for place, answer in enumerate(self.answers)}

    def csv_name(self, place: int) -> str:
        """The file name of the rows of one of its questions."""
        more = "-".join(self.answers[place].given.values())
        return f"{self.name}{f'.{more}' if place and more else f'.{place + 1}' if place else ''}.csv"

    def files(self, number: int, said: About) -> dict[str, bytes]:
        """File name to the picture, one a language: title, chart, notes, source, licence, how to cite."""
        return {f"{self.name}.{language}.svg": self._file(number, said, language) for language in LANGUAGES}

    def _file(self, number: int, said: About, language: str) -> bytes:
        page = Drawing(WIDE + 2 * _MARGIN)
        y = _MARGIN + 2.0
        for text, role, gap in (
            (say("figure", language, number=number) + " · " + self.heads[language], "head", 3),
            (self.titles[language], "title", 4),
            (self.subtitles[language], "subtitle", 16),
        ):
            y = page.paragraph(_MARGIN, y, WIDE, text, role, most=5, even=role == "title") + gap
        chart = self.draw(language, WIDE)
        page.place(_MARGIN, y, chart)
        y += chart.height + 18
        y = page.paragraph(_MARGIN, y, WIDE, self.notes[language], "note", most=4, even=False) + 8
        page.line(_MARGIN, y, _MARGIN + WIDE, y, "grid")
        y += 8
        for text in source_lines(said, self.answers, language):
            y = page.paragraph(_MARGIN, y, WIDE, text, "source", most=4, even=False) + 1
        page.height = y + _MARGIN - 8
        title = f"{say('figure', language, number=number)}: {self.titles[language]}"
        words = " ".join((self.subtitles[language], self.notes[language], *source_lines(said, self.answers, language)))
        return page.file(self.name, language, title, words)


def source_lines(said: About, answers: Sequence[Answer], language: str) -> list[str]:
    """Where a figure or table comes from: data and query, licence and citation, where to report an error."""
    commands = "; ".join(dict.fromkeys(answer.command for answer in answers))
    return [
        say("dataset-line", language, title=said.titles[language], **said.dates, commands=commands),
        say("licence-line", language, cite=said.cite[language]),
        say("report-error", language),
    ]
