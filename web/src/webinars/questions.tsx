import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { AskedQuestions, MarkAnswered, StartAnswering, VoteFor } from '../api/gen/documents'
import type { AskedQuestionFragment, QuestionSort, WebinarCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { LineNote } from '../rooms/live'
import { Choice, Empty, Failed, Loading, Refusal } from '../ui/parts'
import { useWords } from '../words'
import type { Words } from '../words/en'
import { useNews } from './use-news'

type Offered = keyof Words['webinars']['sorts']

interface QuestionsProps {
  readonly webinar: WebinarCardFragment
  readonly isStaff: boolean
}

export function Questions({ webinar, isStaff }: QuestionsProps): JSX.Element {
  const { webinars } = useWords()
  const [sort, setSort] = useState<Offered>('FAIR')
  const variables: { webinarId: string; sort: QuestionSort } = { webinarId: webinar.id, sort }
  const { data, failure, again } = useAnswer(AskedQuestions, variables)
  useNews(webinar.topic, again)
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
              <Question question={question} stage={webinar.stages[0] ?? 'main'} isStaff={isStaff} again={again} />
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

interface QuestionProps {
  readonly question: AskedQuestionFragment
  readonly stage: string
  readonly isStaff: boolean
  readonly again: () => void
}

function Question({ question, stage, isStaff, again }: QuestionProps): JSX.Element {
  const { webinars, room } = useWords()
  const voting = useAct(VoteFor)
  return (
    <article class="card">
      <p>{question.text}</p>
      <div class="row spread">
        <span class="soft small">
          {question.author.profile?.name ?? question.author.pseudonym ?? room.somebody}{' '}
          {question.state === 'ANSWERING' && <span class="chip warm">{webinars.answering}</span>}
          {question.state === 'ANSWERED' && <span class="chip">{webinars.answered}</span>}
        </span>
        <button
          type="button"
          aria-pressed={question.voted}
          disabled={question.state !== 'LIVE' || question.voted || voting.isBusy}
          onClick={() => void voting.act({ input: { questionId: question.id, idempotencyKey: null } }).then(again)}
        >
          <span aria-hidden="true">▲</span> {webinars.vote(question.votes)}
        </button>
      </div>
      <Refusal refused={voting.refused} />
      {question.answers.map((answer, index) => (
        <p key={index} class="note">
          {answer.text}
        </p>
      ))}
      {isStaff && <OnStage question={question} stage={stage} again={again} />}
    </article>
  )
}

function OnStage({ question, stage, again }: Omit<QuestionProps, 'isStaff'>): JSX.Element | null {
  const { webinars } = useWords()
  const starting = useAct(StartAnswering)
  const answered = useAct(MarkAnswered)
  const asked = { questionId: question.id, expectedVersion: question.version }
  if (question.state !== 'LIVE' && question.state !== 'ANSWERING') return null
  return (
    <div class="row">
      <Refusal refused={starting.refused ?? answered.refused} />
      {question.state === 'LIVE' && (
        <button
          type="button"
          onClick={() => void starting.act({ input: { ...asked, stage, resolvePrevious: true } }).then(again)}
        >
          {webinars.answerNow}
        </button>
      )}
      <button type="button" onClick={() => void answered.act({ input: asked }).then(again)}>
        {webinars.answeredLive}
      </button>
    </div>
  )
}
