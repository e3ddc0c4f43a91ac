"""The graph, an engine and an editor in one HTML page: SPARQL without a server, a network or an install."""
