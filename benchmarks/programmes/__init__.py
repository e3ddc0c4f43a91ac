"""Invented programmes of any size in our ontology: as records, or as the N-Triples that a build would make of them."""
