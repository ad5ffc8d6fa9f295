"""The mail of an answer: to whoever asked and was not there when it came. It names nobody, least of all its reader."""

from urllib.parse import urlsplit

from server.domain import topics
from server.domain.question_facts import AnswerShown, OwnQuestionChanged
from server.domain.question_states import Action, AnswerKind
from server.outbound.mail import Mail
from server.queries.webinar_letters import Asker, asker_of
from server.services.ports import ports

ANSWERING = (Action.ANSWER_TEXT, Action.ANSWER_LIVE)


async def reader_of(fact: OwnQuestionChanged) -> Asker | None:
    """Return whoever is to hear of an answer by mail; None where nobody is: those at the event saw it."""
    asker = None if _answer_of(fact) is None else await asker_of(fact.question.id)
    return None if asker is None or await _is_inside(asker) else asker


async def answered(fact: OwnQuestionChanged, url: str) -> list[Mail]:
    """Return the mail that follows an answer. When it may leave: services/letter_quiet.py."""
    answer, asker = _answer_of(fact), await reader_of(fact)
    if answer is None or asker is None:
        return []
    host = urlsplit(url).netloc
    why = f"You get this mail because you asked this question at {host} and were not there when it was answered."
    return [
        Mail(
            to=asker.email,
            subject=f"Your question in “{asker.title}” was answered",
            paragraphs=(
                "Hello,",
                f"in the webinar “{asker.title}” you asked:",
                asker.text,
                *_said(answer),
            ),
            link=f"{url}/webinars/{asker.webinar_id}",
            why=f"{why}{_kept_quiet(asker)}",
        )
    ]


def _answer_of(fact: OwnQuestionChanged) -> AnswerShown | None:
    """Return the answer a fact is about; None for other facts, and when its words were taken out since."""
    if fact.action not in ANSWERING or not fact.question.answers:
        return None
    answer = max(fact.question.answers, key=lambda one: one.at)
    return answer if answer.text or answer.kind is AnswerKind.LIVE else None


async def _is_inside(asker: Asker) -> bool:
    """Tell whether somebody is at the event: the live room knows who lost the line, and rows do when nobody knows."""
    if not asker.is_inside:
        return False
    present = await ports.rooms.present(topics.webinar(asker.webinar_id).name)
    return present is None or asker.user_id in present


def _said(answer: AnswerShown) -> tuple[str, ...]:
    if answer.kind is AnswerKind.TEXT:
        whom = "The answer:" if answer.is_public else "The answer, for you alone:"
        return (whom, answer.text)
    if answer.offset_seconds is None:
        return ("It was answered on stage.",)
    minutes, seconds = divmod(answer.offset_seconds, 60)
    return (f"It was answered on stage, {minutes}:{seconds:02} after the start.",)


def _kept_quiet(asker: Asker) -> str:
    return " You asked it under a pseudonym; nobody was told that it is yours." if asker.is_anonymous else ""
