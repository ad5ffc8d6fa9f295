"""What managers do with a programme: write it, weigh pairs, put people in, settle pairs."""

from datetime import date
from uuid import UUID

import strawberry

from server.domain.availability import MentoringFormat
from server.domain.programmes import ProgrammeForm, Scope
from server.domain.suggestions import MatchSide
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.programmes import Programme, SettledPair, WeightsInput, programme_id_of, weights_form
from server.services import programmes

_KEY = "The same key again gives the first answer."
_VERSION = "Conflict when the programme has another version by now."
_WHICH = "Which programme."


def _profile_key(global_id: strawberry.ID) -> UUID:
    return uuid_of(global_id, "Profile", what="person")


@strawberry.input(description="For createProgramme.")
class CreateProgrammeInput:
    """What CreateProgramme takes."""

    title: str = strawberry.field(description="1 to 120 characters.")
    format: MentoringFormat = strawberry.field(description="The format of its mentorships; it stays.")
    about: str = strawberry.field(default="", description="What it is for: 2,000 characters at most.")
    learners: Scope = strawberry.field(default=Scope.MEMBERS, description="Who is matched.")
    mentors: Scope = strawberry.field(default=Scope.MEMBERS, description="Who mentors.")
    list_length: int = strawberry.field(default=3, description="How many mentors a learner is proposed: 1 to 10.")
    starts_on: date | None = strawberry.field(default=None, description="Its first day.")
    ends_on: date | None = strawberry.field(default=None, description="Its last day.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="A programme that was made.")
class CreateProgrammePayload:
    """What CreateProgramme gives."""

    programme: Programme = strawberry.field(description="The programme, with the usual weights of its format.")


@strawberry.input(description="For editProgramme: all of it is written anew.")
class EditProgrammeInput:
    """What EditProgramme takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    title: str = strawberry.field(description="1 to 120 characters.")
    format: MentoringFormat = strawberry.field(description="As it is: Conflict for another one.")
    about: str = strawberry.field(default="", description="What it is for: 2,000 characters at most.")
    learners: Scope = strawberry.field(default=Scope.MEMBERS, description="Who is matched.")
    mentors: Scope = strawberry.field(default=Scope.MEMBERS, description="Who mentors.")
    list_length: int = strawberry.field(default=3, description="How many mentors a learner is proposed: 1 to 10.")
    starts_on: date | None = strawberry.field(default=None, description="Its first day.")
    ends_on: date | None = strawberry.field(default=None, description="Its last day.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A programme that was edited.")
class EditProgrammePayload:
    """What EditProgramme gives."""

    programme: Programme = strawberry.field(description="The programme as it is now.")


@strawberry.input(description="For setProgrammeWeights.")
class SetProgrammeWeightsInput:
    """What SetProgrammeWeights takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    weights: WeightsInput = strawberry.field(description="The weights of both sides.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A programme that weighs otherwise.")
class SetProgrammeWeightsPayload:
    """What SetProgrammeWeights gives."""

    programme: Programme = strawberry.field(description="The programme as it is now.")


@strawberry.input(description="For addProgrammeMembers.")
class AddProgrammeMembersInput:
    """What AddProgrammeMembers takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    side: MatchSide = strawberry.field(description="Into which side.")
    profile_ids: list[strawberry.ID] = strawberry.field(description="Who: 1 to 100 people the viewer can see.")


@strawberry.type(description="A programme with more people.")
class AddProgrammeMembersPayload:
    """What AddProgrammeMembers gives."""

    programme: Programme = strawberry.field(description="The programme as it is now.")


@strawberry.input(description="For removeProgrammeMembers.")
class RemoveProgrammeMembersInput:
    """What RemoveProgrammeMembers takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    side: MatchSide = strawberry.field(description="Out of which side.")
    profile_ids: list[strawberry.ID] = strawberry.field(description="Who: 1 to 100 people.")


@strawberry.type(description="A programme with fewer people.")
class RemoveProgrammeMembersPayload:
    """What RemoveProgrammeMembers gives."""

    programme: Programme = strawberry.field(description="The programme as it is now.")


@strawberry.input(description="For addProgrammeManager.")
class AddProgrammeManagerInput:
    """What AddProgrammeManager takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    profile_id: strawberry.ID = strawberry.field(description="Who; they need the role of the platform besides.")


@strawberry.type(description="A programme with one more manager.")
class AddProgrammeManagerPayload:
    """What AddProgrammeManager gives."""

    programme: Programme = strawberry.field(description="The programme as it is now.")


@strawberry.input(description="For removeProgrammeManager.")
class RemoveProgrammeManagerInput:
    """What RemoveProgrammeManager takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    profile_id: strawberry.ID = strawberry.field(description="Who.")


@strawberry.type(description="A manager is none any more.")
class RemoveProgrammeManagerPayload:
    """What RemoveProgrammeManager gives."""

    programme: Programme | None = strawberry.field(description="The programme; null when the viewer left it.")


@strawberry.input(description="For lockPair.")
class LockPairInput:
    """What LockPair takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    learner_id: strawberry.ID = strawberry.field(description="The learner: a profile.")
    mentor_id: strawberry.ID = strawberry.field(description="The mentor: a profile.")
    reason: str = strawberry.field(description="Why, for the record: 3 to 300 characters.")


@strawberry.type(description="A pair that every run keeps, unless a hard rule stands against it.")
class LockPairPayload:
    """What LockPair gives."""

    pair: SettledPair = strawberry.field(description="The pair.")


@strawberry.input(description="For forbidPair.")
class ForbidPairInput:
    """What ForbidPair takes."""

    programme_id: strawberry.ID = strawberry.field(description=_WHICH)
    learner_id: strawberry.ID = strawberry.field(description="The learner: a profile.")
    mentor_id: strawberry.ID = strawberry.field(description="The mentor: a profile.")
    reason: str = strawberry.field(description="Why, for the record: 3 to 300 characters.")


@strawberry.type(description="A pair that no run makes.")
class ForbidPairPayload:
    """What ForbidPair gives."""

    pair: SettledPair = strawberry.field(description="The pair.")


@strawberry.input(description="For liftPair.")
class LiftPairInput:
    """What LiftPair takes."""

    pair_id: strawberry.ID = strawberry.field(description="Which pair.")


@strawberry.type(description="A pair that is settled no longer.")
class LiftPairPayload:
    """What LiftPair gives."""

    pair: SettledPair = strawberry.field(description="The pair, which stays on record.")


@strawberry.type
class ProgrammeMutation:
    """The mutations on programmes."""

    @mutation(description="Make a programme. Requires: the role program_manager.", refuses=[Conflict])
    async def create_programme(self, info: Info, form: CreateProgrammeInput) -> CreateProgrammePayload:
        """Make a programme."""
        row = await programmes.create_programme(
            info.context.actor, form=_form(form), idempotency_key=form.idempotency_key
        )
        return CreateProgrammePayload(programme=Programme.of(row))

    @mutation(description="Write a programme anew. Requires: to manage it.", refuses=[Conflict])
    async def edit_programme(self, info: Info, form: EditProgrammeInput) -> EditProgrammePayload:
        """Edit a programme."""
        row = await programmes.edit_programme(
            info.context.actor,
            programme_id=programme_id_of(form.programme_id),
            form=_form(form),
            expected_version=form.expected_version,
        )
        return EditProgrammePayload(programme=Programme.of(row))

    @mutation(description="Weigh pairs otherwise from the next run on. Requires: to manage it.", refuses=[Conflict])
    async def set_programme_weights(self, info: Info, form: SetProgrammeWeightsInput) -> SetProgrammeWeightsPayload:
        """Set the weights of a programme."""
        row = await programmes.set_weights(
            info.context.actor,
            programme_id=programme_id_of(form.programme_id),
            form=weights_form(form.weights),
            expected_version=form.expected_version,
        )
        return SetProgrammeWeightsPayload(programme=Programme.of(row))

    @mutation(description="Put people into a side of a programme. Requires: to manage it.")
    async def add_programme_members(self, info: Info, form: AddProgrammeMembersInput) -> AddProgrammeMembersPayload:
        """Put people into a side."""
        row = await programmes.add_members(
            info.context.actor,
            programme_id=programme_id_of(form.programme_id),
            side=form.side,
            profile_ids=[_profile_key(one) for one in form.profile_ids],
        )
        return AddProgrammeMembersPayload(programme=Programme.of(row))

    @mutation(description="Take people out of a side of a programme. Requires: to manage it.")
    async def remove_programme_members(
        self, info: Info, form: RemoveProgrammeMembersInput
    ) -> RemoveProgrammeMembersPayload:
        """Take people out of a side."""
        row = await programmes.remove_members(
            info.context.actor,
            programme_id=programme_id_of(form.programme_id),
            side=form.side,
            profile_ids=[_profile_key(one) for one in form.profile_ids],
        )
        return RemoveProgrammeMembersPayload(programme=Programme.of(row))

    @mutation(description="Let somebody manage a programme too. Requires: to manage it.", refuses=[LimitReached])
    async def add_programme_manager(self, info: Info, form: AddProgrammeManagerInput) -> AddProgrammeManagerPayload:
        """Add a manager."""
        row = await programmes.add_manager(
            info.context.actor,
            programme_id=programme_id_of(form.programme_id),
            profile_id=_profile_key(form.profile_id),
        )
        return AddProgrammeManagerPayload(programme=Programme.of(row))

    @mutation(
        description="Let somebody manage a programme no longer, oneself too. Requires: to manage it.",
        refuses=[Conflict],
    )
    async def remove_programme_manager(
        self, info: Info, form: RemoveProgrammeManagerInput
    ) -> RemoveProgrammeManagerPayload:
        """Remove a manager."""
        actor, gone = info.context.actor, _profile_key(form.profile_id)
        row = await programmes.remove_manager(actor, programme_id=programme_id_of(form.programme_id), profile_id=gone)
        return RemoveProgrammeManagerPayload(programme=None if gone == actor.user_id else Programme.of(row))

    @mutation(
        description="Keep a pair together in every run. Neither of the two is told. Requires: to manage the programme.",
        refuses=[Conflict, LimitReached],
    )
    async def lock_pair(self, info: Info, form: LockPairInput) -> LockPairPayload:
        """Lock a pair."""
        row = await programmes.lock_pair(
            info.context.actor,
            programme_id=programme_id_of(form.programme_id),
            learner_id=_profile_key(form.learner_id),
            mentor_id=_profile_key(form.mentor_id),
            reason=form.reason,
        )
        return LockPairPayload(pair=SettledPair.of(row))

    @mutation(
        description="Keep a pair apart in every run. Neither of the two is told. Requires: to manage the programme.",
        refuses=[Conflict, LimitReached],
    )
    async def forbid_pair(self, info: Info, form: ForbidPairInput) -> ForbidPairPayload:
        """Forbid a pair."""
        row = await programmes.forbid_pair(
            info.context.actor,
            programme_id=programme_id_of(form.programme_id),
            learner_id=_profile_key(form.learner_id),
            mentor_id=_profile_key(form.mentor_id),
            reason=form.reason,
        )
        return ForbidPairPayload(pair=SettledPair.of(row))

    @mutation(description="End a lock or a ban. Requires: to manage the programme.", refuses=[Conflict])
    async def lift_pair(self, info: Info, form: LiftPairInput) -> LiftPairPayload:
        """Lift a settled pair."""
        key = uuid_of(form.pair_id, "SettledPair", what="pair")
        return LiftPairPayload(pair=SettledPair.of(await programmes.lift_pair(info.context.actor, pair_id=key)))


def _form(form: CreateProgrammeInput | EditProgrammeInput) -> ProgrammeForm:
    return ProgrammeForm(
        title=form.title,
        format=form.format,
        about=form.about,
        learners=form.learners,
        mentors=form.mentors,
        list_length=form.list_length,
        starts_on=form.starts_on,
        ends_on=form.ends_on,
    )
