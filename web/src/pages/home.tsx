import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Fits, Home, Requests, Rooms } from '../api/gen/documents'
import { Empty, Loading, Title } from '../ui/parts'
import { PersonCard } from '../ui/person-card'
import type { Me } from '../viewer'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'

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
