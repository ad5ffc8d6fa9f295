/** When the two meet: what is proposed, what is to come, what was. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { MeetingsOf } from '../api/gen/documents'
import { Failed, Loading } from '../ui/parts'
import { useMore } from '../words'
import { meetingWords } from '../words/meetings'
import { MeetingCard } from './meeting-card'
import { PastMeeting } from './meeting-past'
import { isAhead, isReportable } from './next'
import { Offer } from './offer'
import { useNow, usePart, useTie } from './tie'

const Propose = lazy(() => import('./propose'))

export default function Meetings(): JSX.Element {
  const words = useMore(meetingWords)
  const { isGoingOn } = useTie()
  const { data, failure, done } = usePart(MeetingsOf)
  const [said, setSaid] = useState('')
  const now = useNow()
  if (data?.node?.__typename !== 'Mentorship') {
    return failure === undefined ? <Loading /> : <Failed failure={failure} retry={done} />
  }
  const meetings = data.node.meetings.edges.map(({ node }) => node)
  const toCome = meetings.filter((each) => isAhead(each, now))
  const past = meetings.filter((each) => !isAhead(each, now)).reverse()
  const offers = data.node.meetingProposals.edges.map(({ node }) => node).filter((each) => each.state === 'OPEN')
  const moving = new Set(offers.map((each) => each.meeting?.id))
  return (
    <div class="stack">
      <p role="status" class={said === '' ? 'hidden' : 'note'}>
        {said}
      </p>
      {offers.length > 0 && (
        <section class="stack" aria-label={words.offers}>
          <h2>{words.offers}</h2>
          {offers.map((offer) => (
            <Offer
              key={offer.id}
              offer={offer}
              done={(told = '') => {
                setSaid(told)
                done()
              }}
            />
          ))}
        </section>
      )}
      <section class="stack" aria-label={words.toCome}>
        <h2>{words.toCome}</h2>
        {toCome.length === 0 ? (
          <p class="note">{words.noneToCome}</p>
        ) : (
          toCome.map((meeting) => (
            <MeetingCard key={meeting.id} meeting={meeting} isMoving={moving.has(meeting.id)} done={done} />
          ))
        )}
        <p class="small soft">
          {words.feed} <Link href="/settings">{words.feedLink}</Link>
        </p>
      </section>
      {isGoingOn && (
        <section class="card" aria-label={words.propose}>
          <h2>{words.propose}</h2>
          <Suspense fallback={<Loading />}>
            <Propose done={done} />
          </Suspense>
        </section>
      )}
      {past.length > 0 && (
        <details class="card" open={past.some((each) => isReportable(each, now))}>
          <summary>{words.earlier}</summary>
          <ul class="stack">
            {past.map((meeting) => (
              <li key={meeting.id}>
                <PastMeeting meeting={meeting} done={done} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
