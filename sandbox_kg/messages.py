"""The catalogue of everything that is shown to a user, in Chinese and English (`messages.toml`)."""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """The catalogue: message key to its text in each language."""
    return tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))


def message(key: str, language: str, /, **values: object) -> str:
    """One message, with its placeholders filled.

    Raises:
        KeyError: the catalogue has no such message.
    """
    return catalogue()[key][language].format(**values)


def default_language(environment: Mapping[str, str] | None = None) -> str:
    """`zh` where the user's locale is Chinese, else `en`."""
    environment = os.environ if environment is None else environment
    for name in ("SANDBOX_KG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    if os.name == "nt":
        return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
    return "en"


def language_of(arguments: Sequence[str], encoding: str, environment: Mapping[str, str] | None = None) -> str:
    """The language of a command line: `--lang zh|en` where it is given and valid, else the locale's.

    Without `--lang`, a console whose encoding has no Chinese is spoken to in English rather than in escapes.
    """
    for position, argument in enumerate(arguments):
        value = ""
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        elif argument.startswith("--lang="):
            value = argument.partition("=")[2]
        if value in LANGUAGES:
            return value
    language = default_language(environment)
    try:
        message("help", language).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "en"
    return language
