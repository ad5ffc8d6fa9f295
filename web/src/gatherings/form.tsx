/** A gathering in its host's words: for one that is announced, and for one that changes. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { MyCircles } from '../api/gen/documents'
import type { GatheringInput, OneGatheringFragment } from '../api/gen/types'
import type { Refused } from '../api/outcome'
import { asClock, asMinute } from '../inbox/place'
import { wallOf } from '../mentorship/zones'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { gatheringWords } from '../words/gatherings'

const MINUTE_MS = 60_000
const USUAL = { startMinute: 18 * 60, minutes: 90, cap: 12 }
const EVERYBODY = ''

interface GatheringFormProps {
  readonly label: string
  readonly button: string
  /** What is changed; without it a gathering is announced. */
  readonly now?: OneGatheringFragment
  readonly isBusy: boolean
  readonly refused: Refused | undefined
  readonly send: (gathering: GatheringInput, circleId: string | null) => void
}

export default function GatheringForm(props: GatheringFormProps): JSX.Element {
  const words = useMore(gatheringWords)
  const { now, refused } = props
  const wrong = refused?.fields ?? {}
  const [isOnline, setOnline] = useState(now?.isOnline ?? false)
  const [circle, setCircle] = useState(EVERYBODY)
  return (
    <form
      class="stack"
      aria-label={props.label}
      onSubmit={(event) => {
        props.send(gatheringOf(formValues(event), isOnline), circle === EVERYBODY ? null : circle)
      }}
    >
      <Field label={words.name} name="title" required value={now?.title ?? ''} wrong={wrong['title']} />
      <Field label={words.about} name="about" lines={3} value={now?.about ?? ''} wrong={wrong['about']} />
      {now === undefined && <ForWhom circle={circle} choose={setCircle} />}
      <Times now={now} wrong={wrong} />
      <label class="check">
        <input
          type="checkbox"
          checked={isOnline}
          onChange={(event) => {
            setOnline(event.currentTarget.checked)
          }}
        />
        {words.isOnline}
      </label>
      {isOnline ? (
        <Field label={words.link} name="link" hint={words.linkHint} value={now?.link ?? ''} wrong={wrong['link']} />
      ) : (
        <Place now={now} wrong={wrong} />
      )}
      <div class="columns">
        <Field
          label={words.cap}
          name="cap"
          type="number"
          required
          hint={words.capHint}
          value={now?.cap ?? USUAL.cap}
          wrong={wrong['cap']}
        />
        <Field
          label={words.interests}
          name="interests"
          hint={words.interestsHint}
          value={now?.interests.join(', ') ?? ''}
          wrong={wrong['interests']}
        />
      </div>
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={props.isBusy}>
          {props.button}
        </button>
      </div>
    </form>
  )
}

function gatheringOf(values: Record<string, string>, isOnline: boolean): GatheringInput {
  const { title = '', about = '', day = '', at = '', minutes = '', zone = '', cap = '', interests = '' } = values
  const { place = '', city = '', country = '', link = '' } = values
  return {
    title,
    about,
    day,
    startMinute: asMinute(at),
    minutes: Number(minutes),
    timeZone: zone.trim(),
    isOnline,
    place,
    city,
    country: country.trim().toUpperCase(),
    link,
    cap: Number(cap),
    interests: interests.split(',').map((each) => each.trim()).filter(Boolean),
  }
}

interface PartProps {
  readonly now: OneGatheringFragment | undefined
  readonly wrong: Readonly<Record<string, string>>
}

function Times({ now, wrong }: PartProps): JSX.Element {
  const words = useMore(gatheringWords)
  const { me } = ViewerContext.use()
  const zone = now?.timeZone ?? me?.profile.timeZone ?? 'UTC'
  const minutes = now === undefined ? USUAL.minutes : (Date.parse(now.endsAt) - Date.parse(now.startsAt)) / MINUTE_MS
  return (
    <div class="columns">
      <label class="field">
        {words.day}
        <input
          type="date"
          name="day"
          required
          defaultValue={now?.day}
          min={wallOf(new Date().toISOString(), zone).slice(0, 10)}
          aria-invalid={wrong['day'] !== undefined}
        />
        <Wrong>{wrong['day']}</Wrong>
      </label>
      <label class="field">
        {words.at}
        <input
          type="time"
          name="at"
          required
          defaultValue={asClock(now?.startMinute ?? USUAL.startMinute)}
          aria-invalid={wrong['startMinute'] !== undefined}
        />
        <Wrong>{wrong['startMinute']}</Wrong>
      </label>
      <Field label={words.minutes} name="minutes" type="number" required value={minutes} wrong={wrong['minutes']} />
      <Field label={words.zone} name="zone" required hint={words.zoneHint} value={zone} wrong={wrong['timeZone']} />
    </div>
  )
}

function Wrong({ children }: { children: string | undefined }): JSX.Element | null {
  return children === undefined ? null : <span class="wrong">{children}</span>
}

function Place({ now, wrong }: PartProps): JSX.Element {
  const words = useMore(gatheringWords)
  return (
    <>
      <Field label={words.place} name="place" required hint={words.placeHint} value={now?.place ?? ''} wrong={wrong['place']} />
      <div class="columns">
        <Field label={words.city} name="city" required value={now?.city ?? ''} wrong={wrong['city']} />
        <Field
          label={words.country}
          name="country"
          hint={words.countryHint}
          value={now?.country ?? ''}
          wrong={wrong['country']}
        />
      </div>
    </>
  )
}

/** Every member, or one of the circles one sits in. */
function ForWhom({ circle, choose }: { circle: string; choose: (circle: string) => void }): JSX.Element | null {
  const words = useMore(gatheringWords)
  const { data } = useAnswer(MyCircles, {})
  const mine = (data?.myCircles.edges ?? []).map(({ node }) => node)
  if (mine.length === 0) return null
  const choices = { [EVERYBODY]: words.everybody, ...Object.fromEntries(mine.map(({ id, name }) => [id, name])) }
  return <Choice<string> label={words.forWhom} value={circle} choices={choices} onChange={choose} />
}
