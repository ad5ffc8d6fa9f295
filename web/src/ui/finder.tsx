/** A field that finds things while one types, by mouse or by keyboard (the combobox pattern). */

import type { JSX } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'

const PAUSE_MS = 150
/** Fewer letters than this find too much. */
const LEAST_LETTERS = 2

interface Choosable {
  readonly id: string
  readonly label: string
}

/** What one types, and what is asked for once one pauses. */
interface Typed {
  readonly text: string
  readonly asked: string
  readonly isAsked: boolean
  readonly type: (text: string) => void
  readonly clear: () => void
}

export function useTyped(): Typed {
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(text.trim())
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [text])
  return {
    text,
    asked,
    isAsked: text !== '' && asked.length >= LEAST_LETTERS,
    type: setText,
    clear: () => {
      setText('')
      setAsked('')
    },
  }
}

interface FinderProps<Item extends Choosable> {
  readonly label: string
  readonly hint: string
  readonly typed: Typed
  readonly found: readonly Item[]
  readonly wrong?: string | undefined
  readonly onChoose: (item: Item) => void
}

export function Finder<Item extends Choosable>(props: FinderProps<Item>): JSX.Element {
  const { label, hint, typed, found, wrong, onChoose } = props
  const id = useId()
  const [active, setActive] = useState(-1)
  useEffect(() => {
    setActive(-1)
  }, [typed.asked])

  function choose(item: Item | undefined): void {
    if (item === undefined) return
    onChoose(item)
    typed.clear()
  }

  function key(event: KeyboardEvent): void {
    if (found.length === 0) return
    if (event.key === 'ArrowDown') setActive((active + 1) % found.length)
    else if (event.key === 'ArrowUp') setActive((active + found.length - 1) % found.length)
    else if (event.key === 'Enter') choose(found[Math.max(active, 0)])
    else if (event.key === 'Escape') typed.type('')
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
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? `${id}-hint` : `${id}-hint ${id}-wrong`}
        autocomplete="off"
        value={typed.text}
        onInput={(event) => {
          typed.type(event.currentTarget.value)
        }}
        onKeyDown={key}
      />
      <span id={`${id}-hint`} class="soft small">
        {hint}
      </span>
      {wrong !== undefined && (
        <span id={`${id}-wrong`} class="wrong">
          {wrong}
        </span>
      )}
      <div id={`${id}-options`} role="listbox" aria-label={label} class={found.length > 0 ? 'options' : 'hidden'}>
        {found.map((item, index) => (
          <div
            key={item.id}
            id={`${id}-${String(index)}`}
            role="option"
            aria-selected={index === active}
            onPointerDown={(event) => {
              event.preventDefault()
              choose(item)
            }}
          >
            {item.label}
          </div>
        ))}
      </div>
    </div>
  )
}
