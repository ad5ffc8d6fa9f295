import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { JoinRoom, Room } from '../api/gen/documents'
import type { RoomQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Agenda } from '../rooms/agenda'
import { Chat } from '../rooms/chat'
import { Floor } from '../rooms/floor'
import { LineNote } from '../rooms/live'
import { CallCard, NotesCard } from '../rooms/on-demand'
import { useRoom } from '../rooms/use-room'
import { Safety } from '../safety/safety'
import { Failed, Loading, Refusal, Title } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useWords } from '../words'

type Shown = Extract<RoomQuery['node'], { __typename: 'Session' }>

export default function RoomPage(): JSX.Element {
  const words = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { data, failure, again } = useAnswer(Room, { id })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  if (data.node?.__typename !== 'Session') return <Title>{words.notFound}</Title>
  return <Inside session={data.node} />
}

function Inside({ session }: { session: Shown }): JSX.Element {
  const words = useWords()
  const { me } = ViewerContext.use()
  const { act: join, refused } = useAct(JoinRoom)
  const live = useRoom(session.topic)
  const [wrong, setWrong] = useState<string>()
  const isOver = session.state === 'ENDED' || session.state === 'RECAPPED'
  useEffect(() => {
    if (!isOver) void join({ id: session.id })
  }, [join, session.id, isOver])

  const names = new Map(
    session.participants.flatMap(({ profile }) => (profile === null ? [] : [[profile.liveKey, profile.name] as const])),
  )
  const nameOf = (key: string): string => (key === me?.liveKey ? words.room.you : (names.get(key) ?? words.room.somebody))
  const { room } = live
  const tell = (op: string, args: Parameters<typeof live.act>[1]): void =>
    void live.act(op, { sessionId: session.liveKey, ...args }).then(setWrong)

  if (live.isClosedToMe) return <Title>{words.notFound}</Title>
  return (
    <div class="stack">
      <div class="row spread">
        <Title>{session.title}</Title>
        {room !== undefined && room.session.state !== 'ended' && room.session.openedBy === me?.liveKey && (
          <button
            type="button"
            onClick={() => {
              tell('session.end', {})
            }}
          >
            {words.room.end}
          </button>
        )}
      </div>
      <LineNote />
      <Refusal refused={refused} />
      {wrong !== undefined && (
        <p class="note alarm" role="alert">
          {wrong}
        </p>
      )}
      {live.isBehind && (
        <p class="note warm" role="status">
          {words.room.behind}
        </p>
      )}
      {room === undefined ? (
        <Loading />
      ) : (
        <div class="room">
          <div class="stack">
            <Chat room={room} live={live} nameOf={nameOf} tell={tell} myKey={me?.liveKey ?? ''} />
            <NotesCard room={room} live={live} />
          </div>
          <aside class="stack">
            <section class="card" aria-label={words.room.here}>
              <h2>{words.room.here}</h2>
              <ul class="chips">
                {[...live.people.keys()].map((key) => (
                  <li key={key} class="chip">
                    {nameOf(key)}
                  </li>
                ))}
              </ul>
              {session.participants.map(
                ({ profile }) =>
                  profile !== null &&
                  profile.liveKey !== me?.liveKey && (
                    <Safety key={profile.id} subjectId={session.id} profileId={profile.id} name={profile.name} />
                  ),
              )}
            </section>
            <CallCard room={room} live={live} nameOf={nameOf} myKey={me?.liveKey ?? ''} />
            <Floor room={room} nameOf={nameOf} tell={tell} myKey={me?.liveKey ?? ''} />
            <Agenda room={room} tell={tell} act={live.act} />
          </aside>
        </div>
      )}
    </div>
  )
}
