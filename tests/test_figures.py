"""Published figures computed anew."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox_kg.building import Checked
from sandbox_kg.figures import CONFIRMED, CONTRADICTED, NOT_REACHED, compute_figures, verdict
from sandbox_kg.project import Project

# slug: (stated, own words, all evidence, verdict). Counted by hand, by the article's numbers:
# banks: all but 6 11 13 17 26. Blockchain in a name: 8 16 19 22 29.
# big data in the article: 2 8 20 24 26 27 28; other sources add 5 13 22 29.
# artificial intelligence in the article: 7 (robots) 14 (graph analysis) 18 20 21 24 28 (machine learning); others add
# 13, 22 (deep learning) and 26 (machine learning).
# blockchain in the article: 1 8 16 19 22 23 24 29; a list of the Shanghai batch adds 20 21 25.
# risk control: 10 12 13 14 22 25 27 28. Small-business finance: 2 8 10 12 18 19 20 21 22 24 25 28.
EXPECTED = {
    "pilots": (29, 29, 29, CONFIRMED),
    "beijing-1": (6, 6, 6, CONFIRMED),
    "beijing-2": (11, 11, 11, CONFIRMED),
    "shanghai-1": (8, 8, 8, CONFIRMED),
    "shenzhen-1": (4, 4, 4, CONFIRMED),
    "banks": (24, 24, 24, CONFIRMED),
    "joint": (15, 15, 15, CONFIRMED),
    "big-data": (22, 7, 11, NOT_REACHED),
    "artificial-intelligence": (13, 7, 10, NOT_REACHED),
    "blockchain": (9, 8, 11, CONFIRMED),
    "blockchain-in-name": (5, 5, 5, CONFIRMED),
    "risk-control": (10, 8, 8, NOT_REACHED),
    "small-business-finance": (16, 12, 12, NOT_REACHED),
    "areas": (9, 9, 9, CONFIRMED),
}


def test_figures(project: Project, checked: Checked) -> None:
    """Every figure of the article, with what its own words and all evidence give."""
    figures = compute_figures(checked.store, project)
    found = {f.iri.rpartition("/")[2]: (int(f.stated), int(f.own), int(f.held), f.verdict) for f in figures}
    assert found == EXPECTED
    for figure in figures:
        assert figure.own <= figure.held
        assert set(figure.reasons) == {"zh", "en"}


@pytest.mark.parametrize(
    ("stated", "at_least", "own", "held", "expected"),
    [
        (9, True, 9, 9, CONFIRMED),
        (9, True, 8, 11, CONFIRMED),
        (9, True, 8, 8, NOT_REACHED),
        (9, False, 9, 9, CONFIRMED),
        (9, False, 8, 9, NOT_REACHED),  # the source's own words give fewer than it states
        (9, False, 8, 8, NOT_REACHED),
        (9, False, 9, 10, CONTRADICTED),
    ],
)
def test_verdict(stated: int, at_least: bool, own: int, held: int, expected: str) -> None:
    """A lower bound cannot be contradicted by evidence that may be incomplete; an exact number can be exceeded."""
    assert verdict(Decimal(stated), at_least, Decimal(own), Decimal(held)) == expected
