/** What a room holds for those who want it: the notes and the call, loaded when somebody opens them. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'

import { Loading } from '../ui/parts'
import { useWords } from '../words'
import type { RoomPicture } from './picture'
import type { RoomState } from './use-room'

const Notes = lazy(() => import('./notes'))
const InCall = lazy(() => import('./call'))

interface Props {
  readonly room: RoomPicture
  readonly live: RoomState
  readonly nameOf: (key: string) => string
  readonly myKey: string
}

export function NotesCard({ room, live }: Pick<Props, 'room' | 'live'>): JSX.Element {
  const { room: words } = useWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <section class="card" aria-label={words.notes}>
      <div class="row spread">
        <h2>{words.notes}</h2>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen)
          }}
        >
          {isOpen ? words.closeNotes : words.openNotes}
        </button>
      </div>
      {isOpen && (
        <Suspense fallback={<Loading />}>
          <Notes room={room} live={live} />
        </Suspense>
      )}
    </section>
  )
}

/** Nothing here that cannot be done by text as well: who has no microphone misses nothing but voices. */
export function CallCard({ room, live, nameOf, myKey }: Props): JSX.Element | null {
  const { room: words } = useWords()
  const [isIn, setIn] = useState(false)
  if (room.session.state === 'ended') return null
  const others = Object.keys(room.call).filter((key) => key !== myKey)
  return (
    <section class="card" aria-label={words.call}>
      <h2>{words.call}</h2>
      {isIn ? (
        <Suspense fallback={<Loading />}>
          <InCall
            room={room}
            live={live}
            nameOf={nameOf}
            myKey={myKey}
            leave={() => {
              setIn(false)
            }}
          />
        </Suspense>
      ) : (
        <>
          <p class="soft small">{others.length > 0 ? words.inCall(others.map(nameOf).join(', ')) : words.callHint}</p>
          <div>
            <button
              type="button"
              onClick={() => {
                setIn(true)
              }}
            >
              {words.joinCall}
            </button>
          </div>
        </>
      )}
    </section>
  )
}
