import type { JSX } from 'preact'

interface TapsProps {
  readonly legend: string
  readonly name: string
  readonly choices: readonly (readonly [value: string, label: string])[]
  readonly chosen?: string | undefined
  readonly required?: boolean
}

/** One of a few, by one tap: radio buttons that look like what they are for. Arrow keys move among them. */
export function Taps({ legend, name, choices, chosen, required = true }: TapsProps): JSX.Element {
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="taps">
        {choices.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name={name} value={value} required={required} defaultChecked={value === chosen} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
