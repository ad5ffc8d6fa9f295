/** What is written of a meeting, and who was there: each for themselves, who leads it for all. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { CircleMeetingPapers, NoteCircleAttendance, WriteCircleMeeting } from '../api/gen/documents'
import type { CircleMeetingWholeFragment, SeatNameFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Pending, Refusal, formValues } from '../ui/parts'
import { useNews } from '../webinars/use-news'
import { useMore, useWords } from '../words'
import { circleMeetingWords } from '../words/circle-meetings'
import { useCircle } from './circle'
import { seatName } from './seat-name'

interface Props {
  readonly meeting: CircleMeetingWholeFragment
}

export default function Papers({ meeting }: Props): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { head } = useCircle()
  const { data, failure, again } = useAnswer(CircleMeetingPapers, { id: meeting.id })
  useNews(head.topic, again)
  return (
    <div class="halves">
      {data?.node?.__typename !== 'CircleMeeting' ? (
        <Pending failure={failure} retry={again} />
      ) : (
        <div class="stack">
          <Paper meetingId={meeting.id} name="notes" label={words.notes} hint={words.notesHint} text={data.node.notes} />
          <Paper meetingId={meeting.id} name="recap" label={words.recap} hint={words.recapHint} text={data.node.recap} />
        </div>
      )}
      <Attendance meeting={meeting} />
    </div>
  )
}

interface PaperProps {
  readonly meetingId: string
  readonly name: 'notes' | 'recap'
  readonly label: string
  readonly hint: string
  readonly text: string
}

function Paper({ meetingId, name, label, hint, text }: PaperProps): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { save, cancel } = useWords()
  const { isOpen } = useCircle()
  const { act, isBusy, refused } = useAct(WriteCircleMeeting)
  const [isWriting, setWriting] = useState(false)
  return (
    <section class="card" aria-label={label}>
      <h2>{label}</h2>
      {isWriting ? (
        <form
          class="stack"
          aria-label={label}
          onSubmit={(event) => {
            const written = { [name]: formValues(event)['text'] ?? '' }
            void act({ input: { meetingId, ...written } }).then((done) => {
              setWriting(done === undefined)
            })
          }}
        >
          <Field label={label} hint={hint} name="text" lines={6} value={text} wrong={refused?.fields[name]} />
          <Refusal refused={refused} />
          <div class="row">
            <button disabled={isBusy}>{save}</button>
            <button type="button" class="plain" onClick={() => { setWriting(false) }}>
              {cancel}
            </button>
          </div>
        </form>
      ) : (
        <>
          {text === '' ? <p class="soft">{words.noNotes}</p> : <p class="lines">{text}</p>}
          {isOpen && (
            <div>
              <button type="button" onClick={() => { setWriting(true) }}>
                {words.write}
                <span class="hidden">: {label}</span>
              </button>
            </div>
          )}
        </>
      )}
    </section>
  )
}

function Attendance({ meeting }: Props): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { head } = useCircle()
  const there = new Map(meeting.rsvps.map(({ seat, wasThere }) => [seat.id, wasThere]))
  return (
    <section class="card" aria-label={words.there}>
      <h2>{words.there}</h2>
      <ul class="stack tight">
        {head.seats
          .filter(({ state, role }) => state === 'SEATED' && role !== 'GUEST')
          .map((seat) => (
            <Seat key={seat.id} meeting={meeting} seat={seat} wasThere={there.get(seat.id) === true} />
          ))}
      </ul>
    </section>
  )
}

interface SeatProps extends Props {
  readonly seat: SeatNameFragment
  readonly wasThere: boolean
}

function Seat({ meeting, seat, wasThere }: SeatProps): JSX.Element {
  const words = useMore(circleMeetingWords)
  const all = useWords()
  const { isOpen } = useCircle()
  const { act, isBusy, refused } = useAct(NoteCircleAttendance)
  const name = seatName(seat, all)
  return (
    <li>
      {isOpen && (meeting.mayFacilitate || seat.isMine) ? (
        <label class="check">
          <input
            type="checkbox"
            checked={wasThere}
            disabled={isBusy}
            aria-label={words.isThere(name)}
            onChange={(event) =>
              void act({
                input: { meetingId: meeting.id, seatId: seat.id, wasThere: event.currentTarget.checked },
              })
            }
          />
          {name}
        </label>
      ) : (
        <>
          {name} {wasThere && <span class="chip">{words.wasThere}</span>}
        </>
      )}
      <Refusal refused={refused} />
    </li>
  )
}
