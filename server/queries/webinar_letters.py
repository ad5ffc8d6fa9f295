"""Who is written to about a question. For letters alone: nobody is shown what is read here."""

from dataclasses import dataclass
from uuid import UUID

from server.models.database import connection

_ASKER = """
SELECT u.id AS user_id, u.email, w.id, w.title, q.text, q.shown_as <> 'name' AS is_anonymous,
       w.state IN ('open', 'live')
           AND (s.id IS NOT NULL OR (r.joined_at IS NOT NULL AND r.left_at IS NULL)) AS is_inside
FROM question q
JOIN webinar w ON w.id = q.webinar_id
JOIN app_user u ON u.id = q.author_id AND u.erased_at IS NULL AND u.verified_at IS NOT NULL
LEFT JOIN webinar_registration r ON r.webinar_id = w.id AND r.profile_id = q.author_id
LEFT JOIN webinar_staff s ON s.webinar_id = w.id AND s.profile_id = q.author_id
WHERE q.id = $1 AND q.state <> 'withdrawn'
"""


@dataclass(frozen=True)
class Asker:
    """Where to write to whoever asked a question, and about what. `is_inside`: there now, as far as rows know."""

    user_id: UUID
    email: str
    webinar_id: UUID
    title: str
    text: str
    is_anonymous: bool
    is_inside: bool


async def asker_of(question_id: UUID) -> Asker | None:
    """Return who asked a question; None when nobody can be told any more, or wants to be: it was taken back."""
    _, rows = await connection().execute_query(_ASKER, [question_id])
    if not rows:
        return None
    row = rows[0]
    return Asker(
        row["user_id"], row["email"], row["id"], row["title"], row["text"], row["is_anonymous"], row["is_inside"]
    )
