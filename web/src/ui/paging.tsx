/** A list that grows by a page at a time: the cursors asked for, and the button that asks for one more. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useWords } from '../words'

interface Pages {
  /** Behind which cursor each page starts; the first behind none. */
  readonly cursors: readonly (string | null)[]
  readonly add: (cursor: string) => void
  readonly restart: () => void
}

export function usePages(): Pages {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null])
  return {
    cursors,
    add: (cursor) => {
      setCursors([...cursors, cursor])
    },
    restart: () => {
      setCursors([null])
    },
  }
}

interface MoreProps {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  /** Undefined under every page but the last. */
  readonly add: ((cursor: string) => void) | undefined
}

export function More({ pageInfo, add }: MoreProps): JSX.Element | null {
  const { more } = useWords()
  const { hasNextPage, endCursor } = pageInfo
  if (add === undefined || !hasNextPage || endCursor === null) return null
  return (
    <div>
      <button
        type="button"
        onClick={() => {
          add(endCursor)
        }}
      >
        {more}
      </button>
    </div>
  )
}
