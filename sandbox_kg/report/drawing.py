"""A picture as a list of marks and texts, and its two forms: an SVG file that stands alone, SVG inside a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from sandbox_kg.report.look import FONTS, attributes, is_bold, size
from sandbox_kg.report.type_setting import fit, width, wrap

LEADING = 1.32
TAGS = {"zh": "zh-CN", "en": "en"}


_GROUND = frozenset({("line", "grid"), ("rect", "heat-0")})


@dataclass
class Drawing:
    """Marks and texts with their roles; distances are pixels from the upper left corner.

    Attributes:
        width: of the picture.
        height: of the picture; grows with what is put in.
    """

    width: float
    height: float = 0.0
    _marks: list[tuple[str, str, dict[str, float | str], str, str]] = field(default_factory=list)
    _parts: list[tuple[float, float, Drawing]] = field(default_factory=list)

    def rect(self, x: float, y: float, w: float, h: float, role: str, tip: str = "", round_: float = 0) -> None:
        """A rectangle; `tip` is shown when a pointer rests on it."""
        more: dict[str, float | str] = {"rx": round_} if round_ else {}
        self._add("rect", role, {"x": x, "y": y, "width": w, "height": h, **more}, tip=tip, low=y + h)

    def line(self, x1: float, y1: float, x2: float, y2: float, role: str) -> None:
        """A line."""
        self._add("line", role, {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, low=max(y1, y2))

    def circle(self, x: float, y: float, r: float, role: str, tip: str = "") -> None:
        """A circle."""
        self._add("circle", role, {"cx": x, "cy": y, "r": r}, tip=tip, low=y + r)

    def path(self, points: list[tuple[float, float]], role: str, closed: bool = False, tip: str = "") -> None:
        """Straight lines through points."""
        d = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points) + ("Z" if closed else "")
        self._add("path", role, {"d": d}, tip=tip, low=max(y for _, y in points))

    def text(self, x: float, y: float, content: str, role: str, anchor: str = "start", upright: bool = False) -> float:
        """A text of one line that begins at `x` on the baseline `y`; `upright` lets it run upwards from there.

        Returns:
            How wide it is taken to be.
        """
        content = fit(content)
        if content:
            more: dict[str, float | str] = {} if anchor == "start" else {"text-anchor": anchor}
            more |= {"transform": f"rotate(-90 {_number(x)} {_number(y)})"} if upright else {}
            self._add("text", role, {"x": x, "y": y, **more}, content=content, low=y + size(role) * 0.3)
        return width(content, size(role))

    def label(self, x: float, y: float, content: str, role: str, anchor: str = "start") -> float:
        """A text on ground of its own, so that lines run behind it."""
        wide = width(fit(content), size(role))
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        self.rect(left - 2, y - size(role) * 0.92, wide + 4, size(role) * 1.22, "ground")
        return self.text(x, y, content, role, anchor)

    def paragraph(
        self, x: float, top: float, room: float, content: str, role: str, most: int = 3, even: bool = True
    ) -> float:
        """A text in as many lines as it needs (see `type_setting.wrap`); returns where the next thing may begin."""
        lines = wrap(content, room * (0.94 if is_bold(role) else 1), size(role), most, even)
        for place, line in enumerate(lines):
            self.text(x, top + size(role) * (0.95 + place * LEADING), line, role)
        return top + size(role) * LEADING * len(lines)

    def place(self, x: float, y: float, part: Drawing) -> None:
        """Another picture inside this one."""
        self._parts.append((x, y, part))
        self.height = max(self.height, y + part.height)

    def _add(
        self, tag: str, role: str, where: dict[str, float | str], tip: str = "", content: str = "", low: float = 0
    ) -> None:
        self._marks.append((tag, role, where, content, tip))
        self.height = max(self.height, low)

    def _body(self, classes: bool, tips: bool = True) -> list[str]:
        out = self._ground() if classes else []
        for tag, role, where, content, tip in self._marks:
            if classes and (tag, role) in _GROUND:
                continue
            look = f'class="f-{role}"' if classes else attributes(role)
            if classes and "text-anchor" in where:
                where = dict(where)
                look = f'class="f-{role} {where.pop("text-anchor")}"'
            said = " ".join(
                f'{key}="{value if isinstance(value, str) else _number(value)}"' for key, value in where.items()
            )
            inside = escape(content) + (f"<title>{escape(fit(tip))}</title>" if tip and tips else "")
            out.append(f"<{tag} {said} {look}" + (f">{inside}</{tag}>" if inside else "/>"))
        for x, y, part in self._parts:
            out += [f'<g transform="translate({_number(x)} {_number(y)})">', *part._body(classes, tips), "</g>"]
        return out

    def _ground(self) -> list[str]:
        """Lines of the grid and empty cells as one path each, under everything: a page has thousands of them."""
        paths: dict[str, list[str]] = {}
        for tag, role, where, _, _ in self._marks:
            if (tag, role) in _GROUND:
                at = {key: _number(float(value)) for key, value in where.items()}
                paths.setdefault(role, []).append(_cell(at) if tag == "rect" else _stroke(at))
        return [f'<path d="{"".join(parts)}" class="f-{role}"/>' for role, parts in paths.items()]

    def inside_page(self, title: str, described_by: str, tips: bool = True) -> str:
        """SVG for a page that has the style sheet of `look`; its words are said by `title` and the element named.

        Args:
            title: what it shows.
            described_by: the id of the element that says how to read it.
            tips: whether marks say more where a pointer rests on them; a phone has none.
        """
        box = f"0 0 {_number(self.width)} {_number(self.height)}"
        head = f'<svg viewBox="{box}" role="img" aria-label={quoteattr(fit(title))} aria-describedby="{described_by}">'
        return "\n".join([head, *self._body(True, tips), "</svg>"])

    def file(self, name: str, language: str, title: str, description: str) -> bytes:
        """A whole SVG file on light ground, readable in any viewer."""
        box = f"{_number(self.width)} {_number(self.height)}"
        w, h = box.split()
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {box}"',
            f'  role="img" aria-labelledby="{name}-title {name}-desc"',
            f'  xml:lang="{TAGS[language]}" font-family="{FONTS[language]}">',
            f'<title id="{name}-title">{escape(fit(title))}</title>',
            f'<desc id="{name}-desc">{escape(fit(description))}</desc>',
            f'<rect width="{w}" height="{h}" {attributes("ground")}/>',
            *self._body(False),
            "</svg>",
        ]
        return ("\n".join(lines) + "\n").encode()


def _stroke(at: dict[str, str]) -> str:
    if at["x1"] == at["x2"]:
        return f"M{at['x1']} {at['y1']}V{at['y2']}"
    if at["y1"] == at["y2"]:
        return f"M{at['x1']} {at['y1']}H{at['x2']}"
    return f"M{at['x1']} {at['y1']}L{at['x2']} {at['y2']}"


def _cell(at: dict[str, str]) -> str:
    return f"M{at['x']} {at['y']}h{at['width']}v{at['height']}h-{at['width']}z"


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
