import type { ComponentChildren, JSX } from 'preact'

import { percent } from './numbers'

/** A share of a whole: said in words and as a number, and drawn for the eye. */
export function Meter({ share, children }: { share: number; children: ComponentChildren }): JSX.Element {
  const value = percent(share)
  return (
    <div class="meter">
      <span class="row spread small">
        <span>{children}</span>
        <span class="soft">{value} %</span>
      </span>
      <div class="bar" aria-hidden="true">
        <i style={{ inlineSize: `${String(value)}%` }} />
      </div>
    </div>
  )
}
