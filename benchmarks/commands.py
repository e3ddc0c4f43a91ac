"""Times whole commands side by side: each round runs every command once, so that a slow moment falls on all alike.

Usage: python benchmarks/commands.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOOL = [sys.executable, "-m", "sandbox_kg"]


def commands(out: Path) -> dict[str, list[str]]:
    """Name to command line."""
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "sandbox-kg --help": [*TOOL, "--help"],
        "sandbox-kg validate": [*TOOL, "validate"],
        "sandbox-kg figures": [*TOOL, "figures"],
        "sandbox-kg build": [*TOOL, "build", "--out", str(out)],
    }


def main(rounds: int) -> None:
    """Prints a Markdown table: least and median seconds, and the median's ratio to an empty Python."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = commands(Path(folder))
        times: dict[str, list[float]] = {name: [] for name in wanted}
        for _ in range(rounds):
            for name, command in wanted.items():
                begin = time.perf_counter()
                subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
                times[name].append(time.perf_counter() - begin)
    base = statistics.median(times["python -c pass"])
    print("| command | least (s) | median (s) | ratio |\n|---|---:|---:|---:|")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"| `{name}` | {min(taken):.2f} | {median:.2f} | {median / base:.0f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
