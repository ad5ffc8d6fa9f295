import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { WriteCircleNorms } from '../api/gen/documents'
import type { DeskSeatFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { useCircle } from './circle'
import { seatName } from './seat-name'

/** What holds in a circle, who stands by it, and a new version of it. */
export function DeskNorms({ seats }: { seats: readonly DeskSeatFragment[] }): JSX.Element {
  const words = useMore(circleDeskWords)
  const all = useWords()
  const { head, isOpen } = useCircle()
  const members = seats.filter(({ state, role }) => state === 'SEATED' && role !== 'GUEST')
  return (
    <section class="card" aria-label={words.norms}>
      <h2>{words.norms}</h2>
      {head.norms === null ? (
        <p class="soft">{words.noNorms}</p>
      ) : (
        <ul class="stack tight">
          {members.map((seat) => (
            <li key={seat.id} class="row spread">
              {seatName(seat, all)}{' '}
              <span class={seat.isAgreed ? 'chip' : 'chip warm'}>{seat.isAgreed ? words.stands : words.standsNot}</span>
            </li>
          ))}
        </ul>
      )}
      {isOpen && <Write />}
    </section>
  )
}

function Write(): JSX.Element {
  const words = useMore(circleDeskWords)
  const { save, saved } = useWords()
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(WriteCircleNorms)
  const [isDone, setDone] = useState(false)
  return (
    <details>
      <summary class="small">{words.writeNorms}</summary>
      <form
        key={head.norms?.number}
        class="stack"
        aria-label={words.writeNorms}
        onSubmit={(event) => {
          const { text = '' } = formValues(event)
          void act({ input: { circleId: head.id, text } }).then((done) => {
            setDone(done !== undefined)
          })
        }}
      >
        <Field
          label={words.norms}
          hint={words.normsHint}
          name="text"
          lines={5}
          required
          value={head.norms?.text ?? ''}
          wrong={refused?.fields['text']}
        />
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy}>{save}</button>
        </div>
      </form>
      <p role="status">{isDone && saved}</p>
    </details>
  )
}
