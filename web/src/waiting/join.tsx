/** Taking a place in the line of a skill. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { JoinWaitingList } from '../api/gen/documents'
import type { MentoringFormat } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import type { ChosenSkill } from '../ui/skill-field'
import { SkillOf } from '../ui/skill-of'
import { useMore, useWords } from '../words'
import { waitingWords } from '../words/waiting'

const USUAL_MINUTES = 120

export function Join({ joined }: { joined: () => void }): JSX.Element {
  const words = useMore(waitingWords)
  const { formats } = useWords()
  const { act, isBusy, refused } = useAct(JoinWaitingList)
  const [skill, choose] = useState<ChosenSkill>()
  const [format, setFormat] = useState<MentoringFormat>('CLASSIC')
  const [isShort, setShort] = useState(false)
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  const wrong = refused?.fields ?? {}

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { goal = '', minutes = '', message = '' } = formValues(event)
    setShort(skill === undefined)
    if (skill === undefined) return
    const input = { skillId: skill.id, format, goal, minutesNeeded: Number(minutes), message, idempotencyKey }
    if ((await act({ input })) === undefined) return
    setKey(crypto.randomUUID())
    choose(undefined)
    form.reset()
    joined()
  }

  return (
    <form class="stack" aria-label={words.join} onSubmit={(event) => void submit(event)}>
      <SkillOf label={words.skill} skill={skill} choose={choose} wrong={isShort ? words.chooseSkill : wrong['skillId']} />
      <Field label={words.goal} name="goal" required wrong={wrong['goal']} />
      <div class="columns">
        <Choice<MentoringFormat> label={words.format} value={format} choices={formats} onChange={setFormat} />
        <Field
          label={words.minutes}
          name="minutes"
          type="number"
          required
          value={USUAL_MINUTES}
          wrong={wrong['minutesNeeded']}
        />
      </div>
      <Field label={words.message} name="message" lines={3} wrong={wrong['message']} />
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.joinIt}
        </button>
      </div>
    </form>
  )
}
