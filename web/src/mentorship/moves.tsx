/** Pause, go on, close, end: each says what it does before it does it. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { EndMentorship, PauseMentorship, ResumeMentorship, StartClosing } from '../api/gen/documents'
import type { EndReason, PauseReason } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { roadWords } from '../words/road'
import { useTie } from './tie'
import { instantOf, wallOf } from './zones'

interface Done {
  readonly done: () => void
}

export function Pausing({ done }: Done): JSX.Element {
  const words = useMore(roadWords)
  const { head, me } = useTie()
  const { act, isBusy, refused } = useAct(PauseMentorship)
  const [reason, setReason] = useState<PauseReason>('GIG')
  const zone = me.profile.timeZone
  return (
    <section class="card" aria-label={words.pause}>
      <h2>{words.pause}</h2>
      <p class="small soft">{words.pauseHint}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          const { until = '' } = formValues(event)
          const at = instantOf(`${until}T23:59`, zone) ?? ''
          void act({ input: { mentorshipId: head.id, reason, until: at, expectedVersion: head.version } }).then(done)
        }}
      >
        <div class="columns">
          <label class="field">
            {words.pauseUntil}
            <input type="date" name="until" required min={wallOf(new Date().toISOString(), zone).slice(0, 10)} />
          </label>
          <Choice<PauseReason> label={words.pauseWhy} value={reason} choices={words.pauseReasons} onChange={setReason} />
        </div>
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy}>{words.pause}</button>
        </div>
      </form>
    </section>
  )
}

export function Resuming({ done }: Done): JSX.Element {
  const words = useMore(roadWords)
  const { head } = useTie()
  const { act, isBusy, refused } = useAct(ResumeMentorship)
  return (
    <section class="card" aria-label={words.resume}>
      <h2>{words.resume}</h2>
      <p class="small soft">{words.resumeHint}</p>
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          class="main"
          disabled={isBusy}
          onClick={() => void act({ input: { mentorshipId: head.id, expectedVersion: head.version } }).then(done)}
        >
          {words.resume}
        </button>
      </div>
    </section>
  )
}

export function Closing({ done }: Done): JSX.Element {
  const words = useMore(roadWords)
  const { head } = useTie()
  const { act, isBusy, refused } = useAct(StartClosing)
  return (
    <section class="card" aria-label={words.close}>
      <h2>{words.close}</h2>
      <p class="small soft">{words.closeHint}</p>
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => void act({ input: { mentorshipId: head.id, expectedVersion: head.version } }).then(done)}
        >
          {words.closeNow}
        </button>
      </div>
    </section>
  )
}

type Why = EndReason | 'NONE'

export function Ending({ done }: Done): JSX.Element {
  const words = useMore(roadWords)
  const { head } = useTie()
  const { act, isBusy, refused } = useAct(EndMentorship)
  const [why, setWhy] = useState<Why>('NONE')
  return (
    <details class="card">
      <summary>{words.end}</summary>
      <form
        class="stack"
        aria-label={words.end}
        onSubmit={(event) => {
          event.preventDefault()
          const reason = why === 'NONE' ? null : why
          void act({ input: { mentorshipId: head.id, reason, expectedVersion: head.version } }).then(done)
        }}
      >
        <p class="small soft">{words.endHint}</p>
        <Choice<Why> label={words.endReason} value={why} choices={words.endReasons} onChange={setWhy} />
        <Refusal refused={refused} />
        <div>
          <button class="alarm" disabled={isBusy}>
            {words.sure}
          </button>
        </div>
      </form>
    </details>
  )
}
