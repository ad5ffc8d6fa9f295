/** The mentorship that a page is about, for all of its parts. */

import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { createContext } from 'preact'
import { useCallback, useContext, useEffect, useState } from 'preact/hooks'

import type { Failure } from '../api/answer'
import { useAnswer } from '../api/answer'
import type { MentorshipHeadFragment, TheOtherFragment } from '../api/gen/types'
import type { Me } from '../viewer'
import { useNews } from '../webinars/use-news'

export interface Tie {
  readonly head: MentorshipHeadFragment
  readonly me: Me
  /** My profile as others have it: what is mine is by this id. */
  readonly myId: string
  readonly other: TheOtherFragment | null
  readonly otherName: string
  readonly isMentor: boolean
  /** Whether it goes on, so that there is something to do in it. */
  readonly isGoingOn: boolean
  /** Ask anew where it stands. */
  readonly changed: () => void
}

const Context = createContext<Tie | undefined>(undefined)

export const TieProvider = Context.Provider

export function useTie(): Tie {
  const tie = useContext(Context)
  if (tie === undefined) throw new Error('there is no mentorship here')
  return tie
}

interface PartAnswer<Data> {
  readonly data: Data | undefined
  readonly failure: Failure | undefined
  /** Something was done here: ask for this part and for where the mentorship stands anew. */
  readonly done: () => void
}

/** What a part shows, kept up with what the other one does. */
export function usePart<Data>(
  query: TypedDocumentNode<Data, { readonly id: string } & AnyVariables>,
): PartAnswer<Data> {
  const { head, me, changed } = useTie()
  const { data, failure, again } = useAnswer(query, { id: head.id })
  useNews(`user:${me.liveKey}`, again)
  const done = useCallback(() => {
    again()
    changed()
  }, [again, changed])
  return { data, failure, done }
}

const LOOK_MS = 15_000

/** The present, looked at now and then: what opens by the clock opens while one looks. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const looking = setInterval(() => {
      setNow(Date.now())
    }, LOOK_MS)
    return () => {
      clearInterval(looking)
    }
  }, [])
  return now
}
