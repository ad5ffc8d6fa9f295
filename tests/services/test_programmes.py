"""Programmes: who may manage one, what its weights may be, which pairs are settled, and what is left as a record."""

import asyncio
from dataclasses import replace

import pytest

from server.domain.actors import Actor, ProfileId, Role
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.programmes import (
    MOST_MANAGERS,
    PARTS_OF,
    PairKind,
    PartWeight,
    ProgrammeForm,
    WeightsForm,
    read_weights,
    stored_weights,
)
from server.domain.suggestions import MatchPart, MatchSide
from server.models.programmes import Programme, ProgrammeMember, ProgrammePair
from server.models.streams import FactRecord, StreamEntry
from server.services import programmes, safety
from server.services.programmes import usual_weights
from tests.factories.people import person
from tests.factories.programmes import manager, programme_of

pytestmark = pytest.mark.usefixtures("db")

EQUAL = WeightsForm(
    learner=tuple(PartWeight(part, 1 / 8) for part in PARTS_OF[MatchSide.LEARNER]),
    mentor=tuple(PartWeight(part, 0.2) for part in PARTS_OF[MatchSide.MENTOR]),
)
FORM = ProgrammeForm(title="First invoices", format=MentoringFormat.CLASSIC)


def uid(who: Actor) -> ProfileId:
    return who.require_profile()


@pytest.mark.parametrize("kind", list(MentoringFormat))
async def test_a_programme_begins_with_the_usual_weights_of_its_format(kind: MentoringFormat) -> None:
    made = await programmes.create_programme(await manager(), form=replace(FORM, format=kind))
    weights = read_weights((await Programme.get(id=made.id)).weights)
    assert weights == usual_weights(kind)
    assert all(sum(own.values()) == pytest.approx(1.0) for own in weights.values())


async def test_only_a_programme_manager_makes_one_and_only_its_managers_change_it() -> None:
    mara, other = await manager(), await manager("Other")
    with pytest.raises(NotAllowed):
        await programmes.create_programme(await person("Ana"), form=FORM)
    made = await programme_of(mara)
    demoted = replace(mara, roles=frozenset())
    for stranger in (other, demoted, await person("Eve"), await person("Root", roles=frozenset({Role.ADMIN}))):
        with pytest.raises(NotFound):
            await programmes.edit_programme(stranger, programme_id=made.id, form=FORM)
        with pytest.raises(NotFound):
            await programmes.set_weights(stranger, programme_id=made.id, form=EQUAL)
    await programmes.add_manager(mara, programme_id=made.id, profile_id=uid(other))
    assert (await programmes.set_weights(other, programme_id=made.id, form=EQUAL)).version == 2


async def test_the_last_manager_stays_and_there_are_not_too_many() -> None:
    mara = await manager()
    made = await programme_of(mara)
    with pytest.raises(Conflict):
        await programmes.remove_manager(mara, programme_id=made.id, profile_id=uid(mara))
    for number in range(MOST_MANAGERS - 1):
        await programmes.add_manager(mara, programme_id=made.id, profile_id=uid(await person(f"M{number}")))
    with pytest.raises(LimitReached):
        await programmes.add_manager(mara, programme_id=made.id, profile_id=uid(await person("One more")))
    await programmes.remove_manager(mara, programme_id=made.id, profile_id=uid(mara))
    with pytest.raises(NotFound):
        await programmes.edit_programme(mara, programme_id=made.id, form=FORM)


async def test_weights_of_a_side_sum_to_one_and_name_its_own_parts_once() -> None:
    mara = await manager()
    made = await programme_of(mara)
    coverage, topics = PartWeight(MatchPart.COVERAGE, 1.0), PartWeight(MatchPart.TOPICS, 1.0)
    wrong = [
        WeightsForm(),
        WeightsForm((coverage,), ()),
        WeightsForm((replace(coverage, weight=0.9),), (topics,)),
        WeightsForm((replace(coverage, weight=float("nan")),), (topics,)),
        WeightsForm((replace(coverage, weight=1.5), PartWeight(MatchPart.GOAL, -0.5)), (topics,)),
        WeightsForm((coverage, PartWeight(MatchPart.TOPICS, 0.0)), (topics,)),
        WeightsForm((replace(coverage, weight=0.5),) * 2, (topics,)),
    ]
    for form in wrong:
        with pytest.raises(InvalidInput):
            await programmes.set_weights(mara, programme_id=made.id, form=form)
    changed = await programmes.set_weights(mara, programme_id=made.id, form=WeightsForm((coverage,), (topics,)))
    assert read_weights(changed.weights)[MatchSide.LEARNER][MatchPart.COVERAGE] == 1.0
    assert (
        await programmes.set_weights(mara, programme_id=made.id, form=WeightsForm((coverage,), (topics,)))
    ).version == 2
    with pytest.raises(Conflict):
        await programmes.set_weights(mara, programme_id=made.id, form=EQUAL, expected_version=1)
    facts = await FactRecord.filter(kind="programme.weights_set", actor_id=mara.user_id)
    assert [fact.payload.count('"before"') for fact in facts] == [1]


async def test_weights_survive_their_row() -> None:
    weights = EQUAL.clean()
    assert read_weights(stored_weights(weights)) == weights


async def test_a_programme_keeps_its_format_and_ends_after_it_starts() -> None:
    mara = await manager()
    made = await programme_of(mara)
    with pytest.raises(Conflict):
        await programmes.edit_programme(mara, programme_id=made.id, form=replace(FORM, format=MentoringFormat.MICRO))
    for wrong in (replace(FORM, title=" "), replace(FORM, list_length=0), replace(FORM, list_length=11)):
        with pytest.raises(InvalidInput):
            await programmes.edit_programme(mara, programme_id=made.id, form=wrong)
    edited = await programmes.edit_programme(mara, programme_id=made.id, form=replace(FORM, title="  Second  "))
    assert (edited.title, edited.version) == ("Second", 2)


async def test_members_are_put_in_once_and_taken_out() -> None:
    mara, lea, mo = await manager(), await person("Lea"), await person("Mo")
    made = await programme_of(mara, [lea], [mo])
    await programmes.add_members(mara, programme_id=made.id, side=MatchSide.LEARNER, profile_ids=[uid(lea), uid(mo)])
    assert await ProgrammeMember.filter(programme_id=made.id).count() == 3
    await programmes.remove_members(mara, programme_id=made.id, side=MatchSide.LEARNER, profile_ids=[uid(lea)])
    with pytest.raises(NotFound):
        await programmes.remove_members(mara, programme_id=made.id, side=MatchSide.LEARNER, profile_ids=[uid(lea)])
    hidden = await person("Hidden", is_verified=False)
    for ids in ([uid(hidden)], [uid(lea), uid(hidden)]):
        with pytest.raises(NotFound):
            await programmes.add_members(mara, programme_id=made.id, side=MatchSide.LEARNER, profile_ids=ids)
    for count in (0, 101):
        with pytest.raises(InvalidInput):
            await programmes.add_members(
                mara, programme_id=made.id, side=MatchSide.LEARNER, profile_ids=[uid(lea)] * count
            )


async def test_a_pair_is_settled_with_a_reason_and_lifted_and_both_stay_on_record() -> None:
    mara, lea, mo, ola = await manager(), await person("Lea"), await person("Mo"), await person("Ola")
    made = await programme_of(mara)
    pair = {"programme_id": made.id, "learner_id": uid(lea), "mentor_id": uid(mo)}
    with pytest.raises(InvalidInput):
        await programmes.lock_pair(mara, **pair, reason=" ")
    locked = await programmes.lock_pair(mara, **pair, reason="They work well together")
    with pytest.raises(Conflict):
        await programmes.forbid_pair(mara, **pair, reason="A change of mind")
    with pytest.raises(Conflict):
        await programmes.lock_pair(mara, **{**pair, "mentor_id": uid(ola)}, reason="Another mentor")
    await programmes.lift_pair(mara, pair_id=locked.id)
    with pytest.raises(Conflict):
        await programmes.lift_pair(mara, pair_id=locked.id)
    await programmes.forbid_pair(mara, **pair, reason="A conflict of interest")
    rows = await ProgrammePair.all().order_by("id")
    assert [(row.rule, row.reason, row.lifted_by) for row in rows] == [
        (PairKind.LOCKED, "They work well together", mara.user_id),
        (PairKind.FORBIDDEN, "A conflict of interest", None),
    ]
    kinds = [row.kind for row in await FactRecord.filter(actor_id=mara.user_id).order_by("id")]
    assert kinds[-3:] == ["programme.pair_settled", "programme.pair_lifted", "programme.pair_settled"]


async def test_nobody_who_is_settled_hears_of_it() -> None:
    mara, lea, mo = await manager(), await person("Lea"), await person("Mo")
    made = await programme_of(mara, [lea], [mo])
    await programmes.forbid_pair(
        mara, programme_id=made.id, learner_id=uid(lea), mentor_id=uid(mo), reason="A conflict of interest"
    )
    assert await StreamEntry.filter(topic__in=[f"user:{uid(lea)}", f"user:{uid(mo)}"]).count() == 0


async def test_a_manager_settles_nothing_about_whom_they_cannot_see() -> None:
    mara, lea, mo = await manager(), await person("Lea"), await person("Mo")
    made = await programme_of(mara)
    await safety.block(mo, profile_id=uid(mara))
    with pytest.raises(NotFound):
        await programmes.lock_pair(
            mara, programme_id=made.id, learner_id=uid(lea), mentor_id=uid(mo), reason="They fit"
        )


async def test_of_two_who_settle_the_same_pair_at_once_one_wins() -> None:
    mara, lea, mo = await manager(), await person("Lea"), await person("Mo")
    made = await programme_of(mara)
    pair = {"programme_id": made.id, "learner_id": uid(lea), "mentor_id": uid(mo)}
    done = await asyncio.gather(
        programmes.lock_pair(mara, **pair, reason="They fit well"),
        programmes.forbid_pair(mara, **pair, reason="They do not fit"),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "ProgrammePair"]


async def test_the_same_key_makes_one_programme() -> None:
    mara = await manager()
    once, again = [await programmes.create_programme(mara, form=FORM, idempotency_key="k") for _ in range(2)]
    assert once.id == again.id
    assert await Programme.all().count() == 1
