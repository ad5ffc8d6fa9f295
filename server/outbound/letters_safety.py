"""The mails of safety: that one is suspended, and that one's private talk is read. Both must reach people elsewhere."""

from datetime import datetime

from server.domain.moderation import PersonSuspended, TalkOpened
from server.models.moderation import Sanction
from server.models.sessions import SessionParticipant
from server.outbound.mail import Mail
from server.queries.identity import email_of


async def suspended(fact: PersonSuspended, url: str) -> list[Mail]:
    """Say until when, why, and how to appeal."""
    email = await email_of(fact.user_id)
    sanction = await Sanction.filter(user_id=fact.user_id, lifted_at=None).order_by("-created_at").first()
    if email is None or sanction is None:
        return []
    case = await sanction.case
    end = "for good" if fact.until is None else f"until {_instant(fact.until)}"
    return [
        Mail(
            to=email,
            subject="Your Alongside account is suspended",
            paragraphs=(
                "Hello,",
                f"your account may not take part {end}. The safety team's reason: {case.decision_reason}",
                "You can read the decision and appeal: somebody else will then look at it. You can also export your "
                "data, or leave.",
            ),
            link=f"{url}/cases",
            why="You get this mail because it is the address of a suspended account.",
        )
    ]


async def talk_opened(fact: TalkOpened, url: str) -> list[Mail]:
    """Say to everybody in a session that its talk is read, why, and until when."""
    places = await SessionParticipant.filter(session_id=fact.session_id).order_by("profile_id")
    found = [await email_of(place.profile_id) for place in places]
    return [
        Mail(
            to=email,
            subject="The safety team reads a private talk of yours",
            paragraphs=(
                "Hello,",
                f"somebody of the safety team opened a private talk of yours. Their reason: {fact.reason}",
                f"They can read it until {_instant(fact.expires_at)}, and every reading is written down.",
            ),
            link=f"{url}/standing",
            why="You get this mail because nobody reads your private talk without telling you.",
        )
        for email in found
        if email is not None
    ]


def _instant(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"
