"""Sandbox KG: the knowledge graph of China's fintech regulatory sandbox."""

__version__ = "0.1.0"
