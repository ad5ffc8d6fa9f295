"""What is done to circles as such, as mutations: propose, set up, move, norms, split, merge."""

from uuid import UUID

import strawberry

from server.domain.circles import CircleAction, CircleForm, CircleKind, Confidentiality, Facilitation, JoinMode
from server.domain.errors import NotFound
from server.schema.circle_people import seat_id_of
from server.schema.circles import Circle, circle_id_of, load_circles
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.services import circle_growth, circles


@strawberry.input(description="For proposeCircle.")
class ProposeCircleInput:
    """What ProposeCircle takes."""

    kind: CircleKind = strawberry.field(description="What sort.")
    name: str = strawberry.field(description="3 to 80 characters.")
    theme: str = strawberry.field(default="", description="At most 60 characters.")
    purpose: str = strawberry.field(default="", description="At most 2,000 characters.")
    join_mode: JoinMode | None = strawberry.field(default=None, description="Null: as it is, or as the kind begins.")
    confidentiality: Confidentiality | None = strawberry.field(
        default=None, description="Null: as it is, or as the kind begins."
    )
    facilitation: Facilitation | None = strawberry.field(
        default=None, description="Null: as it is, or as the kind begins."
    )
    least: int | None = strawberry.field(default=None, description="3 to 20; null as above.")
    most: int | None = strawberry.field(default=None, description="3 to 20; null as above.")
    is_listed: bool = strawberry.field(default=True, description="Whether everybody can find it.")
    nickname: str = strawberry.field(default="", description="Of the proposer, where the kind uses nicknames.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A circle that was proposed.")
class ProposeCirclePayload:
    """What ProposeCircle gives."""

    circle: Circle = strawberry.field(description="The circle; the proposer leads it.")


@strawberry.input(description="For editCircle.")
class EditCircleInput:
    """What EditCircle takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    name: str = strawberry.field(description="3 to 80 characters.")
    theme: str = strawberry.field(default="", description="At most 60 characters.")
    purpose: str = strawberry.field(default="", description="At most 2,000 characters.")
    join_mode: JoinMode | None = strawberry.field(default=None, description="Null: as it is, or as the kind begins.")
    confidentiality: Confidentiality | None = strawberry.field(
        default=None, description="Null: as it is, or as the kind begins."
    )
    facilitation: Facilitation | None = strawberry.field(
        default=None, description="Null: as it is, or as the kind begins."
    )
    least: int | None = strawberry.field(default=None, description="3 to 20; null as above.")
    most: int | None = strawberry.field(default=None, description="3 to 20; null as above.")
    is_listed: bool = strawberry.field(default=True, description="Whether everybody can find it.")
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="A circle that was set otherwise.")
class EditCirclePayload:
    """What EditCircle gives."""

    circle: Circle = strawberry.field(description="The circle as it is now.")


@strawberry.input(description="For moveCircle.")
class MoveCircleInput:
    """What MoveCircle takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    action: CircleAction = strawberry.field(description="What to do.")


@strawberry.type(description="A circle in another state.")
class MoveCirclePayload:
    """What MoveCircle gives."""

    circle: Circle = strawberry.field(description="The circle as it is now.")


@strawberry.input(description="For writeCircleNorms.")
class WriteCircleNormsInput:
    """What WriteCircleNorms takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    text: str = strawberry.field(description="1 to 4,000 characters.")


@strawberry.type(description="A circle with new norms.")
class WriteCircleNormsPayload:
    """What WriteCircleNorms gives."""

    circle: Circle = strawberry.field(description="The circle as it is now.")


@strawberry.input(description="For agreeToCircleNorms.")
class AgreeToCircleNormsInput:
    """What AgreeToCircleNorms takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    number: int = strawberry.field(description="The number of the norms that were read.")


@strawberry.type(description="A circle whose norms the viewer agreed to.")
class AgreeToCircleNormsPayload:
    """What AgreeToCircleNorms gives."""

    circle: Circle = strawberry.field(description="The circle as it is now.")


@strawberry.input(description="For splitCircle.")
class SplitCircleInput:
    """What SplitCircle takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    seat_ids: list[strawberry.ID] = strawberry.field(description="Who moves; the first of them leads the new circle.")
    name: str = strawberry.field(description="The new circle's: 3 to 80 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A circle that was split.")
class SplitCirclePayload:
    """What SplitCircle gives."""

    circle: Circle = strawberry.field(description="The circle that stays.")
    fresh: Circle | None = strawberry.field(description="The new one; null when its page is not the viewer's to see.")


@strawberry.input(description="For offerCircleMerge.")
class OfferCircleMergeInput:
    """What OfferCircleMerge takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    into_circle_id: strawberry.ID = strawberry.field(description="Which circle to join.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A circle that offers to join another.")
class OfferCircleMergePayload:
    """What OfferCircleMerge gives."""

    circle: Circle = strawberry.field(description="The circle that offers.")


@strawberry.input(description="For answerCircleMerge.")
class AnswerCircleMergeInput:
    """What AnswerCircleMerge takes."""

    offer_key: str = strawberry.field(description="Which offer, as the circle has it.")
    is_yes: bool = strawberry.field(description="Whether the two become one.")


@strawberry.type(description="A circle whose offer was answered.")
class AnswerCircleMergePayload:
    """What AnswerCircleMerge gives."""

    circle: Circle = strawberry.field(description="The circle that goes on.")


@strawberry.type
class CircleMutation:
    """The mutations on circles."""

    @mutation(
        description="Propose a circle and lead it. Requires: a verified mail address.", refuses=[Conflict, LimitReached]
    )
    async def propose_circle(self, info: Info, form: ProposeCircleInput) -> ProposeCirclePayload:
        """Propose a circle."""
        row = await circles.propose_circle(
            info.context.actor,
            kind=form.kind,
            form=CircleForm(
                name=form.name,
                theme=form.theme,
                purpose=form.purpose,
                join_mode=form.join_mode,
                confidentiality=form.confidentiality,
                facilitation=form.facilitation,
                least=form.least,
                most=form.most,
                is_listed=form.is_listed,
            ),
            nickname=form.nickname,
            idempotency_key=form.idempotency_key,
        )
        return ProposeCirclePayload(circle=Circle.of(row))

    @mutation(description="Set a circle otherwise. Requires: to lead it.", refuses=[Conflict])
    async def edit_circle(self, info: Info, form: EditCircleInput) -> EditCirclePayload:
        """Set a circle otherwise."""
        row = await circles.edit_circle(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            form=CircleForm(
                name=form.name,
                theme=form.theme,
                purpose=form.purpose,
                join_mode=form.join_mode,
                confidentiality=form.confidentiality,
                facilitation=form.facilitation,
                least=form.least,
                most=form.most,
                is_listed=form.is_listed,
            ),
            expected_version=form.expected_version,
        )
        return EditCirclePayload(circle=Circle.of(row))

    @mutation(description="Move a circle along its road. Requires: to lead it.", refuses=[Conflict])
    async def move_circle(self, info: Info, form: MoveCircleInput) -> MoveCirclePayload:
        """Move a circle along its road."""
        row = await circles.move_circle(info.context.actor, circle_id=circle_id_of(form.circle_id), action=form.action)
        return MoveCirclePayload(circle=Circle.of(row))

    @mutation(
        description="Write a new version of the norms; all are asked anew. Requires: to lead the circle.",
        refuses=[Conflict],
    )
    async def write_circle_norms(self, info: Info, form: WriteCircleNormsInput) -> WriteCircleNormsPayload:
        """Write norms."""
        key = circle_id_of(form.circle_id)
        await circles.write_norms(info.context.actor, circle_id=key, text=form.text)
        return WriteCircleNormsPayload(circle=await _now(info, key))

    @mutation(description="Agree to the newest norms. Requires: a seat in the circle.", refuses=[Conflict])
    async def agree_to_circle_norms(self, info: Info, form: AgreeToCircleNormsInput) -> AgreeToCircleNormsPayload:
        """Agree to norms."""
        key = circle_id_of(form.circle_id)
        await circles.agree_to_norms(info.context.actor, circle_id=key, number=form.number)
        return AgreeToCircleNormsPayload(circle=await _now(info, key))

    @mutation(
        description="Move some members to a new circle of the same kind. Requires: to lead it.", refuses=[Conflict]
    )
    async def split_circle(self, info: Info, form: SplitCircleInput) -> SplitCirclePayload:
        """Split a circle."""
        key = circle_id_of(form.circle_id)
        row = await circle_growth.split_circle(
            info.context.actor,
            circle_id=key,
            seat_ids=[seat_id_of(one) for one in form.seat_ids],
            name=form.name,
            idempotency_key=form.idempotency_key,
        )
        fresh = (await load_circles(info, [row.id])).get(row.id)
        return SplitCirclePayload(circle=await _now(info, key), fresh=fresh)

    @mutation(description="Offer to join a circle one leads to another. Requires: to lead it.", refuses=[Conflict])
    async def offer_circle_merge(self, info: Info, form: OfferCircleMergeInput) -> OfferCircleMergePayload:
        """Offer a merge."""
        key = circle_id_of(form.circle_id)
        await circle_growth.offer_merge(
            info.context.actor,
            circle_id=key,
            into_id=circle_id_of(form.into_circle_id),
            idempotency_key=form.idempotency_key,
        )
        return OfferCircleMergePayload(circle=await _now(info, key))

    @mutation(
        description="Take an offer of another circle to join one's own, or decline it. Requires: to lead it.",
        refuses=[Conflict],
    )
    async def answer_circle_merge(self, info: Info, form: AnswerCircleMergeInput) -> AnswerCircleMergePayload:
        """Answer an offer."""
        row = await circle_growth.answer_merge(
            info.context.actor, offer_id=_offer_id_of(form.offer_key), accept=form.is_yes
        )
        return AnswerCircleMergePayload(circle=Circle.of(row))


async def _now(info: Info, key: UUID) -> Circle:
    """Return a circle as it is now; NotFound when it is not the viewer's to see any more."""
    found = (await load_circles(info, [key])).get(key)
    if found is None:
        raise NotFound("circle")
    return found


def _offer_id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("offer") from error
