/** Choosing starts to propose: those that suit both, and others by hand; in one's own time, with the other's beside. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { CommonTimes } from '../api/gen/documents'
import { Choice, Loading } from '../ui/parts'
import { useMore } from '../words'
import { meetingWords } from '../words/meetings'
import { Moment } from './moment'
import { useTie } from './tie'
import { instant, instantOf, wallOf } from './zones'

const MOST_STARTS = 5
const LENGTHS = [30, 45, 60, 90] as const
const SHORTEST_COMMON = 15

interface StartsProps {
  readonly minutes: number
  readonly setMinutes: (minutes: number) => void
  readonly chosen: readonly string[]
  readonly choose: (starts: readonly string[]) => void
  readonly wrong?: string | undefined
}

export function Starts({ minutes, setMinutes, chosen, choose, wrong }: StartsProps): JSX.Element {
  const words = useMore(meetingWords)
  const { me, other } = useTie()
  const asked = { profileId: other?.id ?? '', minutes: Math.max(minutes, SHORTEST_COMMON) }
  const { data, failure } = useAnswer(CommonTimes, asked, { pause: other === null })
  const common = (data?.commonStarts ?? []).map(({ at }) => instant(at))
  const shown = [...new Set([...common, ...chosen])].sort()
  const lengths = [...new Set<number>([...LENGTHS, minutes])].sort((a, b) => a - b)
  return (
    <>
      <Choice<string>
        label={words.minutes}
        value={String(minutes)}
        choices={Object.fromEntries(lengths.map((n) => [String(n), words.minutesOf(n)]))}
        onChange={(value) => {
          setMinutes(Number(value))
        }}
      />
      <fieldset class="stack tight">
        <legend>{words.starts}</legend>
        <p class="small soft">{words.startsHint(me.profile.timeZone, MOST_STARTS)}</p>
        {data === undefined && failure === undefined && other !== null && <Loading />}
        {failure !== undefined && <p class="note">{failure.code === 'not_allowed' ? words.noWeek : failure.message}</p>}
        {data !== undefined && common.length === 0 && <p class="note">{words.noStarts}</p>}
        <div class="columns">
          {shown.map((at) => (
            <label key={at} class="check">
              <input
                type="checkbox"
                checked={chosen.includes(at)}
                disabled={!chosen.includes(at) && chosen.length >= MOST_STARTS}
                onChange={(event) => {
                  choose(event.currentTarget.checked ? [...chosen, at] : chosen.filter((each) => each !== at))
                }}
              />
              <Moment at={at} minutes={minutes} />
            </label>
          ))}
        </div>
        <ByHand chosen={chosen} choose={choose} />
        {wrong !== undefined && (
          <p class="wrong" role="alert">
            {wrong}
          </p>
        )}
      </fieldset>
    </>
  )
}

function ByHand({ chosen, choose }: Pick<StartsProps, 'chosen' | 'choose'>): JSX.Element {
  const words = useMore(meetingWords)
  const { me } = useTie()
  const [wall, setWall] = useState('')
  const [wrong, setWrong] = useState<string>()

  function add(): void {
    const at = instantOf(wall, me.profile.timeZone)
    if (at === undefined || Date.parse(at) <= Date.now()) {
      setWrong(words.notAhead)
      return
    }
    if (chosen.length >= MOST_STARTS && !chosen.includes(at)) {
      setWrong(words.enough(MOST_STARTS))
      return
    }
    setWrong(undefined)
    setWall('')
    choose([...new Set([...chosen, at])])
  }

  return (
    <div class="row end">
      <label class="field">
        {words.byHand}
        <input
          type="datetime-local"
          value={wall}
          min={wallOf(new Date().toISOString(), me.profile.timeZone)}
          aria-invalid={wrong !== undefined}
          onInput={(event) => {
            setWall(event.currentTarget.value)
          }}
        />
      </label>
      <button type="button" onClick={add}>
        {words.add}
        <span class="hidden">: {words.byHand}</span>
      </button>
      <span class="wrong" role="status">
        {wrong}
      </span>
    </div>
  )
}
