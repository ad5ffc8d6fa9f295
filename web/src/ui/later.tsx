import type { ComponentChildren, JSX } from 'preact'
import { Suspense } from 'preact/compat'
import { useState } from 'preact/hooks'

import { Loading } from './parts'

interface LaterProps {
  readonly label: string
  readonly children: ComponentChildren
}

/** A card that is closed until it is wanted: what is in it is asked for and loaded when it is opened. */
export function Later({ label, children }: LaterProps): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      class="card"
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>{label}</summary>
      {isOpen && <Suspense fallback={<Loading />}>{children}</Suspense>}
    </details>
  )
}
