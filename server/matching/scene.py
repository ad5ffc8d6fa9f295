"""What every loop over pairs looks at, in one tuple."""

from typing import NamedTuple

from server.matching.programme import Programme
from server.matching.snapshot import Snapshot
from server.matching.taxonomy import Taxonomy


class Scene(NamedTuple):
    """People, the skills they speak of, and the rules they are matched under."""

    people: Snapshot
    taxonomy: Taxonomy
    programme: Programme
