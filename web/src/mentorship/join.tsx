import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

import { OpenRoom } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore } from '../words'
import { mentorshipWords } from '../words/mentorship'
import { useTie } from './tie'

/** Into the room of a meeting: the one that is open already, or a new one. */
export function Join({ title }: { title: string }): JSX.Element {
  const words = useMore(mentorshipWords)
  const { head } = useTie()
  const [, go] = useLocation()
  const { act, isBusy, refused } = useAct(OpenRoom)
  const [idempotencyKey] = useState(() => crypto.randomUUID())

  async function join(): Promise<void> {
    const payload = await act({ input: { mentorshipId: head.id, title, idempotencyKey } })
    if (payload !== undefined) go(`/rooms/${encodeURIComponent(payload.session.id)}`)
  }

  return (
    <>
      <button type="button" class="main" disabled={isBusy} onClick={() => void join()}>
        {words.join}
      </button>
      <Refusal refused={refused} />
    </>
  )
}
