/** What a question came to: its data, or why there is none. */

import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { useQuery } from '@urql/preact'
import { useCallback } from 'preact/hooks'

export interface Answer<Data> {
  readonly data: Data | undefined
  /** Only while there is no data: an answer of before is better than none. */
  readonly failure: Failure | undefined
  /** Ask anew, past what is kept. */
  readonly again: () => void
}

export interface Failure {
  /** The server's code, or `offline`. */
  readonly code: string
  readonly message: string | undefined
}

export function useAnswer<Data, V extends AnyVariables>(
  query: TypedDocumentNode<Data, V>,
  variables: V,
  options: { pause?: boolean } = {},
): Answer<Data> {
  const [result, ask] = useQuery<Data, V>({ query, variables, pause: options.pause ?? false })
  const again = useCallback(() => {
    ask({ requestPolicy: 'network-only' })
  }, [ask])
  // An operation that failed as a whole has a data of null, whatever the types say.
  const data = (result.data as Data | null | undefined) ?? undefined
  const told = result.error?.graphQLErrors[0]
  const code = typeof told?.extensions['code'] === 'string' ? told.extensions['code'] : 'offline'
  const failure = result.error === undefined || data !== undefined ? undefined : { code, message: told?.message }
  return { data, failure, again }
}
