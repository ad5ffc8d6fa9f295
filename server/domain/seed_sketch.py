"""The outline of a made-up person, before the details: who, where, which trade. And where their numbers come from."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from server.domain.seed_material import City, Culture, Trade


@dataclass(frozen=True)
class SeedSource:
    """What decides a whole community: the seed, and the midnight in UTC that counts as today."""

    seed: int
    day: datetime

    def random(self, *place: object) -> Random:
        """Return the numbers of one place in the community, whatever was drawn elsewhere."""
        return Random("/".join(map(str, (self.seed, *place))))  # noqa: S311 - made-up people keep no secret


@dataclass(frozen=True)
class Sketch:
    """Who somebody is, before the details."""

    id: UUID
    born_at: datetime
    name: str
    email: str
    city: City
    culture: Culture
    trade: Trade
