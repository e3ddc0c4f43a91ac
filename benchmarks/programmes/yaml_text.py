"""Records as YAML as the real ones are written: texts in double quotes, small maps in braces, the rest in blocks."""

from __future__ import annotations

import json
from collections.abc import Iterable

from programmes.profile import Record
from sandbox_kg.context import Context

_WIDEST = 120


def yaml_text(records: Iterable[Record], context: Context) -> str:
    """A file of records."""
    texts = {term.key for term in context.terms.values() if term.kind in ("text", "language")} | {"evidence"}
    return "\n".join("- " + _block(record, 1, "", texts).lstrip() for record in records)


def _block(mapping: Record, depth: int, above: str, texts: set[str]) -> str:
    lines = []
    for key, value in mapping.items():
        start = f"{'  ' * depth}{key}: "
        flat = start + _flow(value, above if above in texts else key, texts)
        if isinstance(value, dict) and value and len(flat) > _WIDEST:
            lines.append(start.rstrip() + "\n" + _block(value, depth + 1, key, texts))
        else:
            lines.append(flat + "\n")
    return "".join(lines)


def _flow(value: object, key: str, texts: set[str]) -> str:
    """A value in braces or on its own; `key` is the innermost one that says whether it is a text."""
    if isinstance(value, dict):
        parts = (f"{k}: {_flow(v, key if key in texts else k, texts)}" for k, v in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item, key, texts) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False) if key in texts else str(value)
