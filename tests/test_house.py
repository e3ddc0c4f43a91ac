"""The house: what the code may know, and who may import whom."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from sandbox_kg.project import Project

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "sandbox_kg").rglob("*.py"))
# Data flows one way: a module imports only from the lines above its own.
ORDER = [
    ["__init__"],
    ["messages", "project", "context", "files", "numerals", "garbage"],
    ["problems", "console", "store.errors", "store.disk", "store.rdflib_graphs", "nodes"],
    ["store.results"],
    ["store"],
    ["store.embedded", "store.guard", "store.http"],
    ["store.transport", "store.rewriting"],
    ["store.remote"],
    ["yaml_reader", "schema"],
    ["records"],
    ["graph", "sieve"],
    ["validation", "evidence", "figures", "description", "reference", "formats", "library"],
    ["answer_tables"],
    ["coverage", "reconciliation"],
    ["building", "answering", "limits", "serving", "publishing"],
    ["drafting", "drafting.reading", "drafting.matching", "drafting.words", "drafting.writing"],
    ["drafting.text", "drafting.gazetteer"],
    ["drafting.institutions"],
    ["drafting.names"],
    ["drafting.forms"],
    ["drafting.headings", "drafting.prose"],
    ["drafting.pilots"],
    ["drafting.concepts"],
    ["drafting.quantities", "drafting.cohorts"],
    ["drafting.sheet"],
    ["drafting.proposals", "drafting.other_records"],
    ["drafting.facts"],
    ["drafting.draft"],
    ["network", "network.weights", "network.rows", "network.formats_values"],
    ["network.two_mode", "network.formats_xml", "network.formats_pajek", "network.formats_csv"],
    ["network.large", "network.formats_json", "network.formats_vosviewer"],
    ["network.projection", "network.export"],
    ["network.null_model", "network.paths", "network.holes"],
    ["network.analytic"],
    ["network.measures", "network.significance", "network.communities", "network.making"],
    ["network.study"],
    ["knowledge_graph"],
    ["pages", "pages.beside", "pages.html", "pages.squeezed"],
    ["explorer", "explorer.asked", "explorer.boxes", "explorer.finding", "explorer.kinds", "explorer.lines"],
    ["explorer.arrays", "explorer.packing", "explorer.stress", "explorer.names", "explorer.search"],
    ["explorer.coverage", "explorer.sides"],
    ["explorer.arrangement", "explorer.facts"],
    ["explorer.sprawl"],
    ["explorer.layout"],
    ["explorer.scene"],
    ["explorer.page"],
    ["report", "report.asking", "report.look", "report.ordering", "report.quantities", "report.type_setting"],
    ["report.drawing", "report.words", "report.days"],
    ["report.bars", "report.figure", "report.heat", "report.showing", "report.tables"],
    ["report.figures_counts", "report.package", "report.scale", "report.timeline"],
    ["report.figure_pairs", "report.figure_promised", "report.figure_timeline"],
    ["report.page"],
    ["ask", "ask.vendored"],
    ["ask.graph_data"],
    ["ask.page"],
    ["visualizing"],
    ["commands.common", "commands.completion"],
    [
        "commands",
        "commands.making",
        "commands.drafting",
        "commands.asking",
        "commands.servers",
        "commands.networks",
        "commands.pages",
    ],
    ["cli"],
    ["__main__"],
]
# What they write is the protocol's own: counts, pages and batches around any query or graph.
PROTOCOL = {"store.remote", "store.rewriting", "publishing"}


def name(path: Path) -> str:
    """The module's name inside the package."""
    return ".".join(path.relative_to(ROOT / "sandbox_kg").with_suffix("").parts).removesuffix(".__init__") or "__init__"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_python_does_not_know_the_schema(path: Path, project: Project) -> None:
    """No IRI or prefixed name of ours and no SPARQL text stands in Python: adding a field touches none."""
    import json

    text = path.read_text(encoding="utf-8")
    context = json.loads((project.ontology / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    own = [k for k, v in context.items() if isinstance(v, str) and v.startswith("https://w3id.org/sandbox-kg/")]
    assert "w3id.org/sandbox-kg" not in text
    assert not re.findall(rf"\b(?:{'|'.join(own)}):[a-zA-Z]", text)
    if name(path) in PROTOCOL:
        return
    assert not re.findall(r"\b(?:SELECT|CONSTRUCT|ASK|DESCRIBE)\b[^.\n]*(?:\{|\?\w)|\bPREFIX \w*:", text)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_go_one_way(path: Path) -> None:
    """A module imports from the lines above it in `ORDER`, and every module has its line."""
    rank = {module: place for place, line in enumerate(ORDER) for module in line}
    assert name(path) in rank
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        imported = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sandbox_kg"):
            module = (node.module or "").removeprefix("sandbox_kg").removeprefix(".")
            imported = [module or alias.name for alias in node.names]
        if name(path) == "__init__":
            imported = []  # the package's face hands on what is imported where it is used
        for module in imported:
            module = "__init__" if module.startswith("__") else module
            assert rank[module] < rank[name(path)], f"{name(path)} imports {module}"


def test_messages_have_both_languages() -> None:
    """Each message of the catalogue has a zh and an en text with the same placeholders, and some code uses it."""
    catalogue = tomllib.loads((ROOT / "sandbox_kg" / "messages.toml").read_text(encoding="utf-8"))
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    dynamic = ("lexical-", "evidence-", "column-", "verdict-", "parameter-", "help-", "coverage-", "reconciliation-")
    for key, texts in catalogue.items():
        assert set(texts) == {"zh", "en"}, key
        found = [set(re.findall(r"\{(\w+)\}", text.replace("{{", "").replace("}}", ""))) for text in texts.values()]
        assert found[0] == found[1], key
        assert f'"{key}"' in code or key.startswith(dynamic), f"{key} is used nowhere"


def test_importing_the_package_is_light() -> None:
    """`import sandbox_kg` and the command line's own start load no heavy library."""
    import subprocess
    import sys

    heavy = ("rdflib", "pyshacl", "pyoxigraph", "networkx")
    code = f"import sandbox_kg.cli, sys; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert out.stdout.strip() == "[]"


def test_no_machine_paths() -> None:
    """No committed text names a path of one machine."""
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    if not listed:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"(?:^|[\s\"'(=])/(?:work|farm|root|home|Users)/\w")
    for file in filter(None, listed.split("\0")):
        path = ROOT / file
        if path.is_file():
            assert not pattern.search(path.read_text(encoding="utf-8", errors="ignore")), file
