/** A field that finds skills while one types, by mouse or by keyboard (the combobox pattern). */

import type { JSX } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { FindSkills } from '../api/gen/documents'

const PAUSE_MS = 150

export interface ChosenSkill {
  readonly id: string
  readonly label: string
}

interface SkillFieldProps {
  readonly label: string
  readonly hint: string
  readonly onChoose: (skill: ChosenSkill) => void
}

export function SkillField({ label, hint, onChoose }: SkillFieldProps): JSX.Element {
  const id = useId()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [active, setActive] = useState(-1)
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(text.trim())
      setActive(-1)
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [text])
  const { data } = useAnswer(FindSkills, { text: asked }, { pause: asked.length < 2 })
  const found = asked.length < 2 || text === '' ? [] : (data?.skills.edges.map(({ node }) => node.skill) ?? [])

  function choose(skill: ChosenSkill | undefined): void {
    if (skill === undefined) return
    onChoose(skill)
    setText('')
    setAsked('')
  }

  function key(event: KeyboardEvent): void {
    if (found.length === 0) return
    if (event.key === 'ArrowDown') setActive((active + 1) % found.length)
    else if (event.key === 'ArrowUp') setActive((active + found.length - 1) % found.length)
    else if (event.key === 'Enter') choose(found[Math.max(active, 0)])
    else if (event.key === 'Escape') setText('')
    else return
    event.preventDefault()
  }

  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-${String(active)}` : undefined}
        aria-describedby={`${id}-hint`}
        autocomplete="off"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
        }}
        onKeyDown={key}
      />
      <span id={`${id}-hint`} class="soft small">
        {hint}
      </span>
      <div id={`${id}-options`} role="listbox" aria-label={label} class={found.length > 0 ? 'options' : 'hidden'}>
        {found.map((skill, index) => (
          <div
            key={skill.id}
            id={`${id}-${String(index)}`}
            role="option"
            aria-selected={index === active}
            onPointerDown={(event) => {
              event.preventDefault()
              choose(skill)
            }}
          >
            {skill.label}
          </div>
        ))}
      </div>
    </div>
  )
}
