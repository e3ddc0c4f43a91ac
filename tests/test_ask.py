"""The page to ask in, as far as it can be told without a browser: what it is made of, and of which graph."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from unsqueezing import unsqueezed

import sandbox_kg as skg
from sandbox_kg.ask import graph_data, page, vendored
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.pages import html
from sandbox_kg.project import Project
from sandbox_kg.store.errors import QueryError

TEMPLATE = Path(page.__file__).parent / "template"
OWN = ("query", "sparql", "view", "node", "lang")  # keys of the address that are no parameters


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def made(kg: KnowledgeGraph) -> str:
    """The page of the built graph."""
    return page.make_page(kg)


def block(text: str, name: str) -> object:
    """A data block of a page."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def scripts(text: str) -> list[str]:
    """What a page runs."""
    return re.findall(r"<script>(.*?)</script>", text, re.DOTALL)


# -- one file that asks nobody -------------------------------------------------------------------------------------------


def test_the_same_graph_gives_the_same_page(made: str, project: Project) -> None:
    """To the byte, whatever the order of Python's hashes."""
    code = "import hashlib, sandbox_kg.ask.page as p; print(hashlib.sha256(p.make_page().encode()).hexdigest())"
    for seed in ("0", "1"):
        env = {"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}
        out = subprocess.run(
            [sys.executable, "-c", code],
            cwd=project.root,
            env=env,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert out.stdout.strip() == hashlib.sha256(made.encode()).hexdigest()


def test_the_page_is_small_enough(made: str) -> None:
    """At most 4 MB at the shipped size."""
    assert len(made.encode()) <= 4_000_000


def test_the_policy_allows_what_stands_in_the_page_and_no_more(made: str) -> None:
    """Scripts and styles by their hashes, WebAssembly, and a worker made of the page; nothing inline, nothing fetched."""
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', made)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy.group(1).replace("&#39;", "'").split("; "))
    styles = re.findall(r"<style>(.*?)</style>", made, re.DOTALL)

    def hashes(texts: list[str]) -> set[str]:
        return {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts}

    assert rules["default-src"] == "'none'"
    assert set(rules["script-src"].split()) == hashes(scripts(made)) | {"'wasm-unsafe-eval'"}
    assert set(rules["style-src"].split()) == hashes(styles)
    assert rules["worker-src"] == "blob:"
    assert set(rules) == {"default-src", "script-src", "style-src", "worker-src", "base-uri", "form-action"}
    assert not re.findall(
        r"<[a-z]+[^>]*\s(?:src|style|on[a-z]+)=", re.sub(r"<script.*?</script>", "", made, flags=re.DOTALL)
    )


def test_no_script_of_ours_makes_markup_or_asks_for_anything() -> None:
    """Texts reach the page as texts only, and nothing is fetched, evaluated or opened."""
    banned = r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|\bfetch\b|XMLHttpRequest|WebSocket|importScripts|sendBeacon|window\.open"
    for path in sorted(TEMPLATE.glob("*.js")):
        assert not re.findall(banned, path.read_text(encoding="utf-8")), path.name


def test_scripts_are_small_and_know_no_schema(project: Project) -> None:
    """Each script has one job; the names of the ontology stand in queries only."""
    context = json.loads((project.ontology / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    own = [
        key
        for key, value in context.items()
        if isinstance(value, str) and value.startswith("https://w3id.org/sandbox-kg/")
    ]
    names = {path.stem for path in TEMPLATE.glob("*.js")}
    assert names == {*page.FIRST, *page.SCRIPTS, *page.WORKER}
    for path in sorted(TEMPLATE.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert '"use strict";' in text
        assert len(text.splitlines()) <= 270, path.name
        assert "w3id.org/sandbox-kg" not in text
        assert not re.findall(
            rf"\b(?:{'|'.join(own)}):[a-z]\w", re.sub(r"/\*.*?\*/|//.*", "", text, flags=re.DOTALL)
        ), path.name


def test_texts_are_there_in_both_languages_and_used() -> None:
    """Every text has zh and en with the same placeholders; every text asked for exists, and each of ours is asked for."""
    own = tomllib.loads((TEMPLATE / "texts.toml").read_text(encoding="utf-8"))
    known = html.texts(TEMPLATE / "texts.toml") | {key: {} for key in page.MESSAGES}
    for key, both in own.items():
        assert set(both) == {"zh", "en"}, key
        assert sorted(re.findall(r"\{\w+\}", both["zh"])) == sorted(re.findall(r"\{\w+\}", both["en"])), key
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*TEMPLATE.glob("*.js"), TEMPLATE / "ask.html.jinja"])
    asked = set(re.findall(r'\bt\("([a-z][\w-]*)"', code)) | set(
        re.findall(r'data-t(?:-[a-z-]+)?="([a-z][\w-]*)"', code)
    )
    assert asked <= set(known), asked - set(known)
    for key in own:
        assert f'"{key}"' in code or key.startswith("sort-"), key


def test_a_page_leads_to_what_lies_beside_it_and_to_nothing_else(made: str, kg: KnowledgeGraph) -> None:
    """Written alone it has no link to another page; written with others it has one to each, and none to itself."""
    assert not re.findall(r'href="\w+\.html', made)
    beside = page.make_page(kg, beside=("report", "ask", "explorer", "index"))
    assert re.findall(r'href="(\w+)\.html"', beside) == ["index", "explorer", "report"]


def test_parameters_cannot_be_taken_for_keys_of_the_address(kg: KnowledgeGraph) -> None:
    """`#query=NAME&level=group` has the page's own keys and parameters side by side."""
    names = {parameter.name for question in kg.questions() for parameter in question.parameters}
    assert not names & set(OWN)
    assert str(list(OWN)).replace("'", '"') in (TEMPLATE / "address.js").read_text(encoding="utf-8")


# -- the graph -----------------------------------------------------------------------------------------------------------


def test_the_page_carries_the_built_graph_whole(made: str, kg: KnowledgeGraph, project: Project) -> None:
    """Its Turtle has the triples of the build, whose digest the page names; each statement stands on a line."""
    squeezed = re.search(r'<script type="application/json" id="graph">(.*?)</script>', made, re.DOTALL)
    assert squeezed
    lines = block(made, "graph")
    assert squeezed[1].split("\n") == [
        "[",
        *(html.embedded(line) + "," for line in lines[:-1]),
        html.embedded(lines[-1]),
        "]",
    ]  # type: ignore[index]
    turtle = unsqueezed("\n".join(lines))  # type: ignore[arg-type]
    assert all(line.endswith(" .") for line in turtle.splitlines())
    assert len(turtle.splitlines()) + 1 == len(lines)  # type: ignore[arg-type]
    carried = {quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    built = project.root / "build" / "sandbox-kg.nt"
    assert carried == {quad.triple for quad in ox.parse(built.read_bytes(), format=ox.RdfFormat.N_TRIPLES)}
    about = block(made, "ask")["about"]  # type: ignore[index]
    assert about["digest"] == kg.digest
    assert about["version"] == skg.__version__
    assert about["cutOff"] in about["cite-zh"]
    assert about["cutOff"] in about["cite-en"]


TURTLE = """@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:a rdfs:label "</script><script>alert(1)</script>"@en ; ex:knows [ rdfs:label "b" ; ex:knows [] ] ; ex:size 1.50 .
"""


@pytest.mark.parametrize(
    "media",
    [
        ox.RdfFormat.N_TRIPLES,
        ox.RdfFormat.TURTLE,
        ox.RdfFormat.N_QUADS,
        ox.RdfFormat.TRIG,
        ox.RdfFormat.RDF_XML,
        ox.RdfFormat.JSON_LD,
    ],
    ids=lambda f: f.file_extension,
)
def test_a_graph_in_any_format_gives_its_triples(media: ox.RdfFormat, tmp_path: Path) -> None:
    """The ending of the file says the format; blank nodes are named alike each time."""
    triples = [quad.triple for quad in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)]
    quads = [ox.Quad(*triple) for triple in triples]
    path = tmp_path / f"other.{media.file_extension}"
    path.write_bytes(ox.serialize(quads if media.supports_datasets else triples, format=media))
    first, second = graph_data.read(path), graph_data.read(path)
    assert first.turtle({}) == second.turtle({})
    got = ox.Dataset(ox.Quad(*triple) for triple in first.triples)
    wanted = ox.Dataset(quads)
    got.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    wanted.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert got == wanted


def test_the_page_of_another_graph(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """It has that graph and its prefixes, claims nothing of ours, and nothing in it can end a script."""
    path = tmp_path / "other.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    text = page.make_page(kg, graph_file=path)
    ask = block(text, "ask")
    assert ask["about"] | {"digest": ""} == {
        "digest": "",
        "file": "other.ttl",
        "version": "",
        "cutOff": "",
        "licence": "",
        "cite": "",
    }  # type: ignore[index]
    assert ask["questions"] == []  # type: ignore[index]
    assert ask["prefixes"]["ex"] == "http://example.org/"  # type: ignore[index]
    assert text.count("</script>") == text.count("<script")
    assert "<script>alert" not in text
    assert page.make_page(kg, graph_file=path) == text


def test_other_questions_can_be_carried(kg: KnowledgeGraph, project: Project, tmp_path: Path) -> None:
    """A folder of questions stands in for the library, also for another graph."""
    shutil.copy(project.queries / "pilots.rq", tmp_path / "mine.rq")
    (tmp_path / "other.ttl").write_text(TURTLE, encoding="utf-8")
    ask = block(page.make_page(kg, queries=tmp_path, graph_file=tmp_path / "other.ttl"), "ask")
    assert [question["name"] for question in ask["questions"]] == ["mine"]  # type: ignore[index]
    assert ask["opens"] == "mine"  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("other.txt", "", "ask-graph-format"),
        ("missing.ttl", None, "ask-graph-unread"),
        ("wrong.ttl", "<a> <b>", "ask-graph-syntax"),
        ("wrong.nt", "<a> <b> <c> .", "ask-graph-syntax"),
        ("bytes.nt", "\udcff", "ask-graph-syntax"),
    ],
)
def test_a_graph_that_cannot_be_read_is_told(
    kg: KnowledgeGraph, tmp_path: Path, name: str, text: str | None, key: str
) -> None:
    """The error names the file and what is wrong, in both languages."""
    if text is not None:
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(QueryError) as raised:
        page.make_page(kg, graph_file=tmp_path / name)
    assert raised.value.key == key
    assert name in raised.value.text("zh")
    assert name in raised.value.text("en")


def test_a_graph_on_a_server_is_read_whole(kg: KnowledgeGraph) -> None:
    """What a server gives as an rdflib graph has the triples that the embedded graph has."""
    assert graph_data.served(kg.graph).digest == kg.digest


# -- what is carried from others -----------------------------------------------------------------------------------------


def test_vendored_files_are_as_pinned() -> None:
    """Each has its sum, its licence stands beside it and before each script, and none can end a script."""
    pins = tomllib.loads((vendored.FOLDER / "vendor.toml").read_text(encoding="utf-8"))
    names = {entry["name"] for entry in pins["file"]}
    assert {path.name for path in vendored.FOLDER.iterdir()} == names | {"vendor.toml"}
    for name in names:
        data = vendored.vendored(name)
        if name.endswith(".js"):
            licence = vendored.vendored(name.replace(".js", ".LICENSE"))
            assert data.startswith(b"/*\n" + licence.strip())
            assert b"</" not in data
    for entry in [*pins["package"], *pins["tool"]]:
        assert set(entry) == {"name", "version", "licence", "sha256"}
        assert re.fullmatch(r"[0-9a-f]{64}", entry["sha256"])
        assert entry["licence"] in ("MIT", "MIT OR Apache-2.0")
    assert gzip.decompress(vendored.vendored("oxigraph.wasm.gz"))[:4] == b"\0asm"


def test_a_changed_vendored_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sum is looked at each time a page is made."""
    copy = tmp_path / "vendor"
    shutil.copytree(vendored.FOLDER, copy)
    (copy / "codemirror.js").write_bytes((copy / "codemirror.js").read_bytes() + b" ")
    monkeypatch.setattr(vendored, "FOLDER", copy)
    assert vendored.vendored("oxigraph.js")
    with pytest.raises(ValueError, match=r"codemirror\.js .* packaging/vendor_ask\.py"):
        vendored.vendored("codemirror.js")


def test_the_foot_names_what_is_carried(made: str) -> None:
    """Name, version and licence of the engine and the editor stand on the page."""
    versions = {
        entry["name"]: entry["version"]
        for entry in tomllib.loads((vendored.FOLDER / "vendor.toml").read_text(encoding="utf-8"))["package"]
    }
    assert f"Oxigraph {versions['oxigraph']} (MIT OR Apache-2.0)" in made
    assert f"CodeMirror {versions['@codemirror/view']} (MIT" in made


def test_without_scripts_the_questions_are_listed(made: str, kg: KnowledgeGraph) -> None:
    """The page says what it needs, and which questions there are."""
    noscript = re.search(r"<noscript>(.*?)</noscript>", made, re.DOTALL)
    assert noscript
    assert noscript.group(1).count("<li>") == len(kg.questions())
