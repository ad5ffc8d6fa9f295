/** A week to paint: by mouse or finger, or by arrow keys and the space bar; read out as a table of days and hours. */

import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'

import { SetAvailability } from '../api/gen/documents'
import type { MyPageFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'
import { WeekGrid } from './grid'
import type { Span, Window } from './week'
import { hoursOf, paint } from './week'

const WEEKDAYS = [0, 1, 2, 3, 4]
const PRESETS: Readonly<Record<'mornings' | 'evenings' | 'weekends', readonly Span[]>> = {
  mornings: WEEKDAYS.map((weekday) => ({ weekday, startHour: 9, endHour: 12 })),
  evenings: WEEKDAYS.map((weekday) => ({ weekday, startHour: 18, endHour: 21 })),
  weekends: [5, 6].map((weekday) => ({ weekday, startHour: 10, endHour: 18 })),
}

export function Painter({ profile, saved }: { profile: MyPageFragment; saved?: () => void }): JSX.Element {
  const words = useMore(profileWords)
  const { save, saved: savedWord, language } = useWords()
  const { act, isBusy, refused } = useAct(SetAvailability)
  const [week, setWeek] = useState<readonly Window[]>(profile.windows)
  const [isChanged, setChanged] = useState(false)
  const wasSaved = useRef(false)

  function change(changed: readonly Window[]): void {
    setWeek(changed)
    setChanged(true)
  }

  async function store(): Promise<void> {
    const windows = week.map(({ weekday, startMinute, endMinute }) => ({ weekday, startMinute, endMinute }))
    const { bufferMinutes, noticeMinutes } = profile
    if ((await act({ input: { windows, bufferMinutes, noticeMinutes } })) === undefined) return
    wasSaved.current = true
    setChanged(false)
    saved?.()
  }

  return (
    <section class="card" aria-label={words.week}>
      <h2>{words.week}</h2>
      <p class="small soft">{words.weekHint(profile.timeZone)}</p>
      <div class="row">
        {(['mornings', 'evenings', 'weekends'] as const).map((preset) => (
          <button
            key={preset}
            type="button"
            onClick={() => {
              change(PRESETS[preset].reduce<readonly Window[]>((painted, span) => paint(painted, span, true), week))
            }}
          >
            {words.presets[preset]}
          </button>
        ))}
        <button
          type="button"
          class="plain"
          onClick={() => {
            change([])
          }}
        >
          {words.presets.clear}
        </button>
      </div>
      <WeekGrid week={week} change={change} />
      <Refusal refused={refused} />
      <div class="row">
        <button type="button" class="main" disabled={isBusy || !isChanged} onClick={() => void store()}>
          {save}
        </button>
        <span role="status" class="small">
          {words.weekOf(new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(hoursOf(week)))}{' '}
          {isChanged ? words.notSaved : wasSaved.current && savedWord}
        </span>
      </div>
    </section>
  )
}
