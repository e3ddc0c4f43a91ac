"""The tools of the benchmarks: exponents, pictures, and the comparison of ratios. No time is asserted."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from scale.curves import exponent, picture
from scale.run import TOLERANCE, check, ratios

MEASURED = {
    "build": {
        "1000": {
            "records": 4.0, "floor_records": 2.0, "graph": 3.0, "floor_graph": 1.0, "serialising": 5.0,
            "floor_serialising": 5.0, "shacl_index": 1.0, "shacl_records": 1.0, "rules": 2.0,
        }
    },
    "load": {"1000": {"seconds": 1.1}},
    "raw_load": {"1000": {"seconds": 1.0}},
    "queries": {"1000": {"a": {"ours": 2.0, "raw": 1.0}, "b": {"ours": 8.0, "raw": 1.0}}},
    "network": {"1000": {"network": 3.0, "rows": 1.0}},
}  # fmt: skip


@pytest.mark.parametrize("power", [0.0, 1.0, 1.5, 2.0])
def test_exponent_of_a_power(power: float) -> None:
    """A curve that is a power of the size has that power as its exponent."""
    assert exponent([(size, 3 * size**power) for size in (10, 100, 3000)]) == pytest.approx(power)


def test_picture_holds_every_curve() -> None:
    """The picture is XML, and each curve has its line and its exponent; a cost of 0 has no place on such an axis."""
    drawn = ET.fromstring(picture("Cost", "s", {"one": [(10, 1), (100, 10)], "two": [(10, 0), (100, 2)]}))
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "one (1.00)" in texts
    assert "two" in texts
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


def test_ratios() -> None:
    """Ratios by hand: 4/2, 3/1, 5/5, (1+1)/4, 2/4, 1.1/1, the geometric mean of 2 and 8, 3/1."""
    assert list(ratios(MEASURED).values()) == pytest.approx([2, 3, 1, 0.5, 0.5, 1.1, 4, 3])


def test_check_tells_what_worsened(capsys: pytest.CaptureFixture[str]) -> None:
    """A ratio that is as it was passes; one that is worse than the tolerance allows is counted and named."""
    assert check(MEASURED, MEASURED) == 0
    worse = {**MEASURED, "network": {"1000": {"network": 3.1 * TOLERANCE, "rows": 1.0}}}
    assert check(worse, MEASURED) == 1
    assert "WORSE network to rows" in capsys.readouterr().out
