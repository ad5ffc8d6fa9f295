import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'

import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'
import type { Window } from './week'
import { DAYS, HOURS, coverOf, paint, stepFrom } from './week'

/** A Monday; only its weekday counts. */
const SOME_MONDAY = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

function dayNames(language: string, width: 'long' | 'short'): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: width, timeZone: 'UTC' })
  return Array.from({ length: DAYS }, (_, day) => format.format(SOME_MONDAY + day * DAY_MS))
}

function hourNames(language: string): string[] {
  const format = new Intl.DateTimeFormat(language, { hour: 'numeric', timeZone: 'UTC' })
  return Array.from({ length: HOURS }, (_, hour) => format.format(SOME_MONDAY + hour * HOUR_MS))
}

interface GridProps {
  readonly week: readonly Window[]
  readonly change: (week: readonly Window[]) => void
}

/** One cell takes the focus (the grid pattern): one Tab leads in, one leads out. */
export function WeekGrid({ week, change }: GridProps): JSX.Element {
  const words = useMore(profileWords)
  const { language } = useWords()
  const [at, setAt] = useState({ weekday: 0, hour: 9 })
  const grid = useRef<HTMLTableElement>(null)
  /** What a stroke does, from the cell it began on: opens, or closes. */
  const stroke = useRef<boolean | undefined>(undefined)
  const hours = hourNames(language)
  const long = dayNames(language, 'long')

  function brush(weekday: number, hour: number, isOpen: boolean): void {
    change(paint(week, { weekday, startHour: hour, endHour: hour + 1 }, isOpen))
  }

  function key(event: KeyboardEvent): void {
    const isOpen = coverOf(week, at.weekday, at.hour) === 'full'
    if (event.key === ' ' || event.key === 'Enter') brush(at.weekday, at.hour, !isOpen)
    else {
      const next = stepFrom(at, event.key, document.dir === 'rtl')
      if (next === undefined) return
      if (event.shiftKey) brush(next.weekday, next.hour, isOpen)
      setAt(next)
      grid.current?.querySelector<HTMLElement>(`[data-cell="${String(next.weekday)}-${String(next.hour)}"]`)?.focus()
    }
    event.preventDefault()
  }

  function under(event: PointerEvent): { weekday: number; hour: number } | undefined {
    const cell = event.target instanceof Element ? event.target.getAttribute('data-cell') : null
    const [weekday, hour] = (cell ?? '').split('-').map(Number)
    return weekday === undefined || hour === undefined ? undefined : { weekday, hour }
  }

  return (
    <table
      ref={grid}
      role="grid"
      class="week"
      aria-label={words.week}
      onKeyDown={key}
      onPointerMove={(event) => {
        const cell = stroke.current === undefined ? undefined : under(event)
        if (cell === undefined || stroke.current === undefined) return
        if (coverOf(week, cell.weekday, cell.hour) !== (stroke.current ? 'full' : 'none')) {
          brush(cell.weekday, cell.hour, stroke.current)
        }
      }}
      onPointerUp={() => {
        stroke.current = undefined
      }}
      onPointerLeave={() => {
        stroke.current = undefined
      }}
    >
      <Days />
      <tbody>
        {hours.map((name, hour) => (
          <tr key={hour}>
            <th scope="row">{name}</th>
            {long.map((day, weekday) => {
              const cover = coverOf(week, weekday, hour)
              return (
                <td
                  key={weekday}
                  role="gridcell"
                  data-cell={`${String(weekday)}-${String(hour)}`}
                  class={cover}
                  tabIndex={at.weekday === weekday && at.hour === hour ? 0 : -1}
                  aria-selected={cover === 'full'}
                  aria-label={`${day} ${name}, ${words.cell[cover]}`}
                  onPointerDown={(event) => {
                    // A finger that moves scrolls the page: it paints by taps alone.
                    if (event.pointerType === 'touch') return
                    stroke.current = cover !== 'full'
                    setAt({ weekday, hour })
                    brush(weekday, hour, stroke.current)
                  }}
                  onClick={(event) => {
                    if ((event as unknown as PointerEvent).pointerType === 'touch') brush(weekday, hour, cover !== 'full')
                  }}
                />
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Days(): JSX.Element {
  const words = useMore(profileWords)
  const { language } = useWords()
  const long = dayNames(language, 'long')
  return (
    <thead>
      <tr>
        <th scope="col">
          <span class="hidden">{words.hour}</span>
        </th>
        {dayNames(language, 'short').map((day, weekday) => (
          <th key={day} scope="col" abbr={long[weekday]}>
            {day}
          </th>
        ))}
      </tr>
    </thead>
  )
}
