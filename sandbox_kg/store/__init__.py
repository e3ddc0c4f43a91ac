"""Engines behind one small interface: what is asked is SPARQL 1.1 text, what comes back is the same everywhere."""

from __future__ import annotations

from typing import Protocol

from sandbox_kg.store.results import Result


class Engine(Protocol):
    """Something that answers SPARQL queries."""

    def query(self, text: str) -> Result:
        """Answers one query (SELECT, ASK or CONSTRUCT).

        Raises:
            QueryError: the query cannot be answered; it says what the engine said.
        """
        ...
