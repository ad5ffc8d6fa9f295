import type { JSX } from 'preact'

import { AgreeToCircleNorms } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore } from '../words'
import { circleTalkWords } from '../words/circle-talk'
import { circleWords } from '../words/circles'
import { useCircle } from './circle'

/** What holds here; whoever has not agreed since it changed, or since somebody joined, is asked anew. */
export function Norms(): JSX.Element | null {
  const words = useMore(circleTalkWords)
  const frame = useMore(circleWords)
  const { head, isOpen } = useCircle()
  const { act, isBusy, refused } = useAct(AgreeToCircleNorms)
  const { norms } = head
  if (norms === null) return null
  const isAsked = isOpen && !norms.isAgreed
  return (
    <section class={isAsked ? 'card lit' : 'card'} aria-label={frame.norms}>
      <h2>{frame.norms}</h2>
      <p class="lines">{norms.text}</p>
      {isAsked && (
        <>
          <p class="small">{words.agreeAgain}</p>
          <Refusal refused={refused} />
          <div>
            <button
              type="button"
              class="main"
              disabled={isBusy}
              onClick={() => void act({ input: { circleId: head.id, number: norms.number } })}
            >
              {frame.agree}
            </button>
          </div>
        </>
      )}
      <p class="small soft" role="status">
        {words.agreed(norms.agreed)}
      </p>
    </section>
  )
}
