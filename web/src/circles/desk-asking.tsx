/** Who asks for a seat, who waits in line, who was invited and has not answered. */

import type { JSX } from 'preact'

import { AdmitCircleLine, AnswerCircleApplication, RemoveFromCircle } from '../api/gen/documents'
import type { DeskSeatFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { useMore, useWords } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { useCircle } from './circle'
import { seatName } from './seat-name'

interface AskingProps {
  readonly seats: readonly DeskSeatFragment[]
}

export function Asking({ seats }: AskingProps): JSX.Element {
  const words = useMore(circleDeskWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useActs()
  const inState = (state: DeskSeatFragment['state']): DeskSeatFragment[] => seats.filter((seat) => seat.state === state)
  const [applied, line, invited] = [inState('APPLIED'), inState('WAITLISTED'), inState('INVITED')]
  const isNobody = applied.length + line.length + invited.length === 0
  return (
    <section class={applied.length + line.length > 0 ? 'card lit' : 'card'} aria-label={words.asking}>
      <h2>{words.asking}</h2>
      {isNobody ? (
        <p class="soft">{words.noneAsking}</p>
      ) : (
        <ul class="stack">
          {applied.map((seat) => (
            <Asks key={seat.id} seat={seat} told={words.asks} />
          ))}
          {line.map((seat, place) => (
            <Asks key={seat.id} seat={seat} told={words.waits(place + 1)} />
          ))}
          {invited.map((seat) => (
            <Asks key={seat.id} seat={seat} told={words.invited} />
          ))}
        </ul>
      )}
      {line.length > 0 && (
        <div class="stack tight">
          <p class="small soft">{words.letInHint}</p>
          <Refusal refused={refused} />
          <div>
            <button
              type="button"
              disabled={isBusy}
              onClick={() => void act(AdmitCircleLine, { input: { circleId: head.id } })}
            >
              {words.letIn}
            </button>
          </div>
        </div>
      )}
    </section>
  )
}

interface AsksProps {
  readonly seat: DeskSeatFragment
  readonly told: string
}

function Asks({ seat, told }: AsksProps): JSX.Element {
  const words = useMore(circleDeskWords)
  const all = useWords()
  const { act, isBusy, refused } = useActs()
  const name = seatName(seat, all)
  const out = seat.state === 'INVITED' ? words.takeBack : words.out
  const answer = (isYes: boolean): void => void act(AnswerCircleApplication, { input: { seatId: seat.id, isYes } })
  return (
    <li class="stack tight">
      <p>
        {seat.profile === null ? name : <Somebody person={seat.profile} />} <span class="small soft">{told}</span>
      </p>
      {seat.message !== '' && <blockquote class="lines small">{seat.message}</blockquote>}
      <Refusal refused={refused} />
      <div class="row">
        {seat.state === 'APPLIED' ? (
          <>
            <button type="button" class="main" disabled={isBusy} onClick={() => { answer(true) }}>
              {words.yes}
              <span class="hidden">: {name}</span>
            </button>
            <button type="button" disabled={isBusy} onClick={() => { answer(false) }}>
              {words.no}
              <span class="hidden">: {name}</span>
            </button>
          </>
        ) : (
          <button
            type="button"
            class="plain"
            disabled={isBusy}
            onClick={() => void act(RemoveFromCircle, { input: { seatId: seat.id } })}
          >
            {out}
            <span class="hidden">: {name}</span>
          </button>
        )}
      </div>
    </li>
  )
}
