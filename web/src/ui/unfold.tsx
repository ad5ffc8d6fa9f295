import type { ComponentChildren, JSX } from 'preact'
import { Suspense } from 'preact/compat'
import { useState } from 'preact/hooks'

import { Loading } from './parts'

interface UnfoldProps {
  readonly label: ComponentChildren
  /** A card of its own, or a small line within one. */
  readonly look?: 'card' | 'line'
  readonly isOpen?: boolean
  readonly children: ComponentChildren
}

/** Closed until it is needed: what is in it is loaded when it is first opened, and stays as it was left. */
export function Unfold({ label, look = 'card', isOpen = false, children }: UnfoldProps): JSX.Element {
  const [wasOpened, setOpened] = useState(isOpen)
  return (
    <details
      class={look === 'card' ? 'card' : undefined}
      open={isOpen}
      onToggle={(event) => {
        if (event.currentTarget.open) setOpened(true)
      }}
    >
      <summary class={look === 'line' ? 'small' : undefined}>{label}</summary>
      {wasOpened && <Suspense fallback={<Loading />}>{children}</Suspense>}
    </details>
  )
}
