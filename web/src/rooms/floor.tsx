import type { JSX } from 'preact'

import { useWords } from '../words'
import type { Tell } from './chat'
import type { RoomPicture } from './picture'

interface FloorProps {
  readonly room: RoomPicture
  readonly nameOf: (key: string) => string
  readonly tell: Tell
  readonly myKey: string
}

/** Who has the floor, who wants it next (least heard first), and one's own hand. */
export function Floor({ room, nameOf, tell, myKey }: FloorProps): JSX.Element | null {
  const { room: words } = useWords()
  if (room.session.state === 'ended') return null
  const isHost = room.participants[myKey]?.role === 'host'
  const isUp = room.queue.includes(myKey)
  return (
    <section class="card" aria-label={words.hands}>
      <h2>{words.hands}</h2>
      <p role="status">{room.floor === null ? '' : words.hasFloor(nameOf(room.floor.profileId))}</p>
      <ol class="stack">
        {room.queue.map((key) => (
          <li key={key} class="row spread">
            {nameOf(key)}
            {isHost && (
              <button
                type="button"
                onClick={() => {
                  tell('floor.give', { profileId: key })
                }}
              >
                {words.giveFloor}
              </button>
            )}
          </li>
        ))}
      </ol>
      <div class="row">
        <button
          type="button"
          aria-pressed={isUp}
          onClick={() => {
            tell(isUp ? 'hand.lower' : 'hand.raise', {})
          }}
        >
          {isUp ? words.lower : words.raise}
        </button>
        {room.floor !== null && (isHost || room.floor.profileId === myKey) && (
          <button
            type="button"
            onClick={() => {
              tell('floor.end', {})
            }}
          >
            {words.endFloor}
          </button>
        )}
      </div>
    </section>
  )
}
