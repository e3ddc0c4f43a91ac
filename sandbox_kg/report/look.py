"""Colours and roles of figures, from `template/look.toml`: as attributes of a picture or as a style sheet of a page."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "template"
_CHINESE = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC'"
# Latin first in English: fonts of Chinese set quotation marks as wide as a character.
FONTS = {
    "zh": f"{_CHINESE},system-ui,'Segoe UI',sans-serif",
    "en": f"'Helvetica Neue',Helvetica,Arial,'Liberation Sans','Noto Sans',{_CHINESE},sans-serif",
}


@cache
def look() -> dict[str, dict[str, Any]]:
    """`colours` (name to its value on light and on dark ground) and `roles` (name to fill, stroke, size and so on)."""
    return tomllib.loads((TEMPLATES / "look.toml").read_text(encoding="utf-8"))


def size(role: str) -> float:
    """The size of a text's type in pixels."""
    return float(look()["roles"][role]["size"])


def is_bold(role: str) -> bool:
    """Whether a text is set bold, and so is wider than it is taken to be."""
    return "weight" in look()["roles"][role]


@cache
def attributes(role: str) -> str:
    """What a role looks like on light ground, as SVG attributes: any reader of SVG understands these."""
    said = look()["roles"][role]
    out = []
    for key, name in (("fill", "fill"), ("stroke", "stroke")):
        if key in said:
            colour = said[key]
            out.append(f'{name}="{colour if colour == "none" else look()["colours"][colour][0]}"')
    for key, name in (("stroke-width", "stroke-width"), ("dash", "stroke-dasharray"), ("size", "font-size")):
        if key in said:
            out.append(f'{name}="{said[key]}"')
    if "weight" in said:
        out.append(f'font-weight="{said["weight"]}"')
    return " ".join(out)


def style_sheet() -> str:
    """The roles as classes `f-ROLE` of figures inside a page, with colours that follow light, dark and print."""
    colours = look()["colours"]
    light, dark = (" ".join(f"--f-{name}: {values[ground]};" for name, values in colours.items()) for ground in (0, 1))
    rules = [
        f":root {{ {light} }}",
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}',
        f':root[data-theme="dark"] {{ {dark} }}',
        f'@media print {{ :root, :root[data-theme], :root:not([data-theme="light"]) {{ {light} }} }}',
        ".figure svg { display: block; width: 100%; height: auto; }",
        ".figure .middle { text-anchor: middle; } .figure .end { text-anchor: end; }",
        *(f".figure .{language} svg {{ font-family: {fonts}; }}" for language, fonts in FONTS.items()),
    ]
    for role, said in look()["roles"].items():
        parts = [
            f"{key}: {said[key] if said[key] == 'none' else f'var(--f-{said[key]})'};"
            for key in ("fill", "stroke")
            if key in said
        ]
        parts += [f"stroke-width: {said['stroke-width']};"] if "stroke-width" in said else []
        parts += [f"stroke-dasharray: {said['dash']};"] if "dash" in said else []
        parts += [f"font-size: {said['size']}px;"] if "size" in said else []
        parts += [f"font-weight: {said['weight']};"] if "weight" in said else []
        rules.append(f".f-{role} {{ {' '.join(parts)} }}")
    return "\n".join(rules) + "\n"
