/** What members see first: what holds, who sits here, the next meetings, the talk, and what happened. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { CircleAhead } from '../api/gen/documents'
import { Loading, Pending } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleWords } from '../words/circles'
import { useCircle, useCirclePart } from './circle'
import { Feed } from './feed'
import { MeetingLine } from './meeting-line'
import { Norms } from './norms'
import { seatName } from './seat-name'
import { Talk } from './talk'

const Seat = lazy(() => import('./seat'))

export function Now(): JSX.Element {
  return (
    <>
      <div class="halves">
        <Norms />
        <div class="stack">
          <Members />
          <Ahead />
        </div>
      </div>
      <Talk />
      <Feed />
      <OwnSeat />
    </>
  )
}

function Members(): JSX.Element {
  const words = useMore(circleWords)
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
              {seat.role !== 'MEMBER' && `, ${words.roles[seat.role]}`}
              {seat.pausedUntil !== null && Date.parse(seat.pausedUntil) > Date.now() && `, ${words.paused}`}
            </li>
          ))}
      </ul>
    </section>
  )
}

function Ahead(): JSX.Element {
  const words = useMore(circleWords)
  const { head } = useCircle()
  const { data, failure, again } = useCirclePart(CircleAhead)
  return (
    <section class="card" aria-label={words.meetings}>
      <h2>{words.meetings}</h2>
      {data?.node?.__typename !== 'Circle' ? (
        <Pending failure={failure} retry={again} />
      ) : data.node.meetings.edges.length === 0 ? (
        <p class="soft">{words.noMeetings}</p>
      ) : (
        <ul class="stack">
          {data.node.meetings.edges.map(({ node }) => (
            <MeetingLine key={node.id} circleId={head.id} meeting={node} />
          ))}
        </ul>
      )}
    </section>
  )
}

function OwnSeat(): JSX.Element {
  const words = useMore(circleWords)
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      class="card"
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>{words.seat}</summary>
      {isOpen && (
        <Suspense fallback={<Loading />}>
          <Seat />
        </Suspense>
      )}
    </details>
  )
}
