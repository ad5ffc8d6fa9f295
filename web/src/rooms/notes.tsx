import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { useWords } from '../words'
import type { RoomPicture } from './picture'
import { SharedText, moved } from './shared-text'
import { useLive } from './live'
import type { RoomState } from './use-room'

/** A text that several type in at once. The field is not ours alone: what others write moves the cursor, not the focus. */
export default function Notes({ room, live }: { room: RoomPicture; live: RoomState }): JSX.Element {
  const { room: words } = useWords()
  const { client } = useLive()
  const field = useRef<HTMLTextAreaElement>(null)
  const text = useRef<SharedText>()
  const [wrong, setWrong] = useState<string>()
  const { listen } = live
  const sessionId = room.session.id

  useLayoutEffect(() => {
    const shared = new SharedText({
      command: (op, args) => client.command(op, { sessionId, ...args }),
      changed: (now, delta) => {
        const shown = field.current
        if (shown === null) return
        const { selectionStart: start, selectionEnd: end } = shown
        shown.value = now
        if (delta !== null) shown.setSelectionRange(moved(start, delta), moved(end, delta))
      },
      refused: setWrong,
    })
    text.current = shared
    const stop = listen({
      connected: () => void shared.sync(),
      notes: (payload) => {
        shared.heard(payload)
      },
    })
    return () => {
      stop()
      shared.close()
    }
  }, [client, listen, sessionId])
  const { number } = room.notes
  useEffect(() => {
    text.current?.told(number)
  }, [number])

  return (
    <>
      {wrong !== undefined && (
        <p class="note alarm" role="alert">
          {wrong}
        </p>
      )}
      <textarea
        ref={field}
        rows={10}
        aria-label={words.notes}
        readOnly={room.session.state === 'ended'}
        onInput={(event) => {
          // Half-composed characters are nobody's words yet.
          if (!event.isComposing) text.current?.write(event.currentTarget.value)
        }}
        onCompositionStart={() => {
          text.current?.hold()
        }}
        onCompositionEnd={(event) => {
          text.current?.write(event.currentTarget.value)
          text.current?.release()
        }}
      />
    </>
  )
}
