/** Proposing a meeting or a series of them. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { ProposeMeeting } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { meetingWords } from '../words/meetings'
import { Starts } from './starts'
import { useTie } from './tie'

const USUAL_MINUTES = 60

export default function Propose({ done }: { done: () => void }): JSX.Element {
  const words = useMore(meetingWords)
  const { head, otherName } = useTie()
  const { act, isBusy, refused } = useAct(ProposeMeeting)
  const [minutes, setMinutes] = useState(USUAL_MINUTES)
  const [starts, setStarts] = useState<readonly string[]>([])
  const [every, setEvery] = useState<'7' | '14'>('7')
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [said, setSaid] = useState('')
  const [isShort, setShort] = useState(false)

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { title = '', note = '', times = '1', skips } = formValues(event)
    setShort(starts.length === 0)
    if (starts.length === 0) return
    const series = { times: Number(times), everyDays: Number(every), skipsGigs: skips === 'on' }
    const input = { mentorshipId: head.id, starts, minutes, title, note, idempotencyKey: key, ...series }
    if ((await act({ input })) === undefined) return
    setKey(crypto.randomUUID())
    setStarts([])
    setSaid(words.sent(otherName))
    form.reset()
    done()
  }

  return (
    <form class="stack" aria-label={words.propose} onSubmit={(event) => void submit(event)}>
      <Field label={words.about} name="title" wrong={refused?.fields['title']} />
      <Starts
        minutes={minutes}
        setMinutes={setMinutes}
        chosen={starts}
        choose={(next) => {
          setStarts(next)
          setSaid('')
        }}
        wrong={isShort && starts.length === 0 ? words.needsOne : undefined}
      />
      <Field label={words.note} name="note" lines={2} wrong={refused?.fields['note']} />
      <details>
        <summary class="small">{words.repeat}</summary>
        <div class="stack">
          <Field label={words.times} name="times" type="number" value={1} wrong={refused?.fields['times']} />
          <Choice label={words.every} value={every} choices={words.everies} onChange={setEvery} />
          <label class="check">
            <input type="checkbox" name="skips" defaultChecked />
            {words.skips}
          </label>
        </div>
      </details>
      <Refusal refused={refused} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.send}
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  )
}
