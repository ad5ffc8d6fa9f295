import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { LiveState } from './client'
import { LiveClient, LiveRefusal } from './client'
import { ScriptedServer, at, entry } from './scripted'

const TOPIC = 'session:1'

let server: ScriptedServer
let client: LiveClient
let states: LiveState[]
let seen: string[]
let connections: string[]
let tickets: (string | null | Error)[]

function watch(): () => void {
  return client.follow(TOPIC, {
    snapshot: (state) => seen.push(`snapshot ${JSON.stringify(state)}`),
    entry: (_kind, payload) => seen.push(payload['text'] as string),
    signal: (kind, key, payload) => seen.push(`${kind} ${key} ${JSON.stringify(payload)}`),
    presence: (people, count) => seen.push(`there: ${[...people.keys()].join(' ')} (${String(count)})`),
    rights: (role) => seen.push(`role ${String(role)}`),
    lagging: (isLagging) => seen.push(isLagging ? 'behind' : 'caught up'),
    refused: (refusal) => seen.push(`refused ${refusal.code}`),
    word: (word) => seen.push(`${word.k} from ${word.from}`),
    connected: (connection) => connections.push(connection),
  })
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

async function online(): Promise<void> {
  client.start()
  await settle()
  server.line.accept()
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new ScriptedServer()
  states = []
  seen = []
  connections = []
  tickets = []
  client = new LiveClient({
    url: 'ws://here/live',
    ticket: () => {
      const ticket = tickets.shift()
      if (ticket instanceof Error) return Promise.reject(ticket)
      return Promise.resolve(ticket === undefined ? 'a ticket' : ticket)
    },
    open: server.open,
    random: () => 1,
    changed: (state) => states.push(state),
  })
})

afterEach(() => {
  client.stop()
  vi.useRealTimers()
})

describe('following', () => {
  test('a first follow takes the snapshot, then applies entries in order', async () => {
    watch()
    await online()
    expect(server.line.sent[0]).toEqual({ type: 'hello', ticket: 'a ticket' })
    expect(server.line.last('follow')).not.toHaveProperty('pos')
    server.line.followed('snapshot', at(4), { lines: 4 })
    server.line.say(entry(5), entry(6))
    expect(seen).toEqual(['snapshot {"lines":4}', 'line 5', 'line 6'])
  })

  test('what is known already is left out', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    server.line.say(entry(5), entry(5), entry(4), entry(6))
    expect(seen.slice(1)).toEqual(['line 5', 'line 6'])
  })

  test('a gap asks again from the position and applies nothing of it', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    server.line.say(entry(7))
    expect(server.line.last('follow').pos).toEqual(at(4))
    server.line.followed('replay', at(4))
    server.line.say(entry(5), entry(6), entry(7))
    expect(seen.slice(1)).toEqual(['line 5', 'line 6', 'line 7'])
  })

  test('a resync asks again from the position', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    server.line.say({ type: 'resync', t: TOPIC, why: 'gap' })
    expect(server.line.last('follow').pos).toEqual(at(4))
  })

  test('a replay in a new epoch keeps the place and takes the epoch', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    server.line.say({ type: 'resync', t: TOPIC, why: 'epoch' })
    server.line.followed('replay', at(9, 'new'))
    server.line.say(entry(5))
    server.line.say({ type: 'resync', t: TOPIC, why: 'again' })
    expect(server.line.last('follow').pos).toEqual(at(5, 'new'))
  })

  test('a topic that is refused is told once and not asked for again', async () => {
    watch()
    await online()
    const { id } = server.line.last('follow')
    server.line.say({ type: 'err', id, code: 'not_found', message: 'There is nothing here.', temporary: false })
    server.line.drop()
    await vi.advanceTimersByTimeAsync(1000)
    server.line.accept()
    expect(seen).toEqual(['refused not_found'])
    expect(server.line.sent.map((frame) => frame.type)).toEqual(['hello'])
  })

  test('a temporary refusal is asked again after its time', async () => {
    watch()
    await online()
    const { id } = server.line.last('follow')
    const busy = { type: 'err', id, code: 'unavailable', message: 'Wait.', temporary: true, retryAfter: 2 }
    server.line.say(busy)
    await vi.advanceTimersByTimeAsync(1999)
    expect(server.line.sent.filter((frame) => frame.type === 'follow')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(server.line.sent.filter((frame) => frame.type === 'follow')).toHaveLength(2)
  })

  test('losing the right ends the follow; leaving says so', async () => {
    const leave = watch()
    await online()
    server.line.followed('snapshot', at(1), {})
    server.line.say({ type: 'rights', t: TOPIC, role: 'host', rev: 1 })
    server.line.say({ type: 'rights', t: TOPIC, role: null, rev: 2 })
    server.line.say(entry(2))
    leave()
    expect(seen.slice(1)).toEqual(['role host', 'role null'])
    client.follow(TOPIC, { entry: () => undefined })()
    expect(server.line.last('leave')).toEqual({ type: 'leave', topic: TOPIC })
  })

  test('a topic that is left while the line still connects is never spoken of', async () => {
    const leave = watch()
    client.start()
    await settle()
    leave()
    server.line.accept()
    expect(server.line.sent.map(({ type }) => type)).toEqual(['hello'])
  })

  test('the latest signal of a key wins, and presence adds up', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(1), {})
    const signal = (v: number): object => ({ type: 'signal', t: TOPIC, k: 'typing', key: 'ana', v, p: v })
    server.line.say(signal(2), signal(1), signal(3))
    const present = { type: 'presence', t: TOPIC, n: 1 }
    server.line.say({ ...present, v: 1, all: [{ user: 'ana', role: 'host' }] })
    server.line.say({ ...present, v: 2, '+': [{ user: 'ben', role: 'guest' }], '-': ['ana'] })
    expect(seen.slice(1)).toEqual(['typing ana 2', 'typing ana 3', 'there: ana (1)', 'there: ben (1)'])
  })

  test('a slow line says that it is behind until it has caught up', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    server.line.say({ type: 'lag', t: TOPIC, seq: 4 }, entry(5))
    expect(seen.slice(1)).toEqual(['behind', 'line 5', 'caught up'])
  })
})

describe('coming back', () => {
  test('after a loss it resumes from its position within the longest wait', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    server.line.say(entry(5))
    for (const wait of [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]) {
      server.line.drop()
      await vi.advanceTimersByTimeAsync(wait - 1)
      expect(server.line.isClosed).toBe(true)
      await vi.advanceTimersByTimeAsync(1)
      expect(server.line.isClosed).toBe(false)
    }
    server.line.accept()
    expect(server.line.last('follow').pos).toEqual(at(5))
    expect(states.at(-1)).toBe('online')
  })

  test('a welcome makes the next wait short again', async () => {
    await online()
    server.line.drop()
    await vi.advanceTimersByTimeAsync(500)
    server.line.accept()
    server.line.drop()
    await vi.advanceTimersByTimeAsync(500)
    expect(server.lines).toHaveLength(3)
  })

  test.each([
    [4503, 'signed-out'],
    [4504, 'replaced'],
    [4509, 'broken'],
    [1009, 'broken'],
  ] as const)('after close %i it stays away, %s', async (code, state) => {
    await online()
    server.line.drop(code)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(client.state).toBe(state)
    expect(server.lines).toHaveLength(1)
  })

  test('after 4013 it waits longer, after 4500 it shows a fresh ticket', async () => {
    await online()
    server.line.drop(4013)
    await vi.advanceTimersByTimeAsync(5499)
    expect(server.lines).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    tickets = ['another']
    server.line.accept()
    server.line.drop(4500)
    await vi.advanceTimersByTimeAsync(500)
    server.line.accept()
    expect(server.line.sent[0]).toEqual({ type: 'hello', ticket: 'another' })
  })

  test('no ticket because of a failure is a loss; no login is the end', async () => {
    tickets = [new Error('offline'), null]
    client.start()
    await settle()
    expect(client.state).toBe('waiting')
    await vi.advanceTimersByTimeAsync(500)
    expect(client.state).toBe('signed-out')
    expect(server.lines).toHaveLength(0)
  })

  test('a fresh ticket is shown before the old one ends', async () => {
    await online()
    tickets = ['fresh']
    for (let seconds = 0; seconds < 720; seconds += 20) {
      await vi.advanceTimersByTimeAsync(20_000)
      server.line.say({ type: 'ping' })
    }
    expect(server.line.last('refresh')).toEqual({ type: 'refresh', ticket: 'fresh' })
  })

  test('it answers pings and does nothing after being stopped', async () => {
    await online()
    server.line.say({ type: 'ping' })
    expect(server.line.last('pong')).toEqual({ type: 'pong' })
    client.stop()
    expect(server.line.isClosed).toBe(true)
    await vi.advanceTimersByTimeAsync(2_000_000)
    expect(server.lines).toHaveLength(1)
  })

  test('a line that went silent is given up after a ping and its answer are due, and resumed', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    const silent = server.line
    await vi.advanceTimersByTimeAsync(20_000)
    silent.say({ type: 'ping' })
    await vi.advanceTimersByTimeAsync(34_999)
    expect(silent.isClosed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(silent.isClosed).toBe(true)
    expect(client.state).toBe('waiting')
    await vi.advanceTimersByTimeAsync(500)
    server.line.accept()
    expect(server.line.last('follow').pos).toEqual(at(4))
  })

  test('a line that nobody welcomes is given up, and another one tried', async () => {
    client.start()
    await settle()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(server.line.isClosed).toBe(true)
    await vi.advanceTimersByTimeAsync(500)
    expect(server.lines).toHaveLength(2)
  })

  test('what is sent puts the next ping off, but what has to be answered does so once', async () => {
    watch()
    await online()
    server.line.followed('snapshot', at(4), {})
    const line = server.line
    await vi.advanceTimersByTimeAsync(30_000)
    void client.command('chat.say', {})
    await vi.advanceTimersByTimeAsync(30_000)
    client.whisper('signal.send', {})
    expect(line.isClosed).toBe(false)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(line.isClosed).toBe(true)
  })

  test('it is woken before its wait is over, and only then', async () => {
    await online()
    client.wake()
    expect(server.lines).toHaveLength(1)
    server.line.drop()
    client.wake()
    client.wake()
    await settle()
    expect(server.lines).toHaveLength(2)
    server.line.accept()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(server.lines).toHaveLength(2)
    expect(client.state).toBe('online')
  })
})

describe('moving', () => {
  test('on drain it follows on the new line before it leaves the old, and applies nothing twice', async () => {
    watch()
    await online()
    const old = server.line
    old.followed('snapshot', at(4), {})
    old.say({ type: 'drain', inMs: 3000 })
    await vi.advanceTimersByTimeAsync(3000)
    const fresh = server.line
    expect(fresh).not.toBe(old)
    fresh.accept()
    old.say(entry(5))
    expect(old.isClosed).toBe(false)
    fresh.followed('replay', at(4))
    expect(old.isClosed).toBe(true)
    fresh.say(entry(5), entry(6))
    expect(seen.slice(1)).toEqual(['line 5', 'line 6'])
    expect(states).toEqual(['connecting', 'online'])
  })

  test('a reader learns on which connection it is, and what others in a call say to that one', async () => {
    watch()
    await online()
    const old = server.line
    old.followed('snapshot', at(4), {})
    expect(connections).toEqual(['c'])
    old.say({ type: 'call', t: TOPIC, k: 'offer', from: 'other', user: 'u', p: { sdp: 'v=0' } })
    expect(seen.at(-1)).toBe('offer from other')
    old.say({ type: 'drain', inMs: 10 })
    await vi.advanceTimersByTimeAsync(10)
    server.line.accept('d')
    expect(connections).toEqual(['c'])
    server.line.followed('replay', at(4))
    expect(connections).toEqual(['c', 'd'])
  })

  test('with nothing followed it moves at once', async () => {
    await online()
    const old = server.line
    old.say({ type: 'drain', inMs: 10 })
    await vi.advanceTimersByTimeAsync(10)
    server.line.accept()
    expect(old.isClosed).toBe(true)
  })

  test('the old line lost in the middle of the move leaves the new one in charge', async () => {
    watch()
    await online()
    const old = server.line
    old.followed('snapshot', at(4), {})
    old.say({ type: 'drain', inMs: 10 })
    await vi.advanceTimersByTimeAsync(10)
    const fresh = server.line
    old.drop()
    fresh.accept()
    fresh.followed('replay', at(4))
    fresh.say(entry(5))
    expect(seen.slice(1)).toEqual(['line 5'])
    fresh.drop()
    await vi.advanceTimersByTimeAsync(500)
    expect(server.lines).toHaveLength(3)
  })

  test('a way that led back to the server that goes away is tried again, while the old line holds', async () => {
    watch()
    await online()
    const old = server.line
    old.followed('snapshot', at(4), {})
    old.say({ type: 'drain', inMs: 10 })
    await vi.advanceTimersByTimeAsync(10)
    server.line.drop()
    await vi.advanceTimersByTimeAsync(500)
    const fresh = server.line
    expect(server.lines).toHaveLength(3)
    fresh.accept()
    fresh.followed('replay', at(4))
    expect(old.isClosed).toBe(true)
    expect(states).toEqual(['connecting', 'online'])
  })

  test('a new line lost in the middle of the move leaves the old one in charge', async () => {
    watch()
    await online()
    const old = server.line
    old.followed('snapshot', at(4), {})
    old.say({ type: 'drain', inMs: 10 })
    await vi.advanceTimersByTimeAsync(10)
    server.line.drop()
    old.say(entry(5))
    expect(seen.slice(1)).toEqual(['line 5'])
    old.drop()
    await vi.advanceTimersByTimeAsync(500)
    expect(server.lines).toHaveLength(3)
  })
})

describe('commands', () => {
  test('an answer resolves, a refusal rejects with what it said', async () => {
    await online()
    const done = client.command('session.send', { text: 'hello' })
    server.line.ok({ messageId: 'm' })
    await expect(done).resolves.toEqual({ messageId: 'm' })
    const refused = client.command('session.send', { text: '' })
    const { id } = server.line.last('command')
    server.line.say({ type: 'err', id, code: 'invalid_input', message: 'Write something.', temporary: false })
    await expect(refused).rejects.toThrow(LiveRefusal)
  })

  test('a command without its answer is sent again under the same id after a loss', async () => {
    await online()
    const done = client.command('session.send', { text: 'hello' })
    const first = server.line.last('command')
    server.line.drop()
    await vi.advanceTimersByTimeAsync(500)
    server.line.accept()
    expect(server.line.last('command').cid).toBe(first.cid)
    server.line.ok({ messageId: 'm' })
    await expect(done).resolves.toEqual({ messageId: 'm' })
  })

  test('a command given while away waits for the line', async () => {
    const done = client.command('hand.raise', { sessionId: '1' })
    await online()
    server.line.ok({})
    await expect(done).resolves.toEqual({})
  })

  test('a temporary refusal is tried again under the same id', async () => {
    await online()
    const done = client.command('session.send', { text: 'hello' })
    const first = server.line.last('command')
    const busy = { type: 'err', id: first.id, code: 'rate_limited', message: 'Wait.', temporary: true, retryAfter: 3 }
    server.line.say(busy)
    await vi.advanceTimersByTimeAsync(3000)
    const second = server.line.last('command')
    expect(second.id).not.toBe(first.id)
    expect(second.cid).toBe(first.cid)
    server.line.ok({})
    await done
  })

  test('a whisper is sent now or never', async () => {
    client.whisper('signal.send', { kind: 'typing' })
    await online()
    expect(server.line.sent.map((frame) => frame.type)).toEqual(['hello'])
    client.whisper('signal.send', { kind: 'typing' })
    expect(server.line.last('command').op).toBe('signal.send')
  })
})
