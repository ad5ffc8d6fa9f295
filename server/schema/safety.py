"""Blocking and unblocking. The other side is told nothing."""

import strawberry

from server.domain.actors import ProfileId
from server.schema.core.context import Info
from server.schema.core.errors import LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.my_profile import MyProfile, my_profile
from server.services import safety


@strawberry.input(description="For blockProfile.")
class BlockProfileInput:
    """Input of blockProfile."""

    profile_id: strawberry.ID = strawberry.field(description="Whom you do not want to meet.")


@strawberry.type(description="You and they are hidden from each other, everywhere.")
class BlockProfilePayload:
    """Payload of blockProfile."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For unblockProfile.")
class UnblockProfileInput:
    """Input of unblockProfile."""

    profile_id: strawberry.ID = strawberry.field(description="Whom you blocked.")


@strawberry.type(description="You and they can see each other again, unless they blocked you.")
class UnblockProfilePayload:
    """Payload of unblockProfile."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.type
class SafetyMutation:
    """The viewer's blocks."""

    @mutation(
        description="Hide yourself and somebody from each other. Requires: a signed-in user.", refuses=[LimitReached]
    )
    async def block_profile(self, info: Info, form: BlockProfileInput) -> BlockProfilePayload:
        """Block somebody."""
        blocked = ProfileId(uuid_of(form.profile_id, "Profile", what="profile"))
        await safety.block(info.context.actor, profile_id=blocked)
        return BlockProfilePayload(profile=await my_profile(info))

    @mutation(description="Take a block back. Requires: a signed-in user.")
    async def unblock_profile(self, info: Info, form: UnblockProfileInput) -> UnblockProfilePayload:
        """Unblock somebody."""
        blocked = ProfileId(uuid_of(form.profile_id, "Profile", what="block"))
        await safety.unblock(info.context.actor, profile_id=blocked)
        return UnblockProfilePayload(profile=await my_profile(info))
