/** What only staff see: questions that wait for somebody to look at them. By mouse, or by keys on the list. */

import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import {
  ApproveQuestion,
  ClaimQuestion,
  DismissQuestion,
  MergeQuestion,
  QuestionsToReview,
  ReleaseClaim,
  ReturnQuestion,
} from '../api/gen/documents'
import type { DismissReason, StaffQuestionPartsFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Dialog } from '../ui/dialog'
import { Choice, Failed, Field, Loading, Refusal, formValues } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { stageWords } from '../words/stage'
import { KEYS, deedOf } from './keys'
import { authorOf } from './author'
import { Merge } from './merge'
import { useNews } from './use-news'

interface ReviewProps {
  readonly webinarId: string
  readonly staffTopic: string
  /** What a question can be merged into. */
  readonly shown: readonly StaffQuestionPartsFragment[]
}

export function Review({ webinarId, staffTopic, shown }: ReviewProps): JSX.Element {
  const words = useMore(stageWords)
  const { data, failure, again } = useAnswer(QuestionsToReview, { webinarId })
  useNews(staffTopic, again)
  const list = useRef<HTMLOListElement>(null)
  const [isHelp, setHelp] = useState(false)
  const waiting = data?.questionsToReview.edges ?? []
  /** Where in the list a key did what takes a question out of it: the keys go on with the one that moves up. */
  const left = useRef<number>()
  useEffect(() => {
    if (left.current === undefined) return
    const all = list.current?.querySelectorAll<HTMLElement>('[data-question]') ?? []
    all[Math.min(left.current, all.length - 1)]?.focus()
    left.current = undefined
  }, [waiting.length])

  function key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement
    const deed = deedOf(event, /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    if (deed === undefined) return
    event.preventDefault()
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[data-question]') ?? [])]
    const here = target.closest<HTMLElement>('[data-question]')
    const at = here === null ? -1 : all.indexOf(here)
    if (deed === 'help') setHelp(true)
    else if (deed === 'next') all[Math.min(at + 1, all.length - 1)]?.focus()
    else if (deed === 'previous') all[Math.max(at - 1, 0)]?.focus()
    else if (deed === 'merge') here?.querySelector<HTMLElement>('[data-deed="merge"] select')?.focus()
    else {
      if (deed !== 'claim' && at >= 0) left.current = at
      here?.querySelector<HTMLElement>(`[data-deed="${deed}"]`)?.click()
    }
  }

  return (
    <section class="card" aria-label={words.review}>
      <div class="row spread">
        <h2>
          {words.review} ({waiting.length})
        </h2>
        <button
          type="button"
          class="plain"
          onClick={() => {
            setHelp(true)
          }}
        >
          {words.keys} <kbd>?</kbd>
        </button>
      </div>
      {data === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : waiting.length === 0 ? (
        <p class="soft">{words.noReview}</p>
      ) : (
        <ol ref={list} class="stack" onKeyDown={key}>
          {waiting.map(({ node }) => (
            <li key={node.id}>
              <Waiting question={node} shown={shown} again={again} />
            </li>
          ))}
        </ol>
      )}
      <Dialog
        label={words.keys}
        isOpen={isHelp}
        close={() => {
          setHelp(false)
        }}
      >
        <p>{words.keysHint}</p>
        <dl class="pairs">
          {Object.entries(KEYS).map(([letter, deed]) => (
            <div key={letter}>
              <dt>
                <kbd>{letter}</kbd>
              </dt>
              <dd>{words.shortcuts[deed]}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </section>
  )
}

interface WaitingProps {
  readonly question: StaffQuestionPartsFragment
  readonly shown: readonly StaffQuestionPartsFragment[]
  readonly again: () => void
}

function Waiting({ question, shown, again }: WaitingProps): JSX.Element {
  const words = useMore(stageWords)
  const { room } = useWords()
  const { me } = ViewerContext.use()
  const { act, isBusy, refused } = useActs()
  const [text, setText] = useState(question.text)
  const asked = { questionId: question.id, expectedVersion: question.version }
  const isMine = question.reviewer !== null && question.reviewer.liveKey === me?.liveKey
  return (
    <article data-question tabIndex={0} class="stack tight asked" aria-label={question.text}>
      <p>{question.text}</p>
      <p class="small soft">
        {authorOf(question, room.somebody)}{' '}
        {question.reviewer !== null && (
          <span class="chip warm">{isMine ? words.mine : words.theirs(question.reviewer.name)}</span>
        )}{' '}
        {question.screened.length > 0 && (
          <span class="chip">
            {words.screened}: {question.screened.join(', ')}
          </span>
        )}
      </p>
      <Refusal refused={refused} />
      <div class="row">
        <button
          type="button"
          class="main"
          data-deed="approve"
          disabled={isBusy}
          onClick={() => void act(ApproveQuestion, { input: { ...asked, text } }).then(again)}
        >
          {words.approve}
        </button>
        <button
          type="button"
          data-deed="claim"
          disabled={isBusy}
          onClick={() => {
            const input = { questionId: question.id }
            void (isMine ? act(ReleaseClaim, { input }) : act(ClaimQuestion, { input })).then(again)
          }}
        >
          {isMine ? words.release : words.claim}
        </button>
      </div>
      <Rest question={question} shown={shown} again={again} text={text} setText={setText} />
    </article>
  )
}

interface RestProps extends WaitingProps {
  readonly text: string
  readonly setText: (text: string) => void
}

/** What is wanted less often: other words, a no with its reason, back to the author, into another. */
function Rest({ question, shown, again, text, setText }: RestProps): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  const [reason, setReason] = useState<DismissReason>('OFF_TOPIC')
  const asked = { questionId: question.id, expectedVersion: question.version }
  return (
    <>
      <Refusal refused={refused} />
      <div class="row end">
        <Choice<DismissReason> label={words.reason} value={reason} choices={words.reasons} onChange={setReason} />
        <button
          type="button"
          data-deed="dismiss"
          disabled={isBusy}
          onClick={() => void act(DismissQuestion, { input: { ...asked, reason, note: '' } }).then(again)}
        >
          {words.dismiss}
        </button>
      </div>
      {shown.length > 0 && (
        <Merge
          others={shown}
          isBusy={isBusy}
          merge={(intoId) => void act(MergeQuestion, { input: { ...asked, intoId } }).then(again)}
        />
      )}
      <details>
        <summary class="small">{words.wording}</summary>
        <div class="stack">
          <Field label={words.wording} hint={words.wordingHint} name="text" lines={2} value={text} onInput={setText} />
          <form
            class="stack"
            onSubmit={(event) => {
              const { note = '' } = formValues(event)
              void act(ReturnQuestion, { input: { ...asked, note } }).then(again)
            }}
          >
            <Field label={words.backNote} name="note" lines={2} required wrong={refused?.fields['note']} />
            <div>
              <button disabled={isBusy}>{words.giveBack}</button>
            </div>
          </form>
        </div>
      </details>
    </>
  )
}
