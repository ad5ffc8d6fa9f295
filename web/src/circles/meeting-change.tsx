/** For who leads a meeting: give it another time, call it off, or say that it did not happen. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { MoveCircleMeeting, PutAwayCircleMeeting } from '../api/gen/documents'
import type { CircleMeetingEnd, CircleMeetingWholeFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal, formValues } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { circleMeetingWords } from '../words/circle-meetings'
import { useCircle } from './circle'
import { MeetingFields, meetingIn } from './meeting-form'

interface Props {
  readonly meeting: CircleMeetingWholeFragment
}

export default function Change({ meeting }: Props): JSX.Element | null {
  const words = useMore(circleMeetingWords)
  const { isLed, isOpen } = useCircle()
  const { state, startsAt, mayFacilitate } = meeting
  if (!isOpen || !mayFacilitate) return null
  const isPast = Date.parse(startsAt) < Date.now()
  return (
    <>
      {isLed && state === 'PLANNED' && <Move meeting={meeting} />}
      {state === 'PLANNED' && (
        <PutAway meeting={meeting} end="CANCEL" label={words.off} hint={words.offHint} sure={words.offSure} />
      )}
      {isPast && (state === 'PLANNED' || state === 'HELD') && (
        <PutAway meeting={meeting} end="DID_NOT_HAPPEN" label={words.missed} hint={words.missedHint} sure={words.missedSure} />
      )}
    </>
  )
}

function Move({ meeting }: Props): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { me } = ViewerContext.use()
  const zone = me?.profile.timeZone ?? 'UTC'
  const { act, isBusy, refused } = useAct(MoveCircleMeeting)
  const [isDone, setDone] = useState(false)
  return (
    <details class="card">
      <summary>{words.change}</summary>
      <form
        key={[meeting.title, meeting.startsAt, meeting.minutes, meeting.cap, meeting.turnSeconds].join()}
        class="stack"
        aria-label={words.change}
        onSubmit={(event) => {
          const said = meetingIn(formValues(event), zone)
          if (said === undefined) return
          // No version is expected: each answer of a member makes another one, which is no reason to refuse this.
          void act({ input: { meetingId: meeting.id, ...said } }).then((done) => {
            setDone(done !== undefined)
          })
        }}
      >
        <MeetingFields now={meeting} zone={zone} wrong={refused?.fields ?? {}} />
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy}>{words.change}</button>
        </div>
      </form>
      <p role="status">{isDone && words.changed}</p>
    </details>
  )
}

interface PutAwayProps extends Props {
  readonly end: CircleMeetingEnd
  readonly label: string
  readonly hint: string
  readonly sure: string
}

function PutAway({ meeting, end, label, hint, sure }: PutAwayProps): JSX.Element {
  const { act, isBusy, refused } = useAct(PutAwayCircleMeeting)
  return (
    <details class="card">
      <summary>{label}</summary>
      <div class="stack">
        <p class="small soft">{hint}</p>
        <Refusal refused={refused} />
        <div>
          <button
            type="button"
            class="alarm"
            disabled={isBusy}
            onClick={() => void act({ input: { meetingId: meeting.id, end } })}
          >
            {sure}
          </button>
        </div>
      </div>
    </details>
  )
}
