"""What is written in circles: discussions, asks, posts, reactions, resources.

The words go by reading, never by topic.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from server.domain import circle_talk as rules
from server.domain.actors import SYSTEM, Actor
from server.domain.circle_facts import ItemKind, PostAdded, ThreadChanged
from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.domain.errors import Conflict, NotAllowed, NotFound, RateLimited
from server.kit.clock import now
from server.models.circle_talk import CirclePost, CircleReaction, CircleResource, CircleThread
from server.models.circles import CircleItem
from server.queries import circle_talk as queries
from server.services import repeats
from server.services.circle_access import Scene, enter_as_member, lock_circle
from server.services.ports import ports
from server.services.transaction import Work, retrying, unit_of_work


@dataclass(frozen=True)
class ThreadForm:
    """A discussion as somebody starts it: a talk, or an ask that wants an answer."""

    title: str
    text: str
    theme: str = ""
    kind: ThreadKind = ThreadKind.TALK


@retrying
async def open_thread(
    actor: Actor, *, circle_id: UUID, form: ThreadForm, idempotency_key: str | None = None
) -> CircleThread:
    """Start a discussion with its first post. Requires a seat. RateLimited, Conflict for an archive."""
    title, theme = rules.thread_words(form.title, form.theme)
    text = rules.post_text(form.text)
    await _check_rate(actor)
    async with unit_of_work() as work:
        content = [circle_id, form]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "openCircleThread", content)
        if once.previous:
            return await CircleThread.get(id=once.previous)
        scene = await enter_as_member(work, actor, circle_id)
        at = now()
        is_ask = form.kind is ThreadKind.ASK
        thread = await CircleThread.create(
            circle_id=circle_id,
            author_id=scene.actor_id,
            kind=form.kind,
            state=ThreadState.OPEN,
            theme=theme,
            title=title,
            stale_at=rules.goes_stale_at(at) if is_ask else None,
            changed_at=at,
            created_at=at,
        )
        await CirclePost.create(thread_id=thread.id, author_id=scene.actor_id, text=text, created_at=at)
        await scene.add_item(ItemKind.ASK if is_ask else ItemKind.THREAD, scene.actor_id, thread.id)
        _tell(scene, thread)
        await scene.stir()
        await once.remember(thread.id)
    return thread


async def _check_rate(actor: Actor) -> None:
    wait = await ports.buckets.take(
        f"circle_post:{actor.require_user()}", capacity=rules.POSTS_PER_BURST, per_seconds=rules.BURST_SECONDS
    )
    if wait:
        raise RateLimited(wait)


def _tell(scene: Scene, thread: CircleThread) -> None:
    changed = ThreadChanged(
        circle_id=scene.circle.id, thread_id=thread.id, version=thread.version, at=thread.changed_at
    )
    scene.work.record(changed, to=[scene.topic])


async def _changed(scene: Scene, thread: CircleThread) -> None:
    """Keep a changed discussion; tell the circle that there is something to read, not what or by whom."""
    at = now()
    thread.changed_at = at if at > thread.changed_at else thread.changed_at + timedelta(microseconds=1)
    thread.version += 1
    await thread.save()
    _tell(scene, thread)


async def _enter_thread(work: Work, actor: Actor, thread_id: UUID) -> tuple[Scene, CircleThread]:
    """Lock the circle of a discussion the actor may read. NotFound."""
    actor.require_user()
    seen = (await queries.visible_threads(actor, [thread_id])).get(thread_id)
    if seen is None:
        raise NotFound("discussion")
    scene = await enter_as_member(work, actor, seen.circle_id, what="discussion")
    return scene, await CircleThread.get(id=thread_id)


async def _enter_post(work: Work, actor: Actor, post_id: UUID) -> tuple[Scene, CircleThread, CirclePost]:
    """Lock the circle of a post the actor may read. NotFound."""
    actor.require_user()
    seen = (await queries.visible_posts(actor, [post_id])).get(post_id)
    if seen is None:
        raise NotFound("post")
    scene, thread = await _enter_thread(work, actor, seen.thread_id)
    return scene, thread, await CirclePost.get(id=post_id)


@retrying
async def add_post(actor: Actor, *, thread_id: UUID, text: str, idempotency_key: str | None = None) -> CirclePost:
    """Write in a discussion. A word from somebody else keeps an ask from going stale. RateLimited, Conflict."""
    text = rules.post_text(text)
    await _check_rate(actor)
    async with unit_of_work() as work:
        content = [thread_id, text]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addCirclePost", content)
        if once.previous:
            return await CirclePost.get(id=once.previous)
        scene, thread = await _enter_thread(work, actor, thread_id)
        rules.check_takes_posts(thread.state)
        is_authors = thread.author_id == scene.actor_id
        thread.state = rules.state_after_post(thread.kind, thread.state, is_authors=is_authors)
        if not is_authors:
            thread.heard_at = now()
            thread.stale_at = rules.goes_stale_at(thread.heard_at) if thread.kind is ThreadKind.ASK else None
        post = await CirclePost.create(thread_id=thread_id, author_id=scene.actor_id, text=text)
        await _changed(scene, thread)
        added = PostAdded(circle_id=scene.circle.id, thread_id=thread_id, post_id=post.id, at=post.created_at)
        work.record(added, to=[])
        await scene.stir()
        await once.remember(post.id)
    return post


@retrying
async def edit_post(actor: Actor, *, post_id: UUID, text: str) -> CirclePost:
    """Put an own post differently. Conflict when it was taken back or the discussion is closed."""
    text = rules.post_text(text)
    async with unit_of_work() as work:
        scene, thread, post = await _own_post(work, actor, post_id)
        rules.check_takes_posts(thread.state)
        if post.deleted_at is not None:
            raise Conflict("This post was taken back.", current="deleted")
        post.text, post.edited_at = text, now()
        await post.save(update_fields=["text", "edited_at"])
        await _changed(scene, thread)
    return post


@retrying
async def delete_post(actor: Actor, *, post_id: UUID) -> CirclePost:
    """Take an own post back; again changes nothing. Its words are gone, with the reactions to them."""
    async with unit_of_work() as work:
        scene, thread, post = await _own_post(work, actor, post_id)
        if post.deleted_at is None:
            await _empty(scene, thread, post)
    return post


@retrying
async def take_post_out(*, post_id: UUID) -> None:
    """Take a post back for the moderation desk, wherever its circle and its author stand. Gone stays gone."""
    async with unit_of_work() as work:
        post = await CirclePost.get_or_none(id=post_id)
        if post is None:
            return
        thread = await CircleThread.get(id=post.thread_id)
        scene = await lock_circle(work, SYSTEM, thread.circle_id)
        await post.refresh_from_db()
        await thread.refresh_from_db()
        if post.deleted_at is None:
            await _empty(scene, thread, post)


async def _empty(scene: Scene, thread: CircleThread, post: CirclePost) -> None:
    post.text, post.deleted_at = "", now()
    await post.save(update_fields=["text", "deleted_at"])
    await CircleReaction.filter(post_id=post.id).delete()
    await _changed(scene, thread)


async def _own_post(work: Work, actor: Actor, post_id: UUID) -> tuple[Scene, CircleThread, CirclePost]:
    scene, thread, post = await _enter_post(work, actor, post_id)
    if post.author_id != scene.actor_id:
        raise NotAllowed("to be the author")
    return scene, thread, post


@retrying
async def react_to_post(actor: Actor, *, post_id: UUID, kind: Reaction, is_given: bool) -> CirclePost:
    """React to a post, or take the reaction back; again changes nothing. Conflict when the post was taken back."""
    async with unit_of_work() as work:
        scene, thread, post = await _enter_post(work, actor, post_id)
        if post.deleted_at is not None:
            raise Conflict("This post was taken back.", current="deleted")
        given = CircleReaction.filter(post_id=post_id, profile_id=scene.actor_id, kind=kind)
        if await given.exists() is not is_given:
            if is_given:
                await CircleReaction.create(post_id=post_id, profile_id=scene.actor_id, kind=kind)
            else:
                await given.delete()
            await _changed(scene, thread)
    return post


@retrying
async def settle_thread(actor: Actor, *, thread_id: UUID, state: ThreadState) -> CircleThread:
    """Say that an ask is answered, open it again, or close a discussion. Its author may, and the leads."""
    async with unit_of_work() as work:
        scene, thread = await _enter_thread(work, actor, thread_id)
        may_settle = thread.author_id == scene.actor_id or scene.standing.leads
        fresh = rules.settled(thread.kind, thread.state, state, may_settle=may_settle)
        if fresh is not thread.state:
            thread.state = fresh
            is_open_ask = thread.kind is ThreadKind.ASK and fresh is ThreadState.OPEN
            thread.stale_at = rules.goes_stale_at(now()) if is_open_ask else None
            await _changed(scene, thread)
    return thread


@dataclass(frozen=True)
class ResourceForm:
    """A web address that helps, and why."""

    url: str
    title: str
    note: str = ""


@retrying
async def add_resource(
    actor: Actor, *, circle_id: UUID, form: ResourceForm, idempotency_key: str | None = None
) -> CircleResource:
    """Put a resource into the circle. Requires a seat. InvalidInput, RateLimited, Conflict."""
    url, title, note = rules.resource_words(form.url, form.title, form.note)
    await _check_rate(actor)
    async with unit_of_work() as work:
        content = [circle_id, form]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addCircleResource", content)
        if once.previous:
            return await CircleResource.get(id=once.previous)
        scene = await enter_as_member(work, actor, circle_id)
        row = await CircleResource.create(circle_id=circle_id, added_by=scene.actor_id, url=url, title=title, note=note)
        await scene.add_item(ItemKind.RESOURCE, scene.actor_id, row.id)
        await scene.stir()
        await once.remember(row.id)
    return row


@retrying
async def remove_resource(actor: Actor, *, resource_id: UUID) -> UUID:
    """Take a resource out: whoever added it, or a lead. Return the circle's id. NotFound, NotAllowed."""
    async with unit_of_work() as work:
        actor.require_user()
        seen = (await queries.visible_resources(actor, [resource_id])).get(resource_id)
        if seen is None:
            raise NotFound("resource")
        scene = await enter_as_member(work, actor, seen.circle_id, what="resource")
        if seen.added_by != scene.actor_id and not scene.standing.leads:
            raise NotAllowed("to have added it, or to lead the circle")
        await CircleItem.filter(subject_id=resource_id).delete()
        await CircleResource.filter(id=resource_id).delete()
    return seen.circle_id
