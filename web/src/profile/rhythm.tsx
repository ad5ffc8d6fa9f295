/** On a gig or between gigs, and whether one takes requests: one press each. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { GigOver, GigStarted, PauseRequests } from '../api/gen/documents'
import type { MyPageFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'

const DAY_MS = 86_400_000
const WEEK_DAYS = 7
const MONTH_DAYS = 28

interface Props {
  readonly profile: MyPageFragment
  readonly again: () => void
}

export function Rhythm({ profile, again }: Props): JSX.Element {
  const { me, language } = useWords()
  const words = useMore(profileWords)
  const started = useAct(GigStarted)
  const over = useAct(GigOver)
  const [until, setUntil] = useState('')
  const gig = profile.stretches.find(
    (each) =>
      each.kind === 'ON_GIG' &&
      Date.parse(each.startedAt) <= Date.now() &&
      (each.endedAt === null || Date.parse(each.endedAt) > Date.now()),
  )
  return (
    <section class="card" aria-label={me.rhythm}>
      <h2>{me.rhythm}</h2>
      <Refusal refused={started.refused ?? over.refused} />
      <p role="status" class={gig === undefined ? '' : 'note warm'}>
        {gig === undefined ? me.offGig : me.onGig}{' '}
        {gig !== undefined && (
          <span class="small">
            ({words.since(day(gig.startedAt, language))}
            {gig.endedAt !== null && ` ${words.upTo(day(gig.endedAt, language))}`})
          </span>
        )}
      </p>
      {gig === undefined ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            void started.act({ until: until === '' ? null : new Date(`${until}T23:59`).toISOString() }).then(again)
          }}
        >
          <label class="field">
            {words.until}
            <input
              type="date"
              value={until}
              onInput={(event) => {
                setUntil(event.currentTarget.value)
              }}
            />
          </label>
          <div>
            <button class="main" disabled={started.isBusy}>
              {me.gigStarted}
            </button>
          </div>
        </form>
      ) : (
        <div>
          <button type="button" class="main" disabled={over.isBusy} onClick={() => void over.act({}).then(again)}>
            {me.gigOver}
          </button>
        </div>
      )}
    </section>
  )
}

export function Requests({ profile }: { profile: MyPageFragment }): JSX.Element {
  const words = useMore(profileWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useAct(PauseRequests)
  const until = profile.requestsPausedUntil
  const isPaused = until !== null && Date.parse(until) > Date.now()
  const pause = (days: number): void => void act({ until: new Date(Date.now() + days * DAY_MS).toISOString() })
  return (
    <section class="card" aria-label={words.pause}>
      <h2>{words.pause}</h2>
      <Refusal refused={refused} />
      <p role="status">{isPaused ? words.paused(day(until, language)) : words.open}</p>
      {isPaused ? (
        <div>
          <button type="button" disabled={isBusy} onClick={() => void act({ until: null })}>
            {words.resume}
          </button>
        </div>
      ) : (
        <>
          <p class="small soft">{words.pauseHint}</p>
          <div class="row">
            {([WEEK_DAYS, MONTH_DAYS] as const).map((days) => (
              <button
                key={days}
                type="button"
                disabled={isBusy}
                onClick={() => {
                  pause(days)
                }}
              >
                {days === WEEK_DAYS ? words.pauseWeek : words.pauseMonth}
              </button>
            ))}
          </div>
        </>
      )}
    </section>
  )
}
