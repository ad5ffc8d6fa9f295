/** The circle that a page is about, for all of its parts. */

import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

import type { Answer } from '../api/answer'
import { useAnswer } from '../api/answer'
import type { CircleHeadFragment } from '../api/gen/types'
import { useNews } from '../webinars/use-news'

export interface Circle {
  readonly head: CircleHeadFragment
  /** Whether one leads it, or helps to: the server tells its leads alone what can be done next. */
  readonly isLed: boolean
  /** Whether anything can be written in it. */
  readonly isOpen: boolean
}

const Context = createContext<Circle | undefined>(undefined)

export const CircleProvider = Context.Provider

export function useCircle(): Circle {
  const circle = useContext(Context)
  if (circle === undefined) throw new Error('there is no circle here')
  return circle
}

export function circleOf(head: CircleHeadFragment): Circle {
  return { head, isLed: head.moves !== null, isOpen: head.state !== 'ALUMNI' }
}

/** What a part shows. Entries on the circle's topic carry no words, so each is a reason to ask again. */
export function useCirclePart<Data>(
  query: TypedDocumentNode<Data, { readonly id: string } & AnyVariables>,
): Answer<Data> {
  const { head } = useCircle()
  const answer = useAnswer(query, { id: head.id })
  useNews(head.topic, answer.again)
  return answer
}

export function circlePath(id: string, part = ''): string {
  const own = `/circles/${encodeURIComponent(id)}`
  return part === '' ? own : `${own}/${part}`
}

export function meetingPath(circleId: string, meetingId: string): string {
  return `${circlePath(circleId)}/meetings/${encodeURIComponent(meetingId)}`
}
