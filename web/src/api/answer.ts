/** What a question came to: its data, or why there is none. */

import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { createRequest } from '@urql/core'
import { useClient, useQuery } from '@urql/preact'
import { useCallback, useRef } from 'preact/hooks'

import { willAskOnceMore } from './flights'

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

/** The last data, and for which variables it came. */
interface Kept<Data> {
  readonly asked: string
  readonly data: Data
}

export function useAnswer<Data, V extends AnyVariables>(
  query: TypedDocumentNode<Data, V>,
  variables: V,
  options: { pause?: boolean } = {},
): Answer<Data> {
  const [result, ask] = useQuery<Data, V>({ query, variables, pause: options.pause ?? false })
  const client = useClient()
  const last = useRef<Kept<Data>>()
  const asked = JSON.stringify(variables)
  const again = useCallback(() => {
    if (!willAskOnceMore(client, createRequest(query, variables).key)) ask({ requestPolicy: 'network-only' })
    // The variables themselves are others each time, though they say the same.
  }, [client, query, asked, ask])
  // An operation that failed as a whole has a data of null, whatever the types say.
  const now = (result.data as Data | null | undefined) ?? undefined
  if (now !== undefined) last.current = { asked, data: now }
  // Asked anew over a line that is gone: urql has nothing then, but what was read is still true enough to read on.
  const isGone = result.error?.networkError !== undefined && last.current?.asked === asked
  const data = now ?? (isGone ? last.current?.data : undefined)
  const told = result.error?.graphQLErrors[0]
  const code = typeof told?.extensions['code'] === 'string' ? told.extensions['code'] : 'offline'
  const failure = result.error === undefined || data !== undefined ? undefined : { code, message: told?.message }
  return { data, failure, again }
}
