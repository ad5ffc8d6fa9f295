/** Meetings whose time is over: what became of them, and what to say when one did not happen. */

import type { JSX } from 'preact'

import { AppealNoShow, ReportNoShow } from '../api/gen/documents'
import type { MeetingPartsFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { thing } from '../ui/thing'
import { useMore, useWords } from '../words'
import { meetingWords } from '../words/meetings'
import { Moment } from './moment'
import { isReportable } from './next'
import { useNow, useTie } from './tie'

interface PastProps {
  readonly meeting: MeetingPartsFragment
  readonly done: () => void
}

export function PastMeeting({ meeting, done }: PastProps): JSX.Element {
  const words = useMore(meetingWords)
  const { room } = useWords()
  const { myId, otherName } = useTie()
  const { act, isBusy, refused } = useActs()
  const now = useNow()
  const mine = meeting.seats.find((seat) => seat.profile?.id === myId)
  const theirs = meeting.seats.find((seat) => seat !== mine)
  const isOpenToReport = isReportable(meeting, now) && theirs !== undefined && theirs.outcome === null
  return (
    <article class="stack tight" {...thing(meeting.id)}>
      <p>
        <Moment at={meeting.startsAt} minutes={meeting.minutes} /> {meeting.title !== '' && <span>{meeting.title} </span>}
        <span class="chip">{words.states[meeting.state]}</span>
      </p>
      {meeting.state === 'CANCELLED' && meeting.cancelReason !== null && (
        <p class="small soft">
          {meeting.cancelReason === 'ENDED' ? words.ended : words.offReasons[meeting.cancelReason]}. {meeting.cancelNote}
        </p>
      )}
      <ul class="small soft">
        {meeting.seats.map(
          (seat) =>
            seat.outcome !== null && (
              <li key={seat.profile?.id}>
                {seat === mine ? words.you : (seat.profile?.name ?? room.somebody)}: {words.outcomes[seat.outcome]}
              </li>
            ),
        )}
      </ul>
      <Refusal refused={refused} />
      {isOpenToReport && (
        <div class="stack tight">
          <p class="small soft">{words.didNotComeHint}</p>
          <div>
            <button type="button" disabled={isBusy} onClick={() => void act(ReportNoShow, { id: meeting.id }).then(done)}>
              {words.didNotCome(otherName)}
            </button>
          </div>
        </div>
      )}
      {mine?.outcome === 'NO_SHOW' && mine.appealedAt === null && <Appeal meeting={meeting} done={done} />}
      {mine !== undefined && mine.appealedAt !== null && (
        <p class="small">{mine.appealDecidedAt === null ? words.appealed : words.appealHeard}</p>
      )}
    </article>
  )
}

function Appeal({ meeting, done }: PastProps): JSX.Element {
  const words = useMore(meetingWords)
  const { send } = useWords()
  const { act, isBusy, refused } = useActs()
  return (
    <details>
      <summary>{words.appeal}</summary>
      <form
        class="stack"
        aria-label={words.appeal}
        onSubmit={(event) => {
          const { words: told = '' } = formValues(event)
          void act(AppealNoShow, { input: { mentorshipMeetingId: meeting.id, words: told } }).then(done)
        }}
      >
        <Field label={words.appealWords} name="words" lines={3} required wrong={refused?.fields['words']} />
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy}>{send}</button>
        </div>
      </form>
    </details>
  )
}
