/** A request to somebody, from a suggestion or from their page. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { SendRequest } from '../api/gen/documents'
import type { MatchSide, MentoringFormat, PersonCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { matchingWords } from '../words/matching'

const LONG_MINUTES = 60
const SHORT_MINUTES = 30
const SKILLS_SHOWN = 10
const CHOSEN_AT_FIRST = 3

interface AskFormProps {
  readonly person: PersonCardFragment
  /** The seat the viewer takes. */
  readonly side: MatchSide
  readonly format: MentoringFormat
}

export function AskForm({ person, side, format }: AskFormProps): JSX.Element {
  const words = useWords()
  const more = useMore(matchingWords)
  const { act, isBusy, refused } = useAct(SendRequest)
  const [isSent, setSent] = useState(false)
  // One key a form: a second press, or a retry over a bad line, asks once.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const direction = side === 'LEARNER' ? 'OFFERED' : 'SOUGHT'
  const skills = person.skills.filter((skill) => skill.direction === direction).slice(0, SKILLS_SHOWN)

  async function submit(event: SubmitEvent): Promise<void> {
    const { goal = '', message = '', minutes = '', ...checked } = formValues(event)
    const content = {
      goal,
      message,
      minutesNeeded: Number(minutes),
      format,
      siblings: 'KEEP' as const,
      skillIds: skills.map(({ skill }) => skill.id).filter((id) => checked[id] === 'on'),
      aspect: null,
    }
    const input = { receiverId: person.id, asMentor: side === 'MENTOR', content, idempotencyKey }
    if ((await act({ input })) !== undefined) setSent(true)
  }

  if (isSent) {
    return (
      <p class="note" role="status">
        {more.sent}
      </p>
    )
  }
  const label = side === 'LEARNER' ? more.ask : more.offer
  return (
    <form class="stack" onSubmit={(event) => void submit(event)} aria-label={`${label}: ${person.name}`}>
      <Refusal refused={refused} />
      <Field label={more.goal} hint={more.goalHint} name="goal" required wrong={refused?.fields['goal']} />
      <Field label={more.message} name="message" lines={3} wrong={refused?.fields['message']} />
      <Field
        label={more.minutes}
        name="minutes"
        type="number"
        value={format === 'MICRO' ? SHORT_MINUTES : LONG_MINUTES}
        required
        wrong={refused?.fields['minutesNeeded']}
      />
      {skills.length > 0 && (
        <fieldset>
          <legend>{more.about}</legend>
          <div class="row">
            {skills.map(({ skill }, index) => (
              <label key={skill.id} class="check small">
                <input type="checkbox" name={skill.id} defaultChecked={index < CHOSEN_AT_FIRST} />
                {skill.label}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <div>
        <button class="main" disabled={isBusy}>
          {words.send}
        </button>
      </div>
    </form>
  )
}
