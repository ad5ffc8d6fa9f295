import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'

import type { Failure } from '../api/answer'
import { Failed, Loading } from '../ui/parts'
import { useMore } from '../words'
import { matchingWords } from '../words/matching'

const PREPARING = 'suggestions_preparing'
const LOOK_AGAIN_MS = 5000

/** Matching that has not answered: it is on its way, it gets ready (and is asked again by itself), or it failed. */
export function NotYet({ failure, again }: { failure: Failure | undefined; again: () => void }): JSX.Element {
  const words = useMore(matchingWords)
  const isPreparing = failure?.code === PREPARING
  useEffect(() => {
    if (!isPreparing) return undefined
    const looking = setInterval(again, LOOK_AGAIN_MS)
    return () => {
      clearInterval(looking)
    }
  }, [isPreparing, again])
  if (failure === undefined) return <Loading />
  if (!isPreparing) return <Failed failure={failure} retry={again} />
  return (
    <p class="note" role="status">
      {words.preparing}
    </p>
  )
}
