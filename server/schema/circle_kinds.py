"""The kinds of circles as types, with where each begins; and what circles are set by."""

import strawberry

from server.domain.circles import DEFAULTS, CircleAction, CircleKind, Confidentiality, Facilitation, JoinMode, Naming
from server.schema.core.fields import resolved

strawberry.enum(CircleKind, description="What a circle is for; each kind has its own defaults.")
strawberry.enum(JoinMode, name="CircleJoinMode", description="How one gets into a circle.")
strawberry.enum(Confidentiality, name="CircleConfidentiality", description="What may leave a circle.")
strawberry.enum(Naming, name="CircleNaming", description="How members know each other.")
strawberry.enum(Facilitation, name="CircleFacilitation", description="Who leads its meetings.")
strawberry.enum(CircleAction, description="What moves a circle along its road.")


@strawberry.type(description="Where circles of a kind begin; what is not fixed can be set otherwise.")
class CircleKindDefaults:
    """A kind and its defaults."""

    kind: CircleKind = strawberry.field(description="Which kind.")
    confidentiality: Confidentiality = strawberry.field(description="What may leave it.")
    least: int = strawberry.field(description="How many it takes to begin.")
    most: int = strawberry.field(description="How many seats there are.")
    naming: Naming = strawberry.field(description="How members know each other; fixed.")
    with_mentor: bool = strawberry.field(description="Whether a mentor is part of it; fixed.")
    join_mode: JoinMode = strawberry.field(description="How one gets in.")
    facilitation: Facilitation = strawberry.field(description="Who leads its meetings.")

    @classmethod
    def of(cls, kind: CircleKind) -> "CircleKindDefaults":
        """Return where circles of a kind begin."""
        at = DEFAULTS[kind]
        return cls(
            kind=kind,
            confidentiality=at.confidentiality,
            least=at.least,
            most=at.most,
            naming=at.naming,
            with_mentor=at.with_mentor,
            join_mode=at.join_mode,
            facilitation=at.facilitation,
        )


@strawberry.type
class CircleKindQuery:
    """What can be asked about kinds."""

    @resolved(description="The kinds of circles, and where each begins. For everybody.")
    def circle_kinds(self) -> list[CircleKindDefaults]:
        """Return every kind."""
        return [CircleKindDefaults.of(kind) for kind in CircleKind]
