"""Answers of public questions as tables of Markdown, in both languages, for pages that a build writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sandbox_kg.library import Question
from sandbox_kg.messages import LANGUAGES, message
from sandbox_kg.project import Project
from sandbox_kg.store.embedded import EmbeddedStore

Row = Mapping[str, str]
Shown = Callable[[str, str], str]
_MARKS = {"yes": "✓", "no": ""}


@dataclass(frozen=True)
class Section:
    """A table of a page.

    Attributes:
        key: of the message that is its heading; the message `KEY-about` says how to read it.
        question: the question of the library that it shows.
        columns: of the question, in order; all without them.
        rows: which rows, in which order; all as they come without it.
    """

    key: str
    question: str
    columns: Sequence[str] = ()
    rows: Callable[[list[dict[str, str]]], Iterable[Row]] = list


def cells(store: EmbeddedStore, project: Project, empty: Mapping[str, str]) -> Shown:
    """What turns a column and a value into a cell: things by their labels, yes and no as marks.

    Args:
        store: the graph.
        project: where its questions are.
        empty: column to the message that says what an empty cell means; of others it means that nothing is known.
    """
    labels = {
        row["thing"]: f"{row['zh']} / {row['en']}" for row in store.select(project.queries / "internal" / "labels.rq")
    }

    def shown(column: str, value: str) -> str:
        if not value:
            return " / ".join(message(empty[column], language) for language in LANGUAGES) if column in empty else "–"
        if value in _MARKS:
            return _MARKS[value]
        return (labels.get(value) or value).replace("|", "\\|")

    return shown


def both(key: str, **values: object) -> list[str]:
    """A message as a paragraph in each language, English first."""
    return [part for language in reversed(LANGUAGES) for part in (message(key, language, **values), "")]


def table(section: Section, question: Question, answer: list[dict[str, str]], shown: Shown) -> list[str]:
    """The lines of a section: heading, how to read it, the command that gives it, the rows."""
    columns = section.columns or list(question.columns)
    heads = [" / ".join(question.columns[column][language] for language in LANGUAGES) for column in columns]
    lines = [f"## {message(section.key, 'en')} {message(section.key, 'zh')}", "", *both(f"{section.key}-about")]
    lines += [f"`sandbox-kg query {question.name}`", ""]
    lines += [_line(heads), _line("---" for _ in columns)]
    lines += [_line(shown(column, row[column]) for column in columns) for row in section.rows(answer)]
    return [*lines, ""]


def _line(cells_of_row: Iterable[str]) -> str:
    return f"| {' | '.join(cells_of_row)} |"
