"""Pairs as columns of numbers are the links of the network."""

from __future__ import annotations

import pytest

import sandbox_kg
from sandbox_kg.network import LEVELS
from sandbox_kg.network.large import pair_columns
from sandbox_kg.project import Project
from sandbox_kg.store.errors import QueryError


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("weight", ["newman", "full"])
def test_pairs_are_the_links_of_the_network(project: Project, level: str, weight: str) -> None:
    """Institutions, pairs, weights and counts of pilots agree with the networkx graph at each level."""
    kg = sandbox_kg.open(project.root)
    network, columns = kg.network(level=level, weight=weight), pair_columns(kg, level, weight=weight)
    names = [kg.context.compact(name) for name in columns.names]
    assert names == sorted(network)
    found = {
        (names[one], names[other]): (columns.weight[place], columns.count[place])
        for place, (one, other) in enumerate(zip(columns.one, columns.other, strict=True))
    }
    expected = {tuple(sorted(pair)): (data["weight"], data["count"]) for *pair, data in network.edges(data=True)}
    assert len(columns) == len(found) == network.number_of_edges()
    assert found == {pair: (pytest.approx(value), count) for pair, (value, count) in expected.items()}


def test_rows_one_after_another(project: Project) -> None:
    """They are the rows of the result; a question that does not exist is told before the first."""
    kg = sandbox_kg.open(project.root)
    assert list(kg.rows("co-applicants", level="group")) == list(kg.query("co-applicants", level="group"))
    with pytest.raises(QueryError):
        kg.rows("no-such-question")
