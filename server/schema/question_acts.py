"""The actions on a question as mutations, one for each line of its state machine. No rule is here."""

from datetime import datetime

import strawberry

from server.domain.question_states import Action, DismissReason
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.question_mutations import OnQuestion, QuestionPayload, do_action
from server.schema.questions import question_id_of
from server.schema.webinars import profile_key_of
from server.services.question_acts import ActForm


@strawberry.input(description="For claimQuestion.")
class ClaimQuestionInput(OnQuestion):
    """What ClaimQuestion takes."""


@strawberry.input(description="For releaseClaim.")
class ReleaseClaimInput(OnQuestion):
    """What ReleaseClaim takes."""


@strawberry.input(description="For approveQuestion.")
class ApproveQuestionInput(OnQuestion):
    """What ApproveQuestion takes."""

    text: str = strawberry.field(default="", description="Another wording; the author may undo it.")


@strawberry.input(description="For returnQuestion.")
class ReturnQuestionInput(OnQuestion):
    """What ReturnQuestion takes."""

    note: str = strawberry.field(description="What to put differently.")


@strawberry.input(description="For dismissQuestion.")
class DismissQuestionInput(OnQuestion):
    """What DismissQuestion takes."""

    reason: DismissReason = strawberry.field(description="Why; told to the author, counted for all.")
    note: str = strawberry.field(default="", description="For the author.")


@strawberry.input(description="For suggestDismissal.")
class SuggestDismissalInput(OnQuestion):
    """What SuggestDismissal takes."""


@strawberry.input(description="For hideQuestion.")
class HideQuestionInput(OnQuestion):
    """What HideQuestion takes."""


@strawberry.input(description="For queueQuestion.")
class QueueQuestionInput(OnQuestion):
    """What QueueQuestion takes."""

    rank: int | None = strawberry.field(default=None, description="Its place among the next ones; null takes it out.")


@strawberry.input(description="For startAnswering.")
class StartAnsweringInput(OnQuestion):
    """What StartAnswering takes."""

    stage: str = strawberry.field(default="", description="Which stage; the first one if empty.")
    by_id: strawberry.ID | None = strawberry.field(default=None, description="Whose turn it is; the viewer's if null.")
    resolve_previous: bool | None = strawberry.field(
        default=None, description="What becomes of the question on stage: true answered, false returned."
    )


@strawberry.input(description="For releaseFromStage.")
class ReleaseFromStageInput(OnQuestion):
    """What ReleaseFromStage takes."""


@strawberry.input(description="For markAnsweredLive.")
class MarkAnsweredLiveInput(OnQuestion):
    """What MarkAnsweredLive takes."""


@strawberry.input(description="For answerInText.")
class AnswerInTextInput(OnQuestion):
    """What AnswerInText takes."""

    text: str = strawberry.field(description="1 to 2,500 characters.")
    is_public: bool = strawberry.field(default=True, description="For everybody, or for the author alone.")


@strawberry.input(description="For reopenQuestion.")
class ReopenQuestionInput(OnQuestion):
    """What ReopenQuestion takes."""


@strawberry.input(description="For mergeQuestion.")
class MergeQuestionInput(OnQuestion):
    """What MergeQuestion takes."""

    into_id: strawberry.ID = strawberry.field(description="The question that stays.")


@strawberry.input(description="For unmergeQuestion.")
class UnmergeQuestionInput(OnQuestion):
    """What UnmergeQuestion takes."""


@strawberry.input(description="For followUpQuestion.")
class FollowUpQuestionInput(OnQuestion):
    """What FollowUpQuestion takes."""

    due_at: datetime = strawberry.field(description="Until when.")
    owner_id: strawberry.ID | None = strawberry.field(default=None, description="Who of the staff; the viewer if null.")
    note: str = strawberry.field(default="", description="What about it.")


@strawberry.input(description="For labelQuestion.")
class LabelQuestionInput(OnQuestion):
    """What LabelQuestion takes."""

    labels: list[str] = strawberry.field(description="At most five of the webinar's labels.")


@strawberry.input(description="For archiveQuestion.")
class ArchiveQuestionInput(OnQuestion):
    """What ArchiveQuestion takes."""


@strawberry.input(description="For rewordQuestion.")
class RewordQuestionInput(OnQuestion):
    """What RewordQuestion takes."""

    text: str = strawberry.field(description="10 to 300 characters.")


@strawberry.input(description="For undoQuestionEdit.")
class UndoQuestionEditInput(OnQuestion):
    """What UndoQuestionEdit takes."""


@strawberry.input(description="For withdrawQuestion.")
class WithdrawQuestionInput(OnQuestion):
    """What WithdrawQuestion takes."""


@strawberry.input(description="For removeMyName.")
class RemoveMyNameInput(OnQuestion):
    """What RemoveMyName takes."""


@strawberry.type
class QuestionActMutation:
    """What may be done to a question."""

    @mutation(description="Take a question under review for two minutes. Requires: to moderate.", refuses=[Conflict])
    async def claim_question(self, info: Info, form: ClaimQuestionInput) -> QuestionPayload:
        """Take a question under review for two minutes."""
        return await do_action(info, form, Action.CLAIM)

    @mutation(description="Give a question under review back. Requires: to moderate.", refuses=[Conflict])
    async def release_claim(self, info: Info, form: ReleaseClaimInput) -> QuestionPayload:
        """Give a question under review back."""
        return await do_action(info, form, Action.RELEASE_CLAIM)

    @mutation(description="Show a question, perhaps in another wording. Requires: to moderate.", refuses=[Conflict])
    async def approve_question(self, info: Info, form: ApproveQuestionInput) -> QuestionPayload:
        """Show a question, perhaps in another wording."""
        asked = ActForm(text=form.text)
        return await do_action(info, form, Action.APPROVE, asked)

    @mutation(
        description="Give a question back to its author for rewording. Requires: to moderate.", refuses=[Conflict]
    )
    async def return_question(self, info: Info, form: ReturnQuestionInput) -> QuestionPayload:
        """Give a question back to its author for rewording."""
        asked = ActForm(note=form.note)
        return await do_action(info, form, Action.RETURN, asked)

    @mutation(description="Do not take a question. Requires: to moderate.", refuses=[Conflict])
    async def dismiss_question(self, info: Info, form: DismissQuestionInput) -> QuestionPayload:
        """Do not take a question."""
        asked = ActForm(reason=form.reason, note=form.note)
        return await do_action(info, form, Action.DISMISS, asked)

    @mutation(
        description="Tell the moderators that a question should go. Requires: to be on the staff.", refuses=[Conflict]
    )
    async def suggest_dismissal(self, info: Info, form: SuggestDismissalInput) -> QuestionPayload:
        """Tell the moderators that a question should go."""
        return await do_action(info, form, Action.SUGGEST_DISMISSAL)

    @mutation(
        description="Take a question back under review; its votes are kept. Requires: to moderate.", refuses=[Conflict]
    )
    async def hide_question(self, info: Info, form: HideQuestionInput) -> QuestionPayload:
        """Take a question back under review; its votes are kept."""
        return await do_action(info, form, Action.HIDE)

    @mutation(description="Put a question among the next ones. Requires: to moderate.", refuses=[Conflict])
    async def queue_question(self, info: Info, form: QueueQuestionInput) -> QuestionPayload:
        """Put a question among the next ones."""
        asked = ActForm(rank=form.rank)
        return await do_action(info, form, Action.QUEUE, asked)

    @mutation(description="Bring a question on a stage. Requires: to be on the staff.", refuses=[Conflict])
    async def start_answering(self, info: Info, form: StartAnsweringInput) -> QuestionPayload:
        """Bring a question on a stage."""
        asked = ActForm(
            stage=form.stage,
            by=profile_key_of(form.by_id),
            holder_resolved=form.resolve_previous,
        )
        return await do_action(info, form, Action.START, asked)

    @mutation(
        description="Take a question off the stage, back to its place. Requires: to be on the staff.",
        refuses=[Conflict],
    )
    async def release_from_stage(self, info: Info, form: ReleaseFromStageInput) -> QuestionPayload:
        """Take a question off the stage, back to its place."""
        return await do_action(info, form, Action.RELEASE)

    @mutation(
        description="Note that a question was answered on stage. Requires: to be on the staff.", refuses=[Conflict]
    )
    async def mark_answered_live(self, info: Info, form: MarkAnsweredLiveInput) -> QuestionPayload:
        """Note that a question was answered on stage."""
        return await do_action(info, form, Action.ANSWER_LIVE)

    @mutation(description="Answer a question in text. Requires: to be on the staff.", refuses=[Conflict])
    async def answer_in_text(self, info: Info, form: AnswerInTextInput) -> QuestionPayload:
        """Answer a question in text."""
        asked = ActForm(text=form.text, is_public=form.is_public)
        return await do_action(info, form, Action.ANSWER_TEXT, asked)

    @mutation(
        description="Bring an answered or dismissed question back, with its votes. Requires: to moderate.",
        refuses=[Conflict],
    )
    async def reopen_question(self, info: Info, form: ReopenQuestionInput) -> QuestionPayload:
        """Bring an answered or dismissed question back, with its votes."""
        return await do_action(info, form, Action.REOPEN)

    @mutation(
        description="Merge a question into another; voters are counted once. Requires: to moderate.", refuses=[Conflict]
    )
    async def merge_question(self, info: Info, form: MergeQuestionInput) -> QuestionPayload:
        """Merge a question into another; voters are counted once."""
        asked = ActForm(into_id=question_id_of(form.into_id))
        return await do_action(info, form, Action.MERGE, asked)

    @mutation(description="Undo a merge exactly. Requires: to moderate.", refuses=[Conflict])
    async def unmerge_question(self, info: Info, form: UnmergeQuestionInput) -> QuestionPayload:
        """Undo a merge exactly."""
        return await do_action(info, form, Action.UNMERGE)

    @mutation(description="Promise to come back to a question. Requires: to be on the staff.", refuses=[Conflict])
    async def follow_up_question(self, info: Info, form: FollowUpQuestionInput) -> QuestionPayload:
        """Promise to come back to a question."""
        asked = ActForm(due_at=form.due_at, owner_id=profile_key_of(form.owner_id), note=form.note)
        return await do_action(info, form, Action.FOLLOW_UP, asked)

    @mutation(description="Label a question. Requires: to moderate.", refuses=[Conflict, LimitReached])
    async def label_question(self, info: Info, form: LabelQuestionInput) -> QuestionPayload:
        """Label a question."""
        asked = ActForm(labels=tuple(form.labels))
        return await do_action(info, form, Action.LABEL, asked)

    @mutation(description="Close a question for good. Requires: host or co-host.", refuses=[Conflict])
    async def archive_question(self, info: Info, form: ArchiveQuestionInput) -> QuestionPayload:
        """Close a question for good."""
        return await do_action(info, form, Action.ARCHIVE)

    @mutation(description="Put an own returned question differently. Requires: to be its author.", refuses=[Conflict])
    async def reword_question(self, info: Info, form: RewordQuestionInput) -> QuestionPayload:
        """Put an own returned question differently."""
        asked = ActForm(text=form.text)
        return await do_action(info, form, Action.REWORD, asked)

    @mutation(
        description="Take back a moderator's wording; it goes back to its author. Requires: to be its author.",
        refuses=[Conflict],
    )
    async def undo_question_edit(self, info: Info, form: UndoQuestionEditInput) -> QuestionPayload:
        """Take back a moderator's wording; the question goes back to its author."""
        return await do_action(info, form, Action.UNDO_EDIT)

    @mutation(description="Take an own question back. Requires: to be its author.", refuses=[Conflict])
    async def withdraw_question(self, info: Info, form: WithdrawQuestionInput) -> QuestionPayload:
        """Take an own question back."""
        return await do_action(info, form, Action.WITHDRAW)

    @mutation(description="Take one's name off an own question. Requires: to be its author.", refuses=[Conflict])
    async def remove_my_name(self, info: Info, form: RemoveMyNameInput) -> QuestionPayload:
        """Take one's name off an own question."""
        return await do_action(info, form, Action.REMOVE_NAME)
