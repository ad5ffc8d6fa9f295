/** Asking for fifteen minutes. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { PostSmallAsk } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import type { ChosenSkill } from '../ui/skill-field'
import { SkillOf } from '../ui/skill-of'
import { useMore } from '../words'
import { smallAskWords } from '../words/small-asks'

export default function Post({ posted }: { posted: () => void }): JSX.Element {
  const words = useMore(smallAskWords)
  const { act, isBusy, refused } = useAct(PostSmallAsk)
  const [skill, choose] = useState<ChosenSkill>()
  const [said, setSaid] = useState('')
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  const wrong = refused?.fields ?? {}

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { text = '', topic = '' } = formValues(event)
    setSaid('')
    if ((await act({ input: { text, topic, skillId: skill?.id ?? null, idempotencyKey } })) === undefined) return
    setKey(crypto.randomUUID())
    choose(undefined)
    setSaid(words.posted)
    form.reset()
    posted()
  }

  return (
    <form class="stack" aria-label={words.post} onSubmit={(event) => void submit(event)}>
      <Field label={words.text} name="text" hint={words.textHint} required wrong={wrong['text']} />
      <div class="columns">
        <Field label={words.topic} name="topic" wrong={wrong['topic']} />
        <SkillOf label={words.skill} skill={skill} choose={choose} wrong={wrong['skillId']} />
      </div>
      <Refusal refused={refused} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.postIt}
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  )
}
