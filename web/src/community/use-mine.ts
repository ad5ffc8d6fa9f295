import type { AnyVariables, TypedDocumentNode } from '@urql/core'

import type { Answer } from '../api/answer'
import { useAnswer } from '../api/answer'
import { ViewerContext } from '../viewer'
import { useNews } from '../webinars/use-news'

/** An answer that is asked for again whenever the viewer is told something. */
export function useMine<Data, V extends AnyVariables>(query: TypedDocumentNode<Data, V>, variables: V): Answer<Data> {
  const { me } = ViewerContext.use()
  const answer = useAnswer(query, variables)
  useNews(me === null ? undefined : `user:${me.liveKey}`, answer.again)
  return answer
}
