import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Mentorships, OpenRoom, Rooms } from '../api/gen/documents'
import type { MentorshipsQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Empty, Failed, Field, Loading, Refusal, Title, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { useWords } from '../words'

type Mentorship = MentorshipsQuery['mentorships']['edges'][number]['node']

export default function MentorshipsPage(): JSX.Element {
  const { mentorships: words } = useWords()
  const { data, failure, again } = useAnswer(Mentorships, {})
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      {data === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : data.mentorships.edges.length === 0 ? (
        <Empty>{words.none}</Empty>
      ) : (
        data.mentorships.edges.map(({ node }) => <Card key={node.id} mentorship={node} />)
      )}
    </div>
  )
}

function Card({ mentorship }: { mentorship: Mentorship }): JSX.Element {
  const words = useWords()
  const names = [mentorship.mentor?.name, mentorship.mentee?.name].map((name) => name ?? words.room.somebody)
  return (
    <article class="card" aria-label={names.join(', ')}>
      <div class="row spread">
        <h2>
          <Link href={`/mentorships/${encodeURIComponent(mentorship.id)}`}>{names.join(' · ')}</Link>
        </h2>
        <span class="chip">{words.formats[mentorship.format]}</span>
      </div>
      <p>
        <span class="soft">{words.mentorships.goal}</span> {mentorship.goal}
      </p>
      <RoomsOf id={mentorship.id} />
      <NewRoom id={mentorship.id} />
    </article>
  )
}

function RoomsOf({ id }: { id: string }): JSX.Element {
  const { mentorships: words } = useWords()
  const { data } = useAnswer(Rooms, { mentorshipId: id })
  if (data === undefined) return <Loading />
  return (
    <div class="stack">
      <h3>{words.rooms}</h3>
      {data.sessions.edges.length === 0 ? (
        <p class="soft small">{words.noRooms}</p>
      ) : (
        <ul class="stack">
          {data.sessions.edges.map(({ node }) => (
            <li key={node.id}>
              <Link href={`/rooms/${encodeURIComponent(node.id)}`}>{node.title}</Link>{' '}
              <span class="soft small">{when(node.openedAt, document.documentElement.lang)}</span>{' '}
              {node.state !== 'ENDED' && <span class="chip warm">{node.state.toLowerCase()}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function NewRoom({ id }: { id: string }): JSX.Element {
  const { mentorships: words } = useWords()
  const [, go] = useLocation()
  const { act, isBusy, refused } = useAct(OpenRoom)
  const [idempotencyKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const { title = '' } = formValues(event)
    const payload = await act({ input: { mentorshipId: id, title, idempotencyKey } })
    if (payload !== undefined) go(`/rooms/${encodeURIComponent(payload.session.id)}`)
  }

  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <Refusal refused={refused} />
      <Field label={words.roomTitle} name="title" required wrong={refused?.fields['title']} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.openRoom}
        </button>
      </div>
    </form>
  )
}
