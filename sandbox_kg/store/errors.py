"""The one error of asking."""

from __future__ import annotations


class QueryError(Exception):
    """A query could not be asked or answered.

    Attributes:
        key: its message in the catalogue.
        values: what fills the placeholders of the message.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        from sandbox_kg.messages import message

        self.key, self.values = key, values
        super().__init__(message(key, "en", **values))

    def text(self, language: str) -> str:
        """What went wrong and what to do, in one language."""
        from sandbox_kg.messages import message

        return message(self.key, language, **self.values)
