"""Networks of institutions, pilots and technologies, made from the graph and exported for research."""

KINDS = ("co-application", "two-mode", "technology-co-occurrence", "institution-technology", "lead-participant")
LEVELS = ("as-filed", "legal-person", "group")
WAYS = ("auto", "memberships", "pairs")
