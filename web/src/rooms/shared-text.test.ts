import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'

import { LiveRefusal } from '../live/client'
import type { Json, JsonObject } from '../live/frames'
import { SharedText, difference, moved } from './shared-text'

/** The server's side of notes: what it was given, numbered, and told to everybody unless the line loses it. */
class Keeper {
  readonly document = new Y.Doc()
  readonly all: SharedText[] = []
  number = 0
  losing = false
  refusing: string | undefined
  largest = 0
  private waitedFor: Promise<void> | undefined

  readonly command = (op: string, args: JsonObject): Promise<Json> => {
    if (op === 'notes.sync') {
      const update = Y.encodeStateAsUpdate(this.document, bytes(args['vector'] as string))
      const answer = { number: this.number, update: base64(update), vector: '' }
      return Promise.resolve(this.waitedFor).then(() => answer)
    }
    if (this.refusing !== undefined) {
      const refusal = { type: 'err', id: '1', code: this.refusing, message: 'Not so.', temporary: false } as const
      this.refusing = undefined
      return Promise.reject(new LiveRefusal(refusal))
    }
    this.take(args['update'] as string)
    const answer = { number: this.number }
    return Promise.resolve(this.waitedFor).then(() => answer)
  }

  /** Let the answers to what is asked now wait, until the returned function is called. */
  during(asked: () => void): () => void {
    let answer = (): void => undefined
    this.waitedFor = new Promise((resolve) => {
      answer = resolve
    })
    asked()
    this.waitedFor = undefined
    return answer
  }

  take(update: string): void {
    this.largest = Math.max(this.largest, bytes(update).length)
    Y.applyUpdate(this.document, bytes(update))
    this.number += 1
    if (!this.losing) for (const each of this.all) each.heard({ number: this.number, update })
  }

  get text(): string {
    return this.document.getText('notes').toJSON()
  }
}

function base64(of: Uint8Array): string {
  return Buffer.from(of).toString('base64')
}

function bytes(of: string): Uint8Array {
  return new Uint8Array(Buffer.from(of, 'base64'))
}

let keeper: Keeper
let wrong: string[]
let shown: string[]

async function pen(): Promise<SharedText> {
  const text = new SharedText({
    command: keeper.command,
    changed: (now) => shown.push(now),
    refused: (message) => wrong.push(message),
  })
  keeper.all.push(text)
  await text.sync()
  return text
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000)
}

beforeEach(() => {
  vi.useFakeTimers()
  keeper = new Keeper()
  wrong = []
  shown = []
})

afterEach(() => {
  for (const each of keeper.all) each.close()
  vi.useRealTimers()
})

describe('shared notes', () => {
  test('what one writes the other reads', async () => {
    const [ana, noor] = [await pen(), await pen()]
    ana.write('Bread')
    await settle()
    noor.write('Bread and salt')
    await settle()
    expect([ana.text, noor.text, keeper.text]).toEqual(Array(3).fill('Bread and salt'))
  })

  test('two who write at once keep both their words', async () => {
    const [ana, noor] = [await pen(), await pen()]
    keeper.losing = true
    ana.write('one')
    noor.write('two')
    await settle()
    for (const each of [ana, noor]) each.told(keeper.number)
    await settle()
    expect(ana.text).toBe(noor.text)
    expect(['onetwo', 'twoone']).toContain(ana.text)
  })

  test('many strokes travel together, none before the one in front of it', async () => {
    const ana = await pen()
    for (const text of ['a', 'ab', 'abc', 'abcd']) ana.write(text)
    await settle()
    expect([keeper.number, keeper.text]).toEqual([2, 'abcd'])
  })

  test('after a lost signal the next number asks for all', async () => {
    const [ana, noor] = [await pen(), await pen()]
    keeper.losing = true
    ana.write('lost on its way')
    await settle()
    expect(noor.text).toBe('')
    noor.told(keeper.number)
    await settle()
    expect(noor.text).toBe('lost on its way')
  })

  test('what is refused for good does not stay, and the next words are taken', async () => {
    const ana = await pen()
    ana.write('kept')
    await settle()
    keeper.refusing = 'limit_reached'
    ana.write('kept and refused')
    await settle()
    expect([ana.text, shown.at(-1), wrong]).toEqual(['kept', 'kept', ['Not so.']])
    ana.write('kept and more')
    await settle()
    expect(keeper.text).toBe('kept and more')
  })

  test('what only lacks something before it goes again', async () => {
    const ana = await pen()
    keeper.refusing = 'conflict'
    ana.write('again')
    await settle()
    expect([keeper.text, wrong]).toEqual(['again', []])
  })

  test('what is missed while an answer is on its way is asked for after it', async () => {
    const [ana, noor] = [await pen(), await pen()]
    const answer = keeper.during(() => void noor.sync())
    keeper.losing = true
    ana.write('lost on its way')
    noor.told(keeper.number)
    answer()
    await settle()
    expect(noor.text).toBe('lost on its way')
  })

  test('a copy begun anew takes no answer meant for the one before', async () => {
    const [ana, noor] = [await pen(), await pen()]
    noor.write('before ')
    await settle()
    const answer = keeper.during(() => void ana.sync())
    keeper.refusing = 'limit_reached'
    ana.write('before and refused')
    await settle()
    answer()
    await settle()
    expect(ana.text).toBe('before ')
  })

  test('a deletion that has no answer yet is no less sent than what is typed', async () => {
    const [ana, noor] = [await pen(), await pen()]
    ana.write('not to be kept')
    await settle()
    keeper.refusing = 'conflict'
    ana.write('to be kept')
    await settle()
    expect([keeper.text, noor.text]).toEqual(Array(2).fill('to be kept'))
  })

  test('what is typed for long without a line goes in parts that the server takes', async () => {
    const ana = await pen()
    const text = 'All that one says. '.repeat(2000)
    const answer = keeper.during(() => {
      ana.write(text.slice(0, 1))
    })
    for (let length = 1000; length <= text.length; length += 1000) ana.write(text.slice(0, length))
    answer()
    await settle()
    expect(keeper.text).toBe(text)
    expect(keeper.largest).toBeLessThanOrEqual(32 * 1024)
  })

  test('what was typed a moment before leaving still goes', async () => {
    const ana = await pen()
    ana.write('first')
    ana.write('first and last')
    ana.close()
    await settle()
    expect(keeper.text).toBe('first and last')
  })

  test('while characters are composed what others write waits', async () => {
    const [ana, noor] = [await pen(), await pen()]
    noor.hold()
    ana.write('first ')
    await settle()
    expect(noor.text).toBe('')
    noor.write('ö')
    noor.release()
    await settle()
    expect(noor.text).toBe(ana.text)
    expect(noor.text).toContain('ö')
  })
})

test.each([
  ['', 'a', { start: 0, removed: 0, inserted: 'a' }],
  ['abc', 'abxc', { start: 2, removed: 0, inserted: 'x' }],
  ['aaa', 'aa', { start: 2, removed: 1, inserted: '' }],
  ['one two', 'one', { start: 3, removed: 4, inserted: '' }],
  ['😀', '😁', { start: 0, removed: 2, inserted: '😁' }],
])('%j to %j is one edit', (before, after, edit) => {
  expect(difference(before, after)).toEqual(edit)
})

test('a cursor stays at its character', () => {
  expect(moved(5, [{ retain: 2 }, { insert: 'ab' }])).toBe(7)
  expect(moved(5, [{ retain: 6 }, { insert: 'ab' }])).toBe(5)
  expect(moved(5, [{ delete: 3 }])).toBe(2)
  expect(moved(2, [{ retain: 1 }, { delete: 4 }])).toBe(1)
})
