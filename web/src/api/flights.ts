/**
 * A question that is asked while it is on its way already is dropped by urql, though the answer on its way may be from
 * before what the second was asked for. Here it is asked once more after that answer.
 */

import type { Client, Exchange } from '@urql/core'
import { makeOperation, mapExchange } from '@urql/core'

/**
 * The key of each question on its way -> whether its answer will be too old. One that nobody waits for any more, which
 * urql ends without a word here, stays until it is asked for the next time: then it is on its way anew.
 */
const FLIGHTS = new WeakMap<Client, Map<number, boolean>>()

/** Stands before the network. What is on its way while something is changed is too old as well. */
export const askingOnceMore: Exchange = (input) => {
  const { client } = input
  const flights = new Map<number, boolean>()
  FLIGHTS.set(client, flights)
  return mapExchange({
    onOperation(operation) {
      if (operation.kind === 'query') flights.set(operation.key, false)
    },
    onResult({ operation }) {
      if (operation.kind === 'mutation') for (const key of flights.keys()) flights.set(key, true)
      if (operation.kind !== 'query') return
      const isTooOld = flights.get(operation.key)
      flights.delete(operation.key)
      if (isTooOld !== true) return
      const anew = makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' })
      // Not before urql has handed on this answer: until then the question counts as on its way.
      void Promise.resolve().then(() => {
        client.reexecuteOperation(anew)
      })
    },
  })(input)
}

/** Have a question on its way asked once more after its answer; false when it is not on its way. */
export function willAskOnceMore(client: Client, key: number): boolean {
  const flights = FLIGHTS.get(client)
  if (flights?.has(key) !== true) return false
  flights.set(key, true)
  return true
}
