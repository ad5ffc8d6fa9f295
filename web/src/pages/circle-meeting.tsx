/** One meeting of a circle: before it who comes, during it the round, after it what was written down. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useMemo } from 'preact/hooks'
import { Link, useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { CircleMeetingPage as MeetingAsked, StartCircleMeeting } from '../api/gen/documents'
import type { CircleMeetingWholeFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { CircleProvider, circleOf, circlePath, useCircle } from '../circles/circle'
import { Coming } from '../circles/meeting-line'
import { seatName } from '../circles/seat-name'
import { LineNote } from '../rooms/live'
import { Loading, Pending, Refusal, Title } from '../ui/parts'
import { when } from '../ui/when'
import { useNews } from '../webinars/use-news'
import { useMore, useWords } from '../words'
import { circleLineWords } from '../words/circle-line'
import { circleMeetingWords } from '../words/circle-meetings'

const Round = lazy(() => import('../circles/round'))
const Papers = lazy(() => import('../circles/papers'))
const Change = lazy(() => import('../circles/meeting-change'))

export default function CircleMeetingPage(): JSX.Element {
  const { notFound } = useWords()
  const { id, meeting: meetingId } = useParams<{ id: string; meeting: string }>()
  const ids = { circleId: decodeURIComponent(id), meetingId: decodeURIComponent(meetingId) }
  const { data, failure, again } = useAnswer(MeetingAsked, ids)
  const head = data?.circle?.__typename === 'Circle' ? data.circle : undefined
  const meeting = data?.meeting?.__typename === 'CircleMeeting' ? data.meeting : undefined
  useNews(head?.mySeat?.state === 'SEATED' ? head.topic : undefined, again)
  const circle = useMemo(() => (head === undefined ? undefined : circleOf(head)), [head])
  if (data === undefined) return <Pending failure={failure} retry={again} />
  if (circle === undefined || meeting === undefined) return <Title>{notFound}</Title>
  return (
    <CircleProvider value={circle}>
      <Inside meeting={meeting} />
    </CircleProvider>
  )
}

interface Props {
  readonly meeting: CircleMeetingWholeFragment
}

function Inside({ meeting }: Props): JSX.Element {
  const { head } = useCircle()
  const { state } = meeting
  const isWritten = (state === 'LIVE' || state === 'HELD') && head.mySeat?.role !== 'GUEST'
  return (
    <div class="stack">
      <p class="small">
        <Link href={circlePath(head.id)}>{head.name}</Link>
      </p>
      <Header meeting={meeting} />
      <LineNote />
      <Suspense fallback={<Loading />}>
        {state === 'LIVE' && <Round meeting={meeting} />}
        {state === 'PLANNED' && <Before meeting={meeting} />}
        {isWritten && <Papers meeting={meeting} />}
        <Change meeting={meeting} />
      </Suspense>
    </div>
  )
}

function Header({ meeting }: Props): JSX.Element {
  const words = useMore(circleMeetingWords)
  const line = useMore(circleLineWords)
  const all = useWords()
  const { title, state, facilitator, isInSeries } = meeting
  return (
    <header class="stack tight">
      <Title>{title}</Title>
      <p class="large">
        <time dateTime={meeting.startsAt}>{when(meeting.startsAt, all.language)}</time>, {line.minutes(meeting.minutes)}
      </p>
      <ul class="chips">
        <li class={state === 'PLANNED' ? 'chip' : 'chip warm'}>{words.states[state]}</li>
        {isInSeries && <li class="chip">{words.series}</li>}
        {facilitator !== null && <li class="chip">{line.leads(seatName(facilitator, all))}</li>}
      </ul>
    </header>
  )
}

function Before({ meeting }: Props): JSX.Element {
  const words = useMore(circleMeetingWords)
  const line = useMore(circleLineWords)
  const all = useWords()
  const answered = meeting.rsvps.filter(({ state }) => state !== null)
  return (
    <div class="halves">
      <section class="card" aria-label={words.who}>
        <h2>{words.who}</h2>
        <p class="small soft">
          {[line.coming(meeting.coming), meeting.waiting > 0 && line.waiting(meeting.waiting)].filter(Boolean).join(', ')}
        </p>
        {answered.length === 0 ? (
          <p class="soft">{words.nobody}</p>
        ) : (
          <ul class="stack tight">
            {answered.map(({ seat, state }) => (
              <li key={seat.id}>
                {seatName(seat, all)} <span class="small soft">{state !== null && words.answers[state]}</span>
              </li>
            ))}
          </ul>
        )}
        <Coming meeting={meeting} />
      </section>
      <section class="card" aria-label={words.openRoom}>
        <p>{words.notYet}</p>
        {meeting.mayFacilitate && <Open meeting={meeting} />}
      </section>
    </div>
  )
}

function Open({ meeting }: Props): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { act, isBusy, refused } = useAct(StartCircleMeeting)
  return (
    <>
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          class="main"
          disabled={isBusy}
          onClick={() => void act({ input: { meetingId: meeting.id } })}
        >
          {words.openRoom}
        </button>
      </div>
    </>
  )
}
