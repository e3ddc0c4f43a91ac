"""Fetches and makes what the ask page carries from others: the engine as WebAssembly, and the editor.

    python packaging/vendor_ask.py          # makes the files of sandbox_kg/ask/vendor anew from the pinned packages
    python packaging/vendor_ask.py --check  # writes nothing; ends with 1 where they would differ
    python packaging/vendor_ask.py --pin    # after a version in vendor.toml was changed: takes the new packages' sums

It needs Python 3.11 and npm; a build of the graph or of the page needs neither, nor any network. Packages come from
`npm pack` and must have the sums of `vendor.toml`; no script of theirs is run. The one program of theirs that runs is
esbuild, which joins the editor's modules into one script.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "sandbox_kg" / "ask" / "vendor"
PINS = VENDOR / "vendor.toml"
ENTRY = Path(__file__).parent / "ask_editor.js"
# Browsers that have all that the page uses: WebAssembly under a policy, DecompressionStream, adoptedStyleSheets.
TARGET = "es2022,chrome111,firefox115,safari16.4"
# style-mod writes a <style> element into a document, which a policy of hashes forbids. A style sheet that a script
# makes is allowed, and style-mod has the code for it, for shadow roots only: here it uses that everywhere.
PATCHES = {"style-mod": ("src/style-mod.js", "(!root.head && root.adoptedStyleSheets", "(root.adoptedStyleSheets")}


class UnexpectedError(Exception):
    """Something is not as pinned; the text says what."""


def main() -> int:
    """Makes the files, or compares them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--pin", action="store_true")
    given = arguments.parse_args()
    pins = PINS.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        try:
            pins = fetch(folder, pins, given.pin)
            made = make(folder, tomllib.loads(pins))
        except UnexpectedError as error:
            print(error, file=sys.stderr)
            return 1
    different = [name for name, data in made.items() if not same(VENDOR / name, data)]
    if given.check:
        print("\n".join(f"{name} would differ" for name in different) or "as pinned")
        return 1 if different else 0
    for name in different:
        (VENDOR / name).write_bytes(made[name])
    for name in made:
        pins = with_sum(pins, "file", name, hashlib.sha256((VENDOR / name).read_bytes()).hexdigest())
    PINS.write_bytes(pins.encode())
    print(f"{len(made)} files, {len(different)} of them new")
    return 0


def fetch(folder: Path, pins: str, pin: bool) -> str:
    """Unpacks the packages and this machine's tool under `node_modules`; gives the pins, with new sums if wanted."""
    entries = tomllib.loads(pins)
    own = tool_of_this_machine()
    for entry in [*entries["package"], *entries["tool"]]:
        name = entry["name"]
        if entry in entries["tool"] and name != own and not pin:
            continue
        archive = pack(name, entry["version"], folder)
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if pin:
            pins = with_sum(pins, "package" if entry in entries["package"] else "tool", name, found)
        elif found != entry["sha256"]:
            raise UnexpectedError(f"{name} {entry['version']} has the sum {found}, not the pinned one")
        unpack(archive, folder / "node_modules" / name)
    if not (folder / "node_modules" / own).is_dir():
        raise UnexpectedError(f"vendor.toml pins no {own}: add it under [[tool]] and run with --pin")
    return pins


def tool_of_this_machine() -> str:
    """The package of esbuild for this machine, as npm names it."""
    system, processor = platform.system().lower(), platform.machine().lower()
    systems = {"windows": "win32"}
    processors = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
    return f"@esbuild/{systems.get(system, system)}-{processors.get(processor, processor)}"


def pack(name: str, version: str, folder: Path) -> Path:
    """The archive of a package, by npm."""
    npm = shutil.which("npm")
    if npm is None:
        raise UnexpectedError("npm is not installed")
    place = folder / "archives" / name.replace("/", "-")
    place.mkdir(parents=True)
    command = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", str(place), f"{name}@{version}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise UnexpectedError(f"npm pack {name}@{version}: {done.stderr.strip() or done.stdout.strip()}")
    return next(place.glob("*.tgz"))


def unpack(archive: Path, place: Path) -> None:
    """A package's files, without the folder that the archive puts them in."""
    with tarfile.open(archive) as tar:
        tar.extractall(place.parent / "unpacked", filter="data")
    shutil.move(next((place.parent / "unpacked").iterdir()), place)
    (place.parent / "unpacked").rmdir()


def make(folder: Path, pins: dict[str, Any]) -> dict[str, bytes]:
    """The vendored files by name."""
    modules = folder / "node_modules"
    for name, (file, before, after) in PATCHES.items():
        text = (modules / name / file).read_text(encoding="utf-8")
        if text.count(before) != 1:
            raise UnexpectedError(f"{name}: the line to change stands there {text.count(before)} times, not once")
        (modules / name / file).write_text(text.replace(before, after), encoding="utf-8")
    shutil.copy(ENTRY, folder / "editor.js")
    (folder / "engine.js").write_text('export { default as init, Store } from "oxigraph/web.js";\n', encoding="utf-8")
    versions = {entry["name"]: entry["version"] for entry in pins["package"]}
    licences = {"codemirror.LICENSE": editor_licence(modules, versions)}
    licences["oxigraph.LICENSE"] = (VENDOR / "oxigraph.LICENSE").read_bytes()  # its npm package has none
    return {
        "codemirror.js": bundle(folder, "editor.js", "CodeMirror", licences["codemirror.LICENSE"]),
        "oxigraph.js": bundle(folder, "engine.js", "oxigraph", licences["oxigraph.LICENSE"]),
        "oxigraph.wasm.gz": gzip.compress((modules / "oxigraph" / "web_bg.wasm").read_bytes(), 9, mtime=0),
        **licences,
    }


def bundle(folder: Path, entry: str, name: str, licence: bytes) -> bytes:
    """A module and all that it imports as one classic script that sets one global name, behind its licence."""
    program = "esbuild.exe" if platform.system() == "Windows" else "bin/esbuild"
    tool = folder / "node_modules" / tool_of_this_machine() / program
    command = [str(tool), entry, "--bundle", "--minify", "--format=iife", f"--global-name={name}", f"--target={TARGET}"]
    command += ["--charset=utf8", "--legal-comments=inline", "--log-level=error", "--define:import.meta.url=undefined"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
    if done.returncode:
        raise UnexpectedError(done.stderr.decode(errors="replace"))
    # In a script element nothing may look like the element's end; in a JavaScript string \/ is /.
    code = done.stdout.decode().replace("</", "<\\/")
    return (f"/*\n{licence.decode().rstrip()}\n*/\n" + code).encode()


def editor_licence(modules: Path, versions: dict[str, str]) -> bytes:
    """The licences of the editor's packages, each text once with the packages that it stands in."""
    texts: dict[str, list[str]] = {}
    for name, version in versions.items():
        if name != "oxigraph":
            text = (modules / name / "LICENSE").read_text(encoding="utf-8").strip()
            texts.setdefault(text, []).append(f"{name} {version}")
    parts = [f"{', '.join(names)}\n\n{text}" for text, names in texts.items()]
    return ("\n\n----\n\n".join(parts) + "\n").encode()


def same(path: Path, data: bytes) -> bool:
    """Whether a file holds this already; of an archive, what is packed counts, not how."""
    if not path.exists():
        return False
    old = path.read_bytes()
    return gzip.decompress(old) == gzip.decompress(data) if path.suffix == ".gz" else old == data


def with_sum(pins: str, kind: str, name: str, digest: str) -> str:
    """The pins with another sum for one entry."""
    entry = re.compile(rf'(\[\[{kind}\]\]\nname = "{re.escape(name)}"\n(?:[a-z]\w* = .*\n)*?sha256 = ")[^"]*"')
    if len(entry.findall(pins)) != 1:
        raise UnexpectedError(f"vendor.toml has no [[{kind}]] {name} with a sha256")
    return entry.sub(rf'\g<1>{digest}"', pins)


if __name__ == "__main__":
    raise SystemExit(main())
