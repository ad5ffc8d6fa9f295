"""Every fact there is changes a picture, and is then part of a fold test, or is named here with why it need not."""

import server.services.seeding
import server.wiring
from server.domain.facts import REGISTER
from server.domain.pictures import CHANGES
from server.domain.topics import TopicKind
from tests.queries import test_circle_pictures as circles
from tests.queries import test_snapshots as snapshots
from tests.queries import test_webinar_pictures as webinars

SHAFTS = (server.wiring, server.services.seeding)
"""Importing them imports every shaft, so the register is whole."""

FOLDED_BY = {
    TopicKind.USER: snapshots.test_a_person_folds_from_every_point_over_every_kind_on_both_sides,
    TopicKind.SESSION: snapshots.test_a_session_folds_from_every_point_over_every_kind,
    TopicKind.CIRCLE: circles.test_a_circle_folds_from_every_point_over_every_kind_the_same_for_all,
    TopicKind.WEBINAR: webinars.test_a_webinar_folds_from_every_point_over_every_kind,
    TopicKind.WEBINAR_STAFF: webinars.test_a_webinar_folds_from_every_point_over_every_kind,
}
"""The fold test of each kind of topic. Each asserts that its history meets every kind that changes that picture."""
NOTICE = "the person's own client asks GraphQL again when it cares"
NO_FOLLOWER = "for the reactions alone: it goes to no topic"
WITHOUT_PICTURE = {
    "agreement.signed": NOTICE,
    "agreement.written": NOTICE,
    "ask.answered": NOTICE,
    "ask.closed": NOTICE,
    "ask.lease_moved": NOTICE,
    "ask.opened": NOTICE,
    "ask.requested": NOTICE,
    "availability.changed": NOTICE,
    "capacity.limit_changed": NOTICE,
    "cohort.moved": "followed by cohortProgress, which reads the run first",
    "case.moved": NOTICE,
    "circle.meeting_moved": NO_FOLLOWER,
    "circle.merge_offered": NOTICE,
    "circle.own_rsvp_changed": NOTICE,
    "circle.own_seat_changed": NOTICE,
    "circle.post_added": NO_FOLLOWER,
    "circle.seat_asked": NOTICE,
    "contacts.released": NOTICE,
    "contacts.revoked": NOTICE,
    "conduct.agreed": NOTICE,
    "demo.seeded": NO_FOLLOWER,
    "goal.attained": NOTICE,
    "goal.changed": NOTICE,
    "idea.changed": NOTICE,
    "gathering.announced": NOTICE,
    "gathering.answered": NOTICE,
    "gathering.cancelled": NOTICE,
    "gathering.changed": NOTICE,
    "gathering.checked_in": NOTICE,
    "gathering.host_asked": NOTICE,
    "gathering.reminded": NOTICE,
    "identity.account_erased": NO_FOLLOWER,
    "identity.logins_ended": "the connections end with them",
    "identity.mail_change_asked": NO_FOLLOWER,
    "identity.mail_change_collided": NO_FOLLOWER,
    "identity.mail_change_undone": NOTICE,
    "identity.mail_changed": NOTICE,
    "identity.mail_verified": NOTICE,
    "identity.password_changed": NOTICE,
    "identity.password_reset_asked": NO_FOLLOWER,
    "identity.role_granted": "connections are made anew with the new role",
    "identity.role_revoked": "connections are made anew without the role",
    "identity.sign_up_repeated": NO_FOLLOWER,
    "identity.signed_in": NOTICE,
    "identity.signed_up": NO_FOLLOWER,
    "check_in.answered": NOTICE,
    "check_in.opened": NOTICE,
    "check_in.settled": NOTICE,
    "check_in.silence": NOTICE,
    "feedback.given": NOTICE,
    "feedback.released": NOTICE,
    "mentorship.needs_a_look": NO_FOLLOWER,
    "mentorship.place_given_back": NOTICE,
    "mentorship.proposal_settled": NOTICE,
    "mentorship.proposed": NOTICE,
    "mentorship.waits_for_place": NOTICE,
    "identity.verification_asked": NO_FOLLOWER,
    "meeting.cancelled": NOTICE,
    "meeting.confirmed": NOTICE,
    "meeting.missed": NOTICE,
    "meeting.moved": NOTICE,
    "meeting.no_show_appealed": NOTICE,
    "meeting.proposal_closed": NOTICE,
    "meeting.proposed": NOTICE,
    "meeting.reminder_due": NOTICE,
    "meeting.scheduled": NOTICE,
    "notification.mail_ready": NO_FOLLOWER,
    "meeting.letter_due": NO_FOLLOWER,
    "notification.settings_changed": NOTICE,
    "mentorship.action_changed": NOTICE,
    "note.changed": NOTICE,
    "outcome.asked": NOTICE,
    "introduction.moved": NOTICE,
    "introduction.offered": NOTICE,
    "kudos.given": NOTICE,
    "kudos.placed": NOTICE,
    "person.suspended": "the connections end with it",
    "person.suspension_lifted": NOTICE,
    "profile.blocked": NOTICE,
    "profile.muted": NOTICE,
    "profile.unblocked": NOTICE,
    "profile.unmuted": NOTICE,
    "profile.updated": NOTICE,
    "programme.created": NO_FOLLOWER,
    "programme.edited": NO_FOLLOWER,
    "programme.weights_set": NO_FOLLOWER,
    "programme.members_changed": NO_FOLLOWER,
    "programme.managers_changed": NO_FOLLOWER,
    "programme.pair_settled": NO_FOLLOWER,
    "programme.pair_lifted": NO_FOLLOWER,
    "question.own_changed": NOTICE,
    "request.reminded": NOTICE,
    "requests.pause_changed": NOTICE,
    "requests.paused": NOTICE,
    "rhythm.changed": NOTICE,
    "seed.block_written": NO_FOLLOWER,
    "small_ask.help_offered": NOTICE,
    "small_ask.moved": NOTICE,
    "small_ask.passed_on": NOTICE,
    "talk.opened": NOTICE,
    "waiting.ended": NOTICE,
    "waiting.joined": NOTICE,
    "waiting.offered": NOTICE,
    "waiting.passed_on": NOTICE,
    "webinar.registration_changed": NOTICE,
}


def kinds_of_the_product() -> set[str]:
    return {kind for kind, fact in REGISTER.items() if fact.__module__.startswith("server.")}


def test_every_kind_of_fact_is_folded_or_says_why_not():
    folded = {kind for changes in CHANGES.values() for kind in changes}
    assert kinds_of_the_product() - folded - set(WITHOUT_PICTURE) == set()


def test_every_kind_of_topic_is_folded_by_a_test():
    assert set(FOLDED_BY) == set(CHANGES) == set(TopicKind)


def test_nothing_is_both_folded_and_excused_and_no_excuse_outlives_its_fact():
    folded = {kind for changes in CHANGES.values() for kind in changes}
    assert folded & set(WITHOUT_PICTURE) == set()
    assert set(WITHOUT_PICTURE) - kinds_of_the_product() == set()
