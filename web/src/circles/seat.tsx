/** One's own seat: a pause from it, and leaving it. */

import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

import { PauseCircleSeat } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal, formValues } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleSeatWords } from '../words/circle-seat'
import { useCircle } from './circle'
import { Leave } from './leave'

export default function Seat(): JSX.Element {
  return (
    <div class="stack">
      <Pause />
      <Leave />
    </div>
  )
}

/** Also where somebody says that they are not well: a pause may be what helps. */
export function Pause(): JSX.Element | null {
  const words = useMore(circleSeatWords)
  const { language } = useWords()
  const { head, isOpen } = useCircle()
  const { act, isBusy, refused } = useAct(PauseCircleSeat)
  const hint = useId()
  const until = head.mySeat?.pausedUntil ?? null
  const pause = (to: string | null): void => void act({ input: { circleId: head.id, until: to } })
  if (!isOpen) return null
  if (until !== null && Date.parse(until) > Date.now()) {
    return (
      <div class="stack tight">
        <p role="status">{words.pausedUntil(day(until, language))}</p>
        <Refusal refused={refused} />
        <div>
          <button type="button" disabled={isBusy} onClick={() => { pause(null) }}>
            {words.back}
          </button>
        </div>
      </div>
    )
  }
  return (
    <form
      class="stack tight"
      aria-label={words.pause}
      onSubmit={(event) => {
        const { until: chosen = '' } = formValues(event)
        pause(new Date(`${chosen}T00:00`).toISOString())
      }}
    >
      <label class="field">
        {words.pauseUntil}
        <input type="date" name="until" required aria-describedby={hint} aria-invalid={refused !== undefined} />
        <span id={hint} class="small soft">
          {refused?.fields['until'] ?? words.pauseHint}
        </span>
      </label>
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy}>{words.pause}</button>
      </div>
    </form>
  )
}
