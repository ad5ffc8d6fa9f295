"""Blocking and muting. The other side is told nothing."""

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


@strawberry.input(description="For muteProfile.")
class MuteProfileInput:
    """Input of muteProfile."""

    profile_id: strawberry.ID = strawberry.field(description="Of whom you want no word.")


@strawberry.type(description="No notice and no mail comes to you about their doing. They see no difference.")
class MuteProfilePayload:
    """Payload of muteProfile."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For unmuteProfile.")
class UnmuteProfileInput:
    """Input of unmuteProfile."""

    profile_id: strawberry.ID = strawberry.field(description="Whom you muted.")


@strawberry.type(description="You hear of them again.")
class UnmuteProfilePayload:
    """Payload of unmuteProfile."""

    profile: MyProfile = strawberry.field(description="Your profile.")


def _profile_id(global_id: strawberry.ID, what: str) -> ProfileId:
    return ProfileId(uuid_of(global_id, "Profile", what=what))


@strawberry.type
class SafetyMutation:
    """The viewer's blocks and mutes."""

    @mutation(
        description="Hide yourself and somebody from each other. Requires: a signed-in user.", refuses=[LimitReached]
    )
    async def block_profile(self, info: Info, form: BlockProfileInput) -> BlockProfilePayload:
        """Block somebody."""
        await safety.block(info.context.actor, profile_id=_profile_id(form.profile_id, "profile"))
        return BlockProfilePayload(profile=await my_profile(info))

    @mutation(description="Take a block back. Requires: a signed-in user.")
    async def unblock_profile(self, info: Info, form: UnblockProfileInput) -> UnblockProfilePayload:
        """Unblock somebody."""
        await safety.unblock(info.context.actor, profile_id=_profile_id(form.profile_id, "block"))
        return UnblockProfilePayload(profile=await my_profile(info))

    @mutation(description="Hear no more of somebody. Requires: a signed-in user.", refuses=[LimitReached])
    async def mute_profile(self, info: Info, form: MuteProfileInput) -> MuteProfilePayload:
        """Mute somebody."""
        await safety.mute(info.context.actor, profile_id=_profile_id(form.profile_id, "profile"))
        return MuteProfilePayload(profile=await my_profile(info))

    @mutation(description="Hear of somebody again. Requires: a signed-in user.")
    async def unmute_profile(self, info: Info, form: UnmuteProfileInput) -> UnmuteProfilePayload:
        """Unmute somebody."""
        await safety.unmute(info.context.actor, profile_id=_profile_id(form.profile_id, "mute"))
        return UnmuteProfilePayload(profile=await my_profile(info))
