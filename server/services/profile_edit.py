"""The frame of every change of a profile: the row locked, search text and version brought up to date, the fact told.

Two changes of one profile take turns here, so that counts and limits hold.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import SignInNeeded
from server.domain.profile_search import HistoryTexts, search_document, searchable
from server.domain.profiles import ProfileUpdated
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.models.identity import User
from server.models.profiles import Profile
from server.queries.skills import vocabulary
from server.services.transaction import Work, unit_of_work

_PARTS = """
SELECT 'skill' AS kind, skill_id AS text, '' AS other FROM profile_skill WHERE profile_id = $1
UNION ALL SELECT 'tag', text, '' FROM profile_tag WHERE profile_id = $1
UNION ALL SELECT 'stint', title, '' FROM stint WHERE profile_id = $1
UNION ALL SELECT 'transition', from_work, to_work FROM transition WHERE profile_id = $1
"""


@dataclass
class Edit:
    """A change under way. Columns in `columns` are written at the end; `changed` names the parts for the fact."""

    work: Work
    profile: Profile
    columns: dict[str, Any] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    skipped: bool = False

    def skip(self) -> None:
        """Leave the profile as it is: what was asked for was done before."""
        self.skipped = True


@asynccontextmanager
async def editing(actor: Actor, *changed: str) -> AsyncIterator[Edit]:
    """Lock the actor's profile for a change, and finish the change at the end of the block."""
    profile_id = actor.require_profile()
    async with unit_of_work() as work:
        # NO KEY: whoever only refers to this profile, as a new request does, need not wait.
        profile = await Profile.filter(id=profile_id).select_for_update(no_key=True).get()
        if await User.filter(id=profile_id, erased_at__isnull=False).exists():
            raise SignInNeeded
        edit = Edit(work, profile, changed=list(changed))
        yield edit
        if not edit.skipped:
            await _finish(actor, edit)


async def _finish(actor: Actor, edit: Edit) -> None:
    profile = edit.profile
    profile.update_from_dict(edit.columns)
    profile.search_document = search_document(profile.visibility, await _searchable(edit))
    profile.version += 1
    profile.updated_at = now()
    await profile.save(update_fields=[*edit.columns, "search_document", "version", "updated_at"])
    edit.work.record(
        ProfileUpdated(profile_id=profile.id, version=profile.version, changed=edit.changed),
        to=[topics.user(profile.id)],
        actor=actor,
    )


async def _searchable(edit: Edit) -> dict[ProfileField, list[str]]:
    _, rows = await edit.work.connection.execute_query(_PARTS, [edit.profile.id])
    texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, text, other in rows:
        texts[kind].append((text, other))
    skills = [vocabulary().get(skill_id) for skill_id, _ in texts["skill"]]
    history = HistoryTexts(
        skills=[*(skill.label for skill in skills if skill), *(text for text, _ in texts["tag"])],
        stints=[title for title, _ in texts["stint"]],
        transitions=texts["transition"],
    )
    return searchable(edit.profile, history)
