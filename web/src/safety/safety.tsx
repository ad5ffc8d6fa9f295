/** What one can do about a person or a thing, closed until it is needed: its code is loaded when it is opened. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'

import { Loading } from '../ui/parts'
import { useWords } from '../words'

const Actions = lazy(() => import('./actions'))

export interface SafetyProps {
  /** What is reported: anything the API can take a report about. */
  readonly subjectId: string
  /** Whom to mute or block; null where it is nobody, or nobody known. */
  readonly profileId: string | null
  /** Of the person or thing, for those who hear the page. */
  readonly name: string
}

export function Safety(props: SafetyProps): JSX.Element {
  const words = useWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      class="safety"
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary class="small soft">
        {words.safety}
        <span class="hidden">: {props.name}</span>
      </summary>
      {isOpen && (
        <Suspense fallback={<Loading />}>
          <Actions {...props} />
        </Suspense>
      )}
    </details>
  )
}
