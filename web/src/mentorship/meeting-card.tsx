/** A meeting that is agreed on: go in, say that one comes, move it, call it off. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { CallMeetingOff, ConfirmMeeting, MoveMeeting } from '../api/gen/documents'
import type { MeetingCancelScope, MeetingPartsFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { thing } from '../ui/thing'
import { useMore } from '../words'
import { meetingWords } from '../words/meetings'
import { Join } from './join'
import { Moment } from './moment'
import { isDoorOpen } from './next'
import { useNow, useTie } from './tie'
import { TimesForm } from './times-form'

interface MeetingProps {
  readonly meeting: MeetingPartsFragment
  /** Whether another time is proposed for it. */
  readonly isMoving: boolean
  readonly done: () => void
}

type Opened = 'move' | 'off' | undefined

export function MeetingCard({ meeting, isMoving, done }: MeetingProps): JSX.Element {
  const words = useMore(meetingWords)
  const { myId, otherName } = useTie()
  const { act, isBusy, refused } = useActs()
  const [opened, setOpened] = useState<Opened>()
  const now = useNow()
  const mine = meeting.seats.find((seat) => seat.profile?.id === myId)
  const theirs = meeting.seats.find((seat) => seat !== mine)
  const toggle = (which: Opened): void => {
    setOpened(opened === which ? undefined : which)
  }
  return (
    <article class="card" {...thing(meeting.id)} aria-label={meeting.title === '' ? words.states.SCHEDULED : meeting.title}>
      <h3>
        <Moment at={meeting.startsAt} minutes={meeting.minutes} />
      </h3>
      {meeting.title !== '' && <p>{meeting.title}</p>}
      <p class="chips">
        {mine?.confirmedAt != null && <span class="chip">{words.youCome}</span>}
        {theirs?.confirmedAt != null && <span class="chip">{words.comes(otherName)}</span>}
        {meeting.everyDays !== null && <span class="chip">{words.series(meeting.everyDays)}</span>}
        {isMoving && <span class="chip warm">{words.isMoving}</span>}
      </p>
      {meeting.note !== '' && <blockquote>{meeting.note}</blockquote>}
      <Refusal refused={opened === undefined ? refused : undefined} />
      <div class="row">
        {isDoorOpen(meeting, now) && <Join title={meeting.title} />}
        {mine?.confirmedAt == null && (
          <button type="button" disabled={isBusy} onClick={() => void act(ConfirmMeeting, { id: meeting.id }).then(done)}>
            {words.iCome}
          </button>
        )}
        {!isMoving && (
          <button type="button" aria-expanded={opened === 'move'} onClick={() => { toggle('move') }}>
            {words.move}
          </button>
        )}
        <button type="button" class="plain" aria-expanded={opened === 'off'} onClick={() => { toggle('off') }}>
          {words.off}
        </button>
      </div>
      {opened === 'move' && (
        <TimesForm
          label={words.move}
          noteLabel={words.moveNote}
          minutes={meeting.minutes}
          isBusy={isBusy}
          refused={refused}
          send={(times) => {
            const input = { mentorshipMeetingId: meeting.id, expectedVersion: meeting.version, ...times }
            void act(MoveMeeting, { input }).then((payload) => {
              if (payload !== undefined) setOpened(undefined)
              done()
            })
          }}
        />
      )}
      {opened === 'off' && <CallingOff meeting={meeting} done={done} />}
    </article>
  )
}

type Reason = 'CANNOT_COME' | 'ON_GIG' | 'NOT_NEEDED' | 'OTHER'

function CallingOff({ meeting, done }: Omit<MeetingProps, 'isMoving'>): JSX.Element {
  const words = useMore(meetingWords)
  const { act, isBusy, refused } = useActs()
  const [reason, setReason] = useState<Reason>('CANNOT_COME')
  const [scope, setScope] = useState<MeetingCancelScope>('THIS')
  return (
    <form
      class="stack"
      aria-label={words.off}
      onSubmit={(event) => {
        const { note = '' } = formValues(event)
        const input = { mentorshipMeetingId: meeting.id, expectedVersion: meeting.version, reason, scope, note }
        void act(CallMeetingOff, { input }).then(done)
      }}
    >
      <Choice<Reason> label={words.offReason} value={reason} choices={words.offReasons} onChange={setReason} />
      {meeting.seriesKey !== null && (
        <Choice<MeetingCancelScope> label={words.scope} value={scope} choices={words.scopes} onChange={setScope} />
      )}
      <Field label={words.offNote} name="note" wrong={refused?.fields['note']} />
      <Refusal refused={refused} />
      <div>
        <button class="alarm" disabled={isBusy}>
          {words.off}
        </button>
      </div>
    </form>
  )
}
