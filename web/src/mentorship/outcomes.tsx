/** What came of it: at the end, and one and three months after it. Every answer may be left out. */

import type { JSX } from 'preact'

import { AnswerOutcome } from '../api/gen/documents'
import type { OutcomeFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { roadWords } from '../words/road'
import { Taps } from './taps'

const SKILL = ['0', '1', '2', '3', '4'] as const
const CONFIDENCE = ['1', '2', '3', '4', '5'] as const
const FIELDS = ['skillBefore', 'skillAfter', 'confidenceBefore', 'confidenceAfter', 'ties', 'clients'] as const

interface OutcomesProps {
  readonly question: OutcomeFragment
  readonly done: () => void
}

export default function Outcomes({ question, done }: OutcomesProps): JSX.Element {
  const words = useMore(roadWords)
  const { save, me } = useWords()
  const { act, isBusy, refused } = useAct(AnswerOutcome)
  const wrong = refused?.fields ?? {}
  const skills = Object.values(me.levels)

  function submit(event: SubmitEvent): void {
    const given = formValues(event)
    const answers = Object.fromEntries(
      FIELDS.map((field) => [field, given[field] === undefined || given[field] === '' ? null : Number(given[field])]),
    )
    void act({ input: { outcomeId: question.id, expectedVersion: question.version, ...answers } }).then(done)
  }

  const title = `${words.outcome} ${words.moments[question.moment]}`
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <p class="small soft">{words.outcomeHint}</p>
      <p role="status">{question.answeredAt !== null && words.answered}</p>
      <form class="stack" onSubmit={submit}>
        {(['skillBefore', 'skillAfter'] as const).map((field) => (
          <Taps
            key={field}
            legend={words[field]}
            name={field}
            required={false}
            chosen={question[field] === null ? undefined : String(question[field])}
            choices={SKILL.map((value, n) => [value, skills[n] ?? value])}
          />
        ))}
        {(['confidenceBefore', 'confidenceAfter'] as const).map((field) => (
          <Taps
            key={field}
            legend={words[field]}
            name={field}
            required={false}
            chosen={question[field] === null ? undefined : String(question[field])}
            choices={CONFIDENCE.map((value) => [value, value])}
          />
        ))}
        <div class="columns">
          <Field label={words.ties} name="ties" type="number" value={question.ties ?? ''} wrong={wrong['ties']} />
          <Field label={words.clients} name="clients" type="number" value={question.clients ?? ''} wrong={wrong['clients']} />
        </div>
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy}>{save}</button>
        </div>
      </form>
    </section>
  )
}
