import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { EditCircle } from '../api/gen/documents'
import type { CircleFacilitation } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { useCircle } from './circle'
import type { ChosenRules } from './form'
import { CircleFields, RuleFields, saidIn } from './form'

interface SettingsProps {
  readonly facilitation: CircleFacilitation
  readonly isListed: boolean
}

/** What a circle is called and how it is set, to be changed. */
export default function Settings({ facilitation, isListed }: SettingsProps): JSX.Element {
  const words = useMore(circleDeskWords)
  const { save, saved } = useWords()
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(EditCircle)
  const [chosen, setChosen] = useState<Partial<ChosenRules>>({})
  const [isDone, setDone] = useState(false)
  const wrong = refused?.fields ?? {}
  return (
    <>
      <form
        key={head.version}
        class="stack"
        aria-label={words.set}
        onSubmit={(event) => {
          const input = { isListed, ...chosen, ...saidIn(formValues(event)), expectedVersion: head.version }
          void act({ input: { circleId: head.id, ...input } }).then((done) => {
            setDone(done !== undefined)
          })
        }}
      >
        <CircleFields now={head} wrong={wrong} />
        <RuleFields
          rules={{ ...head, facilitation }}
          isListed={isListed}
          wrong={wrong}
          choose={(change) => {
            setChosen({ ...chosen, ...change })
          }}
        />
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy}>{save}</button>
        </div>
      </form>
      <p role="status">{isDone && saved}</p>
    </>
  )
}
