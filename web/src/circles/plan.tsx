/** Planning a meeting or a series, at a time that is found or chosen. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { PlanCircleMeetings } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { circleMeetingWords } from '../words/circle-meetings'
import { useCircle } from './circle'
import { MeetingFields, meetingIn } from './meeting-form'
import { Times } from './times'

const USUAL = { title: '', minutes: 60, cap: null, turnSeconds: 180, everyDays: 14 }

export default function Plan(): JSX.Element {
  const words = useMore(circleMeetingWords)
  const { head } = useCircle()
  const { me } = ViewerContext.use()
  const zone = me?.profile.timeZone ?? 'UTC'
  const { act, isBusy, refused } = useAct(PlanCircleMeetings)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [startsAt, setStart] = useState<string>()
  const [planned, setPlanned] = useState(0)
  const wrong = refused?.fields ?? {}

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const values = formValues(event)
    const said = meetingIn(values, zone)
    if (said === undefined) return
    const series = { times: Number(values['times']), everyDays: Number(values['everyDays']), timeZone: zone }
    const done = await act({ input: { circleId: head.id, ...said, ...series, idempotencyKey: key } })
    setPlanned(done?.meetings.length ?? 0)
    if (done === undefined) return
    setKey(crypto.randomUUID())
    setStart(undefined)
    form.reset()
  }

  return (
    <div class="stack">
      <Times circleId={head.id} zone={zone} minutes={USUAL.minutes} choose={setStart} />
      <form class="stack" aria-label={words.plan} onSubmit={(event) => void submit(event)}>
        <MeetingFields now={{ ...USUAL, startsAt }} zone={zone} wrong={wrong} />
        <div class="columns">
          <Field label={words.times} name="times" type="number" required value={1} wrong={wrong['times']} />
          <Field
            label={words.everyDays}
            name="everyDays"
            type="number"
            hint={words.zoneHint}
            required
            value={USUAL.everyDays}
            wrong={wrong['everyDays']}
          />
        </div>
        <Refusal refused={refused} />
        <div>
          <button class="main" disabled={isBusy}>
            {words.planIt}
          </button>
        </div>
        <p role="status">{planned > 0 && words.planned(planned)}</p>
      </form>
    </div>
  )
}
