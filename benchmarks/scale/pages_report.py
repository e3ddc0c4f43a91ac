"""The part of RESULTS.md that tells how soon pages are made and show their picture, with its curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scale.curves import picture
from scale.tables import seconds, table

_HEADS = ["page, headless Chromium", "institutions", "size (KB)", "made in (s)", "first complete picture (ms)"]
_SAID = """
The invented networks are the same at each level of institution, so that their islands are arranged once; a page of
three levels of which none is like another takes longer to make. Stock pyvis is given up after a minute and not tried
with larger networks.
"""


def pages(found: list[dict[str, Any]], folder: Path) -> list[str]:
    """The section; the curves are written into a folder."""
    if not found:
        return ["\n## Pages\n", "Not measured: there is no Chromium.\n"]
    parts = ["\n## Pages\n", table(_HEADS, [_row(one) for one in found]), _SAID]
    curves = {
        name: curve
        for name, curve in {
            "made": _curve(found, "explorer", "made", 1.0),
            "first picture": _curve(found, "explorer", "picture", 1000.0),
            "first picture, stock pyvis": _curve(found, "stock pyvis", "picture", 1000.0),
        }.items()
        if len(curve) > 1
    }
    if curves:
        text = picture("Pages of invented networks", "s", curves, across="institutions")
        (folder / "pages.svg").write_text(text, encoding="utf-8")
        parts.append("\n![Seconds until a page is made and shows its picture, against institutions](pages.svg)\n")
    return parts


def _row(one: dict[str, Any]) -> list[str]:
    if one["picture"] is None:
        return [one["page"], f"{one['institutions']:,}", "–", "–", "not tried"]
    shown = f"> {one['patience']:,.0f}" if one["picture"] >= one["patience"] else f"{one['picture']:,.0f}"
    return [one["page"], f"{one['institutions']:,}", f"{one['kilobytes']:,.0f}", seconds(one["made"]), shown]


def _curve(found: list[dict[str, Any]], kind: str, what: str, unit: float) -> list[tuple[float, float]]:
    """The invented networks of a kind of page, without those that were given up."""
    return [
        (one["institutions"], one[what] / unit)
        for one in found
        if one["page"].endswith(f"invented, {kind}") and one["picture"] is not None and one["picture"] < one["patience"]
    ]
