import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { AskedQuestions, VoteFor } from '../api/gen/documents'
import type { AskedQuestionFragment, QuestionSort, WebinarCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { LineNote } from '../rooms/live'
import { Safety } from '../safety/safety'
import { Choice, Empty, Failed, Loading, Refusal } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useWords } from '../words'
import type { Words } from '../words/en'
import { authorOf } from './author'
import { topicOf, useNews } from './use-news'

type Offered = keyof Words['webinars']['sorts']

export function Questions({ webinar }: { webinar: WebinarCardFragment }): JSX.Element {
  const { webinars } = useWords()
  const [sort, setSort] = useState<Offered>('FAIR')
  const variables: { webinarId: string; sort: QuestionSort } = { webinarId: webinar.id, sort }
  const { data, failure, again } = useAnswer(AskedQuestions, variables)
  useNews(topicOf(webinar), again)
  const asked = data?.webinarQuestions.edges.map(({ node }) => node)
  return (
    <section class="stack" aria-label={webinars.questions}>
      <h2>{webinars.questions}</h2>
      <LineNote />
      <Choice<Offered> label={webinars.sort} value={sort} choices={webinars.sorts} onChange={setSort} />
      {asked === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : asked.length === 0 ? (
        <Empty>{webinars.noQuestions}</Empty>
      ) : (
        <ol class="stack" aria-live="polite">
          {asked.map((question) => (
            <li key={question.id}>
              <Question question={question} again={again} />
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

interface QuestionProps {
  readonly question: AskedQuestionFragment
  readonly again: () => void
}

function Question({ question, again }: QuestionProps): JSX.Element {
  const { webinars, room } = useWords()
  const { me } = ViewerContext.use()
  const voting = useAct(VoteFor)
  return (
    <article class="card">
      <p>{question.text}</p>
      <div class="row spread">
        <span class="soft small">
          {authorOf(question, room.somebody)}{' '}
          {question.state === 'ANSWERING' && <span class="chip warm">{webinars.answering}</span>}
          {question.state === 'ANSWERED' && <span class="chip">{webinars.answered}</span>}
          {question.mergedIntoId !== null && <span class="chip">{webinars.merged}</span>}
          {question.labels.map((label) => (
            <span key={label} class="chip">
              {label}
            </span>
          ))}
        </span>
        <button
          type="button"
          aria-pressed={question.voted}
          aria-disabled={question.voted}
          disabled={question.state !== 'LIVE'}
          onClick={() => {
            if (question.voted || voting.isBusy) return
            void voting.act({ input: { questionId: question.id, idempotencyKey: null } }).then(again)
          }}
        >
          <span aria-hidden="true">▲</span> {webinars.vote(question.votes)}
        </button>
      </div>
      <Refusal refused={voting.refused} />
      {question.answers
        .filter(({ text }) => text !== '')
        .map(({ text }) => (
          <p key={text} class="note">
            {text}
          </p>
        ))}
      {me !== null && (
        <Safety subjectId={question.id} profileId={question.author.profile?.id ?? null} name={question.text} />
      )}
    </article>
  )
}
