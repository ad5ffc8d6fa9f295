/** The form of other times: for an answer to a proposal, and for a meeting that is to move. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import type { Refused } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { meetingWords } from '../words/meetings'
import { Starts } from './starts'

interface Times {
  readonly starts: readonly string[]
  readonly minutes: number
  readonly note: string
}

interface TimesFormProps {
  readonly label: string
  readonly noteLabel: string
  readonly minutes: number
  readonly isBusy: boolean
  readonly refused: Refused | undefined
  readonly send: (times: Times) => void
}

export function TimesForm(props: TimesFormProps): JSX.Element {
  const words = useMore(meetingWords)
  const [minutes, setMinutes] = useState(props.minutes)
  const [chosen, choose] = useState<readonly string[]>([])
  const [isShort, setShort] = useState(false)
  return (
    <form
      class="stack"
      aria-label={props.label}
      onSubmit={(event) => {
        const { note = '' } = formValues(event)
        setShort(chosen.length === 0)
        if (chosen.length > 0) props.send({ starts: chosen, minutes, note })
      }}
    >
      <Starts
        minutes={minutes}
        setMinutes={setMinutes}
        chosen={chosen}
        choose={choose}
        wrong={isShort && chosen.length === 0 ? words.needsOne : undefined}
      />
      <Field label={props.noteLabel} name="note" wrong={props.refused?.fields['note']} />
      <Refusal refused={props.refused} />
      <div>
        <button class="main" disabled={props.isBusy}>
          {words.send}
        </button>
      </div>
    </form>
  )
}
