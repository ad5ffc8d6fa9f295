import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

import { Face } from '../ui/parts'
import { useWords } from '../words'
import type { CallState } from './calling'
import { Call } from './calling'
import { useLive } from './live'
import type { RoomPicture, Seat } from './picture'
import type { RoomState } from './use-room'

const OUTSIDE: CallState = { isIn: false, microphone: false, camera: false, mine: null, streams: new Map() }

interface CallProps {
  readonly room: RoomPicture
  readonly live: RoomState
  readonly nameOf: (key: string) => string
  readonly myKey: string
  readonly leave: () => void
}

/** Who is in the call, what one sends, and the way out. One comes in silent and unseen. */
export default function InCall({ room, live, nameOf, myKey, leave }: CallProps): JSX.Element {
  const { room: words } = useWords()
  const { client } = useLive()
  const [state, setState] = useState(OUTSIDE)
  const [wrong, setWrong] = useState<string>()
  const { listen } = live
  const sessionId = room.session.id
  const call = useMemo(
    () =>
      new Call(myKey, {
        command: (op, args) => client.command(op, { sessionId, ...args }),
        whisper: (op, args) => {
          client.whisper(op, { sessionId, ...args })
        },
        changed: setState,
        refused: setWrong,
      }),
    [client, myKey, sessionId],
  )
  useEffect(() => {
    const stop = listen({
      connected: (line) => {
        call.connected(line)
      },
      word: (word) => void call.heard(word),
    })
    void call.join()
    return () => {
      stop()
      void call.leave()
    }
  }, [call, listen])
  const seats = useMemo(() => Object.values(room.call), [room.call])
  useEffect(() => {
    call.seated(seats)
  }, [call, seats])

  const turn = (kind: 'audio' | 'video', isOn: boolean): void =>
    void call.turn(kind, isOn).then((isDone) => {
      if (!isDone) setWrong(words.noMedia)
    })
  return (
    <>
      {wrong !== undefined && (
        <p class="note alarm" role="alert">
          {wrong}
        </p>
      )}
      <ul class="tiles">
        {seats.map((seat) => (
          <Tile
            key={seat.connectionId}
            seat={seat}
            name={nameOf(seat.profileId)}
            stream={seat.profileId === myKey ? state.mine : (state.streams.get(seat.connectionId) ?? null)}
            isMine={seat.profileId === myKey}
          />
        ))}
      </ul>
      <div class="row">
        <button
          type="button"
          aria-pressed={state.microphone}
          onClick={() => {
            turn('audio', !state.microphone)
          }}
        >
          {words.microphone}
        </button>
        <button
          type="button"
          aria-pressed={state.camera}
          onClick={() => {
            turn('video', !state.camera)
          }}
        >
          {words.camera}
        </button>
        <button type="button" class="alarm" onClick={leave}>
          {words.hangUp}
        </button>
      </div>
    </>
  )
}

interface TileProps {
  readonly seat: Seat
  readonly name: string
  readonly stream: MediaStream | null
  readonly isMine: boolean
}

function Tile({ seat, name, stream, isMine }: TileProps): JSX.Element {
  const { room: words } = useWords()
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current !== null && video.current.srcObject !== stream) video.current.srcObject = stream
  }, [stream])
  return (
    <li class="tile">
      {/* The picture without sound of one's own, so that nobody hears themselves. */}
      <video ref={video} class={seat.camera ? '' : 'hidden'} autoplay playsInline muted={isMine} aria-label={name} />
      {!seat.camera && <Face name={name} />}
      <span class="small">
        {name} <span class="soft">{seat.microphone ? words.speaks : words.silent}</span>
      </span>
    </li>
  )
}
