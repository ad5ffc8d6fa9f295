import type { JSX } from 'preact'

import { LeaveCircle } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore } from '../words'
import { circleSeatWords } from '../words/circle-seat'
import { useCircle } from './circle'

/** Give up one's seat, in two steps: what was meant to be opened is not left by one press. */
export function Leave(): JSX.Element {
  const words = useMore(circleSeatWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(LeaveCircle)
  return (
    <details>
      <summary class="small">{words.leave}</summary>
      <div class="stack tight">
        <p class="small soft">
          {words.leaveHint} {head.mySeat?.role === 'LEAD' && words.leaveAsLead}
        </p>
        <Refusal refused={refused} />
        <div>
          <button
            type="button"
            class="alarm"
            disabled={isBusy}
            onClick={() => void act({ input: { circleId: head.id } })}
          >
            {words.leaveSure}
          </button>
        </div>
      </div>
    </details>
  )
}
