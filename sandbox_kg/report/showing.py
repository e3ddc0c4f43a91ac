"""What templates show texts with: both languages stand in the page, and the style shows one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from sandbox_kg.messages import LANGUAGES
from sandbox_kg.report.asking import Answer
from sandbox_kg.report.drawing import TAGS
from sandbox_kg.report.quantities import listed
from sandbox_kg.report.type_setting import fit
from sandbox_kg.report.words import Both, both, chinese, say


def shown(texts: Both) -> Markup:
    """A text in each language, each isolated from the direction of the other; one element where they are the same."""
    cleaned = {language: fit(texts[language]) for language in LANGUAGES}
    if len(set(cleaned.values())) == 1:
        return Markup("<bdi>{}</bdi>").format(cleaned[LANGUAGES[0]])
    parts = (Markup('<bdi lang="{}">{}</bdi>').format(TAGS[language], cleaned[language]) for language in LANGUAGES)
    return Markup("").join(parts)


def text(key: str, **values: Any) -> Markup:
    """A text of the catalogue in each language; a value that is a text in each language is put in as such."""

    def filled(language: str) -> str:
        given = {name: value[language] if isinstance(value, Mapping) else value for name, value in values.items()}
        return say(key, language, **given)

    return shown(both(filled))


def row_of(texts: Sequence[Both]) -> Markup:
    """Several names as one text in each language: `A, B and C`."""
    return shown(both(lambda language: listed([item[language] for item in texts], language)))


def link(address: str, words: Markup | str) -> Markup:
    """A link out of the page, where the address is one of the web; else the words alone."""
    if not address.startswith(("http://", "https://")):
        return Markup(escape(words))
    return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(address, words)


@dataclass(frozen=True)
class Grid:
    """A table in the page: heads and rows, each cell with whether it is a number."""

    heads: Sequence[tuple[Markup, bool]]
    rows: Sequence[Sequence[tuple[Markup, bool]]]


def grid(answer: Answer, leave_out: Collection[str] = ()) -> Grid:
    """The rows of an answer as a table in the page; columns in which nothing stands are left out.

    Two columns that hold one text in each language (`nameZh`, `nameEn`) become one.

    Args:
        answer: the rows.
        leave_out: columns that the page does not need; the CSV has them.
    """
    columns = [
        column
        for column in answer.result.columns
        if column not in leave_out and any(row[column] is not None for row in answer.rows)
    ]
    twins = {
        column: f"{column[:-2]}En" for column in columns if column.endswith("Zh") and f"{column[:-2]}En" in columns
    }
    columns = [column for column in columns if column not in twins.values()]
    rows = [
        [
            (shown({"zh": row[column] or "", "en": row[twins[column]] or ""}), False)
            if column in twins
            else _cell(answer, row[column])
            for column in columns
        ]
        for row in answer.rows
    ]
    heads = []
    for place, column in enumerate(columns):
        means = {"zh": answer.columns[column]["zh"], "en": answer.columns[twins.get(column, column)]["en"]}
        words = shown(both(lambda language, means=means: chinese(means[language], language)))  # type: ignore[misc]
        heads.append((words, all(row[place][1] or not row[place][0] for row in rows)))
    return Grid(heads, rows)


def _cell(answer: Answer, value: Any) -> tuple[Markup, bool]:
    if value is None:
        return Markup(""), False
    if value in answer.labels:
        return shown(answer.labels[value]), False
    number = not isinstance(value, str)
    words = f"{value:,}" if number else fit(value)
    return Markup("<bdi>{}</bdi>").format(words.rpartition("/")[2] if words.startswith("https://") else words), number
