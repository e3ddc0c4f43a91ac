"""`python -m sandbox_kg` is the same as `sandbox-kg`."""

from sandbox_kg.cli import main

main()
