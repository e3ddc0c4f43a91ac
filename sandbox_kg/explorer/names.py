"""Names as the page knows them: prefixed names instead of IRIs, each with its label in both languages."""

from __future__ import annotations

from functools import cache

from sandbox_kg.explorer.asked import Asked, readable


class Names:
    """The names that a page uses; only these are written into it."""

    def __init__(self, graph: Asked) -> None:
        self._graph = graph
        self._used: set[str] = set()
        self._compact = cache(graph.context.compact)

    def short(self, iri: str) -> str:
        """The prefixed name of an IRI, from now on used; the empty text stays empty."""
        return self.used(self._compact(iri)) if iri else ""

    def used(self, name: str) -> str:
        """A prefixed name, from now on used."""
        self._used.add(name)
        return name

    def labels(self, name: str) -> list[str]:
        """The labels of a prefixed name, Chinese first; the name itself where it has none."""
        found = self._graph.labels.get(self._iri(name), {})
        return [readable(found.get(language, name)) for language in ("zh", "en")]

    def _iri(self, name: str) -> str:
        try:
            return self._graph.context.expand(name)
        except KeyError:  # an IRI outside all prefixes
            return name.strip("<>")

    def all(self) -> dict[str, list[str]]:
        """Each used name with its labels; names without labels are left out."""
        return {name: self.labels(name) for name in sorted(self._used) if self._iri(name) in self._graph.labels}

    def prefixes(self) -> dict[str, str]:
        """The prefixes of the used names, with what they stand for."""
        known = self._graph.context.prefixes
        return {
            prefix: known[prefix] for prefix in sorted({n.partition(":")[0] for n in self._used}) if prefix in known
        }
