import type { JSX } from 'preact'

import { useWords } from '../words'

interface ChosenProps {
  readonly label: string
  readonly remove: () => void
}

/** Something chosen, that goes when it is pressed. */
export function Chosen({ label, remove }: ChosenProps): JSX.Element {
  const { me } = useWords()
  return (
    <button type="button" onClick={remove}>
      {label} <span aria-hidden="true">×</span>
      <span class="hidden">{me.remove}</span>
    </button>
  )
}
