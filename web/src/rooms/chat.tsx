import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import type { JsonObject } from '../live/frames'
import { clock } from '../ui/when'
import { useWords } from '../words'
import type { Line, RoomPicture } from './picture'
import type { RoomState } from './use-room'

export type Tell = (op: string, args: JsonObject) => void

interface ChatProps {
  readonly room: RoomPicture
  readonly live: RoomState
  readonly nameOf: (key: string) => string
  readonly tell: Tell
  readonly myKey: string
}

export function Chat({ room, live, nameOf, tell, myKey }: ChatProps): JSX.Element {
  const { room: words } = useWords()
  const end = useRef<HTMLDivElement>(null)
  const last = room.messages.at(-1)?.id
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' })
  }, [last])
  const typing = live.typing.filter((key) => key !== myKey)
  return (
    <section class="card" aria-label={words.chat}>
      <h2>{words.chat}</h2>
      <div class="talk" role="log" aria-live="polite" tabIndex={0} aria-label={words.chat}>
        {room.messages.map((line) => (
          <Said key={line.id} line={line} isMine={line.authorId === myKey} name={nameOf(line.authorId)} tell={tell} />
        ))}
        <div ref={end} />
      </div>
      <p class="soft small">{typing.length > 0 ? words.typing(typing.map(nameOf).join(', ')) : ' '}</p>
      {room.session.state === 'ended' ? <p class="note">{words.ended}</p> : <Say live={live} tell={tell} />}
    </section>
  )
}

function Said(props: { line: Line; isMine: boolean; name: string; tell: Tell }): JSX.Element {
  const { room: words } = useWords()
  const { line } = props
  return (
    <article class={props.isMine ? 'said mine' : 'said'}>
      <span class="small soft">
        {props.name} {clock(line.at, document.documentElement.lang)}
        {line.editedAt !== null && line.deletedAt === null && ` · ${words.edited}`}
      </span>
      {line.deletedAt === null ? <p>{line.text}</p> : <p class="soft">{words.deleted}</p>}
      {props.isMine && line.deletedAt === null && (
        <button
          type="button"
          class="plain small"
          onClick={() => {
            props.tell('session.delete', { messageId: line.id })
          }}
        >
          {words.takeBack}
        </button>
      )}
    </article>
  )
}

function Say({ live, tell }: { live: RoomState; tell: Tell }): JSX.Element {
  const words = useWords()
  const [text, setText] = useState('')
  function send(): void {
    if (text.trim() === '') return
    tell('session.send', { text })
    setText('')
  }
  return (
    <form
      class="say"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        rows={1}
        aria-label={words.room.say}
        placeholder={words.room.say}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          live.isTyping()
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <button class="main">{words.send}</button>
    </form>
  )
}
