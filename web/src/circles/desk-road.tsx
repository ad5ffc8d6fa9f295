import type { JSX } from 'preact'

import { MoveCircle } from '../api/gen/documents'
import type { CircleAction } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { circleWords } from '../words/circles'
import { useCircle } from './circle'

/** Where a circle stands, and the steps it can take from there, each with what it brings. */
export function Road(): JSX.Element {
  const words = useMore(circleDeskWords)
  const { states } = useMore(circleWords)
  const { head } = useCircle()
  return (
    <section class="card" aria-label={words.road}>
      <div class="row spread">
        <h2>{words.road}</h2>
        <span class="chip warm">{states[head.state]}</span>
      </div>
      {(head.moves ?? []).map((move) => (
        <Step key={move} move={move} />
      ))}
    </section>
  )
}

function Step({ move }: { move: CircleAction }): JSX.Element {
  const words = useMore(circleDeskWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(MoveCircle)
  const isAnEnd = move === 'CLOSE' || move === 'FINISH'
  return (
    <details>
      <summary>{words.moves[move]}</summary>
      <div class="stack tight">
        <p class="small soft">{words.hints[move]}</p>
        <Refusal refused={refused} />
        <div>
          <button
            type="button"
            class={isAnEnd ? 'alarm' : undefined}
            disabled={isBusy}
            onClick={() => void act({ input: { circleId: head.id, action: move } })}
          >
            {words.sure(words.moves[move])}
          </button>
        </div>
      </div>
    </details>
  )
}
