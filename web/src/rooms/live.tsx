/** The page's one line to `/live`: opened with the first topic, shared by all of them. */

import { useClient } from '@urql/preact'
import type { ComponentChildren, JSX } from 'preact'
import { createContext } from 'preact'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'

import { LiveTicket } from '../api/gen/documents'
import type { LiveState } from '../live/client'
import { LiveClient } from '../live/client'
import { useWords } from '../words'

interface Live {
  readonly client: LiveClient
  readonly state: LiveState
}

const Context = createContext<Live | undefined>(undefined)

export function LiveProvider({ isSignedIn, children }: { isSignedIn: boolean; children: ComponentChildren }): JSX.Element {
  const api = useClient()
  const [state, setState] = useState<LiveState>('idle')
  const client = useMemo(
    () =>
      new LiveClient({
        url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`,
        ticket: async () => {
          const result = await api.mutation(LiveTicket, {}).toPromise()
          const answer = result.data?.createLiveTicket
          if (answer?.__typename === 'CreateLiveTicketPayload') return answer.ticket
          if (answer?.__typename === 'NotAllowed') return null
          throw result.error ?? new Error('no ticket now')
        },
        changed: setState,
      }),
    [api],
  )
  useEffect(() => {
    if (!isSignedIn) client.stop()
    return () => {
      client.stop()
    }
  }, [client, isSignedIn])
  useEffect(() => {
    const wake = (): void => {
      if (!document.hidden) client.wake()
    }
    window.addEventListener('online', wake)
    document.addEventListener('visibilitychange', wake)
    return () => {
      window.removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
    }
  }, [client])
  const live = useMemo(() => ({ client, state }), [client, state])
  return <Context.Provider value={live}>{children}</Context.Provider>
}

export function useLive(): Live {
  const live = useContext(Context)
  if (live === undefined) throw new Error('there is no line to the server here')
  return live
}

/** How the line is, when it is not simply there. Its place is there before its words: only then they are read out. */
export function LineNote(): JSX.Element {
  const words = useWords()
  const { state } = useLive()
  return (
    <div class="line-note" role="status">
      {state !== 'online' && state !== 'idle' && <p class="note warm">{words.line[state]}</p>}
    </div>
  )
}
