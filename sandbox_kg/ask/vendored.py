"""What the page carries from others, checked against the sums in `vendor/vendor.toml`.

`python packaging/vendor_ask.py` fetches and makes it; nothing is fetched here.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent / "vendor"


def vendored(name: str) -> bytes:
    """One file.

    Raises:
        ValueError: it is not the file that was vendored.
    """
    sums = {entry["name"]: entry["sha256"] for entry in _pins()["file"]}
    data = (FOLDER / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != sums[name]:
        raise ValueError(f"{name} is not as vendor.toml pins it: python packaging/vendor_ask.py makes it anew")
    return data


def script(name: str) -> str:
    """One script, with its licence before it."""
    return vendored(name).decode("utf-8")


def carried() -> str:
    """What is carried, for the foot of the page: names, versions, licences."""
    packages = {package["name"]: package for package in _pins()["package"]}
    engine, editor = packages["oxigraph"], packages["@codemirror/view"]
    return (
        f"Oxigraph {engine['version']} ({engine['licence']}) · "
        f"CodeMirror {editor['version']} ({editor['licence']}, Marijn Haverbeke and others)"
    )


def _pins() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((FOLDER / "vendor.toml").read_text(encoding="utf-8"))
