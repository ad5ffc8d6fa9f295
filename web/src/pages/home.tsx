import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Fits, Home, Requests, Rooms, ToCome } from '../api/gen/documents'
import { partPath } from '../mentorship/next'
import { dayIn, spanIn } from '../mentorship/zones'
import { Empty, Loading, Title } from '../ui/parts'
import { PersonCard } from '../ui/person-card'
import type { Me } from '../viewer'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'

const MINUTE_MS = 60_000
const LONGEST_MS = 240 * MINUTE_MS
const PREPARING = 'suggestions_preparing'

export default function HomePage(): JSX.Element {
  const { me } = ViewerContext.use()
  return me === null ? <Welcome /> : <Today me={me} />
}

function Welcome(): JSX.Element {
  const { welcome, nav } = useWords()
  return (
    <div class="stack">
      <Title>{welcome.title}</Title>
      <p>{welcome.lead}</p>
      <ol class="cards">
        {welcome.how.map((step, index) => (
          <li key={step} class="card">
            <span class="face" aria-hidden="true">
              {index + 1}
            </span>
            {step}
          </li>
        ))}
      </ol>
      <div class="row">
        <Link class="button main" href="/sign-up">
          {nav.signUp}
        </Link>
        <Link class="button" href="/people">
          {nav.people}
        </Link>
      </div>
    </div>
  )
}

function Today({ me }: { me: Me }): JSX.Element {
  const words = useWords()
  return (
    <div class="stack">
      <Title>{words.home.hello(me.profile.displayName)}</Title>
      <NextStep />
      <Waiting />
      <MyRooms />
      <Meetings zone={me.profile.timeZone} />
      <WhoFits />
    </div>
  )
}

function NextStep(): JSX.Element | null {
  const { home } = useWords()
  const words = useMore(profileWords)
  const { data } = useAnswer(Home, {})
  const missing = data?.me?.profile.missing[0]
  if (missing === undefined) return null
  return (
    <section class="card" aria-label={home.next}>
      <h2>{home.next}</h2>
      <p>
        <Link href="/begin">{words.parts[missing.part]}</Link>: {words.effects[missing.part]}
      </p>
    </section>
  )
}

function Waiting(): JSX.Element | null {
  const words = useWords()
  const { data } = useAnswer(Requests, { box: 'RECEIVED', states: ['SENT', 'VIEWED'] })
  const waiting = data?.requests.edges ?? []
  if (waiting.length === 0) return null
  return (
    <section class="card" aria-label={words.home.waiting}>
      <h2>{words.home.waiting}</h2>
      <ul class="stack">
        {waiting.map(({ node }) => (
          <li key={node.id}>
            <Link href="/requests">{node.sender?.name ?? words.room.somebody}</Link>: {node.goal}
          </li>
        ))}
      </ul>
    </section>
  )
}

function MyRooms(): JSX.Element | null {
  const { home } = useWords()
  const { data } = useAnswer(Rooms, { mentorshipId: null })
  const open = (data?.sessions.edges ?? []).filter(({ node }) => node.state === 'LIVE' || node.state === 'LOBBY')
  if (open.length === 0) return null
  return (
    <section class="card" aria-label={home.rooms}>
      <h2>{home.rooms}</h2>
      <ul class="stack">
        {open.map(({ node }) => (
          <li key={node.id}>
            <Link href={`/rooms/${encodeURIComponent(node.id)}`}>{node.title}</Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

const AHEAD_MS = 14 * 86_400_000

/** The meetings of one's mentorships in the next two weeks. */
function Meetings({ zone }: { zone: string }): JSX.Element | null {
  const { home, language } = useWords()
  const [span] = useState(() => {
    const now = Date.now()
    return { start: new Date(now - LONGEST_MS).toISOString(), end: new Date(now + AHEAD_MS).toISOString() }
  })
  const { data } = useAnswer(ToCome, span)
  const meetings = (data?.myCalendar ?? []).flatMap(({ mentorshipMeeting, ...entry }) =>
    mentorshipMeeting === null || Date.parse(entry.endsAt) < Date.now() ? [] : [{ ...entry, ...mentorshipMeeting }],
  )
  if (meetings.length === 0) return null
  return (
    <section class="card" aria-label={home.meetings}>
      <h2>{home.meetings}</h2>
      <ul class="stack tight">
        {meetings.map(({ id, mentorshipId, title, startsAt, endsAt }) => (
          <li key={id} class="row">
            <Link href={partPath(mentorshipId, 'meetings')}>{title === '' ? home.meeting : title}</Link>
            <span class="soft">
              {dayIn(startsAt, zone, language)},{' '}
              {spanIn(startsAt, (Date.parse(endsAt) - Date.parse(startsAt)) / MINUTE_MS, zone, language)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function WhoFits(): JSX.Element {
  const { home } = useWords()
  const { data, failure } = useAnswer(Fits, {})
  const people = (data?.recommendations.edges ?? []).flatMap(({ node }) => (node.profile === null ? [] : [node.profile]))
  const isPreparing = failure?.code === PREPARING
  return (
    <section class="stack" aria-label={home.fits}>
      <h2>{home.fits}</h2>
      {data === undefined && failure === undefined ? (
        <Loading />
      ) : people.length > 0 ? (
        <div class="cards">
          {people.map((person) => (
            <PersonCard key={person.id} person={person} />
          ))}
        </div>
      ) : (
        <Empty>{isPreparing ? home.preparing : home.noFits}</Empty>
      )}
    </section>
  )
}
