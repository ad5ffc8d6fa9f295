import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLocation, useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { BlockPerson, Person, SendRequest, WhyPerson } from '../api/gen/documents'
import type { MentoringFormat, PersonQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Failed, Field, Loading, Refusal, Title, formValues } from '../ui/parts'
import { PersonCard } from '../ui/person-card'
import { spokenLanguage } from '../ui/when'
import { ViewerContext } from '../viewer'
import { useWords } from '../words'

type Shown = NonNullable<PersonQuery['profile']>

export default function PersonPage(): JSX.Element {
  const words = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { me } = ViewerContext.use()
  const { data, failure, again } = useAnswer(Person, { id })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  const person = data.profile
  if (person === null) return <Title>{words.notFound}</Title>
  const isOther = me !== null && person.relation !== 'SELF'
  return (
    <div class="stack">
      <Title>{person.name}</Title>
      <PersonCard person={person}>
        {person.bio !== null && <p>{person.bio}</p>}
        <Languages person={person} />
      </PersonCard>
      {isOther && <Why id={person.id} />}
      {isOther && <Ask person={person} />}
      {isOther && <Block id={person.id} />}
    </div>
  )
}

function Languages({ person }: { person: Shown }): JSX.Element | null {
  const { person: words } = useWords()
  if (person.languages.length === 0) return null
  const spoken = person.languages.map(({ code }) => spokenLanguage(code, document.documentElement.lang))
  return (
    <p class="small">
      <span class="soft">{words.languages}</span> {spoken.join(', ')}
    </p>
  )
}

function Why({ id }: { id: string }): JSX.Element | null {
  const { person } = useWords()
  const { data } = useAnswer(WhyPerson, { id })
  if (data === undefined) return null
  const { explainMatch: why, whyNot } = data
  return (
    <section class="card" aria-label={person.why}>
      <h2>{whyNot.isAvailable ? person.why : person.whyNot}</h2>
      {whyNot.isAvailable ? (
        <ul class="stack">
          {why.parts
            .filter((part) => part.side === 'LEARNER' && part.share > 0)
            .map((part) => (
              <li key={part.name}>
                <span class="small">
                  {part.name.toLowerCase()} {Math.round(part.share * 100)} %
                </span>
                <div class="bar" aria-hidden="true">
                  <i style={{ inlineSize: `${String(Math.round(part.share * 100))}%` }} />
                </div>
              </li>
            ))}
        </ul>
      ) : (
        <p>{whyNot.message}</p>
      )}
    </section>
  )
}

function Ask({ person }: { person: Shown }): JSX.Element {
  const words = useWords()
  const { act, isBusy, refused } = useAct(SendRequest)
  const [format, setFormat] = useState<MentoringFormat>('LONG_ARC')
  const [isSent, setSent] = useState(false)
  // One key a form: a second press, or a retry over a bad line, asks once.
  const [idempotencyKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const { goal = '', message = '', minutes = '60' } = formValues(event)
    const skillIds = person.skills.filter((skill) => skill.direction === 'OFFERED').map(({ skill }) => skill.id)
    const content = {
      goal,
      message,
      minutesNeeded: Number(minutes),
      format,
      siblings: 'KEEP' as const,
      skillIds: skillIds.slice(0, 3),
      aspect: null,
    }
    if ((await act({ input: { receiverId: person.id, asMentor: false, content, idempotencyKey } })) !== undefined) {
      setSent(true)
    }
  }

  if (isSent) {
    return (
      <p class="note" role="status">
        {words.person.sent}
      </p>
    )
  }
  return (
    <form class="card" onSubmit={(event) => void submit(event)} aria-label={words.person.ask}>
      <h2>{words.person.ask}</h2>
      <Refusal refused={refused} />
      <Field label={words.person.goal} name="goal" required wrong={refused?.fields['content.goal']} />
      <Field label={words.person.message} name="message" lines={4} required wrong={refused?.fields['content.message']} />
      <Field
        label={words.person.minutes}
        name="minutes"
        type="number"
        value={60}
        required
        wrong={refused?.fields['content.minutesNeeded']}
      />
      <Choice label={words.person.format} value={format} choices={words.formats} onChange={setFormat} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.send}
        </button>
      </div>
    </form>
  )
}

function Block({ id }: { id: string }): JSX.Element {
  const { person } = useWords()
  const { act, isBusy, refused } = useAct(BlockPerson)
  const [, go] = useLocation()
  return (
    <details class="card">
      <summary>{person.block}</summary>
      <p class="small">{person.blockHint}</p>
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          class="alarm"
          disabled={isBusy}
          onClick={() =>
            void act({ id }).then((done) => {
              if (done !== undefined) go('/people')
            })
          }
        >
          {person.block}
        </button>
      </div>
    </details>
  )
}
