/** The secret address at which calendar programs read one's meetings: made, shown once, taken back. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { CalendarFeed, EndCalendarFeed, MakeCalendarFeed } from '../api/gen/documents'
import { useActs } from '../api/outcome'
import { Failed, Loading, Refusal } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { calendarWords } from '../words/calendar'

export function Calendar(): JSX.Element {
  const words = useMore(calendarWords)
  const { language } = useWords()
  const { data, failure, again } = useAnswer(CalendarFeed, {})
  const { act, isBusy, refused } = useActs()
  const [address, setAddress] = useState<string>()
  const [said, setSaid] = useState('')

  async function make(): Promise<void> {
    const payload = await act(MakeCalendarFeed, {})
    if (payload === undefined) return
    setAddress(new URL(payload.path, location.origin).href)
    setSaid(words.made)
    again()
  }

  async function end(): Promise<void> {
    if ((await act(EndCalendarFeed, {})) === undefined) return
    setAddress(undefined)
    setSaid(words.ended)
    again()
  }

  return (
    <section class="card" aria-label={words.title}>
      <h2>{words.title}</h2>
      <p class="small soft">{words.hint}</p>
      <Refusal refused={refused} />
      {data === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : (
        <>
          {data.calendarFeedSince !== null && <p>{words.since(day(data.calendarFeedSince, language))}</p>}
          {address !== undefined && (
            <label class="field">
              {words.address}
              <input type="url" readOnly value={address} onFocus={(event) => { event.currentTarget.select() }} />
              <span class="small soft">{words.once}</span>
            </label>
          )}
          <div class="row">
            <button type="button" disabled={isBusy} onClick={() => void make()}>
              {data.calendarFeedSince === null ? words.make : words.makeAnew}
            </button>
            {data.calendarFeedSince !== null && (
              <button type="button" class="alarm" disabled={isBusy} onClick={() => void end()}>
                {words.end}
              </button>
            )}
            <span role="status">{said}</span>
          </div>
        </>
      )}
    </section>
  )
}
