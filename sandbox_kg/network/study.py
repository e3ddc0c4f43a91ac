"""One page about who applies with whom: numbers at three levels, named cases, what follows and what does not.

The words stand in `templates/`, the numbers come from measures and tests; no sentence states what is not computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx

from sandbox_kg.network import LEVELS
from sandbox_kg.network.communities import Communities, communities
from sandbox_kg.network.making import make
from sandbox_kg.network.measures import (
    Growth,
    InstitutionMeasures,
    Mixing,
    NetworkMeasures,
    growth,
    institution_measures,
    mixing,
    network_measures,
)
from sandbox_kg.network.projection import co_application
from sandbox_kg.network.rows import Asked, Selection
from sandbox_kg.network.significance import LinkTest, link_test
from sandbox_kg.store.errors import QueryError

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class AtLevel:
    """The network of one level of institution.

    Attributes:
        level: the level.
        network: measures of the whole.
        institutions: measures of each institution, brokers first.
        mixing: whether kinds keep to themselves.
        growth: the network as cohorts are added.
        links: which links exceed chance.
        communities: what Leiden finds; None where igraph and leidenalg are not installed.
        roles: memberships whose role a source states.
        digest: of the network.
    """

    level: str
    network: NetworkMeasures
    institutions: list[InstitutionMeasures]
    mixing: Mixing
    growth: list[Growth]
    links: LinkTest
    communities: Communities | None
    roles: int
    digest: str

    @property
    def brokers(self) -> list[InstitutionMeasures]:
        """The institutions that stand between others."""
        return [row for row in self.institutions if row.brokerage > 0]


@dataclass(frozen=True)
class Study:
    """A study of one part of the graph at the three levels.

    Attributes:
        selection: which part.
        said: where the networks come from (see `making.make`).
        levels: the results, as filed first.
    """

    selection: Selection
    said: Mapping[str, Any]
    levels: tuple[AtLevel, ...]

    def to_markdown(self, language: str = "en") -> str:
        """The study as Markdown, in `zh` or `en`."""
        return _render(f"study.{language}.md.jinja", self, language)

    def to_html(self, language: str = "en") -> str:
        """The study as one HTML page that makes no request, in `zh` or `en`."""
        from markdown_it import MarkdownIt

        body = MarkdownIt("commonmark", {"html": False}).enable("table").render(self.to_markdown(language))
        return _render("study.html.jinja", self, language, body=body)


def study(
    graph: Asked,
    selection: Selection | None = None,
    digest: str = "",
    seed: int = 1,
) -> Study:
    """Measures and tests at the three levels.

    Args:
        graph: what is asked.
        selection: which part of the graph; its level does not count.
        digest: SHA-256 of the graph's triples, where it is known.
        seed: of every random number.

    Raises:
        QueryError: a filter that does not exist, or rows that cannot be read.
    """
    selection = Selection() if selection is None else selection
    networks = [make(graph, "two-mode", "newman", replace(selection, level=level), digest=digest) for level in LEVELS]
    with ThreadPoolExecutor() as pool:  # NumPy lets go of the interpreter while it sorts
        links = list(pool.map(partial(link_test, seed=seed), networks))
    found = [
        AtLevel(
            level=level,
            network=network_measures(network),
            institutions=institution_measures(network),
            mixing=mixing(network, seed=seed),
            growth=growth(network),
            links=tested,
            communities=_communities(network),
            roles=sum("role" in data for *_, data in network.edges(data=True)),
            digest=network.graph["network_digest"],
        )
        for level, network, tested in zip(LEVELS, networks, links, strict=True)
    ]
    return Study(selection, networks[0].graph, tuple(found))


def _communities(network: nx.Graph) -> Communities | None:
    try:
        return communities(co_application(network))
    except QueryError as error:
        if error.key == "network-extra":
            return None
        raise


def _render(template: str, study: Study, language: str, **more: object) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=template.endswith(".html.jinja"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": _number, "share": _share, "cell": _cell, "listed": _listed(language)}
    label = f"label_{language}"
    return environment.get_template(template).render(
        study=study, levels=study.levels, said=study.said, language=language, label=label, **more
    )


def _number(value: float | None) -> str:
    """A number as it is read: no trailing zeros, at most three digits behind the point."""
    if value is None:
        return "–"
    return f"{value:.3f}".rstrip("0").rstrip(".").replace("-", "−")


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _cell(text: str) -> str:
    """A name inside a Markdown table or sentence."""
    marks = "\\`*_{}[]<>#|"
    return "".join(f"\\{c}" if c in marks else " " if c.isspace() else c for c in text)


def _listed(language: str) -> Callable[[Iterable[str]], str]:
    comma, last = ("、", "和") if language == "zh" else (", ", " and ")

    def listed(items: Iterable[str]) -> str:
        names = list(items)
        return f"{comma.join(names[:-1])}{last}{names[-1]}" if len(names) > 1 else "".join(names)

    return listed
