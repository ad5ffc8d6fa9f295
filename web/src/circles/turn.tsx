import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import type { SeatNameFragment } from '../api/gen/types'
import { useMore, useWords } from '../words'
import { circleRoomWords } from '../words/circle-room'
import { asTime } from './lasting'
import { seatName } from './seat-name'

const TICK_MS = 1000

interface TurnCardProps {
  readonly turn: { readonly round: number; readonly endsAt: string; readonly seat: SeatNameFragment | null } | null
  readonly children: ComponentChildren
}

/** Whose turn it is: told once to who hears the page, while the seconds run for the eye. */
export function TurnCard({ turn, children }: TurnCardProps): JSX.Element {
  const words = useMore(circleRoomWords)
  const all = useWords()
  const isMine = turn?.seat?.isMine === true
  return (
    <section class={isMine ? 'card lit' : 'card'} aria-label={words.turn}>
      <p class="large" role="status">
        {turn === null ? words.noTurn : isMine ? words.yourTurn : words.hasTurn(seatName(turn.seat, all))}
      </p>
      {turn !== null && (
        <p class="soft">
          {words.round(turn.round)}, <Left key={turn.endsAt} endsAt={turn.endsAt} />
        </p>
      )}
      {children}
    </section>
  )
}

function Left({ endsAt }: { endsAt: string }): JSX.Element {
  const words = useMore(circleRoomWords)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const ticking = setInterval(() => {
      setNow(Date.now())
    }, TICK_MS)
    return () => {
      clearInterval(ticking)
    }
  }, [])
  const seconds = Math.ceil((Date.parse(endsAt) - now) / TICK_MS)
  return <span role="timer">{seconds > 0 ? words.left(asTime(seconds)) : words.over}</span>
}
