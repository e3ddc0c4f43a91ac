"""Facts of invented records: evidence from the sources at hand, and texts of the length that real ones have."""

from __future__ import annotations

import random
from collections.abc import Sequence

from programmes.profile import Profile, Record

Labels = dict[str, str]


class Facts:
    """Makes facts; all chance comes from one generator of random numbers."""

    def __init__(self, profile: Profile, rng: random.Random) -> None:
        self.profile, self.rng = profile, rng

    def fact(self, key: str, sources: Sequence[str], words: str, **fields: str | Labels) -> Record:
        """A fact with evidence from some of the sources (slugs)."""
        rng = self.rng
        many = min(rng.choice(self.profile.evidence[key]), len(sources))
        evidence: Record = {}
        for slug in rng.sample(sources, many):
            evidence[slug] = words if rng.random() < self.profile.worded else {}
        return {**fields, "evidence": evidence}

    def label(self, name: str) -> Labels:
        """The labels of a concept or place."""
        return self.profile.labels[name]


def slug_of(name: str) -> str:
    """The part of a prefixed name after the prefix."""
    return name.partition(":")[2]
