import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import { AnswerCircleMeeting } from '../api/gen/documents'
import type { CircleMeetingCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleLineWords } from '../words/circle-line'
import { meetingPath } from './circle'
import { seatName } from './seat-name'

interface MeetingLineProps {
  readonly circleId: string
  readonly meeting: CircleMeetingCardFragment
}

/** A meeting to come or under way, with one's own answer. */
export function MeetingLine({ circleId, meeting }: MeetingLineProps): JSX.Element {
  const words = useMore(circleLineWords)
  const all = useWords()
  const { facilitator, state, coming, waiting } = meeting
  const told = [
    when(meeting.startsAt, all.language),
    words.minutes(meeting.minutes),
    facilitator !== null && words.leads(seatName(facilitator, all)),
    state === 'PLANNED' && words.coming(coming),
    waiting > 0 && words.waiting(waiting),
  ]
  return (
    <li class="line">
      <div>
        <Link href={meetingPath(circleId, meeting.id)}>{meeting.title}</Link>{' '}
        {state === 'LIVE' && <span class="chip warm">{words.live}</span>}
        <p class="small soft">{told.filter(Boolean).join(', ')}</p>
      </div>
      {state === 'LIVE' ? (
        <Link class="button main" href={meetingPath(circleId, meeting.id)}>
          {words.goIn}
        </Link>
      ) : (
        state === 'PLANNED' && <Coming meeting={meeting} />
      )}
    </li>
  )
}

export function Coming({ meeting }: { meeting: CircleMeetingCardFragment }): JSX.Element {
  const words = useMore(circleLineWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useAct(AnswerCircleMeeting)
  const isComing = meeting.myAnswer === 'COMING' || meeting.myAnswer === 'WAITING'
  return (
    <div class="row">
      <button
        type="button"
        aria-pressed={isComing}
        disabled={isBusy}
        onClick={() => void act({ input: { meetingId: meeting.id, isYes: !isComing } })}
      >
        {words.come}
        <span class="hidden">, {when(meeting.startsAt, language)}</span>
      </button>
      <span class="small soft" role="status">
        {meeting.myAnswer === 'WAITING' && words.inLineFor}
      </span>
      <Refusal refused={refused} />
    </div>
  )
}
