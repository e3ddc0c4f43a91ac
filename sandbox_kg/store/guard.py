"""What a query may do: it is parsed before it goes anywhere, and refused if it does more than ask.

Two readers look at each query. rdflib's SPARQL parser decides its form and what it holds; a small reader of tokens
finds where its parts stand, so that they can be pointed at and put together anew. Where they disagree the query is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sandbox_kg.store.errors import QueryError

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_DEEPEST = 100  # brackets in brackets; the parser calls itself for each
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<variable>[?$]\w+)
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<name>(?:\w[\w.\-]*)?:(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
    |(?P<word>[^\W\d]\w*)
    |(?P<number>\d+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# \u0022 is a quotation mark to one parser and a character inside a string to another: what is quoted would depend on
# the server. Above U+007F no character has a meaning of its own in SPARQL, so those escapes are the same to all.
_ASCII_ESCAPE = re.compile(r"\\u00[0-7][0-9A-Fa-f]|\\U000000[0-7][0-9A-Fa-f]")
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_FULL_WIDTH = frozenset(  # what a Chinese keyboard types for , . ; : ? ( ) [ ] { } < > " ' * = / # $ @
    "\uff0c\u3002\u3001\uff0e\uff1b\uff1a\uff1f\uff08\uff09\u3010\u3011\uff3b\uff3d\uff5b\uff5d\uff1c\uff1e\u300a\u300b"
    "\u201c\u201d\u2018\u2019\uff02\uff07\uff0a\uff1d\uff0f\uff03\uff04\uff20"
)
_POSITION = re.compile(r"error at (\d+):(\d+)")


@dataclass(frozen=True)
class Token:
    """A piece of a query.

    Attributes:
        kind: string, iri, variable, tag, name (with a prefix), word, number or other.
        text: the piece.
        start: where it begins.
    """

    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of the given keywords, in capitals or not."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True)
class Query:
    """A query that may be asked.

    Attributes:
        text: the query.
        form: `select`, `ask`, `construct` or `describe`; `update` where updates are allowed.
        columns: the variables of a SELECT in order, for `SELECT *` the order in which they are first named; empty for
            other forms.
        star: whether it is a `SELECT *`.
        tokens: its pieces, without white space and comments.
        first: the place of its first piece after the prefixes.
        has_dataset: whether it names graphs with FROM.
        algebra: what rdflib's parser made of it; None for an update.
    """

    text: str
    form: str
    columns: tuple[str, ...]
    star: bool
    tokens: Sequence[Token]
    first: int
    has_dataset: bool
    algebra: Any


def check(
    text: str,
    *,
    allow_service: bool = False,
    allow_from: bool = False,
    allow_update: bool = False,
    allow_load: bool = False,
) -> Query:
    """Parses a query and refuses it if it does what it must not.

    Args:
        text: the query.
        allow_service: let it call other servers.
        allow_from: let it name the graphs that it is asked over.
        allow_update: let it change the store.
        allow_load: let an update load what stands at an address.

    Returns:
        The query with its form and its parts.

    Raises:
        QueryError: it does not parse, or does what is not allowed; with line and column, and what to do.
    """
    return _checked(text, allow_service, allow_from, allow_update, allow_load)


@lru_cache(maxsize=64)  # most of what our client adds to a question is its parsing
def _checked(text: str, allow_service: bool, allow_from: bool, allow_update: bool, allow_load: bool) -> Query:
    text = _plain(text)
    tokens = list(_tokens(text))
    _refuse_depth(text, tokens)
    first = _first(text, tokens)
    if tokens[first].text.upper() in _UPDATES:
        return _checked_update(text, tokens, first, allow_update, allow_load, allow_service)
    parsed = _parse(text, tokens)
    form = str(parsed[1].name).removesuffix("Query").lower()
    if tokens[first].text.lower() != form:
        raise QueryError("guard-syntax", **_place(text, tokens[first].start))
    _refuse(text, tokens, _holds(parsed, "ServiceGraphPattern"), "SERVICE", allow_service, "guard-service")
    has_dataset = bool(parsed[1].datasetClause) or _word(tokens, "FROM") is not None
    _refuse(text, tokens, has_dataset, "FROM", allow_from, "guard-from")
    algebra = _translate(text, tokens, parsed)
    columns: tuple[str, ...] = ()
    star = form == "select" and not parsed[1].projection
    if star:  # each engine has an order of its own
        in_scope = set(map(str, algebra.PV))
        named = dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable")
        columns = tuple(name for name in named if name in in_scope)
    elif form == "select":
        columns = tuple(dict.fromkeys(str(item.evar or item.var) for item in parsed[1].projection))
    return Query(text, form, columns, star, tokens, first, has_dataset, algebra)


def _plain(text: str) -> str:
    """The text without a byte order mark, with its escapes of letters outside ASCII written out."""
    text = text.removeprefix("\ufeff")
    if found := _ASCII_ESCAPE.search(text):
        raise QueryError("guard-escape", escape=found.group(), **_place(text, found.start()))

    def write_out(found: re.Match[str]) -> str:
        try:
            return found.group(1) + chr(int(found.group(2) or found.group(3), 16))
        except (ValueError, OverflowError):
            raise QueryError("guard-escape", escape=found.group(), **_place(text, found.start())) from None

    written = _ESCAPE.sub(write_out, text)
    try:
        written.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QueryError("guard-syntax", **_place(written, error.start)) from None
    return written


def _tokens(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        if found.lastgroup and found.lastgroup != "space":
            yield Token(found.lastgroup, found.group(), found.start())


def _refuse_depth(text: str, tokens: Sequence[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
        if depth > _DEEPEST:
            raise QueryError("guard-deep", **_place(text, token.start))


def _first(text: str, tokens: Sequence[Token]) -> int:
    """Where the query proper begins, behind BASE and PREFIX."""
    for place, token in enumerate(tokens):
        if token.is_word(*FORMS, *_UPDATES):
            return place
        if not (token.is_word("BASE", "PREFIX") or token.kind in ("name", "iri")):
            raise _wrong(text, tokens, token.start)
    raise QueryError("guard-empty")


def _parse(text: str, tokens: Sequence[Token]) -> Any:
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import QueryUnit

    try:
        # Not parseQuery: it writes out escapes without looking whether their backslash is itself escaped.
        return QueryUnit.parse_string(text, parse_all=True)
    except ParseBaseException as error:
        raise _wrong(text, tokens, error.loc) from None
    except RecursionError:
        raise QueryError("guard-deep", **_place(text, 0)) from None
    except Exception as error:  # its parse actions raise what they like, such as for an impossible number
        raise QueryError("query-syntax", error=_one_line(error)) from None


def _translate(text: str, tokens: Sequence[Token], parsed: Any) -> Any:
    from rdflib.plugins.sparql.algebra import translateQuery

    try:
        return translateQuery(parsed).algebra
    except RecursionError:
        raise QueryError("guard-deep", **_place(text, 0)) from None
    except Exception as error:  # rdflib raises plain Exception here
        said = str(error)
        if said.startswith("Unknown namespace prefix"):
            prefix = said.rpartition(":")[2].strip()
            start = next((t.start for t in tokens if t.kind == "name" and t.text.startswith(f"{prefix}:")), 0)
            raise QueryError("guard-prefix", prefix=prefix, **_place(text, start)) from None
        raise QueryError("query-syntax", error=_one_line(error)) from None


def _wrong(text: str, tokens: Sequence[Token], start: int) -> QueryError:
    """The error of a query that does not parse, where it most likely goes wrong."""
    for token in tokens:
        if token.kind == "other" and token.text in _FULL_WIDTH:
            return QueryError("guard-full-width", character=token.text, **_place(text, token.start))
    if not any(token.is_word("SERVICE", "LOAD") for token in tokens):
        start = _better_place(text, start)
    return QueryError("guard-syntax", **_place(text, start))


def _better_place(text: str, start: int) -> int:
    """Where Oxigraph's parser stops: rdflib's often points at the beginning of the group that holds the mistake."""
    import pyoxigraph as ox

    try:
        ox.Store().query(text)
    except (SyntaxError, ValueError) as error:
        if found := _POSITION.search(str(error)):
            lines = text.split("\n")
            line, column = int(found.group(1)), int(found.group(2))
            return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    except (OSError, RuntimeError):
        return start
    return start


def _checked_update(
    text: str, tokens: Sequence[Token], first: int, allow_update: bool, allow_load: bool, allow_service: bool
) -> Query:
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import UpdateUnit

    _refuse(text, tokens, True, tokens[first].text.upper(), allow_update, "guard-update")
    try:
        parsed = UpdateUnit.parse_string(text, parse_all=True)
    except ParseBaseException as error:
        raise QueryError("guard-syntax", **_place(text, error.loc)) from None
    except RecursionError:
        raise QueryError("guard-deep", **_place(text, 0)) from None
    except Exception as error:
        raise QueryError("query-syntax", error=_one_line(error)) from None
    _refuse(text, tokens, _holds(parsed, "Load"), "LOAD", allow_load, "guard-load")
    _refuse(text, tokens, _holds(parsed, "ServiceGraphPattern"), "SERVICE", allow_service, "guard-service")
    return Query(text, "update", (), False, tokens, first, False, None)


def _refuse(text: str, tokens: Sequence[Token], found: bool, word: str, allowed: bool, key: str) -> None:
    """Refuses what the parser found, or what stands there as a keyword, unless it is allowed."""
    token = _word(tokens, word)
    if (found or token) and not allowed:
        raise QueryError(key, word=word, **_place(text, token.start if token else 0))


def _word(tokens: Sequence[Token], word: str) -> Token | None:
    return next((token for token in tokens if token.is_word(word)), None)


def _holds(node: Any, name: str) -> bool:
    """Whether a node of the given name stands anywhere in what the parser made."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if getattr(item, "name", None) == name:
            return True
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif not isinstance(item, str) and hasattr(item, "__iter__"):
            waiting.extend(item)
    return False


def _place(text: str, start: int) -> dict[str, object]:
    """Line and column of a place, counted from 1, and what stands there."""
    before = text[:start]
    line = before.count("\n") + 1
    near = _one_line(text[start : start + 40].split("\n")[0])
    return {"line": line, "column": start - (before.rfind("\n") + 1) + 1, "near": near or "…"}


def _one_line(said: object) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in str(said)).split())[:300]
