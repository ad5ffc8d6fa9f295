/** Now and next, and all that the audience sees, with what staff can do about each. */

import type { JSX } from 'preact'

import {
  HideQuestion,
  HighlightQuestion,
  LabelQuestion,
  MarkAnswered,
  MergeQuestion,
  QueueQuestion,
  ReleaseFromStage,
  StartAnswering,
  UnmergeQuestion,
} from '../api/gen/documents'
import type { StaffQuestionPartsFragment, WebinarCardFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Empty, Refusal } from '../ui/parts'
import { useMore, useWords } from '../words'
import { stageWords } from '../words/stage'
import { authorOf } from './author'
import { Merge } from './merge'
import { onStage } from './order'

interface StageProps {
  readonly webinar: WebinarCardFragment
  readonly questions: readonly StaffQuestionPartsFragment[]
  readonly again: () => void
}

export function Stage({ webinar, questions, again }: StageProps): JSX.Element {
  const words = useMore(stageWords)
  const { webinars } = useWords()
  const { now, next, open, merged } = onStage(questions)
  return (
    <>
      <section class="card lit" aria-label={words.now}>
        <h2>{words.now}</h2>
        {now.length === 0 ? (
          <p class="soft">{words.nobodyNow}</p>
        ) : (
          now.map((question) => <Answering key={question.id} question={question} again={again} />)
        )}
      </section>
      <section class="card" aria-label={words.next}>
        <h2>{words.next}</h2>
        {next.length === 0 ? (
          <p class="soft">{words.noNext}</p>
        ) : (
          <ol class="stack">
            {next.map((question, index) => (
              <li key={question.id}>
                <Queued question={question} before={next[index - 1]} after={next[index + 1]} webinar={webinar} again={again} />
              </li>
            ))}
          </ol>
        )}
      </section>
      <section class="stack" aria-label={webinars.questions}>
        <h2>{webinars.questions}</h2>
        {open.length + merged.length === 0 && <Empty>{webinars.noQuestions}</Empty>}
        <ol class="stack">
          {open.map((question) => (
            <li key={question.id}>
              <Open question={question} webinar={webinar} others={open} places={next.length} again={again} />
            </li>
          ))}
        </ol>
        {merged.map((question) => (
          <Merged key={question.id} question={question} again={again} />
        ))}
      </section>
    </>
  )
}

interface OneProps {
  readonly question: StaffQuestionPartsFragment
  readonly again: () => void
}

function Answering({ question, again }: OneProps): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  const input = { questionId: question.id, expectedVersion: question.version }
  return (
    <article class="stack tight" aria-label={question.text}>
      <p class="large">{question.text}</p>
      <Refusal refused={refused} />
      <div class="row">
        <button type="button" class="main" disabled={isBusy} onClick={() => void act(MarkAnswered, { input }).then(again)}>
          {words.answered}
        </button>
        <button type="button" disabled={isBusy} onClick={() => void act(ReleaseFromStage, { input }).then(again)}>
          {words.putBack}
        </button>
      </div>
    </article>
  )
}

interface QueuedProps extends OneProps {
  readonly webinar: WebinarCardFragment
  readonly before: StaffQuestionPartsFragment | undefined
  readonly after: StaffQuestionPartsFragment | undefined
}

function Queued({ question, webinar, before, after, again }: QueuedProps): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  const input = { questionId: question.id, expectedVersion: question.version }
  /** Two that follow each other change places, also where both have the same rank. */
  async function swap(first: StaffQuestionPartsFragment, second: StaffQuestionPartsFragment): Promise<void> {
    const [low, high] = [first.queueRank ?? 0, second.queueRank ?? 0]
    const places = [
      [second, low],
      [first, Math.max(high, low + 1)],
    ] as const
    for (const [{ id, version }, rank] of places) {
      if ((await act(QueueQuestion, { input: { questionId: id, expectedVersion: version, rank } })) === undefined) break
    }
    again()
  }
  return (
    <article class="stack tight" aria-label={question.text}>
      <p>{question.text}</p>
      <Refusal refused={refused} />
      <div class="row">
        <button
          type="button"
          class="main"
          disabled={isBusy}
          onClick={() =>
            void act(StartAnswering, {
              input: { ...input, stage: webinar.stages[0] ?? '', resolvePrevious: true },
            }).then(again)
          }
        >
          {words.answerNow}
        </button>
        {before !== undefined && (
          <button type="button" disabled={isBusy} onClick={() => void swap(before, question)}>
            {words.up}
          </button>
        )}
        {after !== undefined && (
          <button type="button" disabled={isBusy} onClick={() => void swap(question, after)}>
            {words.down}
          </button>
        )}
        <button
          type="button"
          class="plain"
          disabled={isBusy}
          onClick={() => void act(QueueQuestion, { input: { ...input, rank: null } }).then(again)}
        >
          {words.unqueue}
        </button>
      </div>
    </article>
  )
}

interface OpenProps extends OneProps {
  readonly webinar: WebinarCardFragment
  readonly others: readonly StaffQuestionPartsFragment[]
  readonly places: number
}

function Open({ question, webinar, others, places, again }: OpenProps): JSX.Element {
  const words = useMore(stageWords)
  const { webinars, room } = useWords()
  const { act, isBusy, refused } = useActs()
  const input = { questionId: question.id, expectedVersion: question.version }
  const isLarge = webinar.highlightedId === question.id
  return (
    <article class="card" aria-label={question.text}>
      <p>{question.text}</p>
      <p class="small soft">
        {authorOf(question, room.somebody)} · {webinars.vote(question.votes)}
      </p>
      <Refusal refused={refused} />
      <div class="row">
        <button
          type="button"
          class="main"
          disabled={isBusy}
          onClick={() =>
            void act(StartAnswering, {
              input: { ...input, stage: webinar.stages[0] ?? '', resolvePrevious: true },
            }).then(again)
          }
        >
          {words.answerNow}
        </button>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => void act(QueueQuestion, { input: { ...input, rank: places + 1 } }).then(again)}
        >
          {words.queue}
        </button>
        <button
          type="button"
          aria-pressed={isLarge}
          disabled={isBusy}
          onClick={() =>
            void act(HighlightQuestion, {
              input: { webinarId: webinar.id, questionId: isLarge ? null : question.id },
            }).then(again)
          }
        >
          {isLarge ? words.unhighlight : words.highlight}
        </button>
        <button
          type="button"
          class="plain"
          disabled={isBusy}
          onClick={() => void act(HideQuestion, { input }).then(again)}
        >
          {words.hide}
        </button>
      </div>
      <Sorting question={question} webinar={webinar} others={others} again={again} />
    </article>
  )
}

/** Labels, and making one question of two. */
function Sorting({ question, webinar, others, again }: Omit<OpenProps, 'places'>): JSX.Element | null {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  const input = { questionId: question.id, expectedVersion: question.version }
  const into = others.filter(({ id }) => id !== question.id)
  const toggled = (label: string): string[] =>
    question.labels.includes(label) ? question.labels.filter((each) => each !== label) : [...question.labels, label]
  if (into.length === 0 && webinar.labels.length === 0) return null
  return (
    <>
      <Refusal refused={refused} />
      {webinar.labels.length > 0 && (
        <div class="row" role="group" aria-label={words.labels}>
          {webinar.labels.map((label) => (
            <button
              key={label}
              type="button"
              class="small"
              aria-pressed={question.labels.includes(label)}
              disabled={isBusy}
              onClick={() => void act(LabelQuestion, { input: { ...input, labels: toggled(label) } }).then(again)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      {into.length > 0 && (
        <Merge
          others={into}
          isBusy={isBusy}
          merge={(intoId) => void act(MergeQuestion, { input: { ...input, intoId } }).then(again)}
        />
      )}
    </>
  )
}

function Merged({ question, again }: OneProps): JSX.Element {
  const words = useMore(stageWords)
  const { webinars } = useWords()
  const { act, isBusy, refused } = useActs()
  const input = { questionId: question.id, expectedVersion: question.version }
  return (
    <article class="note row spread" aria-label={question.text}>
      <span>
        {question.text} <span class="chip">{webinars.merged}</span>
      </span>
      <Refusal refused={refused} />
      <button type="button" disabled={isBusy} onClick={() => void act(UnmergeQuestion, { input }).then(again)}>
        {words.unmerge}
      </button>
    </article>
  )
}
