"""The query library: headers that are complete and true, rows that were counted by hand, an order that is total.

A golden file in `tests/golden` is named after its query, with `--` and a word of its own where a query has several. It
holds why its rows are right, the parameters, the columns and the rows; its IRIs are written as prefixed names.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from sandbox_kg.building import Checked
from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.results import Term, normalised

QUERIES = Path(__file__).parent.parent / "queries"
GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in QUERIES.glob("*.rq"))
GOLDEN_NAMES = sorted(path.stem for path in GOLDEN.glob("*.json"))

HEADER_KEYS = {"title", "question", "keywords", "columns"}
LANGUAGES = {"zh", "en"}
# What each type of parameter says of itself beside its type and label; `default|example` means exactly one of the two.
PARAMETER_KEYS = {
    "choice": {"choices", "default"},
    "record": {"of", "default|example"},
    "number": {"default|example"},
    "date": {"default|example"},
    "text": {"default|example"},
}
# Engines differ on these (Virtuoso above all): a query of the library does without.
FORBIDDEN = re.compile(
    r"\b(SERVICE|FROM|GRAPH|DESCRIBE|REDUCED|SAMPLE|GROUP_CONCAT|AVG|RAND|NOW|UUID|STRUUID|BNODE|REGEX|REPLACE|STRBEFORE|"
    r"STRAFTER|ENCODE_FOR_URI|MD5|SHA1|SHA256|DATATYPE|ISNUMERIC|LANGMATCHES|INSERT|DELETE|LOAD)\b",
    re.IGNORECASE,
)
SHUFFLES = 3


@dataclass(frozen=True)
class Header:
    """The header of a query and the text below it."""

    said: dict[str, Any]
    body: str

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """The declared parameters."""
        return dict(self.said.get("parameters", {}))


def text_of(name: str) -> str:
    """The file of a query."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def header_of(name: str) -> Header:
    """The header of a query: the lines that begin with `#+ `, which stand first and together."""
    lines = text_of(name).splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("#+ "))
    assert not any(line.startswith("#+") for line in lines[end:]), "header lines stand first and together"
    # Every scalar is text, as in the records.
    said = yaml.load("\n".join(line[3:] for line in lines[:end]), yaml.BaseLoader)
    assert isinstance(said, dict), "the header is no mapping"
    return Header(said, "\n".join(lines[end:]))


def values_lines(name: str, parameter: str) -> list[str]:
    """What stands between the braces of a parameter's VALUES lines; a subselect has one of its own."""
    return re.findall(rf"(?m)^ *VALUES \?{parameter} \{{ (.*) \}}$", header_of(name).body)


def in_sparql(kind: str, value: str | list[str]) -> str:
    """A value of a parameter as SPARQL writes it."""
    if kind == "text":
        return ox.Literal(str(value)).__str__()
    if kind == "date":
        return f'"{value}"^^xsd:date'
    return value if isinstance(value, str) else " ".join(value)


def chosen(parameter: dict[str, Any], value: str) -> str | list[str]:
    """What a value stands for: the IRIs of a choice, else the value itself."""
    found: str | list[str] = parameter["choices"][value] if parameter["type"] == "choice" else value
    return found


def bound(name: str, given: dict[str, str], prefixes: dict[str, str]) -> str:
    """The query with parameters bound; an optional one that is not given loses its lines."""
    text = text_of(name)
    for parameter, said in header_of(name).parameters.items():
        line = re.compile(rf"(?m)^( *VALUES \?{parameter} \{{ ).*( \}})\n")
        if parameter not in given and "default" not in said:
            text = line.sub("", text)
            continue
        terms = in_sparql(said["type"], chosen(said, str(given.get(parameter, said.get("default")))))
        if said["type"] in ("choice", "record"):
            terms = " ".join(f"<{expanded(term, prefixes)}>" for term in terms.split())
        text = line.sub(lambda match, terms=terms: f"{match[1]}{terms}{match[2]}\n", text)  # type: ignore[misc]
    return text


def expanded(term: str, prefixes: dict[str, str]) -> str:
    """A prefixed name in full."""
    prefix, _, local = term.partition(":")
    return prefixes[prefix] + local


@pytest.fixture(scope="module")
def prefixes(checked: Checked) -> dict[str, str]:
    """The prefixes of the context."""
    return dict(checked.schema.context.prefixes)


@pytest.fixture(scope="module")
def labelled(checked: Checked) -> set[str]:
    """The IRIs of everything that has a label: records, concepts and terms."""
    found = checked.store.query("SELECT DISTINCT ?s WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }")
    return {text for (text,) in found.texts()}


def shown(term: Term | None, prefixes: dict[str, str]) -> str:
    """A term as a golden file writes it."""
    if isinstance(term, ox.NamedNode):
        fitting = [(iri, prefix) for prefix, iri in prefixes.items() if term.value.startswith(iri)]
        iri, prefix = max(fitting, key=lambda pair: len(pair[0]), default=("", ""))
        return f"{prefix}:{term.value.removeprefix(iri)}" if iri else term.value
    return normalised(term)[2]


# ----------------------------------------------------------------------------------------------------
# Headers
# ----------------------------------------------------------------------------------------------------


def test_the_library_is_large_enough() -> None:
    """At least 28 questions, 14 of them with rows that were written before the query."""
    assert len(NAMES) >= 28
    assert len({name.partition("--")[0] for name in GOLDEN_NAMES}) >= 14


@pytest.mark.parametrize("name", NAMES)
def test_header_is_complete_and_closed(name: str) -> None:
    """A header has its four keys, parameters if need be, and nothing else; all texts are there in zh and en."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    said = header_of(name).said
    assert set(said) - {"parameters"} == HEADER_KEYS
    assert "parameters" not in said or said["parameters"]
    texts = [said["title"], said["question"], *said["columns"].values()]
    texts += [parameter["label"] for parameter in header_of(name).parameters.values()]
    for text in texts:
        assert set(text) == LANGUAGES
        assert all(isinstance(words, str) and words.strip() for words in text.values())
    assert len(set(said["keywords"])) == len(said["keywords"]) > 0
    assert said["question"]["zh"].endswith("?")
    assert said["question"]["en"].endswith("?")


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_well_formed(name: str, prefixes: dict[str, str], labelled: set[str]) -> None:
    """Each parameter has the keys of its type, a VALUES line with its default or example, and names what exists."""
    for parameter, said in header_of(name).parameters.items():
        wanted = set(PARAMETER_KEYS[said["type"]])
        if "default|example" in wanted:
            wanted = wanted - {"default|example"} | {"example" if "example" in said else "default"}
        assert set(said) == wanted | {"type", "label"}, parameter
        value = said["example"] if "example" in said else said["default"]
        standing = set(values_lines(name, parameter))
        assert standing == {in_sparql(said["type"], chosen(said, value))}, parameter
        if said["type"] == "choice":
            iris = [
                iri for choice in said["choices"].values() for iri in ([choice] if isinstance(choice, str) else choice)
            ]
        elif said["type"] == "record":
            assert value.startswith(said["of"] + ":")
            iris = [value]
        else:
            iris = []
        assert {expanded(iri, prefixes) for iri in iris} <= labelled, parameter
        if said["type"] == "number":
            Decimal(value)
        if said["type"] == "date":
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", value)


@pytest.mark.parametrize("name", NAMES)
def test_prefixes_are_those_of_the_context(name: str, prefixes: dict[str, str]) -> None:
    """A query declares the prefixes that it and its header use, as the context has them."""
    header = header_of(name)
    declared = dict(re.findall(r"(?m)^PREFIX (\w+): <(.*)>$", header.body))
    assert declared.items() <= prefixes.items()
    written = re.sub(r'(?m)^PREFIX .*$|^#.*$|"[^"]*"|<[^>]*>', "", header.body)
    used = set(re.findall(r"(?<![\w?])(\w+):\w", written))
    for said in header.parameters.values():
        used |= set(re.findall(r"'(\w+):[\w-]+'", str({key: said[key] for key in said if key != "label"})))
        used |= {"xsd"} if said["type"] == "date" else set()
    assert set(declared) == used


@pytest.mark.parametrize("name", NAMES)
def test_pilots_are_asked_in_a_scope(name: str) -> None:
    """A query over the pilots of cohorts takes the scope: the article of 2020 or everything."""
    header = header_of(name)
    over_cohorts = re.search(r"\?pilot sbx:cohort \?cohort", header.body)
    assert ("scope" in header.parameters) or not over_cohorts


def test_titles_and_keywords_tell_queries_apart() -> None:
    """No two queries share a title or a question."""
    for key in ("title", "question"):
        for language in LANGUAGES:
            texts = [header_of(name).said[key][language] for name in NAMES]
            assert sorted(set(texts)) == sorted(texts)


# ----------------------------------------------------------------------------------------------------
# Queries
# ----------------------------------------------------------------------------------------------------


def skeleton(name: str) -> str:
    """The shape of a query: its text without header, comments and constants, its variables numbered."""
    text = re.sub(r"(?m)^(#|PREFIX ).*$", "", header_of(name).body)
    text = re.sub(r'"[^"]*"(\^\^\w+:\w+|@\w+)?|<[^>\s]*>|(?<![\w?])\w+:[\w-]*|\b\d+(\.\d+)?\b', "_", text)
    order: dict[str, int] = {}
    text = re.sub(r"\?\w+", lambda match: f"?{order.setdefault(match[0], len(order))}", text)
    return " ".join(text.split())


def test_no_two_queries_are_equal_without_their_constants() -> None:
    """Queries that differ in IRIs, literals and names of variables alone ought to be one query with a parameter."""
    shapes: dict[str, str] = {}
    for name in NAMES:
        shape = skeleton(name)
        assert shape not in shapes, f"{name} is {shapes[shape]} with other constants"
        shapes[shape] = name


@pytest.mark.parametrize("name", NAMES)
def test_constructs_are_those_on_which_engines_agree(name: str) -> None:
    """No query holds a construct on which engines are known to differ, and each is ordered."""
    text = re.sub(r'(?m)^#.*$|"[^"]*"|<[^>]*>|\?\w+|\w+:[\w-]+', " ", header_of(name).body)
    assert not FORBIDDEN.search(text)
    assert re.search(r"(?m)^ORDER BY ", text)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_declared_and_rows_are_found(name: str, checked: Checked) -> None:
    """As it stands, with the values of its examples, a query has exactly the declared columns and at least one row."""
    result = checked.store.query(text_of(name))
    assert list(result.columns) == list(header_of(name).said["columns"])
    assert result.rows
    assert len(set(result.rows)) == len(result.rows), "a row stands twice"


def cases(name: str) -> Iterator[dict[str, str]]:
    """Every choice of every parameter, and each optional parameter left out."""
    parameters = header_of(name).parameters
    examples = {key: said["example"] for key, said in parameters.items() if "example" in said}
    yield examples
    yield {}
    for key, said in parameters.items():
        for choice in said.get("choices", ()):
            yield {**examples, key: choice}


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_gives_rows(name: str, checked: Checked, prefixes: dict[str, str]) -> None:
    """Every choice of a parameter has rows on the built graph, and so has the query without its optional parameters."""
    for given in cases(name):
        assert checked.store.query(bound(name, given, prefixes)).rows, given


@pytest.fixture(scope="module")
def shuffled(checked: Checked) -> list[EmbeddedStore]:
    """The graph loaded in other orders."""
    triples = sorted(checked.store.triples(), key=str)
    stores = [EmbeddedStore(reversed(triples))]
    for seed in range(SHUFFLES):
        random.Random(seed).shuffle(triples)
        stores.append(EmbeddedStore(triples))
    return stores


@pytest.mark.parametrize("name", NAMES)
def test_order_is_total(name: str, checked: Checked, prefixes: dict[str, str], shuffled: list[EmbeddedStore]) -> None:
    """Rows come back in the same order when the graph was loaded in another order."""
    for given in ({}, next(cases(name))):
        text = bound(name, given, prefixes)
        rows = checked.store.query(text).rows
        for store in shuffled:
            assert store.query(text).rows == rows


@pytest.mark.parametrize("name", GOLDEN_NAMES)
def test_rows_are_those_counted_by_hand(name: str, checked: Checked, prefixes: dict[str, str]) -> None:
    """A query gives the rows that were written down before it."""
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert set(golden) == {"why", "parameters", "columns", "rows"}
    assert golden["why"].endswith(".")
    query = name.partition("--")[0]
    given = {key: str(value) for key, value in golden["parameters"].items()}
    assert set(given) <= set(header_of(query).parameters)
    result = checked.store.query(bound(query, given, prefixes))
    assert golden["columns"] == list(result.columns)
    assert [[shown(term, prefixes) for term in row] for row in result.rows] == golden["rows"]
