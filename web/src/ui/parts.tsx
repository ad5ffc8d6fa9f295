/** The small parts every page is made of. The style page shows each of them. */

import type { ComponentChildren, JSX, TargetedInputEvent } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

import type { Failure } from '../api/answer'
import type { Refused } from '../api/outcome'
import { useWords } from '../words'
import { thingMeant } from './thing'

export function Loading(): JSX.Element {
  const words = useWords()
  return (
    <div class="waiting" role="status">
      <span class="hidden">{words.loading}</span>
    </div>
  )
}

export function Refusal({ refused }: { refused: Refused | undefined }): JSX.Element | null {
  if (refused === undefined) return null
  return (
    <p class="note alarm" role="alert">
      {refused.message}
    </p>
  )
}

/** A question that came to nothing, with the way out of it. */
export function Failed({ failure, retry }: { failure: Failure; retry: () => void }): JSX.Element {
  const words = useWords()
  if (failure.code === 'sign_in_needed') {
    return (
      <p class="note">
        {words.signInFirst} <a href="/sign-in">{words.nav.signIn}</a>
      </p>
    )
  }
  return (
    <div class="note alarm stack" role="alert">
      <p>{failure.message ?? words.offline}</p>
      <div>
        <button type="button" onClick={retry}>
          {words.tryAgain}
        </button>
      </div>
    </div>
  )
}

/** While there is no data yet: on its way, or why it does not come. */
export function Pending({ failure, retry }: { failure: Failure | undefined; retry: () => void }): JSX.Element {
  return failure === undefined ? <Loading /> : <Failed failure={failure} retry={retry} />
}

export function Empty({ children }: { children: ComponentChildren }): JSX.Element {
  return <p class="note">{children}</p>
}

/** Initials in a circle: no picture to load, nothing to track. */
export function Face({ name }: { name: string }): JSX.Element {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join('')
  return (
    <span class="face" aria-hidden="true">
      {initials}
    </span>
  )
}

interface FieldProps {
  readonly label: string
  readonly name: string
  readonly hint?: string
  readonly wrong?: string | undefined
  readonly type?: 'text' | 'email' | 'password' | 'number'
  readonly value?: string | number
  readonly autocomplete?: string
  readonly required?: boolean
  readonly lines?: number
  readonly onInput?: (value: string) => void
}

/** A labelled field; what is wrong with it is read out with it. */
export function Field(props: FieldProps): JSX.Element {
  const id = useId()
  const told = [props.hint === undefined ? '' : `${id}-hint`, props.wrong === undefined ? '' : `${id}-wrong`]
  const common = {
    id,
    name: props.name,
    required: props.required ?? false,
    'aria-invalid': props.wrong !== undefined,
    'aria-describedby': told.filter(Boolean).join(' ') || undefined,
    defaultValue: props.value,
    onInput: (event: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      props.onInput?.(event.currentTarget.value),
  }
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.lines === undefined ? (
        <input {...common} type={props.type ?? 'text'} autocomplete={props.autocomplete ?? 'off'} />
      ) : (
        <textarea {...common} rows={props.lines} />
      )}
      {props.hint !== undefined && (
        <span id={`${id}-hint`} class="soft small">
          {props.hint}
        </span>
      )}
      {props.wrong !== undefined && (
        <span id={`${id}-wrong`} class="wrong">
          {props.wrong}
        </span>
      )}
    </div>
  )
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly choices: Readonly<Record<Value, string>>
  readonly onChange: (value: Value) => void
}

export function Choice<Value extends string>(props: ChoiceProps<Value>): JSX.Element {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        onChange={(event) => {
          props.onChange(event.currentTarget.value as Value)
        }}
      >
        {Object.entries(props.choices).map(([value, label]) => (
          <option key={value} value={value}>
            {label as string}
          </option>
        ))}
      </select>
    </div>
  )
}

let hasArrived = false

/**
 * The page's heading takes the focus when one goes there, so that a screen reader says where one is. Not at the first
 * page: there the browser says it, and the way in begins at the top.
 */
export function Title({ children }: { children: string }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${children} · Alongside`
    if (hasArrived && thingMeant() === undefined) heading.current?.focus({ preventScroll: true })
    hasArrived = true
  }, [children])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

export function formValues(event: SubmitEvent): Record<string, string> {
  event.preventDefault()
  const form = event.currentTarget as HTMLFormElement
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']))
}
