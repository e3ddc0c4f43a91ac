"""Cost against size: fitted exponents, and a picture of curves on logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Curve = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _RIGHT, _TOP = 720, 420, 70, 50, 200, 30
_COLOURS = ("#1b6ca8", "#c0392b", "#2e7d32", "#8e44ad", "#b9770e", "#00838f", "#5d4037", "#455a64")


def exponent(curve: Curve) -> float:
    """The slope of the straight line through the points on logarithmic axes (least squares): 1 is linear growth."""
    points = [(math.log(size), math.log(cost)) for size, cost in curve if cost > 0]
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    across = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return across / sum((x - mean_x) ** 2 for x, _ in points)


def picture(title: str, unit: str, curves: Mapping[str, Curve], across: str = "pilots") -> str:
    """An SVG of curves on logarithmic axes, each with its exponent; `across` is what the sizes count."""
    sizes = [size for curve in curves.values() for size, _ in curve]
    costs = [cost for curve in curves.values() for _, cost in curve if cost > 0]
    low_x, high_x = math.log10(min(sizes)), math.log10(max(sizes))
    low_y, high_y = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))

    def x(size: float) -> float:
        return _LEFT + (math.log10(size) - low_x) / (high_x - low_x) * (_WIDTH - _LEFT - _RIGHT)

    def y(cost: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(cost) - low_y) / (high_y - low_y) * (_HEIGHT - _BOTTOM - _TOP)

    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12" role="img"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}><title>{title}</title>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="18" font-size="14">{title}</text>',
    ]
    for power in range(low_y, high_y + 1):
        at = y(10**power)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10**power:g} {unit}</text>')
    for size in sorted(set(sizes)):
        parts.append(f'<text x="{x(size):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{size:g}</text>')
    parts.append(f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 10}" text-anchor="middle">{across}</text>')
    labels = sorted(curves, key=lambda name: y(max(curves[name][-1][1], 10**low_y)))
    last = 0.0
    for place, name in enumerate(labels):
        curve = [(size, cost) for size, cost in curves[name] if cost > 0]
        colour = _COLOURS[place % len(_COLOURS)]
        line = " ".join(f"{x(size):.1f},{y(cost):.1f}" for size, cost in curve)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(size):.1f}" cy="{y(cost):.1f}" r="3" fill="{colour}"/>' for size, cost in curve]
        last = max(y(curve[-1][1]) + 4, last + 14)  # labels do not cover each other
        said = f"{name} ({exponent(curve):.2f})" if len(curve) > 1 else name
        parts.append(f'<text x="{_WIDTH - _RIGHT + 8}" y="{last:.1f}" fill="{colour}">{said}</text>')
    return "\n".join([*parts, "</svg>", ""])
