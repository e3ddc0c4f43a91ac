"""The texts of the report in each language, and what every page and picture says about the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from sandbox_kg.messages import LANGUAGES, message
from sandbox_kg.pages.html import texts
from sandbox_kg.report.asking import Asking
from sandbox_kg.report.look import TEMPLATES

Both = Mapping[str, str]
SPACE = {"zh": "", "en": " "}  # between sentences
_HAN = "\u3400-\u9fff"
_MARKS = dict(zip(",:;?!", "\uff0c\uff1a\uff1b\uff1f\uff01", strict=True))
_MARK = re.compile(rf"(?<=[{_HAN}\u201d\uff09}}])([,:;?!])|([,:;?!])(?=[{_HAN}\u201c{{])")
_BRACKETS = re.compile(rf"\(([^()]*[{_HAN}][^()]*)\)")


@cache
def all_texts() -> dict[str, dict[str, str]]:
    """Key to text in each language: those of all pages and those of the report."""
    return texts(TEMPLATES / "texts.toml")


def say(key: str, language: str, **values: object) -> str:
    """A text with its {names} filled.

    Raises:
        KeyError: there is no such text, or a name is not given.
    """
    return chinese(all_texts()[key][language], language).format_map(values)


@cache
def chinese(text: str, language: str = "zh") -> str:
    """A Chinese text with the wide punctuation of print; what stands in {names} is left as it is.

    The catalogues of the project have narrow marks, which look torn in a large title.
    """
    if language != "zh" or not re.search(f"[{_HAN}]", text):
        return text
    text = _BRACKETS.sub("\uff08\\1\uff09", text)
    return _MARK.sub(lambda match: _MARKS[match[0]], text)


def both(make: Callable[[str], str]) -> dict[str, str]:
    """A text in each language."""
    return {language: make(language) for language in LANGUAGES}


def capital(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class About:
    """What the data are.

    Attributes:
        titles: language to the name of the data set.
        version: of the data.
        cut_off: the last day that they cover.
        licence: address of the licence.
        cite: language to how to cite.
    """

    titles: Both
    version: str
    cut_off: str
    licence: str
    cite: Both

    @property
    def dates(self) -> dict[str, str]:
        """Version and last day, as texts name them."""
        return {"version": self.version, "cutOff": self.cut_off}


def about(asking: Asking) -> About:
    """What the graph says about itself."""
    (row,) = asking("dataset").rows
    titles = both(lambda language: asking.label(row["dataset"], language))
    said = {"version": str(row["version"]), "cut_off": str(row["cutOff"])}
    cite = both(lambda language: chinese(message("cite", language, title=titles[language], **said), language))
    return About(titles=titles, licence=str(row["licence"]), cite=cite, **said)
