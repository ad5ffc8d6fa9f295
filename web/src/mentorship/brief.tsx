/** What is to be there at the end, and how often the two are asked how it goes. */

import type { JSX } from 'preact'

import { DeliverBrief, SetBrief, SetCadence } from '../api/gen/documents'
import { useActs } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { roadWords } from '../words/road'
import { useTie } from './tie'

export default function Brief({ done }: { done: () => void }): JSX.Element {
  return (
    <>
      <Deliverable done={done} />
      <Cadence done={done} />
    </>
  )
}

function Deliverable({ done }: { done: () => void }): JSX.Element {
  const words = useMore(roadWords)
  const { save, language } = useWords()
  const { head } = useTie()
  const { act, isBusy, refused } = useActs()
  const at = { mentorshipId: head.id, expectedVersion: head.version }
  const brief = head.brief
  return (
    <section class="card" aria-label={words.brief}>
      <h2>{words.brief}</h2>
      {brief?.deliveredAt != null ? (
        <p>
          {brief.deliverable} <span class="soft">{words.deliveredOn(day(brief.deliveredAt, language))}</span>
        </p>
      ) : (
        <form
          class="stack"
          aria-label={words.brief}
          onSubmit={(event) => {
            const { deliverable = '', deliverBy = '' } = formValues(event)
            void act(SetBrief, { input: { ...at, deliverable, deliverBy: deliverBy === '' ? null : deliverBy } }).then(done)
          }}
        >
          <Field
            label={words.deliverable}
            hint={words.briefHint}
            name="deliverable"
            value={brief?.deliverable ?? ''}
            wrong={refused?.fields['deliverable']}
          />
          <label class="field">
            {words.deliverBy}
            <input type="date" name="deliverBy" defaultValue={brief?.deliverBy ?? ''} />
          </label>
          <Refusal refused={refused} />
          <div class="row">
            <button disabled={isBusy}>{save}</button>
            {brief !== null && (
              <button type="button" disabled={isBusy} onClick={() => void act(DeliverBrief, { input: at }).then(done)}>
                {words.delivered}
              </button>
            )}
          </div>
        </form>
      )}
    </section>
  )
}

function Cadence({ done }: { done: () => void }): JSX.Element {
  const words = useMore(roadWords)
  const { save, saved } = useWords()
  const { head } = useTie()
  const { act, isBusy, refused } = useActs()
  return (
    <section class="card" aria-label={words.cadence}>
      <h2>{words.cadence}</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          const { days = '' } = formValues(event)
          const input = { mentorshipId: head.id, cadenceDays: Number(days), expectedVersion: head.version }
          void act(SetCadence, { input }).then(done)
        }}
      >
        <Field
          key={head.cadenceDays}
          label={words.cadenceDays}
          name="days"
          type="number"
          required
          value={head.cadenceDays}
          wrong={refused?.fields['cadenceDays']}
        />
        <Refusal refused={refused} />
        <div class="row">
          <button disabled={isBusy}>{save}</button>
          <span role="status" class="hidden">
            {isBusy ? '' : saved}
          </span>
        </div>
      </form>
    </section>
  )
}
