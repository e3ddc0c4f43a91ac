"""Published statistics computed anew: what a source states against what its own words and all evidence give."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sandbox_kg.project import Project
from sandbox_kg.store.embedded import EmbeddedStore

CONFIRMED, NOT_REACHED, CONTRADICTED = "confirmed", "not-reached", "contradicted"


@dataclass(frozen=True)
class Figure:
    """One published statistic.

    Attributes:
        iri: the figure's record.
        labels: language to what it counts.
        source: IRI of the source that states it; the first by name where several do.
        stated: the number stated.
        at_least: whether it is stated as a lower bound.
        approximate: whether it is stated as about that number.
        own: computed from facts that have evidence in the stating source itself; None where it lists no facts.
        held: computed from every fact recorded, whatever its source or basis.
        verdict: `confirmed`, `not-reached` (the evidence held gives fewer, and may be incomplete) or `contradicted`.
        reasons: language to the curators' explanation.
    """

    iri: str
    labels: dict[str, str]
    source: str
    stated: Decimal
    at_least: bool
    approximate: bool
    own: Decimal | None
    held: Decimal
    verdict: str
    reasons: dict[str, str]


def rounding(stated: Decimal) -> Decimal:
    """How far a number may lie from one that is stated as about it: half of the place of its last digit but zeros.

    >>> rounding(Decimal(90)), rounding(Decimal(120))
    (Decimal('5'), Decimal('5'))
    """
    exponent = stated.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # a figure is a finite number
    return Decimal(5) * Decimal(10) ** (exponent - 1)


def verdict(stated: Decimal, at_least: bool, own: Decimal | None, held: Decimal, *, approximate: bool = False) -> str:
    """What the two computations say of a statement.

    A lower bound is confirmed once all evidence held reaches it, and cannot be contradicted by evidence that may be
    incomplete. An exact number is confirmed only if both computations give it, or all evidence alone where the source
    lists no facts. A number stated as about so much is confirmed by what rounds to it.
    """
    if at_least:
        return CONFIRMED if held >= stated else NOT_REACHED
    slack = rounding(stated) if approximate else Decimal(0)
    if all(abs(number - stated) <= slack for number in (own, held) if number is not None):
        return CONFIRMED
    return CONTRADICTED if held > stated + slack else NOT_REACHED


def compute_figures(store: EmbeddedStore, project: Project) -> list[Figure]:
    """Every published figure with its two computations, in the curators' order.

    Raises:
        FileNotFoundError: a figure names a query that does not exist.
    """
    rows = store.select(project.queries / "internal" / "figures.rq")
    computed: dict[str, tuple[Decimal | None, Decimal]] = {}
    for query in sorted({row["query"] for row in rows}):
        for row in store.select(project.queries / f"{query}.rq"):
            own = Decimal(row["own"]) if "own" in row else None
            computed[row["figure"]] = (own, Decimal(row["held"]))
    figures = []
    for row in rows:
        own, held = computed.get(row["figure"], (Decimal(0), Decimal(0)))
        stated, at_least = Decimal(row["stated"]), row["bound"] == "at-least"
        approximate = row["exactness"] == "approximate"
        figures.append(
            Figure(
                iri=row["figure"],
                labels={"zh": row["zh"], "en": row["en"]},
                source=row["source"],
                stated=stated,
                at_least=at_least,
                approximate=approximate,
                own=own,
                held=held,
                verdict=verdict(stated, at_least, own, held, approximate=approximate),
                reasons={"zh": row["reasonZh"], "en": row["reasonEn"]},
            )
        )
    return figures
