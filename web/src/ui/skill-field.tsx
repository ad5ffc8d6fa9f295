/** A field that finds skills while one types. */

import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { FindSkills } from '../api/gen/documents'
import { Finder, useTyped } from './finder'

export interface ChosenSkill {
  readonly id: string
  readonly label: string
}

interface SkillFieldProps {
  readonly label: string
  readonly hint: string
  readonly wrong?: string | undefined
  readonly onChoose: (skill: ChosenSkill) => void
}

export function SkillField(props: SkillFieldProps): JSX.Element {
  const typed = useTyped()
  const { data } = useAnswer(FindSkills, { text: typed.asked }, { pause: !typed.isAsked })
  const found = typed.isAsked ? (data?.skills.edges.map(({ node }) => node.skill) ?? []) : []
  return <Finder {...props} typed={typed} found={found} />
}
