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
        source: IRI of the source that states it.
        stated: the number stated.
        at_least: whether it is stated as a lower bound.
        own: computed from facts that have evidence in the stating source itself.
        held: computed from every fact recorded, whatever its source or basis.
        verdict: `confirmed`, `not-reached` (the evidence held gives fewer, and may be incomplete) or `contradicted`.
        reasons: language to the curators' explanation.
    """

    iri: str
    labels: dict[str, str]
    source: str
    stated: Decimal
    at_least: bool
    own: Decimal
    held: Decimal
    verdict: str
    reasons: dict[str, str]


def verdict(stated: Decimal, at_least: bool, own: Decimal, held: Decimal) -> str:
    """What the two computations say of a statement.

    A lower bound is confirmed once all evidence held reaches it, and cannot be contradicted by evidence that may be
    incomplete. An exact number is confirmed only if both computations give it.
    """
    if at_least:
        return CONFIRMED if held >= stated else NOT_REACHED
    if own == held == stated:
        return CONFIRMED
    return CONTRADICTED if held > stated else NOT_REACHED


def compute_figures(store: EmbeddedStore, project: Project) -> list[Figure]:
    """Every published figure with its two computations, in the curators' order.

    Raises:
        FileNotFoundError: a figure names a query that does not exist.
    """
    rows = store.select(project.queries / "internal" / "figures.rq")
    computed: dict[str, tuple[Decimal, Decimal]] = {}
    for query in sorted({row["query"] for row in rows}):
        for row in store.select(project.queries / f"{query}.rq"):
            computed[row["figure"]] = (Decimal(row["own"]), Decimal(row["held"]))
    figures = []
    for row in rows:
        own, held = computed.get(row["figure"], (Decimal(0), Decimal(0)))
        stated, at_least = Decimal(row["stated"]), row["bound"] == "at-least"
        figures.append(
            Figure(
                iri=row["figure"],
                labels={"zh": row["zh"], "en": row["en"]},
                source=row["source"],
                stated=stated,
                at_least=at_least,
                own=own,
                held=held,
                verdict=verdict(stated, at_least, own, held),
                reasons={"zh": row["reasonZh"], "en": row["reasonEn"]},
            )
        )
    return figures
