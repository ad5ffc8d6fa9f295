/** Writing the next version of an agreement, from the newest one. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { WriteAgreement } from '../api/gen/documents'
import type { AgreementConfidentiality, MeetingChannel, MentoringFormat, TermsFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { paperWords } from '../words/papers'
import { useTie } from './tie'

const USUAL = { meetEveryDays: 14, meetingMinutes: 60, answerWithinHours: 48 } as const
const NUMBERS = ['meetEveryDays', 'meetingMinutes', 'answerWithinHours'] as const

interface AgreementFormProps {
  readonly newest: TermsFragment | undefined
  readonly written: () => void
}

export default function AgreementForm({ newest, written }: AgreementFormProps): JSX.Element {
  const words = useMore(paperWords)
  const { formats } = useWords()
  const { head } = useTie()
  const { act, isBusy, refused } = useAct(WriteAgreement)
  const [format, setFormat] = useState<MentoringFormat>(newest?.format ?? head.format)
  const [channel, setChannel] = useState<MeetingChannel>(newest?.channel ?? 'ROOM')
  const [confidentiality, setDiscretion] = useState<AgreementConfidentiality>(newest?.confidentiality ?? 'BETWEEN_US')
  const [idempotencyKey] = useState(() => crypto.randomUUID())

  function submit(event: SubmitEvent): void {
    const { purpose = '', mentorRole = '', menteeRole = '', limit = '', boundaries = '', ending = '', ...given } = formValues(event)
    const [meetEveryDays, meetingMinutes, answerWithinHours] = NUMBERS.map((name) => Number(given[name])) as [number, number, number]
    const said = { purpose, mentorRole, menteeRole, confidentialityLimit: limit, boundaries, ending }
    const chosen = { format, channel, confidentiality, meetEveryDays, meetingMinutes, answerWithinHours }
    const input = { mentorshipId: head.id, ...said, ...chosen, expectedVersion: newest?.number ?? 0, idempotencyKey }
    void act({ input }).then((payload) => {
      if (payload !== undefined) written()
    })
  }

  const { clauses } = words
  const wrong = refused?.fields ?? {}
  return (
    <form class="card" aria-label={newest === undefined ? words.draft : words.newVersion} onSubmit={submit}>
      <Field label={clauses.purpose} name="purpose" lines={2} required value={newest?.purpose ?? head.goal} wrong={wrong['purpose']} />
      <div class="columns">
        <Field label={clauses.mentorRole} name="mentorRole" lines={3} value={newest?.mentorRole ?? ''} wrong={wrong['mentorRole']} />
        <Field label={clauses.menteeRole} name="menteeRole" lines={3} value={newest?.menteeRole ?? ''} wrong={wrong['menteeRole']} />
        {NUMBERS.map((name) => (
          <Field
            key={name}
            label={clauses[name]}
            name={name}
            type="number"
            required
            value={newest?.[name] ?? USUAL[name]}
            wrong={wrong[name]}
          />
        ))}
        <Choice label={clauses.format} value={format} choices={formats} onChange={setFormat} />
        <Choice label={clauses.channel} value={channel} choices={words.channels} onChange={setChannel} />
        <Choice label={clauses.confidentiality} value={confidentiality} choices={words.discretion} onChange={setDiscretion} />
      </div>
      <Field
        label={clauses.confidentialityLimit}
        name="limit"
        required
        lines={2}
        value={newest?.confidentialityLimit ?? words.limit}
        wrong={wrong['confidentialityLimit']}
      />
      <Field label={clauses.boundaries} name="boundaries" lines={2} value={newest?.boundaries ?? ''} wrong={wrong['boundaries']} />
      <Field label={clauses.ending} name="ending" lines={2} value={newest?.ending ?? ''} wrong={wrong['ending']} />
      <Refusal refused={refused} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.write}
        </button>
        <span class="small soft">{words.signHint}</span>
      </div>
    </form>
  )
}
