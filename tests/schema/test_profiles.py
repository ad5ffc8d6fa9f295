"""Profiles through GraphQL: every path to a person shows the same, and no more than they allow."""

from typing import Any

import pytest

from server.domain.actors import VISITOR, Actor, UserId
from server.domain.profiles import Visibility
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.profiles import Profile
from server.queries.skills import vocabulary
from server.schema.core.ids import encode_id
from tests.factories.people import person
from tests.factories.profiles import block_of, full_person, mentorship_between, offers, seeks, shows, speaks
from tests.schema.profile_door import attempt, do, profile_id, run
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

INVOICING = encode_id("Skill", "gig:invoicing")
EVERYTHING = """
  name isPseudonymous relation headline bio workPatterns isHighSkill interests industries goals
  howIWork { pace feedback cameraOffIsFine note } timeZone city country meetsRemotely meetsWithinKm hiddenFields
  skills { skill { id label } direction level priority evidenceUrl } tags { text direction }
  languages { code proficiency } stints { pattern title startedOn endedOn } transitions { fromWork toWork year }
  support { need isOffer note metBy } contacts { kind value } openPlaces { format places }
  availability { timeZone } rhythm { isOnGig }
"""
PATHS = {
    "profile": f"query($id: ID!) {{ profile(id: $id) {{ {EVERYTHING} }} }}",
    "node": f"query($id: ID!) {{ node(id: $id) {{ ... on Profile {{ {EVERYTHING} }} }} }}",
    "nodes": f"query($id: ID!) {{ nodes(ids: [$id]) {{ ... on Profile {{ {EVERYTHING} }} }} }}",
    "profiles": f"query {{ profiles {{ edges {{ node {{ id {EVERYTHING} }} }} }} }}",
}


async def _seen(path: str, viewer: Actor, owner: Actor) -> dict[str, Any] | None:
    """Return what a viewer gets of an owner along a path."""
    document = PATHS[path]
    if path == "profiles":
        edges = (await run(viewer, document))["profiles"]["edges"]
        nodes = [edge["node"] for edge in edges if edge["node"].pop("id") == profile_id(owner)]
        return nodes[0] if nodes else None
    answer = (await run(viewer, document, id=profile_id(owner)))[path]
    found: dict[str, Any] | None = answer[0] if path == "nodes" else answer
    return found


@pytest.mark.parametrize("is_match", [False, True])
async def test_every_path_shows_the_same_of_a_person(is_match: bool) -> None:
    owner, viewer = await full_person(), await person("Viewer")
    if is_match:
        await mentorship_between(owner, viewer)
    seen = {path: await _seen(path, viewer, owner) for path in PATHS}
    first = seen["profile"]
    assert first is not None
    assert all(other == first for other in seen.values())
    assert first["name"] == "Ana"
    assert first["relation"] == ("MATCH" if is_match else "MEMBER")
    assert first["goals"] == (["a steady income"] if is_match else None)
    assert first["hiddenFields"] == ([] if is_match else ["AVAILABILITY", "GOALS", "HOW_I_WORK", "RHYTHM", "SUPPORT"])
    assert bool(first["support"]) is is_match
    assert (first["availability"] is not None, first["rhythm"] is not None) == (is_match, is_match)
    assert first["contacts"] == []
    assert first["skills"][0]["skill"] == {"id": INVOICING, "label": "invoicing"}
    assert first["skills"][0]["level"] == "CAN_TEACH"
    assert {"format": "CLASSIC", "places": 2} in first["openPlaces"]


@pytest.mark.parametrize("path", list(PATHS))
async def test_along_no_path_the_blocked_the_hidden_and_the_missing_differ(path: str) -> None:
    viewer, blocker, hidden = await person("Viewer"), await full_person("Blocker"), await full_person("Hidden")
    await block_of(blocker, viewer)
    await shows(hidden, Visibility.PRIVATE, ProfileField.NAME)
    missing = Actor(user_id=UserId(new_id()))
    assert [await _seen(path, viewer, owner) for owner in (blocker, hidden, missing)] == [None, None, None]


async def test_a_visitor_sees_what_is_public_and_no_directory() -> None:
    owner = await full_person()
    assert await _seen("profile", VISITOR, owner) is None
    await shows(owner, Visibility.PUBLIC, ProfileField.NAME, ProfileField.HEADLINE, ProfileField.SKILLS)
    seen = await _seen("profile", VISITOR, owner)
    assert seen is not None
    assert (seen["name"], seen["headline"], seen["bio"]) == ("Ana", "Courier who bills well", None)
    assert (len(seen["skills"]), seen["languages"], seen["openPlaces"]) == (1, [], None)
    assert await attempt(VISITOR, "{ profiles { edges { cursor } } }") == (None, ["sign_in_needed"])


async def test_forged_ids_are_refused_alike() -> None:
    viewer = await person("Viewer")
    document = "query($id: ID!) { profile(id: $id) { name } }"
    for forged in ("", "x", "\x00", encode_id("Skill", "gig:invoicing"), encode_id("Profile", "no-uuid"), "A" * 5000):
        assert await attempt(viewer, document, id=forged) == ({"profile": None}, ["not_found"])


@pytest.mark.parametrize("size", [2, 9])
async def test_a_page_of_people_with_all_that_hangs_on_them_is_so_many_statements(size: int) -> None:
    viewer = await person("Viewer")
    for number in range(size):
        await mentorship_between(await full_person(f"P{number}"), viewer)
    with counted_statements() as statements:
        data = await run(viewer, PATHS["profiles"])
    assert len(data["profiles"]["edges"]) == size
    # The search, and ten batched fields: outside an operation they are not joined.
    assert len(statements) == 11


async def test_the_directory_pages_and_filters() -> None:
    viewer = await person("Viewer")
    await seeks(viewer, "gig:invoicing")
    for number in range(5):
        who = await person(f"P{number}")
        await speaks(who, "pt")
        if number in {1, 3}:
            await offers(who, "gig:invoicing")
    document = """query($after: String, $filter: ProfileFilter) {
      profiles(first: 2, after: $after, filter: $filter) {
        edges { node { name } } pageInfo { hasNextPage endCursor } } }"""
    names: list[str] = []
    after = None
    for _ in range(3):
        page = (await run(viewer, document, after=after))["profiles"]
        names += [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert names == ["P3", "P1", "P4", "P2", "P0"]
    assert not page["pageInfo"]["hasNextPage"]
    top = vocabulary().ancestors(vocabulary().skills[next(iter(vocabulary().expand(["gig:invoicing"])))].id)[-1]
    asked = {"skills": [encode_id("SkillGroup", top.code)], "languages": [{"code": "pt", "least": "BASIC"}]}
    found = (await run(viewer, document, filter=asked))["profiles"]
    assert [edge["node"]["name"] for edge in found["edges"]] == ["P3", "P1"]
    for wrong in ({"skills": [profile_id(viewer)]}, {"skills": ["x"]}, {"withinHours": 13}, {"text": "x" * 201}):
        assert await attempt(viewer, document, filter=wrong) == (None, ["invalid_input"])


async def test_one_s_own_profile_is_filled_from_empty_to_complete() -> None:
    ana = await person("Ana")
    missing = "{ me { profile { missing { part changes } } } }"
    before = (await run(ana, missing))["me"]["profile"]["missing"]
    assert [line["part"] for line in before][:2] == ["SKILLS_SOUGHT", "SKILLS_OFFERED"]
    assert all(line["changes"] for line in before)
    card = {"pace": "ASYNC", "feedback": "DIRECT", "note": "Agenda first"}
    update = {
        "headline": "Rider",
        "bio": "Long.",
        "workPatterns": ["GIG", "REMOTE"],
        "interests": ["film"],
        "industries": ["logistics"],
        "goals": ["bill"],
        "howIWork": card,
        "timeZone": "Europe/Lisbon",
        "city": "Porto",
        "meetsWithinKm": 5,
        "expectedVersion": 1,
    }
    answer = await do(ana, "updateProfile", update, "profile { version headline workPatterns howIWork { pace note } }")
    assert answer == {
        "__typename": "UpdateProfilePayload",
        "profile": {
            "version": 2,
            "headline": "Rider",
            "workPatterns": ["GIG", "REMOTE"],
            "howIWork": {"pace": "ASYNC", "note": "Agenda first"},
        },
    }
    for name, form in (
        ("setSkill", {"direction": "OFFERED", "level": "WELL", "skillId": INVOICING}),
        ("setSkill", {"direction": "SOUGHT", "level": "WITH_HELP", "tag": "bike whispering"}),
        ("setSkill", {"direction": "SOUGHT", "level": "WITH_HELP", "tag": "invoicing"}),
        ("setLanguages", {"languages": [{"code": "pt", "proficiency": "NATIVE"}]}),
        ("addStint", {"stint": {"pattern": "GIG", "title": "Courier", "startedOn": "2020-01-01"}}),
        ("addTransition", {"fromWork": "courier", "toWork": "dispatcher", "year": 2023}),
        ("setSupportMap", {"entries": [{"need": "GUIDANCE", "isOffer": False}]}),
        ("setContact", {"kind": "PHONE", "value": "+351 900 000 000"}),
        ("setAvailability", {"windows": [{"weekday": 0, "startMinute": 540, "endMinute": 600}]}),
    ):
        payload = f"{name[0].upper()}{name[1:]}Payload"
        assert (await do(ana, name, form, "profile { id }"))["__typename"] == payload, name
    assert (await run(ana, missing))["me"]["profile"]["missing"] == []
    whole = (
        await run(
            ana,
            """{ me { profile { id displayName skills(direction: SOUGHT) { skill { label } } tags { text }
            languages { code } stints { title } transitions { toWork } support { need } supportGaps { need nextStep }
            contacts { value } windows { weekday } bufferMinutes capacity { kind format limit used open }
            contactReleases { since } stretches { id } exceptions { id } blocked { name } } } }""",
        )
    )["me"]["profile"]
    assert whole["id"] == encode_id("MyProfile", ana.require_profile())
    assert [one["skill"]["label"] for one in whole["skills"]] == ["invoicing"]
    assert [one["need"] for one in whole["supportGaps"]] == ["GUIDANCE"]
    assert {"kind": "MINUTES", "format": None, "limit": 600, "used": 0, "open": 600} in whole["capacity"]
    assert len(whole["capacity"]) == 8


async def test_null_empties_only_what_can_be_empty() -> None:
    ana = await person("Ana", pseudonym="Rider", is_high_skill=True)
    answer = await do(ana, "updateProfile", {"headline": None, "bio": None, "isListed": None})
    assert answer["fields"] == [
        {"path": "headline", "code": "null"},
        {"path": "bio", "code": "null"},
        {"path": "isListed", "code": "null"},
    ]
    await do(ana, "updateProfile", {"pseudonym": None, "isHighSkill": None, "meetsWithinKm": None})
    kept = await Profile.get(id=ana.user_id)
    assert (kept.pseudonym, kept.is_high_skill) == (None, None)


async def test_refusals_come_as_data_with_their_paths() -> None:
    ana = await person("Ana")
    wrong = await do(ana, "updateProfile", {"displayName": "\x00", "timeZone": "Mars"})
    assert (wrong["code"], wrong["fields"]) == (
        "invalid_input",
        [{"path": "displayName", "code": "not_text"}, {"path": "timeZone", "code": "unknown"}],
    )
    stale = await do(ana, "updateProfile", {"bio": "x", "expectedVersion": 7})
    assert (stale["__typename"], stale["code"]) == ("Conflict", "conflict")
    visitor = await do(VISITOR, "updateProfile", {"bio": "x"})
    assert (visitor["__typename"], visitor["code"]) == ("NotAllowed", "sign_in_needed")
    assert (await do(ana, "gigOver", {}))["code"] == "conflict"
    assert (await do(ana, "setCapacity", {"kind": "MINUTES", "limit": -1}))["code"] == "invalid_input"
    for name, form in (
        ("removeSkill", {"direction": "OFFERED", "skillId": INVOICING}),
        ("removeTag", {"direction": "OFFERED", "text": "none"}),
        ("removeStint", {"stintId": encode_id("Stint", new_id())}),
        ("removeTransition", {"transitionId": encode_id("Stint", new_id())}),
        ("removeContact", {"contactId": "x"}),
        ("removeException", {"exceptionId": encode_id("AvailabilityException", new_id())}),
        ("cancelStretch", {"stretchId": encode_id("Stretch", new_id())}),
        ("blockProfile", {"profileId": encode_id("Profile", new_id())}),
        ("unblockProfile", {"profileId": encode_id("Profile", new_id())}),
        ("releaseContacts", {"profileId": encode_id("Profile", new_id())}),
        ("revokeContacts", {"profileId": encode_id("Profile", new_id())}),
    ):
        assert (await do(ana, name, form))["__typename"] == "NotFound", name


async def test_visibility_blocks_gigs_and_limits_through_the_door() -> None:
    ana, rui = await full_person("Ana"), await person("Rui")
    hide = {"choices": [{"field": "BIO", "visibility": "PRIVATE"}]}
    chosen = await do(ana, "setVisibility", hide, "profile { visibility { field visibility } }")
    assert {"field": "BIO", "visibility": "PRIVATE"} in chosen["profile"]["visibility"]
    assert {"field": "CITY", "visibility": "MEMBERS"} in chosen["profile"]["visibility"]
    seen = await _seen("profile", rui, ana)
    assert seen is not None
    assert (seen["bio"], "BIO" in seen["hiddenFields"]) == (None, True)

    started = await do(ana, "gigStarted", {"note": "Harvest"}, "stretch { id kind endedAt note }")
    again = await do(ana, "gigStarted", {}, "stretch { id kind endedAt note }")
    assert started == again
    assert (await do(ana, "gigOver", {"clientMutationId": "a"}, "clientMutationId"))["clientMutationId"] == "a"
    plan = {"kind": "BLACKOUT", "startedAt": now().isoformat(), "idempotencyKey": "k"}
    planned = await do(ana, "planStretch", plan, "stretch { id }")
    assert await do(ana, "planStretch", plan, "stretch { id }") == planned

    limit = {"kind": "CONCURRENT", "format": "MICRO", "limit": 0}
    await do(ana, "setCapacity", limit, "profile { id }")
    seen = await _seen("profile", rui, ana)
    assert seen is not None
    assert {"format": "MICRO", "places": 0} in seen["openPlaces"]

    blocked = await do(ana, "blockProfile", {"profileId": profile_id(rui)}, "profile { blocked { profileId name } }")
    assert blocked["profile"]["blocked"] == [{"profileId": profile_id(rui), "name": "Rui"}]
    assert await _seen("node", rui, ana) is None
    await do(ana, "unblockProfile", {"profileId": profile_id(rui)})
    assert await _seen("node", rui, ana) is not None


async def test_contacts_open_to_a_match_and_close_again() -> None:
    ana, rui = await full_person("Ana"), await person("Rui")
    assert (await do(ana, "releaseContacts", {"profileId": profile_id(rui)}))["__typename"] == "NotAllowed"
    await mentorship_between(ana, rui)
    given = await do(
        ana, "releaseContacts", {"profileId": profile_id(rui)}, "profile { contactReleases { to { id } } }"
    )
    assert given["profile"]["contactReleases"] == [{"to": {"id": profile_id(rui)}}]
    seen = await _seen("profile", rui, ana)
    assert seen is not None
    assert seen["contacts"] == [{"kind": "PHONE", "value": "+351 900 000 000"}]
    await do(ana, "revokeContacts", {"profileId": profile_id(rui)})
    seen = await _seen("profile", rui, ana)
    assert seen is not None
    assert seen["contacts"] == []


async def test_nobody_reaches_the_own_view_of_somebody_else() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    document = "query($id: ID!) { node(id: $id) { ... on MyProfile { displayName } } }"
    own = encode_id("MyProfile", ana.require_profile())
    assert await run(ana, document, id=own) == {"node": {"displayName": "Ana"}}
    for other in (rui, VISITOR):
        assert await run(other, document, id=own) == {"node": None}
