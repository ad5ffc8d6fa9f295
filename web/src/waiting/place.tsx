/** A place in line: how far it is, who is asked now, what there is to do meanwhile. */

import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import { LeaveWaitingList } from '../api/gen/documents'
import type { WaitingCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Safety } from '../safety/safety'
import { percent } from '../ui/numbers'
import { Refusal } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { thing } from '../ui/thing'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { waitingWords } from '../words/waiting'
import { wholeDays } from './span'

interface Props {
  readonly place: WaitingCardFragment
}

export function Place({ place }: Props): JSX.Element {
  const words = useMore(waitingWords)
  const { formats, language } = useWords()
  const name = place.skill?.label ?? words.skillGone
  return (
    <article class="card" {...thing(place.id)} aria-label={name}>
      <div class="row">
        <h2 class="name">{name}</h2>
        <span class="chip">{formats[place.format]}</span>
        <span class={place.state === 'OFFERED' ? 'chip warm' : 'chip'}>{words.states[place.state]}</span>
      </div>
      <p>{place.goal}</p>
      {place.state === 'OFFERED' ? <Offer place={place} /> : <Ahead place={place} />}
      <p class="small soft">{words.since(day(place.since, language))}</p>
      <Meanwhile place={place} />
      <Leave place={place} />
    </article>
  )
}

function Offer({ place }: Props): JSX.Element {
  const words = useMore(waitingWords)
  const mentor = place.request?.receiver ?? null
  return (
    <>
      <div class="note warm">
        <p>
          {words.asked} <Somebody person={mentor} />
        </p>
        <p class="small">{words.turn}</p>
      </div>
      {mentor !== null && <Safety subjectId={mentor.id} profileId={mentor.id} name={mentor.name} />}
    </>
  )
}

function Ahead({ place }: Props): JSX.Element {
  const words = useMore(waitingWords)
  const { position, forecast, acceptRate } = place
  const span = forecast === null ? undefined : wholeDays(forecast.earliestDays, forecast.latestDays)
  return (
    <>
      {position !== null && <p class="large">{words.position(position)}</p>}
      {forecast === null || span === undefined ? (
        <p class="small soft">{words.noForecast}</p>
      ) : (
        <>
          <p>{words.forecast(span.from, span.to)}</p>
          <p class="small soft">{words.measured(forecast.served, Math.round(forecast.overDays))}</p>
        </>
      )}
      {acceptRate !== null && <p class="small soft">{words.accepted(percent(acceptRate))}</p>}
    </>
  )
}

function Meanwhile({ place }: Props): JSX.Element | null {
  const words = useMore(waitingWords)
  const { asksAnswered, hoursToAnswer, webinars } = place.help
  if (asksAnswered === 0 && webinars.length === 0) return null
  return (
    <div class="small stack tight">
      <h3>{words.meanwhile}</h3>
      {asksAnswered > 0 && (
        <p>
          {words.asks(asksAnswered)}
          {hoursToAnswer !== null && `, ${words.within(Math.max(1, Math.round(hoursToAnswer)))}`}.
        </p>
      )}
      <ul class="stack tight">
        {webinars.map(({ id, title }) => (
          <li key={id}>
            <Link href={`/webinars/${encodeURIComponent(id)}`}>{title}</Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Leave({ place }: Props): JSX.Element {
  const words = useMore(waitingWords)
  const { act, isBusy, refused } = useAct(LeaveWaitingList)
  return (
    <details>
      <summary class="small">{words.leave}</summary>
      <div class="stack">
        <p class="small soft">{words.leaveHint}</p>
        <Refusal refused={refused} />
        <div>
          <button type="button" class="alarm" disabled={isBusy} onClick={() => void act({ input: { placeId: place.id } })}>
            {words.sure}
          </button>
        </div>
      </div>
    </details>
  )
}
