/** Times at which a circle could meet: how many can come, and for how many it is very early or late. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { CircleTimes } from '../api/gen/documents'
import { dayIn, spanIn } from '../mentorship/zones'
import { Pending } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleMeetingWords } from '../words/circle-meetings'

const AHEAD_MS = 14 * 24 * 60 * 60_000

interface TimesProps {
  readonly circleId: string
  readonly zone: string
  readonly minutes: number
  readonly choose: (startsAt: string) => void
}

export function Times(props: TimesProps): JSX.Element {
  const words = useMore(circleMeetingWords)
  const [now, setNow] = useState<number>()
  if (now !== undefined) return <Found {...props} now={now} />
  return (
    <div>
      <button type="button" onClick={() => { setNow(Date.now()) }}>
        {words.find}
      </button>
    </div>
  )
}

function Found({ circleId, zone, minutes, choose, now }: TimesProps & { now: number }): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { language } = useWords()
  const [taken, setTaken] = useState<string>()
  const span = { start: new Date(now).toISOString(), end: new Date(now + AHEAD_MS).toISOString() }
  const { data, failure, again } = useAnswer(CircleTimes, { circleId, minutes, ...span })
  if (data === undefined) return <Pending failure={failure} retry={again} />
  if (data.circleTimes.length === 0) return <p class="note">{words.noTimes}</p>
  return (
    <div class="stack tight">
      <p class="small soft">{words.found}</p>
      <ul class="stack tight">
        {data.circleTimes.slice(0, 6).map((time) => {
          const at = `${dayIn(time.startsAt, zone, language)}, ${spanIn(time.startsAt, minutes, zone, language)}`
          return (
            <li key={time.startsAt} class="row spread">
              <span>
                {at}{' '}
                <span class="small soft">
                  {words.suits(time.canCome, time.painfulFor)}
                  {time.myCost > 0 && `, ${words.myCost(time.myCost)}`}
                </span>
              </span>
              <button
                type="button"
                aria-pressed={taken === time.startsAt}
                onClick={() => {
                  setTaken(time.startsAt)
                  choose(time.startsAt)
                }}
              >
                {words.take}
                <span class="hidden">: {at}</span>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
