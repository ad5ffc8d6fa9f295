/** Thanking somebody for something both took part in. */

import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { GiveKudos, KudosGrounds } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Pending, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { kudosWords } from '../words/kudos'
import type { Ground } from './grounds'
import { groundsIn } from './grounds'

interface GiveProps {
  /** What it is to be for, where somebody came from it. */
  readonly aboutId: string | null
  readonly given: () => void
}

export default function Give({ aboutId, given }: GiveProps): JSX.Element {
  const words = useMore(kudosWords)
  const { data, failure, again } = useAnswer(KudosGrounds, {})
  if (data === undefined) return <Pending failure={failure} retry={again} />
  const all = groundsIn(data, words)
  if (all.length === 0) return <p class="soft">{words.noGrounds}</p>
  const about = all.filter((each) => each.aboutId === aboutId)
  const grounds = about.length > 0 ? about : all
  return <GiveForm grounds={grounds} given={given} />
}

function GiveForm({ grounds, given }: { grounds: readonly Ground[]; given: () => void }): JSX.Element {
  const words = useMore(kudosWords)
  const id = useId()
  const { act, isBusy, refused } = useAct(GiveKudos)
  const [said, setSaid] = useState('')
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { about = '', thanks = '' } = formValues(event)
    const chosen = grounds.find(({ key }) => key === about)
    setSaid('')
    if (chosen === undefined) return
    const { aboutId, receiverId } = chosen
    if ((await act({ input: { aboutId, receiverId, words: thanks, idempotencyKey } })) === undefined) return
    setKey(crypto.randomUUID())
    setSaid(words.done)
    form.reset()
    given()
  }

  return (
    <form class="stack" aria-label={words.give} onSubmit={(event) => void submit(event)}>
      <p class="small soft">{words.giveHint}</p>
      <div class="field">
        <label for={id}>{words.ground}</label>
        <select id={id} name="about" required>
          {grounds.length > 1 && <option value="">{words.choose}</option>}
          {grounds.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <Field label={words.words} name="thanks" required wrong={refused?.fields['words']} />
      <Refusal refused={refused} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.giveIt}
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  )
}
