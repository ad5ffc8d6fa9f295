import type { JSX } from 'preact'

import { AnswerGatheringHost } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore } from '../words'
import { gatheringWords } from '../words/gatherings'

/** The viewer is asked to host a gathering in the place of its host. */
export function Asked({ gathering }: { gathering: { readonly id: string } }): JSX.Element {
  const words = useMore(gatheringWords)
  const { act, isBusy, refused } = useAct(AnswerGatheringHost)
  const answer = (accept: boolean): void => void act({ input: { gatheringId: gathering.id, accept } })
  return (
    <section class="card lit" aria-label={words.asked}>
      <p>{words.offered}</p>
      <Refusal refused={refused} />
      <div class="row">
        <button type="button" class="main" disabled={isBusy} onClick={() => { answer(true) }}>
          {words.takeOver}
        </button>
        <button type="button" disabled={isBusy} onClick={() => { answer(false) }}>
          {words.leaveIt}
        </button>
      </div>
    </section>
  )
}
