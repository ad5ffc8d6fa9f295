/** A field that finds people by name or by words about them, and who was chosen with it. */

import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { FindPeople } from '../api/gen/documents'
import { useWords } from '../words'
import { Chosen } from './chosen'
import { Finder, useTyped } from './finder'

export interface ChosenPerson {
  readonly id: string
  readonly name: string
}

interface PersonFieldProps {
  readonly label: string
  readonly chosen: ChosenPerson | undefined
  readonly choose: (person: ChosenPerson | undefined) => void
  /** Profiles that are not to be chosen here, such as who is chosen beside. */
  readonly without?: readonly string[]
  readonly wrong?: string | undefined
}

export function PersonField({ label, chosen, choose, without = [], wrong }: PersonFieldProps): JSX.Element {
  const { people } = useWords()
  const typed = useTyped()
  const { data } = useAnswer(FindPeople, { text: typed.asked }, { pause: !typed.isAsked })
  const others = (data?.profiles.edges ?? []).flatMap(({ node }) =>
    node.relation === 'SELF' || without.includes(node.id) ? [] : [{ ...node, label: [node.name, node.headline].filter(Boolean).join(', ') }],
  )
  if (chosen !== undefined) {
    return (
      <div class="field">
        <span>
          <strong>{label}</strong>
        </span>
        <div>
          <Chosen
            label={chosen.name}
            remove={() => {
              choose(undefined)
            }}
          />
        </div>
      </div>
    )
  }
  return (
    <Finder
      label={label}
      hint={people.findHint}
      typed={typed}
      found={typed.isAsked ? others : []}
      wrong={wrong}
      onChoose={choose}
    />
  )
}
