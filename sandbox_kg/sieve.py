"""Which nodes may break a shape: a fast look, so that the SHACL engine need only judge those.

The engine spends tens of microseconds on every constraint of every node. Here the shapes are compiled once into plain
functions over an index. The look may be wrong in one direction only: a node that it lets pass must pass the engine
too. Where it cannot tell it says so, and a shape with a component that it does not know is left to the engine whole
(the constraint components are those of SHACL, W3C Recommendation of 2017-07-20, section 4).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from sandbox_kg.context import XSD
from sandbox_kg.nodes import Literal, Nodes, literal

_SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDF_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_TARGETS = ("targetClass", "targetSubjectsOf")
_SILENT = ("message", "name", "description", "order", "ignoredProperties")  # they decide nothing by themselves
_LEXICAL = {
    XSD + "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
}
_FREE = (XSD + "string", XSD + "anyURI")
_NUMBERS = (XSD + "decimal", XSD + "integer")
_NOTHING: dict[str, list[str]] = {}

Check = Callable[[str], bool]  # of a focus node: whether it conforms
ValuesCheck = Callable[[str, list[str]], bool]  # of a focus node and its values


class _UnknownError(Exception):
    """A shape says something that the sieve does not know."""


class _UnsureError(Exception):
    """Whether a value conforms is for the engine to say."""


def suspects(data: Nodes, shapes: Nodes) -> dict[str, set[str]]:
    """The nodes that the SHACL engine must look at, shape by shape.

    Args:
        data: the graph.
        shapes: the shapes.

    Returns:
        Shape (IRI in angle brackets, or blank node) to those of its target nodes that do not conform, or of which the
        sieve cannot tell; empty if the graph conforms.
    """
    sieve = _Sieve(data, shapes)
    found: dict[str, set[str]] = {}
    for shape, targets in sieve.targets():
        try:
            check = sieve.shape(shape)
        except _UnknownError:
            failing = targets
        else:
            failing = {node for node in targets if not _passes(check, node)}
        if failing:
            found[shape] = failing
    return found


def _passes(check: Check, node: str) -> bool:
    try:
        return check(node)
    except _UnsureError:
        return False


class _Sieve:
    def __init__(self, data: Nodes, shapes: Nodes) -> None:
        self.data, self.shapes = data, shapes
        self.instances = data.by_class()
        self.compiled: dict[str, Check] = {}
        self._members: dict[str, set[str]] = {}

    def targets(self) -> Iterator[tuple[str, set[str]]]:
        """Each shape that has targets, with its target nodes."""
        by_shape: dict[str, set[str]] = {}
        for shape in self.shapes.having(f"<{_SH}targetClass>"):
            for wider in self.shapes[shape][f"<{_SH}targetClass>"]:
                by_shape.setdefault(shape, set()).update(self.members(wider))
        for shape in self.shapes.having(f"<{_SH}targetSubjectsOf>"):
            for prop in self.shapes[shape][f"<{_SH}targetSubjectsOf>"]:
                by_shape.setdefault(shape, set()).update(self.data.having(prop))
        yield from by_shape.items()

    def members(self, name: str) -> set[str]:
        """The instances of a class, those of narrower classes too."""
        if name not in self._members:
            self._members[name] = {node for each in self.data.narrower(name) for node in self.instances.get(each, ())}
        return self._members[name]

    # -- shapes -------------------------------------------------------------------------------------------------

    def says(self, shape: str) -> dict[str, list[str]]:
        """What a shape says, by the name of the parameter.

        Raises:
            _UnknownError: it says something of another vocabulary.
        """
        found = {}
        for prop, values in self.shapes[shape].items():
            if prop == _RDF_TYPE:
                continue
            if not prop.startswith(f"<{_SH}"):
                raise _UnknownError(prop)
            found[prop[len(_SH) + 1 : -1]] = values
        return found

    def shape(self, shape: str) -> Check:
        """A shape as a function of a focus node."""
        if shape not in self.compiled:
            # A shape that leads back to itself would not end here; SHACL leaves recursion undefined.
            self.compiled[shape] = _undefined
            says = self.says(shape)
            self.compiled[shape] = self.property_shape(says) if "path" in says else self.node_shape(says)
        return self.compiled[shape]

    def node_shape(self, says: dict[str, list[str]]) -> Check:
        checks: list[Check] = []
        direct: dict[str, list[ValuesCheck]] = {}  # of the values of one property: nothing to do where it is absent
        for name, values in says.items():
            if name == "property":
                for part in values:
                    self._add(part, checks, direct)
            elif name == "closed":
                checks.append(self.closed(says))
            elif name not in (*_TARGETS, *_SILENT):
                checks.append(self.on_node(name, values))
        find = self.data.find
        checks_of = {prop: _all_of_values(found) for prop, found in direct.items()}.get

        def conforms(node: str) -> bool:
            for prop, values in find(node, _NOTHING).items():
                of_values = checks_of(prop)
                if of_values is not None and not of_values(node, values):
                    return False
            for check in checks:  # noqa: SIM110  # a generator for each node would take as long as the checks
                if not check(node):
                    return False
            return True

        return conforms

    def _add(self, part: str, checks: list[Check], direct: dict[str, list[ValuesCheck]]) -> None:
        """A property shape: to those that run where the property is there, and, if absence matters, to the others."""
        says = self.says(part)
        path = says.get("path", [""])[0]
        if not path.startswith("<"):
            checks.append(self.shape(part))
            return
        on_values = self.on_values(says)
        direct.setdefault(path, []).append(on_values)
        if not on_values("", []):
            find = self.data.find
            checks.append(lambda node: path in find(node, _NOTHING))

    def property_shape(self, says: dict[str, list[str]]) -> Check:
        path, on_values = self.path(says["path"][0]), self.on_values(says)
        return lambda node: on_values(node, path(node))

    def closed(self, says: dict[str, list[str]]) -> Check:
        if says["closed"] != [f'"true"^^<{XSD}boolean>']:
            raise _UnknownError("closed")
        paths = [path for part in says.get("property", ()) for path in self.shapes[part].get(f"<{_SH}path>", ())]
        known = {path for path in paths if path.startswith("<")}
        known |= {name for head in says.get("ignoredProperties", ()) for name in self.items(head)}
        find = self.data.find
        return lambda node: known.issuperset(find(node, _NOTHING))

    def on_node(self, name: str, values: list[str]) -> Check:
        """A constraint on a focus node itself."""
        if name == "node":
            others = [self.shape(other) for other in values]
            return lambda node: all(other(node) for other in others)
        if name in ("or", "xone"):
            (head,) = values
            choices = [self.shape(choice) for choice in self.items(head)]
            if name == "or":
                return lambda node: any(choice(node) for choice in choices)
            return lambda node: sum(choice(node) for choice in choices) == 1
        raise _UnknownError(name)

    # -- values of a path ---------------------------------------------------------------------------------------

    def path(self, path: str) -> Callable[[str], list[str]]:
        """A path as a function from a node to the values that it leads to, each once."""
        if path.startswith("<"):
            find = self.data.find
            return lambda node: find(node, _NOTHING).get(path, [])
        says = self.shapes[path]
        if _FIRST in says:
            steps = [self.path(step) for step in self.items(path)]

            def sequence(node: str) -> list[str]:
                found = [node]
                for step in steps:
                    found = list(dict.fromkeys(value for one in found for value in step(one)))
                return found

            return sequence
        name, values = next(iter(self.says(path).items()), ("", []))
        if len(says) == 1 and name == "alternativePath":
            ways = [self.path(way) for way in self.items(values[0])]
            return lambda node: list(dict.fromkeys(value for way in ways for value in way(node)))
        if len(says) == 1 and name == "zeroOrMorePath":
            onward = self.path(values[0])

            def closure(node: str) -> list[str]:
                found, waiting = {node: None}, [node]
                while waiting:
                    for value in onward(waiting.pop()):
                        if value not in found:
                            found[value] = None
                            waiting.append(value)
                return list(found)

            return closure
        raise _UnknownError(path)

    def items(self, head: str) -> list[str]:
        """The items of an RDF list."""
        found = []
        while head != _NIL:
            found.append(self.shapes[head][_FIRST][0])
            head = self.shapes[head][_REST][0]
        return found

    def on_values(self, says: dict[str, list[str]]) -> ValuesCheck:
        """The constraints of a property shape as a function of a focus node and its values."""
        checks = [
            self.on_each(name, value, says)
            for name, values in says.items()
            if name not in ("path", *_TARGETS, *_SILENT)
            for value in values
        ]
        return _all_of_values(checks)

    def on_each(self, name: str, wanted: str, says: dict[str, list[str]]) -> ValuesCheck:
        """One constraint on the values of a path."""
        data = self.data
        if name in ("minCount", "maxCount"):
            number = _number(wanted)
            if name == "minCount":
                return lambda _, values: len(values) >= number
            return lambda _, values: len(values) <= number
        if name in ("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"):
            return self.qualified(says) if name == "qualifiedValueShape" else _always
        if name == "class":
            members = self.members(wanted)
            return lambda _, values: members.issuperset(values)
        if name in ("node", "property"):
            return _each(self.shape(wanted))
        if name == "hasValue" and wanted.startswith("<"):
            return lambda _, values: wanted in values
        if name == "in":
            allowed = set(self.items(wanted))
            if all(item.startswith("<") for item in allowed):
                return lambda _, values: allowed.issuperset(values)
        if name == "datatype":
            kind = wanted[1:-1]
            return _each(lambda value: _is_of(value, kind))
        if name == "lessThanOrEquals":
            return lambda node, values: all(
                _not_more(value, other) for value in values for other in data[node].get(wanted, ())
            )
        return self.on_texts(name, wanted, says)

    def on_texts(self, name: str, wanted: str, says: dict[str, list[str]]) -> ValuesCheck:
        """One constraint on values that are literals."""
        if name == "pattern" and "flags" not in says and (said := literal(wanted)):
            pattern = re.compile(said.text)
            return lambda _, values: all(pattern.search(_text(value)) for value in values)
        if name == "minLength":
            number = _number(wanted)
            return lambda _, values: all(len(_text(value)) >= number for value in values)
        if name == "minInclusive" and (least := literal(wanted)):
            return lambda _, values: all(_at_least(value, least) for value in values)
        if name == "uniqueLang" and wanted == f'"true"^^<{XSD}boolean>':
            return lambda _, values: _unique([found.language for v in values if (found := literal(v))])
        if name == "languageIn":
            ranges = tuple(said.text.lower() for item in self.items(wanted) if (said := literal(item)))
            return lambda _, values: all(_in_language(value, ranges) for value in values)
        raise _UnknownError(name)

    def qualified(self, says: dict[str, list[str]]) -> ValuesCheck:
        (wanted,) = says["qualifiedValueShape"]
        check = self.shape(wanted)
        least = _number(says["qualifiedMinCount"][0]) if "qualifiedMinCount" in says else 0
        most = _number(says["qualifiedMaxCount"][0]) if "qualifiedMaxCount" in says else None

        def counted(_: str, values: list[str]) -> bool:
            number = sum(check(value) for value in values)
            return number >= least and (most is None or number <= most)

        return counted


def _all_of_values(checks: list[ValuesCheck]) -> ValuesCheck:
    """Several constraints as one."""
    if len(checks) == 1:
        return checks[0]

    def conform(node: str, values: list[str]) -> bool:
        for check in checks:  # noqa: SIM110
            if not check(node, values):
                return False
        return True

    return conform


def _each(check: Check) -> ValuesCheck:
    """A constraint on each value."""

    def conform(_: str, values: list[str]) -> bool:
        for value in values:  # noqa: SIM110
            if not check(value):
                return False
        return True

    return conform


def _undefined(_: str) -> bool:
    raise _UnsureError


def _always(_: str, __: list[str]) -> bool:
    return True


def _number(term: str) -> int:
    said = literal(term)
    if said is None or not said.text.isdigit():
        raise _UnknownError(term)
    return int(said.text)


def _text(term: str) -> str:
    """What SPARQL's STR gives of a term; the engine decides on blank nodes."""
    if term.startswith("<"):
        return term[1:-1]
    if (found := literal(term)) is None:
        raise _UnsureError
    return found.text


def _is_of(term: str, kind: str) -> bool:
    """Whether a value is a literal of a datatype, written as the datatype wants it."""
    found = literal(term)
    if found is None or found.datatype != kind:
        return False
    if kind in _FREE:
        return True
    if kind not in _LEXICAL or not _LEXICAL[kind].match(found.text):
        raise _UnsureError
    return kind != XSD + "date" or _is_day(found.text)


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise _UnsureError from None
    return True


def _at_least(term: str, least: Literal) -> bool:
    found = literal(term)
    if found is None or found.datatype not in _NUMBERS or least.datatype not in _NUMBERS:
        raise _UnsureError
    if not _LEXICAL[found.datatype].match(found.text):
        raise _UnsureError
    return Decimal(found.text) >= Decimal(least.text)


def _not_more(term: str, other: str) -> bool:
    one, two = literal(term), literal(other)
    if one is None or two is None or one.datatype != two.datatype or one.datatype not in _LEXICAL:
        raise _UnsureError
    for found in (one, two):
        if not _LEXICAL[found.datatype].match(found.text):
            raise _UnsureError
    if one.datatype in _NUMBERS:
        return Decimal(one.text) <= Decimal(two.text)
    return one.text <= two.text


def _unique(languages: list[str]) -> bool:
    tagged = [language for language in languages if language]
    return len(set(tagged)) == len(tagged)


def _in_language(term: str, ranges: tuple[str, ...]) -> bool:
    found = literal(term)
    if found is None or not found.language:
        return False
    return any(found.language == wanted or found.language.startswith(f"{wanted}-") for wanted in ranges)
