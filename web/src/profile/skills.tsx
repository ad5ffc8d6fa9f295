import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { RemoveSkill, SetSkill } from '../api/gen/documents'
import type { MyPageFragment, SkillDirection, SkillLevel } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Refusal } from '../ui/parts'
import { SkillField } from '../ui/skill-field'
import { useWords } from '../words'

interface SkillsProps {
  readonly profile: MyPageFragment
  readonly direction: SkillDirection
  readonly label: string
}

/** Skills of one direction, each with how well one has it; what is chosen is kept at once. */
export function Skills({ profile, direction, label }: SkillsProps): JSX.Element {
  const { me, people } = useWords()
  const setting = useAct(SetSkill)
  const removing = useAct(RemoveSkill)
  const [level, setLevel] = useState<SkillLevel>(direction === 'OFFERED' ? 'WELL' : 'WITH_HELP')
  const mine = profile.skills.filter((skill) => skill.direction === direction)
  const keep = (skillId: string, chosen: SkillLevel, priority: number): void =>
    void setting.act({ input: { skillId, tag: null, direction, level: chosen, priority, evidenceUrl: null } })
  return (
    <section class="card" aria-label={label}>
      <h2>{label}</h2>
      <Refusal refused={setting.refused ?? removing.refused} />
      <ul class="stack tight">
        {mine.map(({ skill, level: known, priority }) => (
          <li key={skill.id} class="row spread">
            <span>{skill.label}</span>
            <span class="row">
              <select
                aria-label={`${me.level}: ${skill.label}`}
                class="short"
                value={known}
                onChange={(event) => {
                  keep(skill.id, event.currentTarget.value as SkillLevel, priority)
                }}
              >
                {Object.entries(me.levels).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
              <button
                type="button"
                class="plain"
                aria-label={`${me.remove}: ${skill.label}`}
                onClick={() => void removing.act({ input: { skillId: skill.id, direction } })}
              >
                {me.remove}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <Choice label={me.level} value={level} choices={me.levels} onChange={setLevel} />
      <SkillField
        label={people.skill}
        hint={people.skillHint}
        onChoose={(skill) => {
          keep(skill.id, level, mine.length + 1)
        }}
      />
    </section>
  )
}
