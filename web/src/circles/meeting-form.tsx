/** A meeting in its planner's words: for one, a series, and one that is moved. */

import type { JSX } from 'preact'

import { instantOf, wallOf } from '../mentorship/zones'
import { Field } from '../ui/parts'
import { useMore } from '../words'
import { circleMeetingWords } from '../words/circle-meetings'

const SECONDS = 60
const WALL_DAY = 10

interface Now {
  readonly title: string
  readonly startsAt: string | undefined
  readonly minutes: number
  readonly cap: number | null
  readonly turnSeconds: number
}

interface Said {
  readonly title: string
  readonly startsAt: string
  readonly minutes: number
  readonly cap: number | null
  readonly turnSeconds: number
}

interface MeetingFieldsProps {
  readonly now: Now
  readonly zone: string
  readonly wrong: Readonly<Record<string, string>>
}

export function MeetingFields({ now, zone, wrong }: MeetingFieldsProps): JSX.Element {
  const words = useMore(circleMeetingWords)
  const wall = now.startsAt === undefined ? undefined : wallOf(now.startsAt, zone)
  return (
    <>
      <Field label={words.name} name="title" required value={now.title} wrong={wrong['title']} />
      <div class="columns" key={wall}>
        <label class="field">
          {words.day}
          <input
            type="date"
            name="day"
            required
            min={wallOf(new Date().toISOString(), zone).slice(0, WALL_DAY)}
            defaultValue={wall?.slice(0, WALL_DAY)}
            aria-invalid={wrong['startsAt'] !== undefined}
          />
          {wrong['startsAt'] !== undefined && <span class="wrong">{wrong['startsAt']}</span>}
        </label>
        <label class="field">
          {words.at}
          <input type="time" name="at" required defaultValue={wall?.slice(WALL_DAY + 1)} />
        </label>
      </div>
      <div class="columns">
        <Field label={words.minutes} name="minutes" type="number" required value={now.minutes} wrong={wrong['minutes']} />
        <Field
          label={words.turn}
          name="turn"
          type="number"
          required
          value={now.turnSeconds / SECONDS}
          wrong={wrong['turnSeconds']}
        />
        <Field label={words.cap} name="cap" type="number" hint={words.capHint} value={now.cap ?? ''} wrong={wrong['cap']} />
      </div>
    </>
  )
}

/** What the fields say; nothing while the day or the hour is none. */
export function meetingIn(values: Readonly<Record<string, string>>, zone: string): Said | undefined {
  const { title = '', day = '', at = '', minutes = '', turn = '', cap = '' } = values
  const startsAt = instantOf(`${day}T${at}`, zone)
  if (startsAt === undefined) return undefined
  return {
    title,
    startsAt,
    minutes: Number(minutes),
    cap: cap === '' ? null : Number(cap),
    turnSeconds: Number(turn) * SECONDS,
  }
}
