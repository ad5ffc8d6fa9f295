/** As a mentee: end it without fault, and wait for somebody to go on with. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

import { Rematch as RematchMentorship } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import type { ChosenSkill } from '../ui/skill-field'
import { SkillOf } from '../ui/skill-of'
import { useMore } from '../words'
import { waitingWords } from '../words/waiting'

export default function Rematch({ mentorshipId }: { mentorshipId: string }): JSX.Element {
  const words = useMore(waitingWords)
  const [, go] = useLocation()
  const { act, isBusy, refused } = useAct(RematchMentorship)
  const [skill, choose] = useState<ChosenSkill>()
  return (
    <details class="card">
      <summary>{words.rematch}</summary>
      <form
        class="stack"
        aria-label={words.rematch}
        onSubmit={(event) => {
          event.preventDefault()
          void act({ input: { mentorshipId, skillId: skill?.id ?? null } }).then((done) => {
            if (done !== undefined) go('/waiting')
          })
        }}
      >
        <p class="small soft">{words.rematchHint}</p>
        <SkillOf
          label={words.rematchSkill}
          hint={words.rematchSkillHint}
          skill={skill}
          choose={choose}
          wrong={refused?.fields['skillId']}
        />
        <Refusal refused={refused} />
        <div>
          <button class="alarm" disabled={isBusy}>
            {words.rematchSure}
          </button>
        </div>
      </form>
    </details>
  )
}
