"""One HTML file from a template, a style, scripts and data, under a Content-Security-Policy that allows just these.

Templates escape what they are given. Scripts and styles are constants of ours, named in the policy by their hashes;
what comes from the graph stands in data blocks (JSON), which no browser runs, and reaches the page through
`textContent`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

PARTS = Path(__file__).parent / "parts"


def texts(*files: Path) -> dict[str, dict[str, str]]:
    """The texts of pages: key to the text in each language; those all pages share, and those of the files given."""
    found: dict[str, dict[str, str]] = {}
    for file in (PARTS / "texts.toml", *files):
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def page(
    template: Path,
    *,
    styles: Sequence[str],
    scripts: Sequence[str],
    data: Mapping[str, object],
    policy: Mapping[str, str] | None = None,
    **values: object,
) -> str:
    """A whole page.

    Args:
        template: a Jinja template; it includes `head.html.jinja` and `scripts.html.jinja` of the shared parts.
        styles: style sheets, each a text of ours.
        scripts: scripts, in order, each a text of ours.
        data: id of a data block to what it holds, as JSON values.
        policy: directives of the policy that a page needs beyond its own styles and scripts, such as `img-src`.
        values: what else the template shows; it is escaped.

    Returns:
        The page. The same arguments give the same text.
    """
    made, parts = prepared(template, styles=styles, scripts=scripts, data=data, policy=policy)
    return made.get_template(template.name).render(**parts, **values)


def prepared(
    template: Path,
    *,
    styles: Sequence[str],
    scripts: Sequence[str],
    data: Mapping[str, object],
    policy: Mapping[str, str] | None = None,
) -> tuple[Environment, dict[str, object]]:
    """What renders a page, and what the shared parts of its template are rendered with; as for `page`.

    It is for templates that something else renders, such as pyvis. A template turns a value into harmless JSON with the
    filter `embedded`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader([template.parent, PARTS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["embedded"] = lambda value: Markup(embedded(value))
    for text in (*styles, *scripts):
        if any(end in text.lower() for end in ("</script", "</style", "<!--")):
            raise ValueError("a style or script that ends its own element")
    return made, {
        "policy": content_security_policy(styles, scripts, policy or {}),
        "styles": [Markup(text) for text in styles],  # ours, and checked above
        "scripts": [Markup(text) for text in scripts],
        "data": {name: Markup(embedded(value)) for name, value in sorted(data.items())},
    }


def content_security_policy(styles: Sequence[str], scripts: Sequence[str], more: Mapping[str, str]) -> str:
    """A policy that forbids everything but these styles and scripts, and what `more` adds."""
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)) or "'none'",
        "style-src": " ".join(map(_hash, styles)) or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    for name, sources in more.items():
        before = directives.get(name, "'none'")
        directives[name] = sources if before == "'none'" else f"{before} {sources}"
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def embedded(value: object) -> str:
    """A value as JSON that can stand inside a script element: no `<` is left that could end it.

    A list stands one item a line, so that two pages can be compared.
    """
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_json, value)) + "\n]"
    return _json(value)


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
