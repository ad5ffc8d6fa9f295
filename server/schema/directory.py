"""The directory: whom the viewer can find. Everything about those found is on their profiles."""

from collections.abc import Collection
from typing import Annotated

import strawberry

from server.domain import directory as domain
from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.errors import NotFound, invalid
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel
from server.kit.paging import PageRequest
from server.queries import saved_searches
from server.queries.directory import DIRECTORY
from server.queries.skills import vocabulary
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import split_id, uuid_of
from server.schema.profiles import Profile
from server.services.directory_search import kept_filter, search


@strawberry.input(description="A language, at least this well. pt finds pt-BR too.")
class LanguageWish:
    """A language to look for."""

    code: str = strawberry.field(description="A BCP 47 tag such as pt or pt-BR.")
    least: Proficiency = strawberry.field(default=Proficiency.TEXT_ONLY, description="At least how well.")


@strawberry.input(description="Whom to look for; everything given must hold. Fields hidden from you find nobody.")
class ProfileFilter:
    """The filter of the directory."""

    skills: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Skills or groups of skills, at most 20; one of them must hold."
    )
    direction: SkillDirection = strawberry.field(
        default=SkillDirection.OFFERED, description="Whether those skills are offered or sought."
    )
    least_level: SkillLevel = strawberry.field(default=SkillLevel.CANNOT, description="At least how well.")
    languages: list[LanguageWish] = strawberry.field(default_factory=list, description="Languages; all must hold.")
    within_hours: int | None = strawberry.field(
        default=None, description="Their wall clock is at most so many hours from mine now: 0 to 12."
    )
    format: MentoringFormat | None = strawberry.field(default=None, description="With an open place in this format.")
    has_open_places: bool = strawberry.field(default=False, description="With an open place in any format.")
    can_meet_within_days: int | None = strawberry.field(
        default=None,
        description="With an hour in common within so many days, 1 to 28, of those whose calendar I may see; pages of"
        " it may be shorter than asked.",
    )
    text: str = strawberry.field(default="", description="Beginnings of words of what every member may read of them.")
    goal: str = strawberry.field(default="", description="With this very goal, whatever its case.")
    interest: str = strawberry.field(default="", description="With this very interest, whatever its case.")
    industry: str = strawberry.field(default="", description="With this very industry, whatever its case.")


@strawberry.type
class DirectoryQuery:
    """The root field of the directory."""

    @connection_field(
        order=DIRECTORY,
        description="People you can find: who covers most of what you seek (or of the filter's skills) first, then"
        " who changed their profile last. Requires: a verified mail address.",
    )
    async def profiles(
        self,
        info: Info,
        page: PageRequest,
        filter: Annotated[ProfileFilter | None, strawberry.argument(description="Whom to look for.")] = None,  # noqa: A002 - the name in the API
        saved_search_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="A search I keep, in the place of a filter.")
        ] = None,
    ) -> Connection[Profile]:
        """Return a page of the directory."""
        actor = info.context.actor
        wanted = filter_of(filter or ProfileFilter())
        if saved_search_id is not None:
            wanted = await _kept(actor, saved_search_id)
        return connection_of(await search(actor, wanted, page), lambda one: Profile.of(one.view))


async def _kept(actor: Actor, global_id: strawberry.ID) -> domain.DirectoryFilter:
    search_id = uuid_of(global_id, "SavedSearch", what="search")
    row = (await saved_searches.visible(actor, [search_id])).get(search_id)
    if row is None:
        raise NotFound("search")
    return kept_filter(row)


def filter_of(given: ProfileFilter) -> domain.DirectoryFilter:
    """Return a filter as the services take it, or refuse ids that are none of skills."""
    return domain.DirectoryFilter(
        skill_ids=[_skill_or_group(number, one) for number, one in enumerate(given.skills)],
        direction=given.direction,
        least_level=given.least_level,
        languages=[domain.LanguageWish(wish.code, wish.least) for wish in given.languages],
        within_hours=given.within_hours,
        mentoring_format=given.format,
        has_open_places=given.has_open_places,
        can_meet_within_days=given.can_meet_within_days,
        text=given.text,
        goal=given.goal,
        interest=given.interest,
        industry=given.industry,
    )


def check_skill_or_group(global_id: strawberry.ID) -> None:
    """Refuse with NotFound what is no id of a skill or a group in the vocabulary."""
    type_name, key = split_id(global_id, what="skill")
    known: dict[str, Collection[str]] = {"Skill": vocabulary().skills, "SkillGroup": vocabulary().groups}
    if key not in known.get(type_name, ()):
        raise NotFound("skill")


def _skill_or_group(number: int, global_id: str) -> str:
    try:
        type_name, key = split_id(global_id)
    except NotFound:
        type_name, key = "", ""
    if type_name not in {"Skill", "SkillGroup"}:
        raise invalid(f"filter.skills.{number}", "not_a_skill", "The id of a skill or of a group of skills.")
    return key
