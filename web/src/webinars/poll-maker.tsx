import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { DraftPoll } from '../api/gen/documents'
import type { PollKind } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { stageWords } from '../words/stage'

const WITHOUT_OPTIONS: readonly PollKind[] = ['RATING', 'WORD_CLOUD']

export function PollMaker({ webinarId, made: tell }: { webinarId: string; made: () => void }): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useAct(DraftPoll)
  const [kind, setKind] = useState<PollKind>('SINGLE')
  const [key, setKey] = useState(() => crypto.randomUUID())
  const hasOptions = !WITHOUT_OPTIONS.includes(kind)

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { prompt = '', options: told = '', most = '1', right = '1' } = formValues(event)
    const options = told
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    const made = await act({
      input: {
        webinarId,
        kind,
        prompt,
        options: hasOptions ? options : [],
        mostChoices: kind === 'MULTIPLE' ? Number(most) : kind === 'RANKING' ? options.length : 1,
        correct: kind === 'QUIZ' ? [Number(right) - 1] : [],
        scale: 5,
        idempotencyKey: key,
      },
    })
    if (made === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
    tell()
  }

  return (
    <details class="card">
      <summary>{words.makePoll}</summary>
      <form class="stack" aria-label={words.makePoll} onSubmit={(event) => void submit(event)}>
        <Refusal refused={refused} />
        <Field label={words.prompt} name="prompt" required wrong={refused?.fields['prompt']} />
        <Choice<PollKind> label={words.kind} value={kind} choices={words.kinds} onChange={setKind} />
        {hasOptions && (
          <Field
            label={words.options}
            hint={words.optionsHint}
            name="options"
            lines={4}
            required
            wrong={refused?.fields['options']}
          />
        )}
        {kind === 'MULTIPLE' && (
          <Field label={words.most} name="most" type="number" value={2} required wrong={refused?.fields['mostChoices']} />
        )}
        {kind === 'QUIZ' && (
          <Field label={words.right} name="right" type="number" value={1} required wrong={refused?.fields['correct']} />
        )}
        <div>
          <button class="main" disabled={isBusy}>
            {words.makePoll}
          </button>
        </div>
      </form>
    </details>
  )
}
