/** What one asked oneself: where each stands, what came back to be put differently, and how to take one back. */

import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { MyQuestions, RewordQuestion, UndoQuestionEdit, WithdrawQuestion } from '../api/gen/documents'
import type { MyQuestionFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { thing } from '../ui/thing'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { stageWords } from '../words/stage'
import { useNews } from './use-news'

const OPEN: readonly MyQuestionFragment['state'][] = ['PENDING', 'RETURNED', 'LIVE']

export default function Mine({ webinarId }: { webinarId: string }): JSX.Element | null {
  const words = useMore(stageWords)
  const { me } = ViewerContext.use()
  const { data, again } = useAnswer(MyQuestions, { webinarId })
  useNews(me === null ? undefined : `user:${me.liveKey}`, again)
  const asked = data?.myQuestions.edges ?? []
  if (asked.length === 0) return null
  return (
    <section class="card" aria-label={words.own}>
      <h2>{words.own}</h2>
      <ul class="stack" aria-live="polite">
        {asked.map(({ node }) => (
          <li key={node.id}>
            <Own question={node} again={again} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface OwnProps {
  readonly question: MyQuestionFragment
  readonly again: () => void
}

function Own({ question, again }: OwnProps): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  const input = { questionId: question.id, expectedVersion: question.version }
  return (
    <div class="stack tight" {...thing(question.id)}>
      <p>
        {question.text} <span class="chip">{words.questionStates[question.state]}</span>
      </p>
      {question.dismissReason !== null && <p class="small">{words.reasons[question.dismissReason]}</p>}
      {question.note !== '' && <p class="note">{question.note}</p>}
      {question.isEdited && <p class="small soft">{words.reworded(question.originalText)}</p>}
      <Refusal refused={refused} />
      {question.state === 'RETURNED' && (
        <form
          class="stack"
          onSubmit={(event) => {
            const { text = '' } = formValues(event)
            void act(RewordQuestion, { input: { ...input, text } }).then(again)
          }}
        >
          <Field label={words.putDifferently} name="text" lines={2} value={question.text} required wrong={refused?.fields['text']} />
          <div>
            <button class="main" disabled={isBusy}>
              {words.askAgain}
            </button>
          </div>
        </form>
      )}
      <div class="row">
        {question.isEdited && (
          <button type="button" disabled={isBusy} onClick={() => void act(UndoQuestionEdit, { input }).then(again)}>
            {words.myWording}
            <span class="hidden">, {question.text}</span>
          </button>
        )}
        {OPEN.includes(question.state) && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => void act(WithdrawQuestion, { input }).then(again)}>
            {words.takeBack}
            <span class="hidden">, {question.text}</span>
          </button>
        )}
      </div>
    </div>
  )
}
