/** What a circle is set by, for one that is proposed and for one that is set otherwise. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import type { CircleConfidentiality, CircleFacilitation, CircleJoinMode } from '../api/gen/types'
import { Choice, Field } from '../ui/parts'
import { useMore } from '../words'
import { circleFormWords } from '../words/circle-form'

interface Rules {
  readonly joinMode: CircleJoinMode
  readonly confidentiality: CircleConfidentiality
  readonly facilitation: CircleFacilitation
  readonly least: number
  readonly most: number
}

/** The part of a form that has its own state; the rest is read from its fields. */
export interface ChosenRules {
  readonly joinMode: CircleJoinMode
  readonly confidentiality: CircleConfidentiality
  readonly facilitation: CircleFacilitation
  readonly isListed: boolean
}

interface Said {
  readonly name: string
  readonly theme: string
  readonly purpose: string
}

interface CircleFieldsProps {
  readonly now?: Said
  readonly wrong: Readonly<Record<string, string>>
}

export function CircleFields({ now, wrong }: CircleFieldsProps): JSX.Element {
  const words = useMore(circleFormWords)
  return (
    <>
      <div class="columns">
        <Field label={words.name} name="name" required value={now?.name ?? ''} wrong={wrong['name']} />
        <Field label={words.theme} name="theme" hint={words.themeHint} value={now?.theme ?? ''} wrong={wrong['theme']} />
      </div>
      <Field label={words.purpose} name="purpose" lines={2} value={now?.purpose ?? ''} wrong={wrong['purpose']} />
    </>
  )
}

interface RuleFieldsProps {
  /** Where it stands, or where its kind begins. */
  readonly rules: Rules
  readonly isListed: boolean
  readonly wrong: Readonly<Record<string, string>>
  readonly choose: (chosen: Partial<ChosenRules>) => void
}

/** How one gets in, what leaves it, who leads, how many: each begins as the server says. */
export function RuleFields({ rules, isListed, wrong, choose }: RuleFieldsProps): JSX.Element {
  const words = useMore(circleFormWords)
  const [chosen, setChosen] = useState<ChosenRules>({ ...rules, isListed })
  const set = (change: Partial<ChosenRules>): void => {
    setChosen({ ...chosen, ...change })
    choose(change)
  }
  return (
    <div class="columns">
      <Choice label={words.joining} value={chosen.joinMode} choices={words.joinModes} onChange={(joinMode) => { set({ joinMode }) }} />
      <Choice
        label={words.confidentiality}
        value={chosen.confidentiality}
        choices={words.secrets}
        onChange={(confidentiality) => { set({ confidentiality }) }}
      />
      <Choice
        label={words.facilitation}
        value={chosen.facilitation}
        choices={words.leaders}
        onChange={(facilitation) => { set({ facilitation }) }}
      />
      <div class="columns narrow">
        <Field label={words.least} name="least" type="number" required value={rules.least} wrong={wrong['least']} />
        <Field label={words.most} name="most" type="number" required value={rules.most} wrong={wrong['most']} />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={chosen.isListed}
          onChange={(event) => { set({ isListed: event.currentTarget.checked }) }}
        />
        {words.isListed}
      </label>
    </div>
  )
}

/** What the fields of such a form say. */
export function saidIn(values: Readonly<Record<string, string>>): Said & { readonly least: number; readonly most: number } {
  const { name = '', theme = '', purpose = '', least = '', most = '' } = values
  return { name, theme, purpose, least: Number(least), most: Number(most) }
}
