/** A circle's meetings: to come, and past ones with what became of them; its leads plan here. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { Link } from 'wouter-preact'

import { CircleMeetings } from '../api/gen/documents'
import type { CircleMeetingsQuery } from '../api/gen/types'
import { Later } from '../ui/later'
import { Empty, Pending } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleMeetingWords } from '../words/circle-meetings'
import { meetingPath, useCircle, useCirclePart } from './circle'
import { MeetingLine } from './meeting-line'

const Plan = lazy(() => import('./plan'))

type Shown = Extract<CircleMeetingsQuery['node'], { __typename: 'Circle' }>

export default function Meetings(): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { isLed, isOpen } = useCircle()
  const { data, failure, again } = useCirclePart(CircleMeetings)
  return (
    <>
      {isLed && isOpen && (
        <Later label={words.plan}>
          <Plan />
        </Later>
      )}
      {data?.node?.__typename !== 'Circle' ? <Pending failure={failure} retry={again} /> : <Both circle={data.node} />}
    </>
  )
}

function Both({ circle }: { circle: Shown }): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { language } = useWords()
  // The server tells the earliest first; of what is past the latest is looked for.
  const past = circle.past.edges.map(({ node }) => node).reverse()
  return (
    <div class="halves">
      <section class="stack" aria-label={words.ahead}>
        <h2>{words.ahead}</h2>
        {circle.ahead.edges.length === 0 ? (
          <Empty>{words.noneAhead}</Empty>
        ) : (
          <ul class="stack">
            {circle.ahead.edges.map(({ node }) => (
              <MeetingLine key={node.id} circleId={circle.id} meeting={node} />
            ))}
          </ul>
        )}
      </section>
      <section class="stack" aria-label={words.past}>
        <h2>{words.past}</h2>
        {past.length === 0 ? (
          <Empty>{words.nonePast}</Empty>
        ) : (
          <ul class="stack tight">
            {past.map((meeting) => (
              <li key={meeting.id}>
                <Link href={meetingPath(circle.id, meeting.id)}>{meeting.title}</Link>{' '}
                <span class="chip">{words.states[meeting.state]}</span>
                <p class="small soft">{when(meeting.startsAt, language)}</p>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}
