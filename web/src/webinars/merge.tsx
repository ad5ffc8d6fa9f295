import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { Choice } from '../ui/parts'
import { useMore } from '../words'
import { stageWords } from '../words/stage'

interface MergeProps {
  /** What it can be merged into. */
  readonly others: readonly { readonly id: string; readonly text: string }[]
  readonly isBusy: boolean
  readonly merge: (intoId: string) => void
}

/** Choosing is not doing: by arrow keys one passes all that stand before the one that is meant. */
export function Merge({ others, isBusy, merge }: MergeProps): JSX.Element {
  const words = useMore(stageWords)
  const [intoId, setInto] = useState('')
  return (
    <div class="row end" data-deed="merge">
      <Choice<string>
        label={words.mergeInto}
        value={intoId}
        choices={Object.fromEntries([['', ''], ...others.map(({ id, text }) => [id, text] as const)])}
        onChange={setInto}
      />
      <button
        type="button"
        disabled={isBusy || intoId === ''}
        onClick={() => {
          merge(intoId)
        }}
      >
        {words.merge}
      </button>
    </div>
  )
}
