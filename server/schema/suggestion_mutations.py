"""What the viewer does with a suggestion. The other side never hears of it."""

import strawberry

from server.domain.availability import MentoringFormat
from server.domain.suggestions import MatchSide, SuggestionState
from server.queries.suggestions import Wanted
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.ids import uuid_of
from server.services import suggestions

_OTHER = "Who was suggested: a profile."


@strawberry.input(description="For dismissSuggestion.")
class DismissSuggestionInput:
    """What DismissSuggestion takes."""

    profile_id: strawberry.ID = strawberry.field(description=_OTHER)
    format: MentoringFormat = strawberry.field(description="In which format.")
    side: MatchSide = strawberry.field(default=MatchSide.LEARNER, description="The seat the viewer would take.")


@strawberry.type(description="The suggestion after it.")
class DismissSuggestionPayload:
    """What DismissSuggestion gives."""

    state: SuggestionState = strawberry.field(description="Where it stands now.")


@strawberry.input(description="For saveSuggestion.")
class SaveSuggestionInput:
    """What SaveSuggestion takes."""

    profile_id: strawberry.ID = strawberry.field(description=_OTHER)
    format: MentoringFormat = strawberry.field(description="In which format.")
    side: MatchSide = strawberry.field(default=MatchSide.LEARNER, description="The seat the viewer would take.")


@strawberry.type(description="The suggestion after it.")
class SaveSuggestionPayload:
    """What SaveSuggestion gives."""

    state: SuggestionState = strawberry.field(description="Where it stands now.")


@strawberry.type
class SuggestionMutation:
    """The viewer's suggestions."""

    @mutation(
        description="Do not suggest somebody again for 90 days. Requires: the viewer it was shown to.",
        refuses=[Conflict],
    )
    async def dismiss_suggestion(self, info: Info, form: DismissSuggestionInput) -> DismissSuggestionPayload:
        """Dismiss a suggestion."""
        other = uuid_of(form.profile_id, "Profile", what="suggestion")
        wanted = Wanted(form.format, form.side)
        row = await suggestions.dismiss(info.context.actor, profile_id=other, wanted=wanted)
        return DismissSuggestionPayload(state=row.state)

    @mutation(description="Keep a suggestion for later. Requires: the viewer it was shown to.", refuses=[Conflict])
    async def save_suggestion(self, info: Info, form: SaveSuggestionInput) -> SaveSuggestionPayload:
        """Save a suggestion."""
        other = uuid_of(form.profile_id, "Profile", what="suggestion")
        row = await suggestions.save(info.context.actor, profile_id=other, wanted=Wanted(form.format, form.side))
        return SaveSuggestionPayload(state=row.state)
