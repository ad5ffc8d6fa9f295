import type { JSX } from 'preact'

import { useWords } from '../words'
import { Chosen } from './chosen'
import type { ChosenSkill } from './skill-field'
import { SkillField } from './skill-field'

interface SkillOfProps {
  readonly label: string
  readonly hint?: string
  readonly skill: ChosenSkill | undefined
  readonly choose: (skill: ChosenSkill | undefined) => void
  readonly wrong?: string | undefined
}

/** One skill: found while one types, and put away again by a press. */
export function SkillOf({ label, hint, skill, choose, wrong }: SkillOfProps): JSX.Element {
  const { people } = useWords()
  if (skill === undefined) {
    return <SkillField label={label} hint={hint ?? people.skillHint} onChoose={choose} wrong={wrong} />
  }
  return (
    <div class="field">
      <strong>{label}</strong>
      <div>
        <Chosen
          label={skill.label}
          remove={() => {
            choose(undefined)
          }}
        />
      </div>
    </div>
  )
}
