"""Helplines by country, shipped with the program. The file names a source for each."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from server.domain.circle_care import Helpline


@cache
def helplines() -> Mapping[str, Sequence[Helpline]]:
    """Return the helplines by ISO country code; `*` for countries that have none here."""
    text = files("server").joinpath("data/helplines.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, list[Helpline]])
