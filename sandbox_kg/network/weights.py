"""How much one pilot adds to the link of two of its k members.

| name | formula | in words |
|---|---|---|
| newman | 1/(k-1) | a member's links from one pilot add up to 1: its strength is its number of joint pilots |
| full | 1 | every pair of every pilot counts one |
| fractional | 2/(k(k-1)) | a pilot counts one, shared equally by its pairs |
| hyperbolic | 1/k | a pilot counts less the more members it has |

Sources: Newman, Scientific collaboration networks II, Phys. Rev. E 64, 016132, 2001 (newman); Batagelj & Cerinsek, On
bibliographic networks, Scientometrics 96, 845-864, 2013 (fractional); Coscia & Rossi, The impact of projection and
backboning on network topologies, ASONAM 2019 (hyperbolic). What Perianes-Rodriguez, Waltman & van Eck (J. Informetrics
10, 1178-1195, 2016) call fractional counting is, between two members, Newman's weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

WEIGHTS: Mapping[str, Callable[[int], float]] = {
    "newman": lambda members: 1 / (members - 1),
    "full": lambda _: 1.0,
    "fractional": lambda members: 2 / (members * (members - 1)),
    "hyperbolic": lambda members: 1 / members,
}
