import type { JSX } from 'preact'

import { SettleCircleThread } from '../api/gen/documents'
import type { CircleThreadKind, CircleThreadState } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore } from '../words'
import { circleTalkWords } from '../words/circle-talk'

interface SettleProps {
  readonly thread: {
    readonly id: string
    readonly title: string
    readonly kind: CircleThreadKind
    readonly state: CircleThreadState
  }
}

/** For who started a discussion, and for the leads: it is answered, goes on, or is closed. */
export function Settle({ thread }: SettleProps): JSX.Element {
  const words = useMore(circleTalkWords)
  const { act, isBusy, refused } = useAct(SettleCircleThread)
  const isSettled = thread.state === 'ANSWERED' || thread.state === 'CLOSED'
  const ways = isSettled ? (['OPEN'] as const) : thread.kind === 'ASK' ? (['ANSWERED', 'CLOSED'] as const) : (['CLOSED'] as const)
  return (
    <div class="row">
      {ways.map((state) => (
        <button
          key={state}
          type="button"
          class={state === 'ANSWERED' ? undefined : 'plain'}
          disabled={isBusy}
          onClick={() => void act({ input: { threadId: thread.id, state } })}
        >
          {words.settle[state]}
          <span class="hidden">: {thread.title}</span>
        </button>
      ))}
      <Refusal refused={refused} />
    </div>
  )
}
