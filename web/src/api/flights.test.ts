import type { Client } from '@urql/core'
import { createRequest, gql } from '@urql/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { makeClient } from './client'
import { willAskOnceMore } from './flights'

const CIRCLE = gql<{ circle: string }, { id: string }>('query circle($id: ID!) { circle(id: $id) }')
const HIDE = gql<{ hide: string }, { id: string }>('mutation hide($id: ID!) { hide(id: $id) }')
const ONE = { id: '1' }

/** What was sent, in order, with a way to answer each. */
let sent: { readonly name: string; readonly answer: (data: object) => Promise<void> }[]
let client: Client
let shown: (string | undefined)[]
let leave: () => void

/** Until urql has handed on all there is. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1)
}

beforeEach(async () => {
  vi.useFakeTimers()
  sent = []
  shown = []
  vi.stubGlobal('fetch', (_url: string, { body }: { body: string }) => {
    const { operationName: name } = JSON.parse(body) as { operationName: string }
    return new Promise((resolve) => {
      const answer = async (data: object): Promise<void> => {
        resolve(new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/json' } }))
        await settle()
      }
      sent.push({ name, answer })
    })
  })
  client = makeClient()
  const watched = client.query(CIRCLE, ONE).subscribe((result) => {
    if (!result.stale) shown.push(result.data?.circle)
  })
  leave = () => {
    watched.unsubscribe()
  }
  await settle()
})

afterEach(() => {
  leave()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const names = (): string[] => sent.map((one) => one.name)

test('what is on its way while something is changed is asked once more', async () => {
  void client.mutation(HIDE, ONE).toPromise()
  await settle()
  await sent[1]?.answer({ hide: 'done' })
  expect(names()).toEqual(['circle', 'hide'])
  await sent[0]?.answer({ circle: 'with Heron' })
  expect(names()).toEqual(['circle', 'hide', 'circle'])
  await sent[2]?.answer({ circle: 'without' })
  expect(shown.at(-1)).toBe('without')
  expect(names()).toHaveLength(3)
})

test('what is asked again while it is on its way is asked once more after it, however often', async () => {
  const { key } = createRequest(CIRCLE, ONE)
  expect([willAskOnceMore(client, key), willAskOnceMore(client, key)]).toEqual([true, true])
  expect(names()).toEqual(['circle'])
  await sent[0]?.answer({ circle: 'before' })
  expect(names()).toEqual(['circle', 'circle'])
  await sent[1]?.answer({ circle: 'after' })
  expect([shown.at(-1), names().length]).toEqual(['after', 2])
})

test('what is not on its way is asked as usual', async () => {
  await sent[0]?.answer({ circle: 'there' })
  expect(willAskOnceMore(client, createRequest(CIRCLE, ONE).key)).toBe(false)
  expect([shown, names()]).toEqual([['there'], ['circle']])
})

test('what nobody looks at any more is not asked once more', async () => {
  willAskOnceMore(client, createRequest(CIRCLE, ONE).key)
  leave()
  await sent[0]?.answer({ circle: 'too late' })
  expect([shown, names()]).toEqual([[], ['circle']])
})
