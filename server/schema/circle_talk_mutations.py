"""What is written in circles, as mutations; and how one is, for oneself."""

import strawberry

from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.domain.errors import NotFound
from server.schema.circle_care import CircleCheck, Helpline
from server.schema.circle_talk import (
    CirclePost,
    CircleResource,
    CircleThread,
    post_id_of,
    resource_id_of,
    thread_id_of,
)
from server.schema.circles import Circle, circle_id_of, load_circles
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.services import circle_care, circle_talk
from server.services.circle_talk import ResourceForm, ThreadForm


@strawberry.input(description="For openCircleThread.")
class OpenCircleThreadInput:
    """What OpenCircleThread takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    title: str = strawberry.field(description="3 to 120 characters.")
    text: str = strawberry.field(description="The first post: 1 to 4,000 characters.")
    theme: str = strawberry.field(default="", description="At most 40 characters.")
    kind: ThreadKind = strawberry.field(
        default=ThreadKind.TALK, description="An ASK goes stale after a week without an answer."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A discussion that was started.")
class OpenCircleThreadPayload:
    """What OpenCircleThread gives."""

    thread: CircleThread = strawberry.field(description="The discussion as it is now.")


@strawberry.input(description="For addCirclePost.")
class AddCirclePostInput:
    """What AddCirclePost takes."""

    thread_id: strawberry.ID = strawberry.field(description="Which discussion.")
    text: str = strawberry.field(description="1 to 4,000 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A post that was written.")
class AddCirclePostPayload:
    """What AddCirclePost gives."""

    post: CirclePost = strawberry.field(description="The post as it is now.")


@strawberry.input(description="For editCirclePost.")
class EditCirclePostInput:
    """What EditCirclePost takes."""

    post_id: strawberry.ID = strawberry.field(description="Which post.")
    text: str = strawberry.field(description="1 to 4,000 characters.")


@strawberry.type(description="A post that was put differently.")
class EditCirclePostPayload:
    """What EditCirclePost gives."""

    post: CirclePost = strawberry.field(description="The post as it is now.")


@strawberry.input(description="For deleteCirclePost.")
class DeleteCirclePostInput:
    """What DeleteCirclePost takes."""

    post_id: strawberry.ID = strawberry.field(description="Which post.")


@strawberry.type(description="A post that was taken back.")
class DeleteCirclePostPayload:
    """What DeleteCirclePost gives."""

    post: CirclePost = strawberry.field(description="The post as it is now.")


@strawberry.input(description="For reactToCirclePost.")
class ReactToCirclePostInput:
    """What ReactToCirclePost takes."""

    post_id: strawberry.ID = strawberry.field(description="Which post.")
    kind: Reaction = strawberry.field(description="How.")
    is_given: bool = strawberry.field(default=True, description="False takes it back.")


@strawberry.type(description="A post that was reacted to.")
class ReactToCirclePostPayload:
    """What ReactToCirclePost gives."""

    post: CirclePost = strawberry.field(description="The post as it is now.")


@strawberry.input(description="For settleCircleThread.")
class SettleCircleThreadInput:
    """What SettleCircleThread takes."""

    thread_id: strawberry.ID = strawberry.field(description="Which discussion.")
    state: ThreadState = strawberry.field(description="ANSWERED, OPEN or CLOSED.")


@strawberry.type(description="A discussion in another state.")
class SettleCircleThreadPayload:
    """What SettleCircleThread gives."""

    thread: CircleThread = strawberry.field(description="The discussion as it is now.")


@strawberry.input(description="For addCircleResource.")
class AddCircleResourceInput:
    """What AddCircleResource takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    url: str = strawberry.field(description="https:// or http://.")
    title: str = strawberry.field(description="1 to 120 characters.")
    note: str = strawberry.field(default="", description="At most 500 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A resource that was added.")
class AddCircleResourcePayload:
    """What AddCircleResource gives."""

    resource: CircleResource = strawberry.field(description="The resource.")


@strawberry.input(description="For removeCircleResource.")
class RemoveCircleResourceInput:
    """What RemoveCircleResource takes."""

    resource_id: strawberry.ID = strawberry.field(description="Which resource.")


@strawberry.type(description="A circle without the resource.")
class RemoveCircleResourcePayload:
    """What RemoveCircleResource gives."""

    circle: Circle = strawberry.field(description="The circle.")


@strawberry.input(description="For checkInWithMyself.")
class CheckInWithMyselfInput:
    """What CheckInWithMyself takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    level: int = strawberry.field(description="1 (very bad) to 5 (very well).")
    note: str = strawberry.field(default="", description="For oneself, at most 1,000 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A check that nobody else reads.")
class CheckInWithMyselfPayload:
    """What CheckInWithMyself gives."""

    check: CircleCheck = strawberry.field(description="The check.")
    helplines: list[Helpline] = strawberry.field(description="Where to turn; empty unless it is low.")


@strawberry.input(description="For forgetMyChecks.")
class ForgetMyChecksInput:
    """What ForgetMyChecks takes."""

    is_sure: bool = strawberry.field(description="True deletes them all.")


@strawberry.type(description="Checks that are gone.")
class ForgetMyChecksPayload:
    """What ForgetMyChecks gives."""

    count: int = strawberry.field(description="How many there were.")


@strawberry.type
class CircleTalkMutation:
    """The mutations on what is written."""

    @mutation(
        description="Start a discussion, or ask for something. Requires: a seat in the circle.", refuses=[Conflict]
    )
    async def open_circle_thread(self, info: Info, form: OpenCircleThreadInput) -> OpenCircleThreadPayload:
        """Start a discussion."""
        row = await circle_talk.open_thread(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            form=ThreadForm(form.title, form.text, form.theme, form.kind),
            idempotency_key=form.idempotency_key,
        )
        return OpenCircleThreadPayload(thread=CircleThread.of(row))

    @mutation(description="Write in a discussion. Requires: a seat in the circle.", refuses=[Conflict])
    async def add_circle_post(self, info: Info, form: AddCirclePostInput) -> AddCirclePostPayload:
        """Write a post."""
        row = await circle_talk.add_post(
            info.context.actor,
            thread_id=thread_id_of(form.thread_id),
            text=form.text,
            idempotency_key=form.idempotency_key,
        )
        return AddCirclePostPayload(post=CirclePost.of(row))

    @mutation(description="Put my post differently. Requires: to be its author.", refuses=[Conflict])
    async def edit_circle_post(self, info: Info, form: EditCirclePostInput) -> EditCirclePostPayload:
        """Edit a post."""
        row = await circle_talk.edit_post(info.context.actor, post_id=post_id_of(form.post_id), text=form.text)
        return EditCirclePostPayload(post=CirclePost.of(row))

    @mutation(description="Take my post back. Requires: to be its author.", refuses=[Conflict])
    async def delete_circle_post(self, info: Info, form: DeleteCirclePostInput) -> DeleteCirclePostPayload:
        """Delete a post."""
        row = await circle_talk.delete_post(info.context.actor, post_id=post_id_of(form.post_id))
        return DeleteCirclePostPayload(post=CirclePost.of(row))

    @mutation(description="React to a post without words. Requires: a seat in the circle.", refuses=[Conflict])
    async def react_to_circle_post(self, info: Info, form: ReactToCirclePostInput) -> ReactToCirclePostPayload:
        """React to a post."""
        row = await circle_talk.react_to_post(
            info.context.actor, post_id=post_id_of(form.post_id), kind=form.kind, is_given=form.is_given
        )
        return ReactToCirclePostPayload(post=CirclePost.of(row))

    @mutation(
        description="Settle an ask, open it again, or close a discussion. Requires: to have started it, or to lead.",
        refuses=[Conflict],
    )
    async def settle_circle_thread(self, info: Info, form: SettleCircleThreadInput) -> SettleCircleThreadPayload:
        """Settle a discussion."""
        row = await circle_talk.settle_thread(
            info.context.actor, thread_id=thread_id_of(form.thread_id), state=form.state
        )
        return SettleCircleThreadPayload(thread=CircleThread.of(row))

    @mutation(description="Put a web address that helps into the circle. Requires: a seat in it.", refuses=[Conflict])
    async def add_circle_resource(self, info: Info, form: AddCircleResourceInput) -> AddCircleResourcePayload:
        """Add a resource."""
        row = await circle_talk.add_resource(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            form=ResourceForm(form.url, form.title, form.note),
            idempotency_key=form.idempotency_key,
        )
        return AddCircleResourcePayload(resource=CircleResource.of(row))

    @mutation(description="Take a resource out. Requires: to have added it, or to lead the circle.", refuses=[Conflict])
    async def remove_circle_resource(self, info: Info, form: RemoveCircleResourceInput) -> RemoveCircleResourcePayload:
        """Remove a resource."""
        key = await circle_talk.remove_resource(info.context.actor, resource_id=resource_id_of(form.resource_id))
        found = (await load_circles(info, [key])).get(key)
        if found is None:
            raise NotFound("circle")
        return RemoveCircleResourcePayload(circle=found)

    @mutation(description="Say how I am, to myself. Requires: a seat in the circle.", refuses=[Conflict])
    async def check_in_with_myself(self, info: Info, form: CheckInWithMyselfInput) -> CheckInWithMyselfPayload:
        """Check in."""
        found = await circle_care.check_in(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            level=form.level,
            note=form.note,
            idempotency_key=form.idempotency_key,
        )
        lines = [Helpline.of(one) for one in found.helplines]
        return CheckInWithMyselfPayload(check=CircleCheck.of(found.check), helplines=lines)

    @mutation(description="Delete all my checks. Requires: a signed-in user.")
    async def forget_my_checks(self, info: Info, form: ForgetMyChecksInput) -> ForgetMyChecksPayload:
        """Forget all checks."""
        count = await circle_care.forget_checks(info.context.actor) if form.is_sure else 0
        return ForgetMyChecksPayload(count=count)
