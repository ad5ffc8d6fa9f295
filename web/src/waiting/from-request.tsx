import type { JSX } from 'preact'
import { useLocation } from 'wouter-preact'

import { WaitWithRequest } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore } from '../words'
import { waitingWords } from '../words/waiting'

/** A request that found nobody goes on in the line of its skill. */
export default function FromRequest({ requestId }: { requestId: string }): JSX.Element {
  const words = useMore(waitingWords)
  const [, go] = useLocation()
  const { act, isBusy, refused } = useAct(WaitWithRequest)
  return (
    <>
      <Refusal refused={refused} />
      <div class="row">
        <button
          type="button"
          disabled={isBusy}
          onClick={() =>
            void act({ input: { requestId } }).then((done) => {
              if (done !== undefined) go('/waiting')
            })
          }
        >
          {words.withRequest}
        </button>
        <span class="small soft">{words.withRequestHint}</span>
      </div>
    </>
  )
}
