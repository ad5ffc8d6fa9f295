/** Whether one comes, and that one is there. */

import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import { AnswerGathering, CheckInToGathering } from '../api/gen/documents'
import type { GatheringAnswerState, GatheringRsvp, OneGatheringFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { gatheringWords } from '../words/gatherings'

const SAID: Readonly<Record<GatheringAnswerState, GatheringRsvp | undefined>> = {
  GOING: 'YES',
  WAITING: 'YES',
  MAYBE: 'MAYBE',
  NOT_GOING: 'NO',
  GONE: undefined,
}

interface Props {
  readonly gathering: OneGatheringFragment
}

export function Coming({ gathering }: Props): JSX.Element {
  const words = useMore(gatheringWords)
  const { nav } = useWords()
  const { act, isBusy, refused } = useAct(AnswerGathering)
  const { going, cap, waiting, maybe, myAnswer, placeInLine } = gathering
  const isFull = going >= cap && myAnswer?.state !== 'GOING'
  return (
    <section class="card" aria-label={words.doYouCome}>
      <h2>{words.doYouCome}</h2>
      <p class="small soft">
        {[words.going(going, cap), waiting > 0 && words.waiting(waiting), maybe > 0 && words.maybe(maybe)].filter(Boolean).join(', ')}
      </p>
      <div class="row">
        {(['YES', 'MAYBE', 'NO'] as const).map((rsvp) => (
          <button
            key={rsvp}
            type="button"
            class={rsvp === 'YES' && myAnswer === null ? 'main' : undefined}
            aria-pressed={myAnswer !== null && SAID[myAnswer.state] === rsvp}
            disabled={isBusy}
            onClick={() => void act({ input: { gatheringId: gathering.id, rsvp } })}
          >
            {rsvp === 'YES' && isFull ? words.queue : words.rsvp[rsvp]}
          </button>
        ))}
      </div>
      <Refusal refused={refused} />
      <p role="status">
        {placeInLine !== null ? words.inLine(placeInLine) : myAnswer === null ? '' : words.mineState[myAnswer.state]}
      </p>
      {myAnswer?.state === 'GOING' && (
        <p class="small soft">
          {words.calendar} <Link href="/settings">{nav.settings}</Link>.
        </p>
      )}
    </section>
  )
}

export function CheckIn({ gathering }: Props): JSX.Element {
  const words = useMore(gatheringWords)
  const { act, isBusy, refused } = useAct(CheckInToGathering)
  return (
    <section class="card" aria-label={words.here}>
      <h2>{words.here}</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          const { code = '' } = formValues(event)
          void act({ input: { gatheringId: gathering.id, checkInCode: code } })
        }}
      >
        <Field label={words.code} hint={words.hereHint} name="code" required wrong={refused?.fields['code']} />
        <Refusal refused={refused} />
        <div>
          <button class="main" disabled={isBusy}>
            {words.checkIn}
          </button>
        </div>
      </form>
    </section>
  )
}
