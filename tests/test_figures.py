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

# Figures of the whole programme: (stated, all evidence, verdict); their sources list no pilots, so nothing is computed from
# their own words. Totals are sums of known sizes, by the day of the notice or the last on which it can have been:
# Beijing 6 + 11 + Shanghai 8 + Shenzhen 4 = 29; Chongqing 5, Hangzhou 5, Suzhou 5, Xiong'an 5 by 14 August make 49; Chengdu
# 6 and Guangzhou 5 make 60; Beijing 5 and Shanghai 5 make 70 by the end of 2020; Shenzhen 4 makes 74. Chengdu 3 on 26
# February, Suzhou 4, Xiong'an 2 and Shanghai 3 by 4 March make 86. Guangzhou 4 and Shandong 3 by 15 June make 93; Hangzhou 4
# and Guangxi 2 by the end of June 99. Gansu 2 and Chongqing 6 in September make 107, Sichuan 2 in October 109, Beijing 1 on
# 4 March 2022 110; Beijing 3 (December 2022), Beijing 1 (November 2023) and Gansu 3 (December 2023) make 117 by 2025, when
# the dates of Liaoning (4) are still unknown and Jiangsu (7) is to come.
# Areas: the nine and Shandong; then Guangxi, Hubei, Guizhou, Shanxi, Anhui, Henan, Gansu, Dalian, Xinjiang, Shaanxi, Fujian.
# Banks among those recorded: 24 of the 29, all 5 of Chongqing and of Hangzhou, 2 each of Suzhou, Xiong'an, Chengdu and
# Guangzhou make 42 of the 47 with applicants (one of Chengdu has none on record): 89.4 per cent. With 1 of Beijing 3, 4 of
# Shanghai 2 (all but Allinpay) and 4 of Shenzhen 2: 51. With 3 of Chengdu 2 and 3 of Shanghai 3: 57. With 4 of Guangzhou
# 2, 3 of Shandong, 2 of Guangxi and 1 of Hangzhou 2: 67. With 2 of Gansu, 3 of Chongqing 2, 2 of Sichuan 3: 74. With
# the carbon ledger: 75.
PROGRAMME = {
    "total-49": (49, "49", CONFIRMED),
    "total-60": (60, "60", CONFIRMED),
    "total-70": (70, "70", CONFIRMED),
    "total-74": (74, "74", CONFIRMED),
    "total-80": (80, "74", NOT_REACHED),
    "total-86": (86, "86", CONFIRMED),
    "total-90": (90, "99", CONTRADICTED),
    "total-93": (93, "93", CONFIRMED),
    "total-103": (103, "99", NOT_REACHED),
    "total-119": (119, "107", NOT_REACHED),
    "total-120": (120, "109", NOT_REACHED),
    "total-132": (132, "109", NOT_REACHED),
    "total-151": (151, "110", NOT_REACHED),
    "total-407": (407, "117", NOT_REACHED),
    "areas-10": (10, "10", CONFIRMED),
    "areas-17": (17, "21", CONTRADICTED),
    "bank-share": (90, "89.4", CONFIRMED),
    "banks-73": (73, "51", NOT_REACHED),
    "banks-74": (74, "57", NOT_REACHED),
    "banks-96": (96, "67", NOT_REACHED),
    "banks-124": (124, "74", NOT_REACHED),
    "banks-142": (142, "75", NOT_REACHED),
    "completed": (177, "4", NOT_REACHED),
}
ARTICLE = "https://w3id.org/sandbox-kg/source/upd-2020"


def test_figures(project: Project, checked: Checked) -> None:
    """Every figure of the article, with what its own words and all evidence give."""
    figures = [f for f in compute_figures(checked.store, project) if f.source == ARTICLE]
    found = {f.iri.rpartition("/")[2]: (int(f.stated), int(f.own or 0), int(f.held), f.verdict) for f in figures}
    assert found == EXPECTED
    for figure in figures:
        assert figure.own is not None
        assert figure.own <= figure.held
        assert set(figure.reasons) == {"zh", "en"}


def test_figures_of_the_programme(project: Project, checked: Checked) -> None:
    """Every figure of other sources on the programme, with what all evidence gives and the verdict that allows."""
    figures = [f for f in compute_figures(checked.store, project) if f.source != ARTICLE]
    assert {f.iri.rpartition("/")[2]: (int(f.stated), str(f.held), f.verdict) for f in figures} == PROGRAMME
    assert not [f for f in figures if f.own is not None]


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


@pytest.mark.parametrize(
    ("stated", "held", "expected"),
    [
        ("90", "89.4", CONFIRMED),  # about ninety: whatever rounds to it in tens
        ("90", "84.9", NOT_REACHED),
        ("90", "95.1", CONTRADICTED),
        ("120", "116", CONFIRMED),
        ("120", "114", NOT_REACHED),
        ("7", "7.5", CONFIRMED),
        ("7", "8", CONTRADICTED),
    ],
)
def test_verdict_on_an_approximate_number(stated: str, held: str, expected: str) -> None:
    """A number stated as about so much is met by what rounds to it, at the place of its last digit but zeros."""
    assert verdict(Decimal(stated), False, None, Decimal(held), approximate=True) == expected
