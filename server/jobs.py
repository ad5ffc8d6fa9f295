"""The scheduled jobs: what is done again and again, and how often. Each calls a service and is safe beside itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.services import (
    calendar_reminders,
    check_in_sweeps,
    circle_sweeps,
    cohort_work,
    cohorts,
    erasure,
    gathering_sweeps,
    introductions,
    matching_snapshot,
    meeting_sweeps,
    mentorship_proposals,
    mentorship_sweeps,
    moderation,
    no_shows,
    notification_mail,
    open_asks,
    outcomes,
    pruning,
    request_sweeps,
    session_notes,
    small_asks,
    suggestions,
    waiting_lists,
    webinar_archive,
    webinar_hosts,
    webinar_reminders,
)


@dataclass(frozen=True)
class Job:
    """Work done again and again: its name for `alongside job`, the seconds between two runs, what to do.

    `run` returns how many things it did; it may be run twice, and by two workers at once.
    """

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[int]]


JOBS: tuple[Job, ...] = (
    Job("expire-requests", 20, request_sweeps.expire_due),
    Job("remind-of-requests", 60, request_sweeps.remind_due),
    Job("serve-waiting-list", 30, request_sweeps.serve_waitlist),
    Job("serve-skill-lists", 30, waiting_lists.serve_lists),
    Job("move-mentorships", 60, mentorship_sweeps.move_due),
    Job("release-feedback", 60, mentorship_sweeps.release_due),
    Job("lapse-proposals", 300, mentorship_proposals.lapse_due),
    Job("open-check-ins", 60, check_in_sweeps.open_due),
    Job("open-check-ins-of-gigs", 300, check_in_sweeps.open_for_gigs),
    Job("meet-silence", 60, check_in_sweeps.meet_silence),
    Job("lapse-check-ins", 300, check_in_sweeps.lapse_due),
    Job("expire-open-asks", 600, open_asks.expire_due),
    Job("expire-suggestions", 3600, suggestions.expire_due),
    Job("run-cohorts", 2, cohort_work.run_due),
    Job("expire-cohort-runs", 600, cohorts.expire_due),
    Job("forget-matching-changes", 3600, matching_snapshot.forget_old_changes),
    Job("ask-for-outcomes", 600, outcomes.tell_due),
    Job("erase-again", 600, erasure.erase_latest_again),
    Job("close-cases", 3600, moderation.close_due),
    Job("remind-of-calendars", 60, calendar_reminders.remind_due),
    Job("settle-meetings", 60, no_shows.settle_due),
    Job("expire-meeting-proposals", 600, meeting_sweeps.expire_due),
    Job("tell-of-notes", 5, session_notes.tell_written),
    Job("mark-stale-asks-of-circles", 600, circle_sweeps.mark_stale_asks),
    Job("move-quiet-circles", 3600, circle_sweeps.move_due),
    Job("gather-notification-mail", 20, notification_mail.gather_due),
    Job("gather-digests", 300, notification_mail.gather_digests),
    Job("remind-of-webinars", 60, webinar_reminders.remind_due),
    Job("remind-of-gatherings", 60, gathering_sweeps.remind_due),
    Job("expire-introductions", 600, introductions.expire_due),
    Job("expire-small-asks", 600, small_asks.expire_due),
    Job("prune-expired", 3600, pruning.prune_expired),
    Job("look-into-webinars", 10, webinar_hosts.look_into_rooms),
    Job("archive-webinars", 600, webinar_archive.archive_due),
    Job("destroy-webinar-keys", 600, webinar_archive.unseal_due),
)
