"""Programmes for the communities of the GraphQL tests: one of Ana's, with runs and settled pairs, one of another."""

from typing import TYPE_CHECKING, Any

from server.domain.actors import Actor, Role
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.programmes import PairKind, RunState, stored_weights
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.models.availability import CapacityAccount
from server.models.profiles import Profile
from server.models.programmes import (
    CohortPlot,
    CohortRun,
    Programme,
    ProgrammeManager,
    ProgrammeMember,
    ProgrammePair,
)
from server.schema.core.ids import encode_id
from server.services import programmes
from tests.factories.profiles import offers, seeks, speaks
from tests.factories.programmes import EMPTY_REPORT, run_row

if TYPE_CHECKING:
    from tests.factories.graphql_world import World

SKILL = "gig:invoicing"
WEIGHTS = "{learner: [{part: CONTEXT, weight: 1}], mentor: [{part: TOPICS, weight: 1}]}"
"""Other weights, by which somebody else of the two who seek gets the one place there is."""


async def programmes_of_the_world(here: "World") -> None:
    """Let Ana manage a programme in which two seek one place, with a run of each state that can be acted on."""
    ana, teacher = here.viewers["owner"], here.viewers[Role.PROGRAM_MANAGER.value]
    seekers = [here.viewers[Role.SAFETY_TEAM.value], here.viewers[Role.ADMIN.value]]
    await _two_who_seek(seekers, teacher)
    made = await _programme(here, ana, "owner")
    await ProgrammeManager.create(programme_id=made.id, profile_id=here.viewers["community_manager"].user_id)
    for side, people in ((MatchSide.LEARNER, seekers), (MatchSide.MENTOR, [teacher])):
        for one in people:
            await ProgrammeMember.create(programme_id=made.id, side=side, profile_id=one.user_id)
    await _runs(here, made, seekers, teacher)
    other = await _programme(here, teacher, Role.PROGRAM_MANAGER.value)
    await _runs(here, other, seekers, teacher, Role.PROGRAM_MANAGER.value)


async def _two_who_seek(seekers: list[Actor], teacher: Actor) -> None:
    """Let one fit what is taught better, and the other where it is taught; there is one place."""
    await offers(teacher, SKILL)
    columns: list[dict[str, Any]] = [{"industries": ["logistics"]}, {"industries": ["film"], "goals": ["word " * 7]}]
    for who, own in zip([*seekers, teacher], [*columns, columns[0]], strict=True):
        await speaks(who, "pt")
        await Profile.filter(id=who.user_id).update(how_i_work={"pace": "async"}, **own)
    await seeks(seekers[0], SKILL, level=2)  # type: ignore[arg-type]  # a level is a number
    await seeks(seekers[1], SKILL)
    await CapacityAccount.create(
        profile_id=teacher.user_id, kind=CapacityKind.CONCURRENT, format=MentoringFormat.CLASSIC, allowed=1
    )


async def _programme(here: "World", manager: Actor, holder: str) -> Programme:
    weights = stored_weights(programmes.usual_weights(MentoringFormat.CLASSIC))
    made = await Programme.create(
        title="First invoices",
        format=MentoringFormat.CLASSIC,
        learners="members",
        mentors="members",
        list_length=3,
        weights=weights,
        created_by=manager.user_id,
    )
    await ProgrammeManager.create(programme_id=made.id, profile_id=manager.user_id)
    here.show("Programme", made.id, holder)
    return made


async def _runs(
    here: "World", programme: Programme, seekers: list[Actor], teacher: Actor, holder: str = "owner"
) -> None:
    """Make a settled pair and a run in preview, then one in force."""
    learner, other = (one.require_user() for one in seekers)
    mentor = teacher.require_user()
    pair = await ProgrammePair.create(
        programme_id=programme.id,
        learner_id=learner,
        mentor_id=mentor,
        rule=PairKind.FORBIDDEN,
        reason="A conflict of interest",
        made_by=programme.created_by,
    )
    here.show("SettledPair", pair.id, holder)
    preview, published = [await run_row(programme, [(other, mentor)]) for _ in range(2)]
    example = {
        "learner": str(other),
        "mentor_before": str(mentor),
        "mentor_now": str(mentor),
        "before": 0.1,
        "now": 0.2,
    }
    change = {**EMPTY_REPORT["change"], "gain": 1, "gains": [example], "losses": [example]}  # type: ignore[dict-item]  # JSON
    report = {**EMPTY_REPORT, "change": change, "broken_locks": [[str(learner), str(mentor)]]}
    await CohortRun.filter(id=preview.id).update(report=report)
    await CohortPlot.create(run_id=preview.id, name="exposure", svg="<svg/>")
    await CohortRun.filter(id=published.id).update(state=RunState.PUBLISHED, published_at=now(), expires_at=now())
    for run in (preview, published):
        here.show("CohortRun", run.id, holder)


def programme_values(here: "World") -> dict[str, Any]:
    """Return values that are good for Ana for the fields of programmes."""

    def profile(role: str) -> str:
        return encode_id("Profile", here.viewers[role].require_user())

    def first(type_name: str) -> str:
        return next(one.id for one in here.of(type_name) if "owner" in one.holders)

    return {
        "endsOn": "2027-04-01",
        "learner": [{"part": "COVERAGE", "weight": 1.0}],
        "learnerId": profile("safety_team"),
        "listLength": 3,
        "mentor": [{"part": "TOPICS", "weight": 1.0}],
        "mentorId": profile("stranger"),
        "pairId": first("SettledPair"),
        "profileIds": [profile("safety_team")],
        "programmeId": first("Programme"),
        "runId": first("CohortRun"),
        "seed": 7,
        "startsOn": "2027-03-01",
    }


def programme_inputs(here: "World") -> dict[str, dict[str, Any]]:
    """Return what mutations on programmes want other than `programme_values` have it."""
    published = [one.id for one in here.of("CohortRun") if "owner" in one.holders][1]
    manager = encode_id("Profile", here.viewers["community_manager"].require_user())
    return {
        "addProgrammeMembers": {"side": "LEARNER"},
        "createProgramme": {"learners": "MEMBERS", "mentors": "MEMBERS"},
        "editProgramme": {"learners": "MEMBERS", "mentors": "MEMBERS", "format": "CLASSIC"},
        "removeProgrammeManager": {"profileId": manager},
        "removeProgrammeMembers": {"side": "LEARNER"},
        "rollBackCohortRun": {"runId": published},
    }


def programme_arguments(here: "World") -> dict[str, list[str]]:
    """Return the argument lists of the root fields about programmes."""

    def ids(type_name: str, form: str) -> list[str]:
        return [form.format(one.id) for one in here.of(type_name)]

    of_programme = ids("Programme", '(programmeId: "{}")')
    of_run = ids("CohortRun", '(runId: "{}")')
    return {
        "Programme.memberCount": ["(side: LEARNER)"],
        "Query.cohortLists": of_run,
        "Query.cohortPreview": of_run,
        "Query.cohortRuns": of_programme,
        "Query.fairnessReport": of_run,
        "Query.programmeMembers": ids("Programme", '(programmeId: "{}", side: LEARNER)'),
        "Query.settledPairs": of_programme,
        "Query.weightsPreview": [f"{one[:-1]}, weights: {WEIGHTS})" for one in of_programme],
    }
