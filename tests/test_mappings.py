"""The SSSOM mappings to other vocabularies and identities (https://w3id.org/sssom/)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sandbox_kg.building import Checked
from sandbox_kg.project import Project

FILES = sorted((Path(__file__).parent.parent / "mappings").glob("*.sssom.tsv"))
REQUIRED = {"subject_id", "predicate_id", "object_id", "mapping_justification"}


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a mapping file, without its metadata block."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_form(path: Path) -> None:
    """Each file has its metadata, the required columns, known prefixes, and no row twice."""
    text = path.read_text(encoding="utf-8")
    assert "# mapping_set_id:" in text.replace("#mapping", "# mapping")
    rows = read(path)
    assert rows
    assert set(rows[0]) >= REQUIRED
    keys = [
        (row["subject_id"], row["predicate_id"], row.get("predicate_modifier", ""), row["object_id"]) for row in rows
    ]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert all(row[column] for column in REQUIRED), row
        assert row.get("predicate_modifier", "") in ("", "Not"), row
        for column in ("subject_id", "predicate_id", "object_id"):
            prefix = row[column].partition(":")[0]
            assert f"{prefix}:" in text.partition("curie_map")[2], f"{prefix} is not in the curie_map"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_own_names_exist(path: Path, checked: Checked) -> None:
    """Every name of ours in a mapping is a node of the graph or a term of the ontology."""
    context = checked.schema.context
    known = {context.compact(iri) for iri in checked.records.locations}
    known |= {context.compact(str(t.subject.value)) for t in checked.store.triples() if hasattr(t.subject, "value")}
    own = ("inst:", "sbx:", "tech:", "scen:", "code:", "prog:", "std:", "plc:", "batch:", "pilot:")
    for row in read(path):
        for column in ("subject_id", "object_id"):
            if row[column].startswith(own):
                assert row[column] in known, row


def test_no_mapping_is_both_stated_and_denied() -> None:
    """A pair that one row maps exactly is not what another row denies."""
    rows = [row for path in FILES for row in read(path)]
    denied = {
        (r["subject_id"], r["predicate_id"], r["object_id"]) for r in rows if r.get("predicate_modifier") == "Not"
    }
    stated = {
        (r["subject_id"], r["predicate_id"], r["object_id"]) for r in rows if r.get("predicate_modifier") != "Not"
    }
    assert denied
    assert not denied & stated


@pytest.mark.parametrize(
    ("subject", "thing"),
    [("inst:boc", "inst:pboc"), ("inst:aibank", "inst:baihang"), ("inst:clpc", "wikidata:Q1073306")],
)
def test_known_confusions_are_denied(subject: str, thing: str) -> None:
    """中国银行 is not 中国人民银行, 百信银行 is not 百行征信, China Life P&C is not the life insurer."""
    rows = [row for path in FILES for row in read(path)]
    pairs = {frozenset((r["subject_id"], r["object_id"])) for r in rows if r.get("predicate_modifier") == "Not"}
    assert frozenset((subject, thing)) in pairs


def test_recorded_identifiers_are_mapped(project: Project, checked: Checked, tmp_path: Path) -> None:
    """The positive rows to Wikidata are exactly the Wikidata identifiers of the records."""
    query = tmp_path / "wikidata.rq"
    query.write_text(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX sbx: <https://w3id.org/sandbox-kg/ontology#> "
        "PREFIX code: <https://w3id.org/sandbox-kg/code/> SELECT ?i ?n WHERE { ?i sbx:hasIdentifier ?x . "
        "?x sbx:identifierScheme code:wikidata ; skos:notation ?n }",
        encoding="utf-8",
    )
    context = checked.schema.context
    recorded = {(context.compact(row["i"]), f"wikidata:{row['n']}") for row in checked.store.select(query)}
    mapped = {
        (r["subject_id"], r["object_id"])
        for path in FILES
        for r in read(path)
        if r["object_id"].startswith("wikidata:")
        and r["predicate_id"] == "skos:exactMatch"
        and not r["predicate_modifier"]
    }
    assert mapped == recorded
