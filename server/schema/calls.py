"""The call of a session, as types. Calls are made over /live; here is who is in, and what helps to come in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain import calls as rules
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.profiles import Profile, load_profiles


@strawberry.type(description="Somebody in the call of a session.")
class CallSeat:
    """A seat, which goes with its connection."""

    connection: str = strawberry.field(description="The connection to /live that words for them go to.")
    microphone: bool = strawberry.field(description="Whether they send sound.")
    camera: bool = strawberry.field(description="Whether they send a picture.")
    since: datetime = strawberry.field(description="When they came in.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, seat: rules.Seat) -> "CallSeat":
        """Return the seat as the API shows it."""
        return cls(
            connection=seat.connection_id,
            microphone=seat.microphone,
            camera=seat.camera,
            since=seat.at,
            profile_id=seat.profile_id,
        )

    @batched(description="Who it is.")
    @staticmethod
    async def profile(parents: Sequence["CallSeat"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@strawberry.type(description="A STUN or TURN server, as RTCPeerConnection takes it.")
class IceServer:
    """A server, with credentials if it wants any."""

    urls: list[str] = strawberry.field(description="Where it is.")
    username: str | None = strawberry.field(description="For TURN: the user name.")
    credential: str | None = strawberry.field(description="For TURN: the password of that name.")
    expires_at: datetime | None = strawberry.field(description="For TURN: until when both are good.")

    @classmethod
    def of(cls, server: rules.IceServer) -> "IceServer":
        """Return the server as the API shows it."""
        return cls(
            urls=server.urls, username=server.username, credential=server.credential, expires_at=server.expires_at
        )
