/** What the desk shows where: on stage, queued, open, merged into another. */

import type { QuestionState } from '../api/gen/types'

interface Placed {
  readonly state: QuestionState
  readonly queueRank: number | null
  readonly votes: number
}

interface Places<Question> {
  readonly now: Question[]
  readonly next: Question[]
  readonly open: Question[]
  readonly merged: Question[]
}

export function onStage<Question extends Placed>(questions: readonly Question[]): Places<Question> {
  const live = questions.filter(({ state }) => state === 'LIVE')
  return {
    now: questions.filter(({ state }) => state === 'ANSWERING'),
    next: live
      .filter(({ queueRank }) => queueRank !== null)
      .sort((one, other) => (one.queueRank ?? 0) - (other.queueRank ?? 0)),
    open: live.filter(({ queueRank }) => queueRank === null).sort((one, other) => other.votes - one.votes),
    merged: questions.filter(({ state }) => state === 'MERGED'),
  }
}
