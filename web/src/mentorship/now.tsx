/** Where a mentorship stands: what is next, and one step that would help. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { Link } from 'wouter-preact'

import type { HealthStep, MentorshipHeadFragment } from '../api/gen/types'
import { Meter } from '../ui/meter'
import { Loading } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { mentorshipWords } from '../words/mentorship'
import { Join } from './join'
import { Moment } from './moment'
import type { Part, Wait } from './next'
import { SEEN_TO, isAhead, isDoorOpen, partPath } from './next'
import { useNow, useTie } from './tie'

const CheckIn = lazy(() => import('./check-in'))

const STEP_PARTS: Readonly<Partial<Record<HealthStep, Part>>> = {
  AGREE_ON_NEXT_STEP: 'goals',
  CHANGE_CADENCE: 'road',
  MEET: 'meetings',
  TIDY_ACTIONS: 'goals',
}

export function Now({ waits }: { waits: readonly Wait[] }): JSX.Element {
  const { head } = useTie()
  const newest = head.checkIns.edges[0]?.node
  return (
    <div class="stack">
      <div class="halves">
        <Next waits={waits} />
        <Step health={head.health} />
      </div>
      {newest !== undefined && (
        <Suspense fallback={<Loading />}>
          <CheckIn key={newest.id} checkIn={newest} />
        </Suspense>
      )}
    </div>
  )
}

function Next({ waits }: { waits: readonly Wait[] }): JSX.Element {
  const words = useMore(mentorshipWords)
  const { language } = useWords()
  const { head } = useTie()
  const now = useNow()
  const meeting = head.meetings.edges.map(({ node }) => node).find((each) => isAhead(each, now))
  return (
    <section class="card" aria-label={words.next}>
      <h2>{words.next}</h2>
      {meeting !== undefined && (
        <div class="asked stack tight">
          <h3>{words.nextMeeting}</h3>
          {meeting.title !== '' && <p>{meeting.title}</p>}
          <p>
            <Moment at={meeting.startsAt} minutes={meeting.minutes} />
          </p>
          {isDoorOpen(meeting, now) && (
            <div>
              <Join title={meeting.title} />
            </div>
          )}
        </div>
      )}
      {waits.length === 0 ? (
        <p class="soft">{words.nothing}</p>
      ) : (
        <ul class="stack tight">
          {waits.map((wait) => (
            <li key={wait}>
              {SEEN_TO[wait] === '' ? (
                <a href="#check-in">{words.waits[wait]}</a>
              ) : (
                <Link href={partPath(head.id, SEEN_TO[wait])}>{words.waits[wait]}</Link>
              )}
            </li>
          ))}
        </ul>
      )}
      {head.nextCheckInAt !== null && (
        <p class="small soft">{words.nextCheckIn(day(head.nextCheckInAt, language))}</p>
      )}
    </section>
  )
}

function Step({ health }: { health: MentorshipHeadFragment['health'] }): JSX.Element | null {
  const words = useMore(mentorshipWords)
  const { head, isGoingOn } = useTie()
  if (health === null || !isGoingOn) return null
  const part = STEP_PARTS[health.step]
  return (
    <section class="card" aria-label={words.step}>
      <h2>{words.step}</h2>
      <p>{words.steps[health.step]}</p>
      {part !== undefined && (
        <div>
          <Link class="button" href={partPath(head.id, part)}>
            {words.goThere}
            <span class="hidden">: {words.parts[part]}</span>
          </Link>
        </div>
      )}
      <details>
        <summary class="small">{words.health}</summary>
        <div class="stack tight">
          {health.terms.map(({ term, value, count, outOf }) =>
            value === null ? (
              <p key={term} class="row spread small">
                <span>{words.terms[term]}</span> <span class="soft">{words.unknown}</span>
              </p>
            ) : (
              <Meter key={term} share={value}>
                {words.terms[term]} <span class="soft">({`${count} / ${outOf}`})</span>
              </Meter>
            ),
          )}
          <p class="small soft">{words.healthHint}</p>
        </div>
      </details>
    </section>
  )
}
