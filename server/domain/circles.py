"""Circles: kinds with their defaults, who gets a seat, how big a circle is, and the road from proposal to alumni.

Everything said here holds for each circle alike; a kind only sets where its circles begin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.errors import Conflict, LimitReached, NotAllowed, invalid
from server.domain.problems import Problems

LEAST_SEATS, MOST_SEATS = 3, 20
"""A circle may have bounds from 3 to 20 seats; 4 to 8 is usual."""
MAX_NAME, MAX_THEME, MAX_PURPOSE, MAX_MESSAGE, MAX_NICKNAME = 80, 60, 2_000, 500, 40
MAX_OWN_CIRCLES = 12
"""Circles in which somebody can have a seat at a time."""
MAX_PAUSE = timedelta(days=90)
ASK_AGAIN_AFTER = timedelta(days=30)
QUIET_UNTIL_DORMANT = timedelta(days=60)
DORMANT_UNTIL_CLOSING = timedelta(days=60)
CLOSING_UNTIL_ALUMNI = timedelta(days=14)


class CircleKind(StrEnum):
    """What a circle is for: F1, and clubs and volunteering: J4."""

    PEER = "peer"
    GROUP_MENTORING = "group_mentoring"
    ALUMNI_NETWORK = "alumni_network"
    SUPPORT = "support"
    ACCOUNTABILITY = "accountability"
    INTEREST = "interest"
    PRACTICE = "practice"
    CLUB = "club"
    VOLUNTEERING = "volunteering"


class CircleState(StrEnum):
    """Where a circle stands: F9."""

    PROPOSED = "proposed"
    FORMING = "forming"
    ACTIVE = "active"
    DORMANT = "dormant"
    CLOSING = "closing"
    ALUMNI = "alumni"


class JoinMode(StrEnum):
    """How one gets in. OPEN: at once. APPROVE: a lead says yes. WAITLIST: a lead lets the line in."""

    OPEN = "open"
    APPROVE = "approve"
    INVITE = "invite"
    WAITLIST = "waitlist"
    CLOSED = "closed"


class Confidentiality(StrEnum):
    """What may leave a circle: all, what was said without by whom, or nothing."""

    OPEN = "open"
    UNATTRIBUTED = "unattributed"
    SEALED = "sealed"


class Naming(StrEnum):
    """How members know each other: by their profiles, or by nicknames that lead to no profile."""

    PROFILES = "profiles"
    NICKNAMES = "nicknames"


class Facilitation(StrEnum):
    """Who leads a meeting: the lead, the lead or a co-lead, or the members in turn."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
    ROTATING = "rotating"


class SeatRole(StrEnum):
    """What somebody is in a circle. A guest is there for one meeting."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
    MENTOR = "mentor"
    MEMBER = "member"
    GUEST = "guest"


class SeatState(StrEnum):
    """How somebody stands to a circle's seats. Only SEATED is inside."""

    INVITED = "invited"
    APPLIED = "applied"
    WAITLISTED = "waitlisted"
    SEATED = "seated"
    DECLINED = "declined"
    LEFT = "left"
    REMOVED = "removed"


LEADING = frozenset({SeatRole.LEAD, SeatRole.CO_LEAD})
TAKING_IN = frozenset({CircleState.PROPOSED, CircleState.FORMING, CircleState.ACTIVE, CircleState.DORMANT})
"""Circles in these states take people in."""
WORKING = TAKING_IN | {CircleState.CLOSING}
"""Circles in these states can be written in; an alumni circle is an archive."""
WAITING = frozenset({SeatState.INVITED, SeatState.APPLIED, SeatState.WAITLISTED})


@dataclass(frozen=True)
class KindDefaults:
    """Where circles of a kind begin; each can be set otherwise."""

    confidentiality: Confidentiality
    least: int
    most: int
    naming: Naming
    with_mentor: bool
    join_mode: JoinMode
    facilitation: Facilitation


DEFAULTS: Mapping[CircleKind, KindDefaults] = {
    CircleKind.PEER: KindDefaults(
        Confidentiality.UNATTRIBUTED, 4, 8, Naming.PROFILES, False, JoinMode.APPROVE, Facilitation.ROTATING
    ),
    CircleKind.GROUP_MENTORING: KindDefaults(
        Confidentiality.UNATTRIBUTED, 3, 8, Naming.PROFILES, True, JoinMode.APPROVE, Facilitation.LEAD
    ),
    CircleKind.ALUMNI_NETWORK: KindDefaults(
        Confidentiality.OPEN, 3, 20, Naming.PROFILES, False, JoinMode.OPEN, Facilitation.CO_LEAD
    ),
    CircleKind.SUPPORT: KindDefaults(
        Confidentiality.SEALED, 3, 8, Naming.NICKNAMES, False, JoinMode.APPROVE, Facilitation.CO_LEAD
    ),
    CircleKind.ACCOUNTABILITY: KindDefaults(
        Confidentiality.UNATTRIBUTED, 3, 5, Naming.PROFILES, False, JoinMode.INVITE, Facilitation.ROTATING
    ),
    CircleKind.INTEREST: KindDefaults(
        Confidentiality.OPEN, 4, 12, Naming.PROFILES, False, JoinMode.OPEN, Facilitation.LEAD
    ),
    CircleKind.PRACTICE: KindDefaults(
        Confidentiality.OPEN, 4, 20, Naming.PROFILES, False, JoinMode.OPEN, Facilitation.CO_LEAD
    ),
    CircleKind.CLUB: KindDefaults(
        Confidentiality.OPEN, 3, 20, Naming.PROFILES, False, JoinMode.OPEN, Facilitation.ROTATING
    ),
    # Whoever turns up is counted on: a lead says yes.
    CircleKind.VOLUNTEERING: KindDefaults(
        Confidentiality.OPEN, 3, 20, Naming.PROFILES, False, JoinMode.APPROVE, Facilitation.CO_LEAD
    ),
}


@dataclass(frozen=True)
class CircleForm:
    """What a circle is to be. What is None is as its kind begins, or stays as it is."""

    name: str
    theme: str = ""
    purpose: str = ""
    join_mode: JoinMode | None = None
    confidentiality: Confidentiality | None = None
    facilitation: Facilitation | None = None
    least: int | None = None
    most: int | None = None
    is_listed: bool = True


def cleaned(form: CircleForm) -> CircleForm:
    """Return a form as it is kept, or refuse with InvalidInput that names everything wrong."""
    problems = Problems()
    fresh = CircleForm(
        name=problems.line("name", form.name, longest=MAX_NAME, shortest=3),
        theme=problems.line("theme", form.theme, longest=MAX_THEME),
        purpose=problems.paragraphs("purpose", form.purpose, longest=MAX_PURPOSE),
        join_mode=form.join_mode,
        confidentiality=form.confidentiality,
        facilitation=form.facilitation,
        least=form.least if form.least is None else problems.number("least", form.least, LEAST_SEATS, MOST_SEATS),
        most=form.most if form.most is None else problems.number("most", form.most, LEAST_SEATS, MOST_SEATS),
        is_listed=form.is_listed,
    )
    problems.refuse_if_any()
    return fresh


def check_bounds(least: int, most: int, seated: int) -> None:
    """Refuse bounds that cross, or a circle with fewer seats than are taken."""
    if least > most:
        raise invalid("least", "out_of_range", f"At most {most}, the most seats.")
    if most < seated:
        raise invalid("most", "out_of_range", f"{seated} seats are taken.")


class CircleAction(StrEnum):
    """What moves a circle along its road."""

    GATHER = "gather"
    START = "start"
    REST = "rest"
    WAKE = "wake"
    CLOSE = "close"
    KEEP = "keep"
    FINISH = "finish"


@dataclass(frozen=True)
class Company:
    """Who is in a circle: how many seats are taken, by a mentor too, and the least that start it."""

    seated: int
    least: int
    has_mentor: bool
    needs_mentor: bool


_ROAD: Mapping[CircleAction, tuple[frozenset[CircleState], CircleState]] = {
    CircleAction.GATHER: (frozenset({CircleState.PROPOSED}), CircleState.FORMING),
    CircleAction.START: (frozenset({CircleState.FORMING}), CircleState.ACTIVE),
    CircleAction.REST: (frozenset({CircleState.ACTIVE}), CircleState.DORMANT),
    CircleAction.WAKE: (frozenset({CircleState.DORMANT}), CircleState.ACTIVE),
    CircleAction.CLOSE: (TAKING_IN, CircleState.CLOSING),
    CircleAction.KEEP: (frozenset({CircleState.CLOSING}), CircleState.ACTIVE),
    CircleAction.FINISH: (frozenset({CircleState.CLOSING}), CircleState.ALUMNI),
}


def after(state: CircleState, action: CircleAction, company: Company) -> CircleState:
    """Return the state an action leads to. Conflict when it does not start here, or too few are there to begin."""
    sources, target = _ROAD[action]
    if state not in sources:
        raise Conflict("The circle is not in a state this can be done in.", current=state.value)
    if action is CircleAction.START and company.seated < company.least:
        message = f"It takes {company.least} to begin, and {company.seated} are there."
        raise Conflict(message, current="too_few")
    if action is CircleAction.START and company.needs_mentor and not company.has_mentor:
        raise Conflict("This circle begins when it has a mentor.", current="no_mentor")
    return target


def actions_from(state: CircleState) -> list[CircleAction]:
    """Return what can be done to a circle in a state; `after` may still refuse it for who is there."""
    return [action for action, (sources, _) in _ROAD.items() if state in sources]


def due_action(
    state: CircleState, *, quiet_since: datetime, state_since: datetime, at: datetime
) -> CircleAction | None:
    """Return what time alone does to a circle by now, or None. Both instants are in the past."""
    if state is CircleState.ACTIVE and at - quiet_since >= QUIET_UNTIL_DORMANT:
        return CircleAction.REST
    if state is CircleState.DORMANT and at - state_since >= DORMANT_UNTIL_CLOSING:
        return CircleAction.CLOSE
    if state is CircleState.CLOSING and at - state_since >= CLOSING_UNTIL_ALUMNI:
        return CircleAction.FINISH
    return None


@dataclass(frozen=True)
class Asked:
    """Somebody at a circle's door: how it takes people in, its seats, and whether a block keeps them apart from any."""

    state: CircleState
    mode: JoinMode
    seated: int
    most: int
    is_apart: bool

    @property
    def has_room(self) -> bool:
        """Tell whether they can be seated. Whoever is apart from a member finds the circle full, and no other word."""
        return self.seated < self.most and not self.is_apart


def place_for(asked: Asked) -> SeatState:
    """Return what somebody gets who asks to join. Conflict: nobody is taken in. NotAllowed: it takes an invitation."""
    if asked.state not in TAKING_IN or asked.mode is JoinMode.CLOSED:
        raise Conflict("This circle takes nobody in now.", current="closed")
    if asked.mode is JoinMode.INVITE:
        raise NotAllowed("an invitation", "This circle is by invitation.")
    if asked.mode is JoinMode.APPROVE:
        return SeatState.APPLIED
    if asked.mode is JoinMode.WAITLIST:
        return SeatState.WAITLISTED
    return seat_or_line(asked)


def seat_or_line(asked: Asked) -> SeatState:
    """Return what somebody gets who may come in: a seat, or a place in the line for one. Conflict when it is over."""
    if asked.state not in TAKING_IN:
        raise Conflict("This circle takes nobody in now.", current="closed")
    return SeatState.SEATED if asked.has_room else SeatState.WAITLISTED


def check_norms_read(newest: int, number: int | None) -> None:
    """Refuse to agree to anything but the newest norms; where there are none, nothing needs to be said."""
    if newest and number != newest:
        raise Conflict("Read the circle's norms, as they are now, and agree to them.", current=str(newest))


def check_may_ask_again(state: SeatState, since: datetime | None, at: datetime) -> None:
    """Refuse somebody who was removed, or who was declined not long ago."""
    if state is SeatState.REMOVED:
        raise NotAllowed("an invitation", "You were asked to leave this circle. A lead can invite you again.")
    if state is SeatState.DECLINED and since is not None and at - since < ASK_AGAIN_AFTER:
        raise Conflict(
            "This circle declined a while ago. Look for another one, or ask again later.", current="declined"
        )


def pause_until(until: datetime | None, at: datetime) -> datetime | None:
    """Return the end of a pause, at most 90 days ahead; None ends one. InvalidInput."""
    if until is not None and not at < until <= at + MAX_PAUSE:
        raise invalid("until", "out_of_range", f"Within {MAX_PAUSE.days} days from now, or none to be back.")
    return until


def check_own_circles(count: int) -> None:
    """Refuse a seat in more circles than somebody can be part of."""
    if count >= MAX_OWN_CIRCLES:
        message = f"One has a seat in at most {MAX_OWN_CIRCLES} circles. Leave one first."
        raise LimitReached(message, limit=MAX_OWN_CIRCLES)


def check_working(state: CircleState) -> None:
    """Refuse to change an archive."""
    if state not in WORKING:
        raise Conflict("This circle is an archive now: it can be read.", current=state.value)


def check_lead(role: SeatRole | None) -> None:
    """Refuse what only the lead and the co-leads do."""
    if role not in LEADING:
        raise NotAllowed("to lead the circle", "Only a lead of the circle can do this.")


def check_role_change(by: SeatRole | None, before: SeatRole, to: SeatRole) -> None:
    """Refuse to give roles beyond one's own: a co-lead makes mentors and members, the lead co-leads and a new lead."""
    check_lead(by)
    if SeatRole.GUEST in (before, to):
        raise invalid("role", "not_a_role", "A guest has a seat for one meeting. Invite them as a member.")
    if by is not SeatRole.LEAD and LEADING & {before, to}:
        raise NotAllowed("to be the lead")
    if before is SeatRole.LEAD and to is not SeatRole.LEAD:
        raise Conflict("A circle has a lead; make somebody else the lead first.", current="lead")


def next_lead(candidates: Mapping[str, list[str]]) -> str | None:
    """Return who leads when the lead is gone: the first co-lead, else who is there longest. Lists go by seniority."""
    for role in (SeatRole.CO_LEAD, SeatRole.MEMBER, SeatRole.MENTOR):
        if candidates.get(role.value):
            return candidates[role.value][0]
    return None
