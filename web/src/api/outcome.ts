/** What a mutation came to: its payload, or a refusal in words for the person who asked. */

import type { AnyVariables, OperationResult, TypedDocumentNode } from '@urql/core'
import { useClient } from '@urql/preact'
import { useCallback, useState } from 'preact/hooks'

import { useWords } from '../words'
import { byField } from './fields'

export interface Refused {
  readonly code: string
  readonly message: string
  /** Path of a field in the form -> what is wrong with it. */
  readonly fields: Readonly<Record<string, string>>
}

type Outcome<Payload> = { readonly payload: Payload } | { readonly refused: Refused }

interface RefusalParts {
  readonly code: string
  readonly message: string
  readonly fields?: readonly { readonly path: string; readonly message: string }[]
}

type Result = { readonly __typename: string }
type PayloadOf<Data> = Data extends Readonly<Record<string, infer R>>
  ? R extends { readonly __typename: `${string}Payload` }
    ? R
    : never
  : never

function isRefusal(result: object): result is RefusalParts {
  return 'code' in result && 'message' in result
}

function outcomeOf<Data extends object, V extends AnyVariables>(
  result: OperationResult<Data, V>,
  offline: string,
): Outcome<PayloadOf<Data>> {
  if (result.data === undefined) {
    const told = result.error?.graphQLErrors[0]
    const code = typeof told?.extensions['code'] === 'string' ? told.extensions['code'] : 'offline'
    return { refused: { code, message: told?.message ?? offline, fields: {} } }
  }
  const answer: Result = Object.values(result.data as Record<string, Result>)[0] ?? { __typename: '' }
  if (isRefusal(answer)) {
    return { refused: { code: answer.code, message: answer.message, fields: byField(answer.fields ?? []) } }
  }
  return { payload: answer as PayloadOf<Data> }
}

interface Acts {
  readonly act: <Data extends object, V extends AnyVariables>(
    document: TypedDocumentNode<Data, V>,
    variables: V,
  ) => Promise<PayloadOf<Data> | undefined>
  readonly isBusy: boolean
  readonly refused: Refused | undefined
}

/** Several mutations of one desk, with the refusal of the last try. */
export function useActs(): Acts {
  const client = useClient()
  const words = useWords()
  const [isBusy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused>()
  const act = useCallback<Acts['act']>(
    async (document, variables) => {
      setBusy(true)
      const result = await client.mutation(document, variables).toPromise()
      const outcome = outcomeOf(result, words.offline)
      setBusy(false)
      setRefused('refused' in outcome ? outcome.refused : undefined)
      return 'payload' in outcome ? outcome.payload : undefined
    },
    [client, words],
  )
  return { act, isBusy, refused }
}

/** A mutation with what a form needs: `act`, `isBusy`, and the refusal of the last try. */
export function useAct<Data extends object, V extends AnyVariables>(
  document: TypedDocumentNode<Data, V>,
): {
  act: (variables: V) => Promise<PayloadOf<Data> | undefined>
  isBusy: boolean
  refused: Refused | undefined
} {
  const { act: actOn, isBusy, refused } = useActs()
  const act = useCallback((variables: V) => actOn(document, variables), [actOn, document])
  return { act, isBusy, refused }
}
