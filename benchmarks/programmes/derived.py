"""What the rules of a build derive for a record, written a second time in Python so that it can be streamed.

The test compares it with what the rules themselves give.
"""

from __future__ import annotations

from collections.abc import Iterator

from programmes.profile import Record
from programmes.triples import RDF_TYPE, Asserted, quoted

_SBX = "https://w3id.org/sandbox-kg/ontology#"
_ORG = "http://www.w3.org/ns/org#"
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_SAME_AS = "<https://schema.org/sameAs>"
_COUNTED_BASES = ("code:declared", "code:described", "code:name")
_COUNTED_CONTROL = ("code:subsidiary", "code:controlled")
_PLANNED = "code:planned-operation"


class Derived:
    """Derives the triples of records that come in the order of `programme`.

    Args:
        asserted: how names are written.
        steps: kind of event to its order in the procedure of the programme.
        templates: scheme of identifiers to the pattern of its addresses.
    """

    def __init__(self, asserted: Asserted, steps: dict[str, int], templates: dict[str, str]) -> None:
        self._iri = asserted.iri
        self._steps, self._templates = steps, templates
        self._person: dict[str, str] = {}
        self._group: dict[str, str] = {}
        self._events: dict[str, dict[str, tuple[str, str]]] = {}

    def lines(self, record: Record) -> Iterator[str]:
        """Each derived triple as a line without its end."""
        kind = record["type"]
        if kind == "Institution":
            yield from self._institution(record)
        elif kind == "Cohort":
            yield f"{self._iri(record['programme'])} <{_SBX}scope> {self._iri(record['id'])} ."
            self._events = {record["id"]: _events(record)}  # pilots follow their own cohort
        elif kind == "Pilot":
            yield from self._pilot(record)

    def _institution(self, record: Record) -> Iterator[str]:
        name, unit = record["id"], "unitOf" in record
        person = self._person[record["unitOf"]] if unit else name
        group = self._group.get(person, person)
        subject = self._iri(name)
        for fact in record.get("control", {}).values():
            if fact["kind"] in _COUNTED_CONTROL:
                controller = self._person[fact["controller"]]
                group = self._group[controller]
                yield f"{subject} <{_SBX}controlledBy> {self._iri(controller)} ."
        self._person[name], self._group[name] = person, group
        yield f"{subject} {RDF_TYPE} <{_ORG}{'OrganizationalUnit' if unit else 'FormalOrganization'}> ."
        for prop, value in (("asFiled", name), ("legalPerson", person), ("group", group)):
            yield f"{subject} <{_SBX}{prop}> {self._iri(value)} ."
        for fact in record.get("identifiers", {}).values():
            if template := self._templates.get(fact["identifierScheme"]):
                yield f"{subject} {_SAME_AS} <{template.replace('{notation}', fact['notation'])}> ."

    def _pilot(self, record: Record) -> Iterator[str]:
        subject = self._iri(record["id"])
        members = sorted({fact["institution"] for fact in record.get("participations", {}).values()})
        for member in members:
            yield f"{subject} <{_SBX}applicant> {self._iri(member)} ."
        uses = record.get("technologies", {}).values()
        for name in sorted({use["technology"] for use in uses if use["basis"] in _COUNTED_BASES}):
            yield f"{subject} <{_SBX}usesTechnology> {self._iri(name)} ."
        for name in sorted({use["scenario"] for use in record.get("scenarios", {}).values()}):
            yield f"{subject} <{_SBX}servesScenario> {self._iri(name)} ."
        if len(members) > 1:
            yield from self._partnership(subject, record, members)
        own = _events(record)
        events = own | {k: v for k, v in self._events.get(record["cohort"], {}).items() if k not in own}
        happened = [(date, kind, node) for kind, (date, node) in events.items() if kind != _PLANNED]
        for _, _, node in happened:
            yield f"{subject} <{_SBX}underwent> {self._iri(node)} ."
        staged = [(date, self._steps[kind], kind) for date, kind, _ in happened if kind in self._steps]
        if staged:
            yield f"{subject} <{_SBX}latestStage> {self._iri(max(staged)[2])} ."

    def _partnership(self, pilot: str, record: Record, members: list[str]) -> Iterator[str]:
        node = f"{pilot[:-1]}_partnership>"
        yield f"{pilot} <{_SBX}jointApplication> {node} ."
        yield f"{node} {RDF_TYPE} <{_SBX}Partnership> ."
        for language, start in (("zh", "联合申报:"), ("en", "Joint application: ")):
            yield f"{node} {_LABEL} {quoted(start + record['label'][language])}@{language} ."
        for member in members:
            yield f"{node} <{_SBX}member> {self._iri(member)} ."
        for prop, level in (("withinLegalPerson", self._person), ("intraGroup", self._group)):
            whole = {level[member] for member in members}
            if len(whole) == 1:
                yield f"{node} <{_SBX}{prop}> {self._iri(whole.pop())} ."


def _events(record: Record) -> dict[str, tuple[str, str]]:
    """Kind of event to its date and node; invented records have each kind once."""
    return {
        fact["kind"]: (fact["date"], f"{record['id']}_events_{slug}") for slug, fact in record.get("events", {}).items()
    }
