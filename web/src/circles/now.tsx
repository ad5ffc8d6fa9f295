/** What members see first: what holds, who sits here, the next meetings, the talk, and what happened. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { Link } from 'wouter-preact'

import { CircleNow } from '../api/gen/documents'
import type { CircleMeetingCardFragment } from '../api/gen/types'
import { Later } from '../ui/later'
import { Pending } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleTalkWords } from '../words/circle-talk'
import { circleWords } from '../words/circles'
import { useCircle, useCirclePart } from './circle'
import { MeetingLine } from './meeting-line'
import { Norms } from './norms'
import { seatName } from './seat-name'
import { Talk } from './talk'

const Feed = lazy(() => import('./feed'))
const Hide = lazy(() => import('./hide'))
const Seat = lazy(() => import('./seat'))

export default function Now(): JSX.Element {
  const words = useMore(circleTalkWords)
  const { head } = useCircle()
  const { data, failure, again } = useCirclePart(CircleNow)
  const circle = data?.node?.__typename === 'Circle' ? data.node : undefined
  const waiting = circle === undefined && <Pending failure={failure} retry={again} />
  return (
    <>
      <div class="halves">
        <Norms />
        <div class="stack">
          <Members />
          {circle !== undefined && <Ahead meetings={circle.meetings.edges.map(({ node }) => node)} />}
        </div>
      </div>
      {waiting}
      {circle !== undefined && <Talk threads={circle.threads.edges.map(({ node }) => node)} />}
      <Later label={words.feed}>
        <Feed />
      </Later>
      <Later label={words.seat}>
        <Seat />
      </Later>
      {head.naming === 'NICKNAMES' && (
        <Later label={words.rather}>
          <Hide />
        </Later>
      )}
    </>
  )
}

function Members(): JSX.Element {
  const words = useMore(circleTalkWords)
  const { roles } = useMore(circleWords)
  const all = useWords()
  const { head } = useCircle()
  return (
    <section class="card" aria-label={words.members}>
      <h2>{words.members}</h2>
      <ul class="chips">
        {head.seats
          .filter((seat) => seat.state === 'SEATED')
          .map((seat) => (
            <li key={seat.id} class="chip">
              {seat.profile !== null && !seat.isMine ? (
                <Link href={`/people/${encodeURIComponent(seat.profile.id)}`}>{seat.profile.name}</Link>
              ) : (
                seatName(seat, all)
              )}
              {seat.role !== 'MEMBER' && `, ${roles[seat.role]}`}
              {seat.pausedUntil !== null && Date.parse(seat.pausedUntil) > Date.now() && `, ${words.paused}`}
            </li>
          ))}
      </ul>
    </section>
  )
}

function Ahead({ meetings }: { meetings: readonly CircleMeetingCardFragment[] }): JSX.Element {
  const words = useMore(circleTalkWords)
  const { head } = useCircle()
  return (
    <section class="card" aria-label={words.meetings}>
      <h2>{words.meetings}</h2>
      {meetings.length === 0 ? (
        <p class="soft">{words.noMeetings}</p>
      ) : (
        <ul class="stack">
          {meetings.map((meeting) => (
            <MeetingLine key={meeting.id} circleId={head.id} meeting={meeting} />
          ))}
        </ul>
      )}
    </section>
  )
}
