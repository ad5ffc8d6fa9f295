/** The room of a meeting: who is inside, whose turn it is and how long, who is next. A text-only room is a whole room. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'

import { useAnswer } from '../api/answer'
import {
  CircleRoom,
  EndCircleMeeting,
  EndCircleTurn,
  EnterCircleMeeting,
  GiveCircleTurn,
  SetCircleHand,
  StepOutOfCircleMeeting,
} from '../api/gen/documents'
import type { CircleMeetingWholeFragment, CircleRoomQuery } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Later } from '../ui/later'
import { Pending, Refusal } from '../ui/parts'
import { useNews } from '../webinars/use-news'
import { useMore, useWords } from '../words'
import { circleRoomWords } from '../words/circle-room'
import { useCircle } from './circle'
import { seatName } from './seat-name'
import { TurnCard } from './turn'

const HeardLately = lazy(() => import('./heard'))

type Talk = NonNullable<Extract<CircleRoomQuery['node'], { __typename: 'CircleMeeting' }>['talk']>

export default function Round({ meeting }: { meeting: CircleMeetingWholeFragment }): JSX.Element {
  const { head } = useCircle()
  const { data, failure, again } = useAnswer(CircleRoom, { id: meeting.id })
  useNews(head.topic, again)
  if (data?.node?.__typename !== 'CircleMeeting' || data.node.talk === null) {
    return <Pending failure={failure} retry={again} />
  }
  return <Room meeting={meeting} talk={data.node.talk} />
}

interface RoomProps {
  readonly meeting: CircleMeetingWholeFragment
  readonly talk: Talk
}

function Room({ meeting, talk }: RoomProps): JSX.Element {
  const words = useMore(circleRoomWords)
  const all = useWords()
  const { head } = useCircle()
  const { act, isBusy, refused } = useActs()
  const isIn = talk.here.some((seat) => seat.isMine)
  const isUp = talk.hands.some((seat) => seat.isMine)
  const isMyTurn = talk.turn?.seat?.isMine === true
  const meetingId = meeting.id
  const give = (toSeatId: string | null): void =>
    void act(GiveCircleTurn, { input: { meetingId, toSeatId, idempotencyKey: crypto.randomUUID() } })
  return (
    <section class="stack" aria-label={words.room}>
      <h2>{words.room}</h2>
      <Refusal refused={refused} />
      <div class="halves">
        <div class="stack">
          <TurnCard turn={talk.turn}>
            {isIn && (meeting.mayFacilitate || isMyTurn) && (
              <div class="row">
                <button type="button" class="main" disabled={isBusy} onClick={() => { give(null) }}>
                  {isMyTurn ? words.pass : words.giveNext}
                </button>
                {talk.turn !== null && (
                  <button type="button" disabled={isBusy} onClick={() => void act(EndCircleTurn, { input: { meetingId } })}>
                    {words.done}
                  </button>
                )}
              </div>
            )}
            {isIn ? <OwnPlace meetingId={meetingId} isUp={isUp} isMyTurn={isMyTurn} /> : <Enter meetingId={meetingId} />}
          </TurnCard>
          {meeting.mayFacilitate && <End meetingId={meetingId} />}
        </div>
        <div class="stack">
          <Queue talk={talk} give={meeting.mayFacilitate && isIn ? give : undefined} isBusy={isBusy} />
          <section class="card" aria-label={words.here}>
            <h3>{words.here}</h3>
            {talk.here.length === 0 ? (
              <p class="soft">{words.nobodyHere}</p>
            ) : (
              <ul class="chips">
                {talk.here.map((seat) => (
                  <li key={seat.id} class="chip">
                    {seatName(seat, all)}
                  </li>
                ))}
              </ul>
            )}
          </section>
          {head.mySeat?.role !== 'GUEST' && (
            <Later label={words.heard}>
              <HeardLately circleId={head.id} />
            </Later>
          )}
        </div>
      </div>
    </section>
  )
}

function Enter({ meetingId }: { meetingId: string }): JSX.Element {
  const words = useMore(circleRoomWords)
  const { act, isBusy, refused } = useActs()
  return (
    <div class="row">
      <button
        type="button"
        class="main"
        disabled={isBusy}
        onClick={() => void act(EnterCircleMeeting, { input: { meetingId } })}
      >
        {words.enter}
      </button>
      <Refusal refused={refused} />
    </div>
  )
}

interface OwnPlaceProps {
  readonly meetingId: string
  readonly isUp: boolean
  readonly isMyTurn: boolean
}

/** One's hand, and the way out. */
function OwnPlace({ meetingId, isUp, isMyTurn }: OwnPlaceProps): JSX.Element {
  const words = useMore(circleRoomWords)
  const { act, isBusy, refused } = useActs()
  return (
    <div class="row">
      {!isMyTurn && (
        <button
          type="button"
          aria-pressed={isUp}
          disabled={isBusy}
          onClick={() => void act(SetCircleHand, { input: { meetingId, isRaised: !isUp } })}
        >
          {isUp ? words.lower : words.raise}
        </button>
      )}
      <button
        type="button"
        class="plain"
        disabled={isBusy}
        onClick={() => void act(StepOutOfCircleMeeting, { input: { meetingId } })}
      >
        {words.stepOut}
      </button>
      <Refusal refused={refused} />
    </div>
  )
}

function End({ meetingId }: { meetingId: string }): JSX.Element {
  const words = useMore(circleRoomWords)
  const { act, isBusy, refused } = useActs()
  return (
    <details class="card">
      <summary>{words.end}</summary>
      <div class="stack tight">
        <p class="small soft">{words.endHint}</p>
        <Refusal refused={refused} />
        <div>
          <button
            type="button"
            class="alarm"
            disabled={isBusy}
            onClick={() => void act(EndCircleMeeting, { input: { meetingId } })}
          >
            {words.endSure}
          </button>
        </div>
      </div>
    </details>
  )
}

interface QueueProps {
  readonly talk: Talk
  readonly give: ((seatId: string) => void) | undefined
  readonly isBusy: boolean
}

function Queue({ talk, give, isBusy }: QueueProps): JSX.Element | null {
  const words = useMore(circleRoomWords)
  const all = useWords()
  const hands = new Set(talk.hands.map((seat) => seat.id))
  if (talk.queue.length === 0) return null
  return (
    <section class="card" aria-label={words.next}>
      <h3>{words.next}</h3>
      <p class="small soft">{words.nextHint}</p>
      <ol class="stack tight">
        {talk.queue.map((seat) => (
          <li key={seat.id} class="row spread">
            <span>
              {seatName(seat, all)} {hands.has(seat.id) && <span class="chip warm">{words.raised}</span>}
            </span>
            {give !== undefined && (
              <button type="button" disabled={isBusy} onClick={() => { give(seat.id) }}>
                {words.give}
                <span class="hidden">: {seatName(seat, all)}</span>
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
