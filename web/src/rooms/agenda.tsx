import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { formValues } from '../ui/parts'
import { useWords } from '../words'
import type { Tell } from './chat'
import type { RoomPicture } from './picture'
import type { RoomState } from './use-room'

const DEFAULT_MINUTES = 10

export function Agenda({ room, tell, act }: { room: RoomPicture; tell: Tell; act: RoomState['act'] }): JSX.Element {
  const { room: words, me } = useWords()
  const { items, order, currentId } = room.agenda
  const isOver = room.session.state === 'ended'
  return (
    <section class="card" aria-label={words.agenda}>
      <h2>{words.agenda}</h2>
      <Timer room={room} tell={tell} />
      <ol class="stack">
        {order.map((id) => {
          const item = items[id]
          if (item === undefined) return null
          return (
            <li key={id} class="row spread" aria-current={id === currentId ? 'step' : undefined}>
              <label class="check">
                <input
                  type="checkbox"
                  disabled={isOver}
                  checked={item.doneAt !== null}
                  onChange={(event) => {
                    const isDone = event.currentTarget.checked
                    void act('agenda.edit', { itemId: id, title: item.title, minutes: item.minutes, isDone })
                  }}
                />
                <span class={item.doneAt === null ? '' : 'done'}>
                  {item.title} <span class="soft small">{item.minutes} min</span>
                </span>
              </label>
            </li>
          )
        })}
      </ol>
      {!isOver && (
        <form
          class="say"
          onSubmit={(event) => {
            const form = event.currentTarget
            const { title = '' } = formValues(event)
            if (title.trim() === '') return
            tell('agenda.add', { title, minutes: DEFAULT_MINUTES })
            form.reset()
          }}
        >
          <input name="title" aria-label={words.addItem} placeholder={words.addItem} autocomplete="off" />
          <button>{me.add}</button>
        </form>
      )}
    </section>
  )
}

/** Counts down to an instant that all share; says the time only when asked, not every second. */
function Timer({ room, tell }: { room: RoomPicture; tell: Tell }): JSX.Element {
  const { room: words } = useWords()
  const { endsAt } = room.timer
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (endsAt === null) return undefined
    const ticking = setInterval(() => {
      setNow(Date.now())
    }, 1000)
    return () => {
      clearInterval(ticking)
    }
  }, [endsAt])
  const left = endsAt === null ? 0 : Math.max(0, Math.round((Date.parse(endsAt) - now) / 1000))
  const shown = `${String(Math.floor(left / 60))}:${String(left % 60).padStart(2, '0')}`
  return (
    <div class="row spread">
      <span role="timer" aria-live="off">
        {words.timer} {endsAt === null ? '' : shown}
      </span>
      <button
        type="button"
        disabled={room.session.state === 'ended'}
        onClick={() => {
          tell('timer.set', endsAt === null ? { action: 'start', seconds: DEFAULT_MINUTES * 60 } : { action: 'stop' })
        }}
      >
        {endsAt === null ? words.start : words.stop}
      </button>
    </div>
  )
}
